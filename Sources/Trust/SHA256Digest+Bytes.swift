package import Contract
package import LibCrypto

extension SHA256Digest {
    /// The digest of bytes in memory.
    package init(of bytes: [UInt8]) throws(LibCryptoError) {
        try self.init(unsafe SHA256.digest(of: bytes.span.bytes))
    }

    /// The digest of the bytes that a hash has read; the hash is used up.
    package init(finishing hash: consuming SHA256) throws(LibCryptoError) {
        try self.init(hash.finalize())
    }

    private init(_ bytes: [UInt8]) throws(LibCryptoError) {
        guard let digest = SHA256Digest(bytes: bytes) else {
            throw .failed(function: "EVP_DigestFinal_ex", reason: "\(bytes.count) bytes in place of \(Self.byteCount)")
        }
        self = digest
    }
}
