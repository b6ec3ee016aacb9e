import Contract
import JourneySupport
import TestSupport
import Testing

/// Entries whose digest or signature is malformed: listed as they stand in the index, and refused by installs.
@Suite(.scratchFolder) struct MalformedEntryTests {
    private let kit = Kit()
    private let registry = FakeRegistry("the registry")
    private var index: String { registry.path + "/index.json" }

    /// Of four plugins, `short` has a digest that is none, `scribbled` a signature; `loud` has its digest in capitals.
    private func written() async throws -> (index: String, loud: String) {
        try await registry.write(["plain 1.0.0", "loud 1.0.0", "short 1.0.0", "scribbled 1.0.0"])
        let digests = try #require(try JSONValue.parse(Disk.text(index))["plugins"]?.elements).map {
            $0["sha256"]?.string ?? ""
        }
        try Disk.edit(index, digests[1], digests[1].uppercased())
        try Disk.edit(index, digests[2], "AbC")
        try Disk.edit(index, "\"\(digests[3])\"", "\"\(digests[3])\", \"signature\": \"Not A Signature\"")
        return (try Disk.text(index), digests[1])
    }

    @Test func theyAreListedAsTheyStand() async throws {
        let (text, loud) = try await written()
        let listed = try JSONValue.parse(try await kit.done("list", "--registry", registry.path, "--json"))
        let digests = listed.elements.map { $0["sha256"]?.string ?? "" }
        expect(digests.contains(loud.uppercased()) && digests.contains("AbC"), "\(digests)")
        for name in ["plain", "loud", "short", "scribbled"] {
            let words = try await kit.done("info", name, "--registry", registry.path)
            let shown = ["short": "AbC", "loud": loud.uppercased()][name] ?? "1.0.0"
            expect(words.contains(shown), "\(words)")
        }
        let scribbled = try await kit.document("info", "scribbled", "--registry", registry.path)
        expect(scribbled["versions"]?.elements.first?["signed"] == .bool(true))
        let verified = try await kit.run("registry", "verify", registry.path)
        expect(verified.status == 1, "\(verified.transcript)")
        for words in [
            "sha256 mismatch for short v1.0.0: its sha256 in \(index) is not 64 hex digits",
            "signature verification failed for scribbled v1.0.0: the signature in \(index) is not base64 of 64 bytes",
        ] {
            expect(verified.output.contains(words), "\(verified.transcript)")
        }
        expect(!verified.output.contains("plain v") && !verified.output.contains("loud v"), "\(verified.transcript)")
        expect(try Disk.text(index) == text)
    }

    @Test func theyAreNotInstalled() async throws {
        let (_, loud) = try await written()
        let plugins = Scratch.path("the plugins"), place = ["--registry", registry.path, "--dest", plugins]
        for (name, code) in [("short", "index-malformed"), ("scribbled", "signature-invalid")] {
            let refusal = try await kit.run(["install", name] + place + ["--json"])
            let error = try JSONValue.parse(refusal.output)["error"]
            expect(refusal.status == 1 && error?["code"]?.string == code, "\(refusal.transcript)")
            expect(!Disk.exists(plugins + "/\(name).wasm"))
        }
        // Their good twins; what is said and locked of a digest in capitals is in lower case.
        expect(try await kit.done(["install", "plain"] + place).contains("sha256: "))
        expect(try await kit.done(["install", "loud"] + place).contains("sha256: \(loud)\n"))
        expect(try Disk.text(plugins + "/pdk.lock").contains("\"\(loud)\""))
        let fine = try await kit.run("audit", plugins)
        expect(!fine.output.contains("[changed]") && fine.output.contains("unsigned"), "\(fine.transcript)")
        // A module that was put there by hand is compared with the text that stands in the index.
        try Disk.copy(registry.path + "/modules/short-1.0.0.wasm", to: plugins + "/short.wasm")
        try Disk.write(
            plugins + "/short.json", "{\"name\": \"short\", \"version\": \"1.0.0\", \"hooks\": [\"pre_query\"]}")
        let audited = try await kit.run("audit", plugins, "--registry", registry.path)
        expect(
            audited.status == 1 && audited.output.contains("[changed]")
                && audited.output.contains("the registry's has AbC"), "\(audited.transcript)")
    }
}
