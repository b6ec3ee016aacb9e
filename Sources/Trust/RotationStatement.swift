package import Basics
package import Ed25519
internal import Files

/// A statement that one key follows another, signed by both: `pdk key rotate` writes it, `pdk trust add` follows it.
///
/// A text of lines, each `name: value`; both signatures are over the exact bytes of the lines before the first of them.
package struct RotationStatement: Sendable, Equatable {
    package let oldKey: PublicKey
    package let newKey: PublicKey
    /// What the publisher calls the new key.
    package let label: String
    /// RFC 3339 text.
    package let issuedAt: String

    /// The first line; another version would be another text.
    static let head = "pdk key rotation 1"
    /// How such a file begins.
    package static func isOne(_ file: [UInt8]) -> Bool { file.starts(with: Array(head.utf8)) }

    private static func signed(_ old: PublicKey, _ new: PublicKey, _ label: String, _ issuedAt: String) -> String {
        """
        \(head)
        old: \(old.text)
        new: \(new.text)
        label: \(label)
        issued-at: \(issuedAt)

        """
    }

    /// The file's text.
    package static func make(
        from old: borrowing SigningKey, to new: borrowing SigningKey, label: String, issuedAt: Timestamp
    ) throws -> [UInt8] {
        let text = signed(old.publicKey, new.publicKey, label, issuedAt.rfc3339)
        let bytes = Array(text.utf8)
        let first = try unsafe old.sign(bytes.span.bytes), second = try unsafe new.sign(bytes.span.bytes)
        let signatures =
            "signed-by-old: \(Base64.encode(first.bytes))\nsigned-by-new: \(Base64.encode(second.bytes))\n"
        return bytes + Array(signatures.utf8)
    }

    /// The longest statement, in bytes.
    static let maximumBytes = 4096

    /// Reads a statement and verifies both signatures; whether the old key is trusted is the caller's to know.
    package init(verifying file: [UInt8]) throws(KeyFileError) {
        func malformed(_ reason: String) -> KeyFileError {
            KeyFileError(.other, "it is not a key rotation statement: \(reason)", help: "get the statement again")
        }
        guard file.count <= Self.maximumBytes, let text = String(validating: file, as: UTF8.self) else {
            throw malformed("it is longer than \(Self.maximumBytes) bytes, or not UTF-8")
        }
        let names = ["old", "new", "label", "issued-at", "signed-by-old", "signed-by-new"]
        let lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { Array($0) }
        guard lines.count == names.count + 2, lines[0].elementsEqual(Self.head.utf8), lines[7].isEmpty else {
            throw malformed("it does not have the expected lines")
        }
        var values: [[UInt8]] = []
        for (line, name) in zip(lines.dropFirst(), names) {
            guard line.starts(with: Array((name + ": ").utf8)) else { throw malformed("'\(name)' is missing") }
            values.append(Array(line.dropFirst(name.utf8.count + 2)))
        }
        guard let old = PublicKey(text: String(decoding: values[0], as: UTF8.self)),
            let new = PublicKey(text: String(decoding: values[1], as: UTF8.self)), old != new,
            let first = Signature(text: values[4]), let second = Signature(text: values[5])
        else { throw malformed("its keys or signatures are not valid, or the keys are the same") }
        label = String(decoding: values[2], as: UTF8.self)
        issuedAt = String(decoding: values[3], as: UTF8.self)
        guard KeyStore.isLabel(label) else { throw malformed("its label is not valid") }
        oldKey = old
        newKey = new
        let signed = Array(Self.signed(old, new, label, issuedAt).utf8)
        guard file.starts(with: signed) else { throw malformed("its lines do not match the signatures") }
        for (key, signature, name) in [(old, first, "old"), (new, second, "new")] {
            guard unsafe verify(signature, of: signed.span.bytes, by: key) else {
                throw malformed("the signature of the \(name) key does not verify")
            }
        }
    }
}

extension KeyStore {
    /// The most statements that are read.
    private static let maximumStatements = 100

    /// The keys that a key follows by statements of `pdk key rotate` beside the keys, nearest first.
    ///
    /// What is no statement, or does not verify, says nothing.
    package func predecessors(of key: PublicKey) throws -> [PublicKey] {
        guard try FileStatus.of(keysFolder, followingLinks: true) != nil else { return [] }
        let names = try Folder(keysFolder).names().filter { $0.hasSuffix(".rotation") }.sorted()
        let statements = names.prefix(Self.maximumStatements).compactMap { name -> RotationStatement? in
            let path = FilePaths.join(keysFolder, name)
            guard let bytes = try? WholeFiles.read(path, limit: RotationStatement.maximumBytes) else { return nil }
            return try? RotationStatement(verifying: bytes)
        }
        var found = [key], next = 0
        while next < found.count {
            for statement in statements where statement.newKey == found[next] && !found.contains(statement.oldKey) {
                found.append(statement.oldKey)
            }
            next += 1
        }
        return Array(found.dropFirst())
    }
}
