import Contract
import JourneySupport
import TestSupport
import Testing

/// `--template FILE.tar.gz` and `FILE.zip`: what is read, and what a hostile archive comes to.
@Suite(.scratchFolder)
struct TemplateArchiveTests {
    let kit = Kit()

    /// Runs Python that packs: `tar(name, files, more)` and `zip(name, files)` from a mapping of paths to texts.
    private func pack(_ script: String) async throws {
        try Disk.write(Scratch.path("manifest"), TemplateTexts.manifest)
        let result = try await Program("python3").run([
            "-c",
            """
            import io, tarfile, warnings, zipfile
            warnings.simplefilter('ignore')
            base = {'template.yaml': 'id: t\\nversion: 1.0.0\\nlanguage: C\\nsummary: s\\n',
                    'files/plugin.yaml.mustache': open('manifest').read(), 'files/src/{{name_snake}}.c': '// one\\n'}
            def tar(name, files, links=(), top=''):
                with tarfile.open(name, 'w:gz') as t:
                    for path, text in files.items():
                        info = tarfile.TarInfo(top + path)
                        info.size, info.mode = len(text), 0o755 if path.endswith('.sh') else 0o644
                        t.addfile(info, io.BytesIO(text.encode()))
                    for path, target in links:
                        info = tarfile.TarInfo(top + path)
                        info.type, info.linkname = tarfile.SYMTYPE, target
                        t.addfile(info)
            def zip(name, files, links=(), top=''):
                with zipfile.ZipFile(name, 'w', zipfile.ZIP_DEFLATED) as z:
                    for path, text, mode in [(p, x, 0o100755 if p.endswith('.sh') else 0o100644) for p, x in files.items()] + [
                            (p, x, 0o120777) for p, x in links]:
                        info = zipfile.ZipInfo('x')
                        info.filename, info.create_system, info.external_attr = top + path, 3, mode << 16
                        info.compress_type = zipfile.ZIP_DEFLATED
                        z.writestr(info, text)
            """ + "\n" + script,
        ])
        try #require(result.status == 0, "\(result.transcript)")
    }

    @Test(arguments: ["t.tar.gz", "t.tgz", "T.ZIP", "around.tar.gz", "around.zip"])
    func archivesAreTemplates(name: String) async throws {
        let maker = name.lowercased().hasSuffix("zip") ? "zip" : "tar"
        let top = name.hasPrefix("around") ? "template-1.2/" : ""
        try await pack("\(maker)('\(name)', {**base, 'files/go.sh': '#!/bin/sh\\n', 'README': 'x'}, top='\(top)')")
        let report = try await kit.document("new", "my-guard", "--template", name)
        expect(report["template"]?.string == "t" && report["origin"]?.string == Scratch.path(name))
        expect(
            report["files"]?.texts == [
                ".pdk/base.json", ".pdk/template.yaml", "go.sh", "plugin.yaml", "src/my_guard.c",
            ])
        expect(try Disk.mode(Scratch.path("my-guard/go.sh")) & 0o111 == 0o111)
        expect(try await kit.document("template", "check", name)["errors"]?.texts == [])
        try await kit.done("template", "add", name, "--id", "kept")
        try await kit.done("new", "other", "--template", "kept")
        // A newer archive upgrades what the older one has made.
        try await pack("\(maker)('new-\(name)', {**base, 'files/src/{{name_snake}}.c': '// two\\n'}, top='\(top)')")
        let plugin = kit.inside(Scratch.path("my-guard"))
        let upgrade = try await plugin.document("upgrade", "--template", "../new-\(name)", "--apply")
        expect(upgrade["changes"]?.elements.map { $0["path"]?.string } == ["go.sh", "src/my_guard.c"], "\(upgrade)")
    }

