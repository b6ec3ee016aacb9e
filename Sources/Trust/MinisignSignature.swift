package import Basics
package import Ed25519
internal import LibCrypto

/// A minisign signature file: four lines (jedisct1.github.io/minisign, "Signature format").
///
/// The second holds `ED` over the BLAKE2b-512 of the file, or `Ed` over the file itself, the key's number (8 bytes) and
/// the signature (64); the fourth a signature over that one and the trusted comment.
package struct MinisignSignature: Sendable, Equatable {
    /// Whether it signs the hash of the file, as minisign does unless told otherwise.
    package let isPrehashed: Bool
    package let keyNumber: [UInt8]
    package let signature: Signature
    /// What the signer says of the file, covered by a signature.
    package let trustedComment: String
    let globalSignature: Signature

    /// How such a file begins; those of signify begin so, too.
    package static func isOne(_ file: [UInt8]) -> Bool { CommentedText.isOne(file) }

    /// Error: why it is not a signature of minisign.
    package init(reading file: [UInt8]) throws(KeyFileError) {
        func malformed(_ reason: String) -> KeyFileError {
            KeyFileError(.other, "it is not a minisign signature: \(reason)", help: "get the signature again")
        }
        guard let text = CommentedText(file) else { throw malformed("its second line is not base64") }
        guard text.bytes.count == 74 else {
            throw malformed("it is \(text.publicKey == nil ? text.otherKind : "a public key")")
        }
        switch Array(text.bytes[..<2]) {
        case Array("ED".utf8): isPrehashed = true
        case Array("Ed".utf8): isPrehashed = false
        default: throw malformed("its algorithm is not Ed25519")
        }
        let head = Array("trusted comment: ".utf8)
        guard text.rest.count == 2, text.rest[0].starts(with: head) else {
            throw malformed("it has no trusted comment; a signature of signify is verified with signify")
        }
        guard let global = Base64.decode(text.rest[1]), let second = Signature(bytes: global),
            let first = Signature(bytes: Array(text.bytes[10...]))
        else { throw malformed("its last line is not base64 of 64 bytes") }
        keyNumber = Array(text.bytes[2..<10])
        signature = first
        globalSignature = second
        trustedComment = String(decoding: text.rest[0].dropFirst(head.count), as: UTF8.self)
        comment = Array(text.rest[0].dropFirst(head.count))
    }

    private let comment: [UInt8]

    /// Whether a key made the signature over the trusted comment; that over the file is checked apart.
    package func coversComment(by key: PublicKey) -> Bool {
        let covered = signature.bytes + comment
        return unsafe verify(globalSignature, of: covered.span.bytes, by: key)
    }

    /// The signature file of a module, over its BLAKE2b-512.
    package static func make(
        _ opened: borrowing OpenedKey, over module: [UInt8], named name: String, at time: Timestamp
    ) throws -> [UInt8] {
        let number = opened.keyNumber ?? KeyID.number(of: opened.key.publicKey.bytes)
        var hash = try BLAKE2b512()
        try unsafe hash.update(module.span.bytes)
        let digest = try hash.finalize()
        let signature = try unsafe opened.key.sign(digest.span.bytes)
        let comment = Array("timestamp:\(time.seconds)\tfile:\(name.printable)\thashed".utf8)
        let covered = signature.bytes + comment
        let global = try unsafe opened.key.sign(covered.span.bytes)
        return Array(
            CommentedText.encode("signature from pdk", Array("ED".utf8) + number + signature.bytes).utf8)
            + Array("trusted comment: ".utf8) + comment
            + Array("\n\(Base64.encode(global.bytes))\n".utf8)
    }

    /// The key of a trust root that made the signature over a module in memory; nil when none did.
    package func signer(of module: [UInt8], in keys: [TrustRoot.Key]) throws -> TrustRoot.Key? {
        var signed = module
        if isPrehashed {
            var hash = try BLAKE2b512()
            try unsafe hash.update(module.span.bytes)
            signed = try hash.finalize()
        }
        return keys.first { unsafe verify(signature, of: signed.span.bytes, by: $0.key) && coversComment(by: $0.key) }
    }
}
