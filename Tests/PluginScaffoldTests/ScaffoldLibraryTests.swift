import PluginScaffold
import TestSupport
import Testing

/// The library product: what a Swift program that writes skeletons can do.
@Suite(.scratchFolder)
struct ScaffoldLibraryTests {
    @Test func everyTemplateIsRenderedAndWritten() throws {
        let templates = try PluginScaffold.builtInTemplates
        expect(templates.first?.id == "swift" && templates.count >= 5)
        for template in templates {
            let scaffold = PluginScaffold(name: "guard", template: .builtIn(template.id), hooks: ["auth", "pre_query"])
            let files = try scaffold.files()
            expect(files.contains { $0.path == "plugin.yaml" })
            try scaffold.write(toFolder: Scratch.path(template.id + "/guard"))
            for file in files { expect(Scratch.exists(template.id + "/guard/" + file.path), "\(file.path)") }
            let manifest = String(decoding: files.first { $0.path == "plugin.yaml" }?.bytes ?? [], as: UTF8.self)
            expect(manifest.contains("hooks:\n  - pre_query\n  - authenticate\n"))
        }
    }

    @Test func refusalsHaveCodes() throws {
        func code(_ scaffold: PluginScaffold) -> String {
            do {
                try scaffold.write(toFolder: Scratch.path("guard"))
                return "done"
            } catch { return error.code }
        }
        expect(code(PluginScaffold(name: "../x")), is: "invalid-name")
        expect(code(PluginScaffold(name: "guard", hooks: ["nothing"])), is: "unknown-hook")
        expect(code(PluginScaffold(name: "guard", template: .builtIn("cobol"))), is: "no-template")
        expect(code(PluginScaffold(name: "guard", template: .folder(Scratch.path("none")))), is: "no-template")
        expect(
            code(PluginScaffold(name: "guard", template: .builtIn("c"), values: ["zz": "1"])), is: "unknown-variable")
        expect(code(PluginScaffold(name: "guard", template: .builtIn("c"))), is: "done")
        expect(code(PluginScaffold(name: "guard", template: .builtIn("c"))), is: "already-exists")
    }
}
