import Contract
import JourneySupport
import TestSupport
import Testing

/// What scripts of the host's tool match on, and what a host would make of an index and of what is installed from it.
@Suite(.scratchFolder) struct HostWordsTests {
    private let kit = Kit()
    private var registry: String { Scratch.path("the registry") }
    private var place: [String] { ["--registry", registry, "--dest", Scratch.path("plugins")] }

    /// An empty module, and its digest.
    private static let module: [UInt8] = [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0]
    private static let digest = "93a44bbb96c751218e4c00d479e4c14358122a389acca16205b1e4d0dc5f9476"

    /// A registry with these entries, each a member list such as `"version": "1.0.0"`, of an empty module.
    private func write(_ entries: [String], yanked: [String] = []) throws {
        func entry(_ more: String) -> String {
            var text = "\"name\": \"guard\", \(more)"
            if !more.contains("\"sha256\"") { text += ", \"sha256\": \"\(Self.digest)\"" }
            if !more.contains("\"artifact\"") { text += ", \"artifact\": \"guard.wasm\"" }
            return "{ \(text) }"
        }
        try Disk.write(registry + "/guard.wasm", Self.module)
        try Disk.write(
            registry + "/index.json",
            """
            { "schema_version": "1", "plugins": [\(entries.map(entry).joined(separator: ", "))],
              "yanked": [\(yanked.map(entry).joined(separator: ", "))] }
            """)
    }

    private func installing(_ arguments: String...) async throws -> Program.Result {
        try await kit.run(["install"] + arguments + place)
    }

    @Test func installSaysWhatTheHostsToolSays() async throws {
        try write([#""version": "1.0.0", "hooks": ["pre_query"]"#])
        let result = try await installing("guard")
        expect(
            result.output == """
                installed guard v1.0.0 -> \(Scratch.path("plugins"))/guard.wasm
                  sha256: \(Self.digest)
                  signature: not checked (no trust root)

                """, "\(result.transcript)")
        // An update of a file that a running host has read.
        try write([#""version": "1.1.0", "hooks": ["pre_query"]"#])
        let update = try await installing("guard")
        expect(update.output.contains("\n  restart the host; "), "\(update.transcript)")
    }

    @Test func anEmptyVersionIsShownAsAQuestionMark() async throws {
        try write([#""description": "d""#])
        expect(try await installing("guard").output.hasPrefix("installed guard v? -> "))
    }

    @Test func refusalsHaveTheWordsOfTheHost() async throws {
        try write([#""version": "1.0.0", "sha256": "00""#], yanked: [#""version": "0.9.0", "yanked": "leaks""#])
        let cases: [([String], String)] = [
            (["guard"], "sha256 mismatch"), (["mask"], "no plugin 'mask' in registry"),
            (["guard@2.0.0"], "no plugin 'guard' at version '2.0.0' in registry"),
            (["guard@0.9.0"], "no plugin 'guard' at version '0.9.0' in registry"),
        ]
        for (arguments, words) in cases {
            let result = try await kit.run(["install"] + arguments + place)
            expect(result.status == 1 && result.errors.contains(words), "\(result.transcript)")
        }
        try write([], yanked: [#""version": "0.9.0", "yanked": "leaks""#])
        let gone = try await installing("guard")
        expect(gone.status == 1 && gone.errors.contains("no plugin 'guard' in registry"), "\(gone.transcript)")
    }

    @Test func aBrokenTrustRootFailsTheVerification() async throws {
        try write([#""version": "1.0.0""#])
        try Disk.write(Scratch.path("trust/a.pub"), "no key\n")
        try Disk.write(Scratch.path("guard.wasm"), Self.module)
        for words in [["install", "guard"] + place, ["verify", Scratch.path("guard.wasm")]] {
            let result = try await kit.run(words + ["--trust-root", Scratch.path("trust")])
            expect(
                result.status == 1 && result.errors.contains("error: signature verification failed: ")
                    && result.errors.contains("trust/a.pub"), "\(result.transcript)")
        }
    }

    /// The host refuses a plugin whose minimum is above its maximum, and calls a hook twice that is named twice.
    @Test(
        arguments: [
            (#""resources": {"min_memory": "32MB", "max_memory": "16MB"}"#, nil, "memory limit"),
            (#""resources": {"min_memory": "128MB"}"#, nil, "memory limit"),
            (#""resources": {"min_memory": "32MB", "max_memory": "128MB"}"#, "32MB", nil),
            (#""description": "none""#, nil, nil),
        ] as [(String, String?, String?)])
    func memoryLimitsAreThoseThatTheHostTakes(member: String, minimum: String?, warning: String?) async throws {
        try write([#""version": "1.0.0", "hooks": ["pre_query"], "# + member])
        let result = try await installing("guard")
        expect(result.status == 0, "\(result.transcript)")
        expect(result.errors.contains(warning ?? "unsigned") && (warning != nil || !result.errors.contains("limit")))
        let manifest = try JSONDocument(parsing: try Disk.read(Scratch.path("plugins/guard.json"))).root
        expect(manifest["resources"]?["min_memory"]?.string == minimum)
    }

    @Test func aHookIsInstalledOnce() async throws {
        try write([#""version": "1.0.0", "hooks": ["pre_query", "route", "prequery", "Pre_Query"]"#])
        let result = try await installing("guard")
        expect(result.status == 0 && result.errors.contains("twice"), "\(result.transcript)")
        let manifest = try JSONDocument(parsing: try Disk.read(Scratch.path("plugins/guard.json"))).root
        expect(manifest["hooks"]?.elements.map(\.string) == ["pre_query", "route"])
    }

    /// `registry verify` tells what hosts get, which take the first entry and know two schemes.
    @Test func verifyTellsWhatHostsGet() async throws {
        func faults(_ entries: [String]) async throws -> [String] {
            try write(entries)
            let result = try await kit.run("registry", "verify", registry, "--json")
            let report = try JSONDocument(parsing: result.output).root
            let messages = report["faults"]?.elements.compactMap { $0["message"]?.string } ?? []
            expect((result.status == 0) == messages.isEmpty, "\(result.transcript)")
            return messages
        }
        let new = #""version": "2.0.0""#, old = #""version": "1.0.0""#, early = #""version": "3.0.0-rc.1""#
        expect(try await faults([new, old, early]) == [])
        expect(try await faults([early]) == [])
        let wrongOrders = [[old, new], [early, new, old]]
        for entries in wrongOrders {
            let found = try await faults(entries)
            expect(found.count == 1 && found.allSatisfy { $0.contains("v2.0.0 is newer") }, "\(found)")
        }
        let withdrawn = try await faults([new, old + #", "yanked": "leaks""#])
        expect(withdrawn.count == 1 && withdrawn.allSatisfy { $0.contains("hosts still install it") }, "\(withdrawn)")
        try Disk.write(Scratch.path("guard.wasm"), Self.module)
        let path = Scratch.path("guard.wasm").replacing(" ", with: "%20")
        expect(try await faults([#""version": "1.0.0", "artifact": "file://\#(path)""#]) == [])
        let shouted = try await faults([#""version": "1.0.0", "artifact": "FILE://\#(path)""#])
        expect(shouted.contains { $0.contains("hosts cannot fetch") }, "\(shouted)")
    }
}
