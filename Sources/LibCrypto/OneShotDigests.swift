internal import CLibCrypto

/// SHA-512 (FIPS 180-4) of data in memory.
package enum SHA512 {
    /// The 64-byte digest (`EVP_Digest`).
    package static func digest(of bytes: RawSpan) throws(LibCryptoError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 64)
        let status = unsafe bytes.withUnsafeBytes {
            unsafe EVP_Digest($0.baseAddress, $0.count, &digest, nil, EVP_sha512(), nil)
        }
        guard status == 1 else { throw ErrorQueue.error(of: "EVP_Digest") }
        return digest
    }
}

/// BLAKE2b with 64 bytes of output (RFC 7693) of data that arrives in pieces.
@safe
package struct BLAKE2b512: ~Copyable {
    private let context: OpaquePointer

    /// Starts with no data (`EVP_DigestInit_ex2`).
    package init() throws(LibCryptoError) {
        ErrorQueue.clear()
        guard let context = unsafe EVP_MD_CTX_new() else { throw ErrorQueue.error(of: "EVP_MD_CTX_new") }
        guard unsafe EVP_DigestInit_ex2(context, EVP_blake2b512(), nil) == 1 else {
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

    /// The 64-byte digest (`EVP_DigestFinal_ex`).
    package consuming func finalize() throws(LibCryptoError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 64)
        guard unsafe EVP_DigestFinal_ex(context, &digest, nil) == 1 else {
            throw ErrorQueue.error(of: "EVP_DigestFinal_ex")
        }
        return digest
    }
}
