internal import Contract
internal import Foundation
internal import TestSupport

/// A registry of modules that are nothing but their first bytes, written as another tool than ours might.
package struct FakeRegistry {
    package let path: String

    package init(_ name: String) { path = Scratch.path(name) }

    /// Writes releases `NAME VERSION [PERMISSION…]` in this order, and withdrawn ones `NAME VERSION REASON`.
    ///
    /// A module holds its name and version, and `salt` where that begins with the name. With a key's folder of a kit the
    /// releases are signed.
    package func write(
        _ releases: [String], yanked: [String] = [], salt: String = "", hooks: [String: [String]] = [:],
        key: String? = nil
    ) async throws {
        try? FileManager.default.removeItem(atPath: path)
        var entries: [JSONValue] = [], withdrawn: [JSONValue] = []
        for (place, release) in (releases + yanked).enumerated() {
            let words = release.split(separator: " ").map(String.init), isYanked = place >= releases.count
            let (name, version) = (words[0], words[1]), file = "modules/\(name)-\(version).wasm"
            // An empty module with a custom section called t.
            let text = "\(name) \(version)" + (salt.hasPrefix(name + " ") ? salt : "")
            let module = Wasm.header + Wasm.section(0, Wasm.name("t") + Array(text.utf8))
            try Disk.write(path + "/" + file, module)
            let digest = try await Program("sha256sum").run([path + "/" + file]).output.drop { $0 == "\\" }.prefix(64)
            var signature: String?
            if let key { signature = try await Self.sign(path + "/" + file, key) }
            let entry = JSONValue.object([
                "name": .string(name), "version": .string(version), "description": .string("about \(name)"),
                "artifact": .string(file), "sha256": .string(String(digest)),
                "signature": signature.map(JSONValue.string),
                "hooks": .strings(hooks["\(name) \(version)"] ?? ["pre_query"]),
                "permissions": .strings(isYanked ? [] : Array(words.dropFirst(2))), "size": .int(module.count),
                "yanked": isYanked ? .string(words.dropFirst(2).joined(separator: " ")) : nil,
            ])
            if isYanked { withdrawn.append(entry) } else { entries.append(entry) }
        }
        try Disk.write(
            path + "/index.json",
            JSONValue.object([
                "schema_version": "1", "plugins": .array(entries),
                "yanked": withdrawn.isEmpty ? nil : .array(withdrawn),
            ]).prettyText())
    }

    /// Base64 of the signature that `openssl` makes with a PEM key.
    private static func sign(_ file: String, _ key: String) async throws -> String {
        let script = "openssl pkeyutl -sign -rawin -inkey \"$2\" -in \"$1\" | base64 -w 0"
        let made = try await Program("sh").run(["-c", script, "sh", file, key])
        if made.output.count != 88 { throw Disk.Missing(text: made.transcript, path: file) }
        return made.output
    }
}
