import Contract
import Ed25519
import TestSupport
import Testing

@testable import PluginRegistry

/// Where the key of a signed registry is remembered.
@Suite struct RegistryMemoryTests {
    private func path(_ registry: String, _ endpoint: String?) throws -> String {
        try RegistryMemory(folder: "/seen", endpoint: endpoint).path(of: RegistryLocation(registry, currentFolder: "/"))
    }

    private func notes(_ entries: String, yanked: String = "") throws -> PluginNotes {
        var scanner = IndexScanner(NotingPlugins(NoEntries()))
        let text = Array("{\"plugins\": [\(entries)], \"yanked\": [\(yanked)]}".utf8)
        try unsafe scanner.update(text.span.bytes)
        _ = try scanner.finish()
        return scanner.visitor.notes
    }

    private func entry(_ name: String, _ version: String, _ more: String = "") -> String {
        "{\"name\": \"\(name)\", \"version\": \"\(version)\", \"artifact\": \"a\", \"sha256\": \"00\"\(more)}"
    }

    /// One spelling of an entry is as good as another, and every other change is one.
    @Test func aPluginIsNotedByWhatIsSaidOfIt() throws {
        let one = entry("a", "1.0.0", ", \"hooks\": [\"pre_query\", \"route\"], \"size\": 5, \"author\": \"é\"")
        let note = try notes(one).note(of: "a")
        let same = [
            "{\"version\":\"1.0.0\",\"name\":\"a\",\"author\":\"\\u00e9\",\"size\":5,\"artifact\":\"../b\",\"sha256\":\"00\",\"hooks\":[\"pre_query\",\n \"\\u0072oute\"]}",
            one + "," + entry("b", "2.0.0"), entry("b", "2.0.0") + "," + one,
        ]
        for text in same { expect(try notes(text).note(of: "a"), is: note, "\(text)") }
        let other = [
            entry("a", "1.0.0"), one + "," + entry("a", "0.9.0"), one.replacing("\"size\": 5", with: "\"size\": 6"),
            one.replacing("route", with: "rou te"), one.replacing("\"00\"", with: "\"01\""), entry("b", "1.0.0"),
            entry("a", "1.0.0", ", \"resources\": {\"min_memory\": \"1MB\"}"),
        ]
        for text in other { expect(try notes(text).note(of: "a") != note, "\(text)") }
        expect(try notes("", yanked: one).note(of: "a") != note)
        let withdrawn = try notes("", yanked: entry("a", "1.0.0", ", \"yanked\": \"leaks\"")).note(of: "a")
        expect(try notes("", yanked: entry("a", "1.0.0", ", \"yanked\": true")).note(of: "a") != withdrawn)
    }

    /// The file is one of its registry and whole, or it is none.
    @Test func notesAreFoundInTheirFile() throws {
        let names = (0..<50).map { "p\($0)" }, all = try notes(names.map { entry($0, "1.0.0") }.joined(separator: ","))
        let key = "cpfZrtrIH397ZLy+e0541cMTzBql/bsKI+8KgasC7q0="
        let outline = "{\"registry_id\": \"r\", \"registry_key\": \"\(key)\", \"serial\": 7, \"plugins\": []}"
        var scanner = IndexScanner(NoEntries())
        try unsafe scanner.update(Array(outline.utf8).span.bytes)
        let seal = try #require(try IndexSeal(scanner.finish()))
        let file = try all.file(seal)
        expect(try PluginNotes.serial(ofFile: file, registry: "r"), is: 7)
        expect(try PluginNotes.serial(ofFile: file, registry: "other") == nil)
        expect(try PluginNotes.serial(ofFile: Array(file.dropLast(5)), registry: "r") == nil)
        expect(try PluginNotes.serial(ofFile: [], registry: "r") == nil)
        for name in names { expect(try PluginNotes.file(file, has: all.note(of: name), of: name)) }
        expect(try !PluginNotes.file(file, has: all.note(of: "p1"), of: "q1"))
        expect(try !PluginNotes.file(file, has: notes(entry("p1", "2.0.0")).note(of: "p1"), of: "p1"))
    }

    /// Two stores may have buckets of one name.
    @Test func aBucketIsOneOfItsStore() throws {
        let bucket = "s3://plugins/team"
        expect(try path(bucket, "https://a.example.org"), is: try path(bucket, "https://A.example.org/"))
        let all = try [path(bucket, "https://a.example.org"), path(bucket, "https://b.example.org"), path(bucket, nil)]
        expect(Set(all).count, is: 3)
        for other in ["/srv/registry", "https://c.example.org/registry", "oci://c.example.org/team"] {
            expect(try path(other, "https://a.example.org"), is: try path(other, nil))
        }
    }
}
