internal import CLibCrypto

/// SHA-256 (FIPS 180-4) of data that arrives in pieces.
@safe
package struct SHA256: ~Copyable {
    /// The size of a digest: 32 bytes.
    package static let byteCount = 32
    private let context: OpaquePointer

    /// Starts with no data; throws when libcrypto gives no SHA-256 (`EVP_DigestInit_ex2`).
    package init() throws(LibCryptoError) {
        ErrorQueue.clear()
        guard let context = unsafe EVP_MD_CTX_new() else { throw ErrorQueue.error(of: "EVP_MD_CTX_new") }
        guard unsafe EVP_DigestInit_ex2(context, EVP_sha256(), nil) == 1 else {
            unsafe EVP_MD_CTX_free(context)
            throw ErrorQueue.error(of: "EVP_DigestInit_ex2")
        }
        unsafe self.context = context
    }

    deinit {
        unsafe EVP_MD_CTX_free(context)
    }

    /// Appends bytes (`EVP_DigestUpdate`).
    package mutating func update(_ bytes: RawSpan) throws(LibCryptoError) {
        let status = unsafe bytes.withUnsafeBytes { unsafe EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
        guard status == 1 else { throw ErrorQueue.error(of: "EVP_DigestUpdate") }
    }

    /// The 32-byte digest (`EVP_DigestFinal_ex`).
    package consuming func finalize() throws(LibCryptoError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Self.byteCount)
        guard unsafe EVP_DigestFinal_ex(context, &digest, nil) == 1 else {
            throw ErrorQueue.error(of: "EVP_DigestFinal_ex")
        }
        return digest
    }

    /// The 32-byte digest of data in memory.
    package static func digest(of bytes: RawSpan) throws(LibCryptoError) -> [UInt8] {
        var hash = try SHA256()
        try hash.update(bytes)
        return try hash.finalize()
    }
}
