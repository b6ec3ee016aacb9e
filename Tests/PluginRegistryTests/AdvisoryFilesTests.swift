import PluginRegistry
import TestSupport
import Testing

/// Where a registry's advisories are found: a folder is listed, a server's are named by a file.
@Suite(.scratchFolder) struct AdvisoryFilesTests {
    private func write(_ name: String, id: String) throws {
        try Scratch.write(
            "registry/advisories/" + name, "{\"id\": \"\(id)\", \"modified\": \"2026-11-26T10:00:00Z\"}")
    }

    private func read(_ registry: String) throws -> RegistryAdvisories {
        try RegistryAdvisories(of: RegistryLocation(registry, currentFolder: Scratch.folder), network: Network())
    }

    @Test func aFolderIsListed() throws {
        try Scratch.makeFolder("registry")
        expect(try read("registry").advisories.isEmpty && read("registry").failures.isEmpty)
        try write("x_2.json", id: "x_2")
        try write("x_1.json", id: "x_1")
        try Scratch.write("registry/advisories/README.md", "notes")
        try Scratch.write("registry/advisories/index.json", "{\"advisories\": []}")
        expect(try read("registry").advisories.map(\.advisory.id), is: ["x_1", "x_2"])
        // One that cannot be read does not hide the others, and is not passed over.
        try Scratch.write("registry/advisories/x_3.json", "{\"id\": \"x_3\"}")
        var found = try read("registry")
        expect(found.advisories.count == 2 && found.failures.map(\.file) == ["advisories/x_3.json"])
        expect(found.failures[0].message.contains("line 1") && found.failures[0].message.contains("modified"))
        // A link is nothing that a registry holds.
        try Scratch.makeLink("registry/advisories/x_4.json", to: "/etc/hostname")
        found = try read("registry")
        expect(found.advisories.isEmpty && found.failures.count == 1)
    }

    @Test func aServersAreNamedByAFile() async throws {
        try Scratch.makeFolder("registry")
        try await TestServer.serving("registry") { address in
            // Nothing is published there.
            expect(try read(address).advisories.isEmpty && read(address).failures.isEmpty)
            try write("x_1.json", id: "x_1")
            try Scratch.write("registry/advisories/index.json", "{\"advisories\": [\"x_1.json\"]}")
            expect(try read(address).advisories.map(\.advisory.id), is: ["x_1"])
            try Scratch.write("registry/advisories/index.json", "{\"advisories\": [\"x_1.json\", \"x_2.json\"]}")
            let missing = try read(address)
            expect(missing.advisories.count == 1 && missing.failures.map(\.file) == ["advisories/x_2.json"])
            for bad in [
                "{", "[]", "{\"advisories\": [\"../x.json\"]}", "{\"advisories\": [1]}", "{\"advisories\": [\"x\"]}",
            ] {
                try Scratch.write("registry/advisories/index.json", bad)
                expect(try read(address).advisories.isEmpty && read(address).failures.count == 1, "\(bad)")
            }
        }
        // A server that does not answer is not one without advisories.
        expect(try read("http://127.0.0.1:9").failures.count, is: 1)
    }
}
