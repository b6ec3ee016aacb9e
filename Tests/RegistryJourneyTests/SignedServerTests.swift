import Contract
import JourneySupport
import TestSupport
import Testing

/// A signed registry behind nginx with TLS and ETags: what readers take, and what of a wrong server they refuse.
@Suite(.scratchFolder) struct SignedServerTests {
    private let parties = Parties()
    private var registry: String { parties.registry }
    private var index: String { registry + "/index.json" }
    private let own = "/plugins/gu/ar/guard.json"

    /// The files of the registry that say what there is.
    private func indexes() throws -> [String: [UInt8]] {
        try Disk.tree(registry).filter {
            !$0.key.hasSuffix("/") && ($0.key.hasPrefix("index") || $0.key.hasPrefix("plugins"))
        }
    }

    private func put(_ files: [String: [UInt8]]) throws {
        for (path, bytes) in files { try Disk.write(registry + "/" + path, bytes) }
    }

    @Test func everyReaderVerifies() async throws {
        let plugin = try await parties.prepare()
        let old = try indexes()
        try await WebServer.serving(
            registry,
            locations: "location = /broken/index.json.sig { return 500; } location /broken/ { alias \"\(registry)/\"; }"
        ) { server in
            let user = parties.user.with("SSL_CERT_FILE", server.certificate)
                .with("XDG_CACHE_HOME", Scratch.path("cache"))
            let place = ["--registry", server.address], dest = ["--dest", Scratch.path("plugins")]
            expect(try await user.done(["install", "guard"] + place + dest).contains("verified by 'mykey'"))
            try await parties.release("0.2.0", of: plugin)
            let new = try indexes()
            expect(try await user.done(["outdated"] + dest).contains("0.2.0"))
            expect(try await user.done(["update", "--yes"] + dest).contains("updated guard v0.2.0"))
            try await parties.release("0.3.0", of: plugin)
            let newest = try indexes()
            let readers: [[String]] = [
                ["list"] + place, ["info", "guard"] + place, ["search", "guard"] + place,
                ["install", "guard"] + place + dest, ["update", "guard", "--yes"] + dest,
            ]
            func refused(_ what: String, _ words: String, code: String = "index-untrusted") async throws {
                for reader in readers {
                    let result = try await user.run(reader + ["--json"])
                    let error = try JSONValue.parse(result.output)["error"]
                    expect(result.status == 1, "\(what): \(result.transcript)")
                    expect(error?["code"]?.string == code, "\(what): \(result.transcript)")
                    expect(error?["message"]?.string?.contains(words) == true, "\(what): \(result.transcript)")
                    expect(error?["help"]?.string?.isEmpty == false, "\(what): \(result.transcript)")
                }
                // One that is not about one plugin says why it could not tell.
                let outdated = try await user.run(["outdated", "--json"] + dest)
                expect(outdated.status == 1 && outdated.output.contains(words), "\(what): \(outdated.transcript)")
                // As it was, all goes on.
                try put(newest)
                for reader in readers.prefix(3) { try await user.done(reader) }
            }
            try await user.done(["list"] + place)
            try put(old)
            try await refused("an old one", "it is an old index")
            try put(new)
            try await refused("the last but one", "it is an old index")

            let other = Parties(), elsewhere = Scratch.path("elsewhere")
            try await other.keeper.done("registry", "init", elsewhere, "--key", "registry")
            for _ in 0..<8 { try await other.keeper.done("registry", "sign", elsewhere) }
            try Disk.remove(registry + own)
            for ending in ["", ".sig"] {
                try Disk.write(index + ending, try Disk.read(elsewhere + "/index.json" + ending))
            }
            try await refused("another registry's", "another registry")

            try Disk.remove(registry + own)
            try Disk.remove(index + ".sig")
            try await refused("without a signature", "has no signature")
            try Disk.remove(registry + own)
            try Disk.write(index, Array(try Disk.read(index).dropLast(40)))
            try await refused("truncated", "index.json", code: "index-malformed")
            try Disk.remove(registry + own)
            let text = try Disk.text(index)
            try Disk.write(index, text.replacing("0.3.0", with: "0.40.0"))
            try await refused("changed", "was changed after it was signed")

            // Signed by the registry's key, with a time that has passed.
            let changed = text.replacing("\"serial\":", with: "\"expires\": \"2020-01-01T00:00:00Z\",\n  \"serial\":")
            try Disk.write(index, changed)
            try await parties.sign(index)
            try Disk.remove(registry + own)
            try await refused("expired", "expired at 2020-01-01")

            // A server that is out of order is not called one without a signature.
            let broken = ["--registry", server.address + "/broken"]
            let first = try await user.run(["list", "--json"] + broken)
            expect(first.status == 1, "\(first.transcript)")
            expect(
                try JSONValue.parse(first.output)["error"]?["code"]?.string == "index-unavailable",
                "\(first.transcript)")
            expect(try await user.done(["update", "--yes"] + dest).contains("updated guard v0.3.0"))
        }
    }
}
