import LibCrypto
import TestSupport

/// The wrapper's calls with arrays in and out, so that expectations stay short.
enum KeyFile {
    static func seed(_ pem: [UInt8], passphrase: [UInt8]? = nil) throws -> [UInt8] {
        if let passphrase {
            return try unsafe PrivateKeyPEM.withEd25519Seed(
                pem: pem.span.bytes, passphrase: passphrase.span.bytes, { copy($0) })
        }
        return try unsafe PrivateKeyPEM.withEd25519Seed(pem: pem.span.bytes, passphrase: nil, { copy($0) })
    }

    static func pem(_ seed: [UInt8], passphrase: [UInt8]? = nil) throws -> [UInt8] {
        if let passphrase {
            return try unsafe PrivateKeyPEM.encode(
                seed: seed.span.bytes, passphrase: passphrase.span.bytes, { copy($0) })
        }
        return try unsafe PrivateKeyPEM.encode(seed: seed.span.bytes, passphrase: nil, { copy($0) })
    }

    static func publicKey(pem: [UInt8]) throws -> [UInt8] {
        try unsafe PublicKeyPEM.decode(pem: pem.span.bytes)
    }

    static func publicKey(der: [UInt8]) throws -> [UInt8] {
        try unsafe PublicKeyPEM.decode(der: der.span.bytes)
    }

    static func publicPEM(_ key: [UInt8]) throws -> [UInt8] {
        try unsafe PublicKeyPEM.encodePEM(key.span.bytes)
    }

    static func publicDER(_ key: [UInt8]) throws -> [UInt8] {
        try unsafe PublicKeyPEM.encodeDER(key.span.bytes)
    }

    /// PKCS#8 in DER is this, then the 32 bytes (RFC 8410, section 7).
    static let privatePrefix = bytes("302e020100300506032b657004220420")
    static let publicPrefix = bytes("302a300506032b6570032100")

    /// A PEM text written by hand, with whatever contents.
    static func text(_ label: String, _ contents: [UInt8]) -> [UInt8] {
        Array("-----BEGIN \(label)-----\n\(base64(contents))-----END \(label)-----\n".utf8)
    }

    private static func base64(_ contents: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var text = ""
        for start in stride(from: 0, to: contents.count, by: 3) {
            let group = contents[start..<min(start + 3, contents.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0..<4 {
                text.append(place <= group.count ? alphabet[bits >> (18 - 6 * place) & 63] : "=")
            }
            if start % 48 == 45 { text.append("\n") }
        }
        return text.hasSuffix("\n") || text.isEmpty ? text : text + "\n"
    }
}
