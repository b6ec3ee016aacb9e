import Contract
import JourneySupport
import TestSupport
import Testing

/// What every skeleton has beside its code: continuous integration, an editor's settings, schemas, a changelog.
@Suite(.scratchFolder)
struct LivingSkeletonTests {
    let kit = Kit()
    static let templates = ["swift", "c", "cpp", "rust", "wat", "zig"]
    private static let tools = BuiltProduct.repository + "/.build-python/bin/"

    @Test(arguments: templates)
    func everySkeletonLives(template: String) async throws {
        try await kit.done("new", "my-guard", "--template", template, "--hook", "pre_query", "--hook", "route")
        let folder = Scratch.path("my-guard")
        for file in [
            ".editorconfig", ".gitattributes", ".github/setup.sh", ".github/workflows/plugin.yml",
            ".vscode/extensions.json", ".vscode/settings.json", ".vscode/tasks.json", "CHANGELOG.md", "ci.sh",
        ] { expect(Disk.exists(folder + "/" + file), "\(template) has no \(file)") }
        expect(try Disk.text(folder + "/CHANGELOG.md").contains("## 0.1.0\n"))
        for script in ["ci.sh", ".github/setup.sh"] {
            expect(try Disk.mode(folder + "/" + script) & 0o111 == 0o111)
            let shellcheck = try await Program("shellcheck", folder: folder).run([script])
            expect(shellcheck.status == 0, "\(template)/\(script): \(shellcheck.transcript)")
        }
        let settings = try JSONValue.parse(Disk.text(folder + "/.vscode/settings.json"))
        for path in settings["yaml.schemas"]?.names ?? [] { expect(Disk.exists(folder + "/" + path)) }
        expect(settings["yaml.schemas"]?.names.count == 2)
        let tasks = try JSONValue.parse(Disk.text(folder + "/.vscode/tasks.json"))
        expect(tasks["tasks"]?.elements.map { $0["label"]?.string }.contains("pdk check") == true)

        // Without a network, as everything else here.
        let home = ["HOME": Scratch.path("nohome")]
        let workflow = ".github/workflows/plugin.yml"
        let actionlint = try await Program(Self.tools + "actionlint", environment: home, folder: folder).run([workflow])
        expect(actionlint.status == 0, "\(template): \(actionlint.transcript)")
        let zizmor = try await Program(Self.tools + "zizmor", environment: home, folder: folder)
            .run(["--offline", "--no-progress", workflow])
        expect(zizmor.status == 0, "\(template): \(zizmor.transcript)")
        let text = try Disk.text(folder + "/" + workflow)
        let uses = text.matches(of: /uses: (\S+)(.*)/)
        expect(uses.count >= 3)
        for use in uses {
            // A commit, and beside it the version for people.
            expect(
                use.output.1.contains(/@[0-9a-f]{40}$/) && use.output.2.contains(/# v\d+\.\d+\.\d+/), "\(use.output.0)")
        }
    }

    /// The linters find what is wrong.
    @Test func theLintersLookAtTheWorkflow() async throws {
        try await kit.done("new", "guard", "--template", "wat")
        let folder = Scratch.path("guard"), workflow = ".github/workflows/plugin.yml"
        try Disk.edit(folder + "/" + workflow, "        run: ./ci.sh\n", "        run: echo ${{ github.head_ref }}\n")
        let zizmor = try await Program(Self.tools + "zizmor", folder: folder).run([
            "--offline", "--no-progress", workflow,
        ])
        expect(zizmor.status != 0 && zizmor.output.contains("template-injection"), "\(zizmor.transcript)")
        let actionlint = try await Program(Self.tools + "actionlint", folder: folder).run([workflow])
        expect(actionlint.status != 0, "\(actionlint.transcript)")
    }

    /// The schemas are schemas, they are the program's own, and what the program writes is valid.
    @Test func schemasAreValidAndFit() async throws {
        for name in ["plugin", "cases", "template", "policy"] {
            try Disk.write(Scratch.path("\(name).json"), try await kit.done("schema", name))
        }
        for template in Self.templates {
            try await kit.done(
                "new", template, "--template", template, "--hook", "post_query", "--hook", "authenticate")
            for name in ["plugin", "cases"] {
                expect(
                    try Disk.text(Scratch.path("\(template)/.vscode/schemas/\(name).json"))
                        == Disk.text(Scratch.path("\(name).json")), "run: make docs")
            }
        }
        try Disk.write(Scratch.path("bad.yaml"), "name: guard\nversion: 0.1.0\nhooks: pre_query\n")
        let checked = try await Program(Self.tools + "python").run(
            [
                "-c",
                """
                import json, sys, yaml
                from jsonschema import Draft202012Validator as Validator
                schemas = {name: json.load(open(name + '.json')) for name in ('plugin', 'cases', 'template', 'policy')}
                for schema in schemas.values(): Validator.check_schema(schema)
                def faults(name, path): return [e.message for e in Validator(schemas[name]).iter_errors(yaml.safe_load(open(path)))]
                for id in sys.argv[2:]:
                    for name, path in (('plugin', id + '/plugin.yaml'), ('cases', id + '/cases/hooks.yaml'),
                                       ('template', sys.argv[1] + '/Templates/' + id + '/template.yaml')):
                        found = faults(name, path)
                        assert not found, (path, found)
                assert faults('plugin', 'bad.yaml')
                def odd(name, value): return list(Validator(schemas[name]).iter_errors(value))
                plugin = {'name': 'a', 'version': '1', 'hooks': ['my_hook']}
                assert odd('plugin', plugin) and not odd('plugin', dict(plugin, host='my-fork'))
                assert not odd('plugin', dict(plugin, hooks=['PREQUERY', 'auth', 'custom']))
                for hooks in ([], None, ['nope'], ['pre_query', 'on_query']): assert odd('plugin', dict(plugin, hooks=hooks)), hooks
                def call(hook, **more): return odd('cases', {'cases': [dict({'name': 'x', 'hook': hook}, **more)]})
                for good in ('none', 'block', {'action': 'block'}, {}): assert not call('Pre_Query', expect=good), good
                for bad in ('standby', 'nope', 5, None, []): assert call('prequery', expect=bad), bad
                assert not call('route', expect='standby', exact=True) and call('route', expect='cached')
                assert call('route', exact='yes') and call('nope') and call('metrics')
                assert odd('cases', {'cases': [{'name': 'x', 'calls': [{'hook': 'auth', 'expect': 'block'}]}]})
                """, BuiltProduct.repository,
            ] + Self.templates)
        expect(checked.status == 0, "\(checked.transcript)")
    }

    /// The plugin's own script, from a build to a release, and what it says when there is nothing to sign with.
    @Test func theScriptOfCIRunsThrough() async throws {
        let kit = Kit().with("TMPDIR", Scratch.path("tmp"))
        try Disk.makeFolder(Scratch.path("tmp"))
        try await kit.done("new", "guard", "--template", "c")
        try await kit.done("keygen", "release")
        let key = try Disk.text(kit.keysFolder + "/release.pem")
        let folder = Scratch.path("guard")
        let path = BuiltProduct.pdk.split(separator: "/").dropLast().joined(separator: "/")
        let shell = try await Program("sh").run(["-c", "printf %s \"$PATH\""]).output
        func ci(_ variables: [String: String] = [:]) async throws -> Program.Result {
            // A secret that a job does not get is an empty text.
            let base = ["PDK_KEY_PEM": "", "PDK_KEY_PASSPHRASE": "", "HOME": Scratch.path("a home of nobody")]
            let environment = kit.environment.merging(base) { $1 }.merging(variables) { $1 }
            return try await Program(
                folder + "/ci.sh", environment: environment.merging(["PATH": "/" + path + ":" + shell]) { $1 },
                folder: Scratch.folder
            ).run([])
        }
        let lost = try await Program(folder + "/ci.sh", environment: ["PATH": shell]).run([])
        expect(lost.status == 1 && lost.errors.hasPrefix("error: pdk is not in PATH\nhelp: "), "\(lost.transcript)")
        let unsigned = try await ci()
        expect(
            unsigned.status == 0 && unsigned.output.contains("not signed and not published"), "\(unsigned.transcript)")
        let log = try JSONValue.parse(try Disk.text(folder + "/dist/check.sarif"))
        let results = log["runs"]?.elements.first?["results"]?.elements
        expect(results?.map { $0["ruleId"]?.string } == ["PDK306"])
        let job = try await ci(["GITHUB_ACTIONS": "true", "SKIP_NATIVE_TESTS": "1"])
        expect(job.output.contains("\n::warning file=dist/guard.wasm,title=PDK306"), "\(job.transcript)")
        expect(job.output.contains("native tests: skipped"))

        let release = ["PDK_KEY_PEM": key, "PDK_REGISTRY": Scratch.path("a registry"), "SKIP_NATIVE_TESTS": "1"]
        let signed = try await ci(release)
        expect(signed.status == 0 && signed.output.contains("published guard v0.1.0"), "\(signed.transcript)")
        // A job that runs twice succeeds twice.
        let again = try await ci(release)
        expect(again.status == 0, "\(again.transcript)")
        // A change of the script is no change of the module.
        try Disk.write(folder + "/ci.sh", try Disk.text(folder + "/ci.sh") + "# mine\n")
        let build = try await kit.inside(folder).run("sign")
        expect(build.status == 0 && !build.errors.contains("ci.sh"), "\(build.transcript)")

        // A failing case stops it before anything is signed.
        try Disk.write(
            folder + "/cases/wrong.yaml",
            "cases:\n  - name: wrong\n    hook: pre_query\n    input: {query: SELECT 1}\n    expect: {action: block}\n")
        let failed = try await ci(release)
        expect(failed.status == 1 && !failed.output.contains("== sign"), "\(failed.transcript)")
    }
}
