internal import CLibCrypto

/// A digest of data that arrives in pieces, by one of libcrypto's algorithms.
@safe
package struct Digest<Algorithm: DigestAlgorithm>: ~Copyable {
    private let context: OpaquePointer

    /// Starts with no data; throws when libcrypto does not have the algorithm (`EVP_DigestInit_ex2`).
    package init() throws(LibCryptoError) {
        ErrorQueue.clear()
        guard let context = unsafe EVP_MD_CTX_new() else { throw ErrorQueue.error(of: "EVP_MD_CTX_new") }
        guard unsafe EVP_DigestInit_ex2(context, Algorithm.method, nil) == 1 else {
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

    /// The digest, of `Algorithm.byteCount` bytes (`EVP_DigestFinal_ex`).
    package consuming func finalize() throws(LibCryptoError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Algorithm.byteCount)
        guard unsafe EVP_DigestFinal_ex(context, &digest, nil) == 1 else {
            throw ErrorQueue.error(of: "EVP_DigestFinal_ex")
        }
        return digest
    }

    /// The digest of data in memory.
    package static func digest(of bytes: RawSpan) throws(LibCryptoError) -> [UInt8] {
        var hash = try Self()
        try hash.update(bytes)
        return try hash.finalize()
    }
}

/// SHA-256 (FIPS 180-4).
package typealias SHA256 = Digest<SHA256Algorithm>
/// SHA-512 (FIPS 180-4).
package typealias SHA512 = Digest<SHA512Algorithm>
/// BLAKE2b with 64 bytes of output (RFC 7693).
package typealias BLAKE2b512 = Digest<BLAKE2b512Algorithm>

/// A hash function of libcrypto.
package protocol DigestAlgorithm {
    /// The size of its digest, in bytes.
    static var byteCount: Int { get }
    /// Libcrypto's `EVP_MD`.
    static var method: OpaquePointer? { get }
}

/// `EVP_sha256`.
package enum SHA256Algorithm: DigestAlgorithm {
    package static var byteCount: Int { 32 }
    package static var method: OpaquePointer? { unsafe EVP_sha256() }
}

/// `EVP_sha512`.
package enum SHA512Algorithm: DigestAlgorithm {
    package static var byteCount: Int { 64 }
    package static var method: OpaquePointer? { unsafe EVP_sha512() }
}

/// `EVP_blake2b512`.
package enum BLAKE2b512Algorithm: DigestAlgorithm {
    package static var byteCount: Int { 64 }
    package static var method: OpaquePointer? { unsafe EVP_blake2b512() }
}
