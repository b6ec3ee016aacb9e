import Authoring
import Basics
import Contract
import Operations
import TestSupport
import Testing

/// `NewPlugin` for every template and every set of hooks.
@Suite(.scratchFolder)
struct NewPluginTests {
    private static let hooks = ["pre_query", "post_query", "authenticate", "route"]
    private static let sets = (1..<16).map { bits in
        hooks.enumerated().filter { bits >> $0.offset & 1 == 1 }.map(\.element)
    }

    private func make(_ template: String, _ hooks: [String], author: String = "A. Author") throws -> NewPlugin.Report {
        try Self.make(template, hooks, author: author)
    }

    private static func make(
        _ id: String, _ hooks: [String] = [], in parent: String = Scratch.folder, author: String = "A. Author",
        license: String = "Apache-2.0", description: String = "A plugin"
    ) throws -> NewPlugin.Report {
        let template = try #require(try TemplateCatalog.builtIn().first { $0.id == id })
        let values = SkeletonValues(
            name: "guard", description: description, author: author, license: license,
            hooks: try SkeletonValues.hooks(named: hooks)
        )
        return try NewPlugin(
            template: template, values: values, folder: parent + "/guard", isHere: false, kit: "0.1.0"
        ).run()
    }

    /// Nothing of the templates' language is left, both readers of the manifest agree, and only the asked-for hooks are
    /// named in the author's own files.
    @Test(arguments: sets)
    func everySetOfHooksIsRendered(hooks: [String]) throws {
        for template in try TemplateCatalog.builtIn() {
            let report = try Self.make(template.id, hooks.reversed(), in: Scratch.path(template.id))
            expect(report.hooks, is: hooks)
            let files = try Workplace.tree(report.folder)
            expect(report.files, is: files.keys.filter { !$0.hasSuffix("/") }.sorted())
            for (path, bytes) in files where !path.contains("sdk/") && !path.contains("PluginSDK") {
                expect(!path.hasSuffix(".mustache"))
                // Rust and C have braces of their own, but none of these.
                let left = ["{{#", "{{/", "{{^", "{{name", "{{desc", "&quot;", "&amp;", "&lt;"].filter {
                    bytes.holds($0)
                }
                expect(left.isEmpty, "\(template.id)/\(path)")
            }
            let text = String(decoding: try #require(files["plugin.yaml"]), as: UTF8.self)
            let project = try PluginProject(folder: report.folder)
            let host = HostLineReader(reading: text)
            expect(host.hooks?.items.map(\.text) == hooks && project.manifest.hooks.map(\.text) == hooks)
            expect(host.permissions?.items.map(\.text) ?? [] == project.manifest.permissions.map(\.text))
            expect(project.manifest.unknownKeys.isEmpty)
            expect(project.manifest.toolchain?.text, is: template.toolchain)
            expect(project.version == "0.1.0" && project.name.description == "guard")
            let ignored = String(decoding: files[".gitignore"] ?? [], as: UTF8.self).split(separator: "\n")
            expect(ignored.contains { $0.hasPrefix("dist") || $0.hasPrefix("/dist") }, "\(template.id): \(ignored)")
        }
    }

    @Test func everyToolchainOfATemplateIsKnown() throws {
        let templates = try TemplateCatalog.builtIn()
        expect(templates.first?.id, is: TemplateCatalog.defaultID)
        expect(Set(templates.map(\.toolchain)), is: Set(Toolchain.ids))
    }

    /// The author's name also goes into files that are not YAML, as it is.
    @Test func valuesAreNotEscapedForHTML() throws {
        let report = try Self.make(
            "c", author: "A & <B>", license: "MIT", description: "Says \"no\" & <means> it's so")
        let readme = String(decoding: try Workplace.tree(report.folder)["README.md"] ?? [], as: UTF8.self)
        expect(readme.contains("\nSays \"no\" & <means> it's so\n"), "\(readme.prefix(200))")
    }

    /// Of many who want one name at once, one gets it whole.
    @Test func oneOfManyGetsTheName() async throws {
        let folder = Scratch.folder
        let made = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<8 {
                group.addTask {
                    do {
                        _ = try Self.make("c", in: folder, author: "Author \(number)", license: "MIT")
                        return true
                    } catch {
                        return (error as? any Diagnostic)?.code != .alreadyExists
                    }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        expect(made, is: 1)
        expect(try Workplace.tree(folder).keys.allSatisfy { $0.hasPrefix("guard/") })
        _ = try PluginProject(folder: Scratch.path("guard"))
    }

    @Test(arguments: [nil, "", "authenticate"])
    func gitAndUserNameTheAuthor(user: String?) async throws {
        // A git that knows nobody, one that fails, and none.
        try Workplace.writeProgram(Scratch.path("quiet/git"), "exit 1")
        try Workplace.writeProgram(
            Scratch.path("named/git"),
            "case \"$*\" in *' config --get user.name') ;; *) exit 1 ;; esac; echo '  Ada L.  '")
        var environment = ["PATH": "relative:" + Scratch.path("quiet") + ":" + Scratch.path("named")]
        environment["USER"] = user
        let fallback = user.flatMap { $0.isEmpty ? nil : $0 } ?? "unknown"
        expect(await AuthorName.detect(environment: environment), is: fallback)
        environment["PATH"] = Scratch.path("named")
        let named = await AuthorName.detect(environment: environment)
        expect(named.contains("Ada L."))
        expect(try make("c", [], author: named).files.contains("plugin.yaml"))
        environment["GIT_AUTHOR_NAME"] = "Grace"
        expect(await AuthorName.detect(environment: environment), is: "Grace")
    }
}