    /// Each is refused whole, and nothing is written anywhere.
    @Test(arguments: [
        ("{**base, '../evil': 'x'}", ""), ("{**base, 'files/../../evil': 'x'}", ""),
        ("{**base, '/tmp/pdk-evil': 'x'}", ""),
        ("base", "links=[('files/l', '/etc/passwd')]"), ("base", "links=[('files', '/etc')]"),
        ("base", "links=[('elsewhere', '..')]"), ("{**base, 'files/a': 'x', 'files/A': 'y'}", ""),
        ("{**base, 'files/a/x': 'x', 'files/A/y': 'y'}", ""), ("{**base, 'files/.git/config': 'x'}", ""),
        ("{**base, '.GIT/hooks/post-checkout': 'x'}", ""), ("{**base, 'files/bomb': '0' * (50 << 20)}", ""),
        ("{**base, **{'files/%d' % n: '' for n in range(4001)}}", ""), ("{'files/x': 'x'}", ""),
        ("{'a/template.yaml': 'id: t', 'b/x': 'x'}", ""), ("{}", ""),
    ])
    func hostileArchivesAreRefused(files: String, more: String) async throws {
        let end = more.isEmpty ? "" : ", \(more)"
        try await pack("tar('t.tar.gz', \(files)\(end)); zip('t.zip', \(files)\(end))")
        let before = try Disk.names(Scratch.folder)
        for name in ["t.tar.gz", "t.zip"] {
            let refusal = try await kit.refusal("new", "guard", "--template", name)
            expect(refusal.code == "invalid-template" && refusal.message.contains(name), "\(refusal)")
            expect(!refusal.help.isEmpty && refusal.message.utf8.count < 1_000)
        }
        expect(try Disk.names(Scratch.folder) == before && !Disk.exists("/tmp/pdk-evil"))
    }

    /// Names of all letters come through each form of a template; what hides or reorders letters through none.
    @Test(arguments: ["tar", "zip", "folder", "git"])
    func namesOfAllLettersAreWritten(form: String) async throws {
        let good = "files/\u{43E}\u{445}\u{440}\u{430}\u{43D}\u{430}/caf\u{E9}.txt"
        func template(_ extra: [String]) async throws -> String {
            let files = extra.map { "'\($0)': 'x'" }.joined(separator: ", ")
            switch form {
            case "tar", "zip":
                let name = form == "tar" ? "t.tar.gz" : "t.zip"
                try await pack("\(form)('\(name)', {**base, \(files)})")
                return name
            default:
                try await pack(
                    """
                    import os, shutil, subprocess
                    shutil.rmtree('t', ignore_errors=True)
                    for path, text in {**base, \(files)}.items():
                        os.makedirs('t/' + os.path.dirname(path), exist_ok=True)
                        open('t/' + path, 'w').write(text)
                    def git(*words): subprocess.run(('git', '-c', 'user.name=a', '-c', 'user.email=a@example.org') + words, cwd='t', check=True, stdout=subprocess.DEVNULL)
                    if '\(form)' == 'git': git('init', '-q'); git('add', '-A'); git('commit', '-qm', 'one')
                    """)
                return form == "git" ? "git+file://" + Scratch.path("t").replacing(" ", with: "%20") : "./t"
            }
        }
        let address = try await template([good])
        let report = try await kit.document("new", "guard", "--template", address)
        expect(report["files"]?.texts.contains(String(good.dropFirst(6))) == true, "\(report)")
        expect(try Disk.text(Scratch.path("guard/" + good.dropFirst(6))) == "x")
        for bad in [
            ["files/a\u{202E}gnp.sh"], ["files/a\u{200B}b"], ["files/stra\u{DF}e", "files/STRASSE"],
            ["files/e\u{301}", "files/\u{E9}"],
        ] {
            let address = try await template(bad)
            let refusal = try await kit.refusal("new", "other", "--template", address)
            expect(refusal.code == "invalid-template" && !Disk.exists(Scratch.path("other")), "\(bad) \(refusal)")
            expect(!refusal.message.unicodeScalars.contains { $0.properties.isDefaultIgnorableCodePoint })
        }
    }

    @Test func whatIsNoArchiveIsNamed() async throws {
        try Disk.write(Scratch.path("page.zip"), "<html>not found</html>")
        expect(try await kit.refusal("new", "g", "--template", "page.zip").message.contains("neither a .tar.gz"))
        expect(try await kit.refusal("new", "g", "--template", "none.tar.gz").code == "no-template")
        try await pack("tar('whole.tar.gz', base)")
        let whole = try Disk.read(Scratch.path("whole.tar.gz"))
        try Disk.write(Scratch.path("cut.tar.gz"), Array(whole.dropLast(9)))
        expect(try await kit.refusal("new", "g", "--template", "cut.tar.gz").code == "invalid-template")
        // What it is, is told by its content.
        try Disk.write(Scratch.path("tar.zip"), whole)
        try await kit.done("new", "g", "--template", "tar.zip")
    }
}
