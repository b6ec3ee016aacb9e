import Foundation
import TestSupport
import Testing

/// What is generated from the program and committed must be what the program says today.
@Suite(.scratchFolder)
struct GeneratedTextTests {
    @Test func manPagesAndReferenceAreUpToDate() async throws {
        let script = BuiltProduct.repository + "/Scripts/man-pages"
        let result = try await Program(script).run([BuiltProduct.pdk, Scratch.path("fresh")])
        try #require(result.status == 0, "\(result.transcript)")
        let committed = BuiltProduct.repository + "/Docs", fresh = Scratch.path("fresh")
        let pages = try FileManager.default.contentsOfDirectory(atPath: fresh + "/man").sorted()
        expect(pages.contains("pdk.1") && pages.contains("pdk-new.1"))
        expect(try FileManager.default.contentsOfDirectory(atPath: committed + "/man").sorted() == pages)
        for file in ["cli.md"] + pages.map({ "man/" + $0 }) {
            // A page that is not committed differs too.
            let isSame = FileManager.default.contentsEqual(atPath: fresh + "/" + file, andPath: committed + "/" + file)
            expect(isSame, "Docs/\(file) is out of date; run: make docs")
        }
    }

    /// A script that asks whether there is a command gets an honest answer.
    @Test(arguments: [
        ["no-such-command"], ["help", "no-such-command"], ["no-such-command", "--help"], ["no-such-command", "--x"],
    ])
    func anUnknownCommandIsMisuse(arguments: [String]) async throws {
        let result = try await Program(BuiltProduct.pdk).run(arguments)
        expect(result.status == 2, "\(result.transcript)")
        expect(result.errors.hasPrefix("error: there is no command 'no-such-command'\nhelp: "), "\(result.transcript)")
        expect(result.output.isEmpty)
    }

    @Test(arguments: [("instal", "install"), ("pubilsh", "publish"), ("kegen", "keygen")])
    func aMisspeltCommandIsGuessed(word: String, command: String) async throws {
        let result = try await Program(BuiltProduct.pdk).run([word, "--json"])
        expect(result.status == 2, "\(result.transcript)")
        expect(result.output.contains("did you mean: pdk \(command)"), "\(result.transcript)")
    }

    @Test func helpOfACommandIsData() async throws {
        let result = try await Program(BuiltProduct.pdk).run(["help", "publish"])
        expect(result.status == 0 && result.output.contains("Usage: pdk publish"), "\(result.transcript)")
    }
}
