import Contract
import TestSupport
import Testing

/// A publisher as in the field: keys and signatures made by the real `openssl`, in the test's scratch folder.
struct Publisher {
    let label: String

    /// Makes a key pair and puts its public half into the folder `trust`.
    init(_ label: String, trust: String = "trust") async throws {
        self.label = label
        try Scratch.makeFolder("keys")
        try Scratch.makeFolder(trust)
        let script = """
            openssl genpkey -algorithm ed25519 -out "keys/$1.pem" &&
            openssl pkey -in "keys/$1.pem" -pubout -outform DER | tail -c 32 | base64 > "$2/$1.pub"
            """
        let made = try await Program("sh").run(["-c", script, "sh", label, trust])
        try #require(made.status == 0, "\(made.transcript)")
    }

    /// The signature over a file of the scratch folder, as base64 text.
    func sign(_ file: String) async throws -> String {
        let script = """
            openssl pkeyutl -sign -rawin -inkey "keys/$1.pem" -in "$2" -out "keys/signature" && base64 -w 0 keys/signature
            """
        let made = try await Program("sh").run(["-c", script, "sh", label, file])
        try #require(made.status == 0, "\(made.transcript)")
        return made.output
    }
}

/// A registry folder written member by member, as another tool than ours might.
struct TestRegistry {
    /// The folder, in the scratch folder.
    let name: String
    private(set) var entries: [JSONValue] = []

    init(_ name: String = "registry") throws {
        self.name = name
        try Scratch.makeFolder(name)
        try writeIndex()
    }

    /// A module with nothing in it but a text, in a custom section.
    static func module(_ text: String = "module") -> [UInt8] {
        Wasm.header + Wasm.section(0, Wasm.name("t") + Array(text.utf8))
    }

    /// Puts a module into the registry folder, and an entry for it into the index.
    ///
    /// Fields that are given replace those that would be right, and null takes one away.
    mutating func publish(
        _ plugin: String, _ version: String = "1.0.0", module: [UInt8] = module(), signer: Publisher? = nil,
        first: Bool = false, fields: [String: JSONValue] = [:]
    ) async throws {
        let file = "\(plugin)-\(version).wasm"
        try Scratch.write(name + "/" + file, module)
        let digest = try await Program("sha256sum").run([name + "/" + file])
        var members: [String: JSONValue] = [
            "name": .string(plugin), "version": .string(version), "artifact": .string(file),
            "sha256": .string(String(digest.output.drop { $0 == "\\" }.prefix(64))),
            "description": .string("about \(plugin)"),
            "hooks": .strings(["pre_query"]),
        ]
        if let signer { members["signature"] = .string(try await signer.sign(name + "/" + file)) }
        members.merge(fields) { $1 }
        let entry = JSONValue.object(
            members.sorted { $0.key < $1.key }.filter { $0.value != .null }.map { JSONValue.Member($0.key, $0.value) })
        entries.insert(entry, at: first ? 0 : entries.count)
        try writeIndex()
    }

    private func writeIndex() throws {
        try Scratch.write(name + "/index.json", JSONValue.object(["plugins": .array(entries)]).compactText)
    }
}
