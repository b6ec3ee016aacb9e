import Contract
import TestSupport
import Testing

@Suite struct IndexEditorTests {
    private static func entry(_ name: String, _ version: String) -> IndexEntry {
        var entry = IndexEntry(
            PluginMetadata(name: name), artifact: "artifacts/\(name)/\(version)/\(name).wasm", sha256: "00")
        entry.metadata.version = version
        return entry
    }

    private static func edit(
        _ text: String, _ name: String, folder: String? = nil,
        _ change: (IndexEditor, IndexOutline) -> [IndexSplice]?
    ) throws -> String? {
        let name = try #require(PluginName(name))
        var scanner = IndexScanner(IndexEditor(name: name, folder: folder))
        try unsafe scanner.update(Array(text.utf8).span.bytes)
        let outline = try scanner.finish()
        return change(scanner.visitor, outline).map {
            String(decoding: IndexSplice.apply($0, to: Array(text.utf8)), as: UTF8.self)
        }
    }

    private static func add(_ text: String, _ name: String, _ version: String) throws -> String {
        try edit(text, name) { $0.splices(adding: entry(name, version), to: $1) } ?? ""
    }

    private static func versions(_ text: String, _ list: IndexList = .plugins) throws -> [String] {
        let scanned = try Scanned(Array(text.utf8), block: 1 << 20, list: list)
        expect(scanned.error == nil)
        return scanned.entries.map { "\($0.name) \($0.version)" }
    }

    /// Windows writes CR and LF; a change of such an index keeps them everywhere.
    @Test func lineEndsStay() throws {
        let crlf =
            "{\r\n  \"plugins\": [\r\n    {\"name\": \"a\", \"artifact\": \"x\", \"sha256\": \"1\"}\r\n  ]\r\n}\r\n"
        let added = try Self.add(crlf, "b", "1.0.0")
        expect(Array(added.utf8).count { $0 == 10 }, is: Array(added.utf8).count { $0 == 13 })
        expect(try Self.versions(added), is: ["a ", "b 1.0.0"])
        let withdrawn = try #require(
            try Self.edit(added, "b") { $0.splices(withdrawing: "1.0.0", because: "x", in: $1) })
        expect(Array(withdrawn.utf8).count { $0 == 10 }, is: Array(withdrawn.utf8).count { $0 == 13 })
    }

    @Test func anIndexOnOneLineStaysOnOne() throws {
        let text = "{\"plugins\":[{\"name\":\"a\",\"artifact\":\"x\",\"sha256\":\"1\"}]}"
        let added = try Self.add(text, "a", "1.0.0")
        expect(!added.contains("\n"))
        expect(try Self.versions(added), is: ["a 1.0.0", "a "])
    }

    @Test func membersAreSetAndAdded() throws {
        let text = "{\n  \"serial\": 4,\n  \"plugins\": []\n}\n"
        let members = [JSONValue.Member("serial", .int(5)), .init("updated_at", .string("now"))]
        let changed = try Self.edit(text, "a") {
            $0.splices(adding: Self.entry("a", "1.0.0"), to: $1, setting: members)
        }
        let start = "{\n  \"serial\": 5,\n  \"updated_at\": \"now\",\n  \"plugins\": [\n    {\n"
        expect(changed?.hasPrefix(start), is: true, "\(changed ?? "")")
        let outline = try RegistryIndex(reading: Array((changed ?? "").utf8)).outline
        expect(outline.serial == 5 && outline.updatedAt == "now" && outline.schemaVersion == "")
    }

    @Test func othersOfTheNameAndTheFolderAreSeen() throws {
        let text = """
            {"plugins":[{"name":"Mask","artifact":"x","sha256":"1"},{"name":"\\u004dask","artifact":"x","sha256":"1"},
            {"name":"other","artifact":"artifacts/mask/1.0.0/o.wasm","sha256":"1"},{"name":"mask","artifact":"z","sha256":"1"}]}
            """
        _ = try Self.edit(text, "mask", folder: "artifacts/mask/1.0.0") { editor, _ in
            expect(editor.namesOfOtherCase, is: ["Mask"])
            expect(editor.holdersOfFolder.map(\.name), is: ["other"])
            expect(editor.entries.map(\.entry.artifact), is: ["z"])
            return nil
        }
    }

    /// Withdrawing and restoring in any order keeps every entry, its fields and the order of what is offered.
    @Test(arguments: [81, 82, 83] as [UInt64])
    func thereAndBack(seed: UInt64) throws {
        var random = SeededNumbers(seed: seed)
        for round in 0..<40 {
            var text = random.pick([
                "{\"plugins\":[]}", "{\n \"plugins\": [\n ], \"yanked\": []\n}", "{\"yanked\":null,\"plugins\":[ ]}",
                "{\"plugins\":[{\"name\":\"other\",\"artifact\":\"o\",\"sha256\":\"1\",\"x\":\"\\ud800\"}]}",
            ])
            let hadOther = text.contains("other")
            let all = ["1.0.0", "1.1.0", "2.0.0-rc.1", "0.9.0", "1.10.0"]
            for version in all.shuffled(using: &random) { text = try Self.add(text, "a", version) }
            var withdrawn: Set<String> = []
            for _ in 0..<12 {
                let version = random.pick(all)
                if withdrawn.contains(version) {
                    text = try #require(try Self.edit(text, "a") { $0.splices(restoring: version, in: $1) })
                    withdrawn.remove(version)
                } else {
                    text = try #require(
                        try Self.edit(text, "a") {
                            $0.splices(
                                withdrawing: version, because: "why \(round)", in: $1,
                                setting: [.init("serial", .int(round))])
                        })
                    withdrawn.insert(version)
                }
                let order = ["1.10.0", "1.1.0", "1.0.0", "0.9.0", "2.0.0-rc.1"].filter { !withdrawn.contains($0) }
                let offered = try Self.versions(text).filter { $0.hasPrefix("a ") }
                expect(offered, is: order.map { "a \($0)" }, "\(text)")
                expect(try Set(Self.versions(text, .yanked)), is: Set(withdrawn.map { "a \($0)" }), "\(text)")
                expect(text.contains("\\ud800"), is: hadOther)
            }
            let lists = try Scanned(Array(text.utf8), block: 1 << 20, list: .yanked).entries
            expect(lists.allSatisfy { $0.yanked?.hasPrefix("why ") == true })
        }
    }

    /// A version that was withdrawn by a field, as earlier kits did, is offered again without it.
    @Test func withdrawnByAField() throws {
        let text = """
            {"plugins": [{"name": "a", "version": "2.0.0", "yanked": "bad", "artifact": "x", "sha256": "1", "x": 1.0},
              {"name": "a", "version": "1.0.0", "artifact": "y", "sha256": "1"}]}
            """
        let restored = try #require(try Self.edit(text, "a") { $0.splices(restoring: "2.0.0", in: $1) })
        expect(try Self.versions(restored), is: ["a 2.0.0", "a 1.0.0"])
        expect(restored.contains("\"version\": \"2.0.0\", \"artifact\": \"x\", \"sha256\": \"1\", \"x\": 1.0}"))
        expect(try Self.edit(text, "a") { $0.splices(restoring: "1.0.0", in: $1) } == nil)
        expect(try Self.edit(text, "a") { $0.splices(withdrawing: "3.0.0", because: "", in: $1) } == nil)
    }
}
