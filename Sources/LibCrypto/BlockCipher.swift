internal import CLibCrypto

/// AES in the modes that OpenSSH encrypts private keys in, by OpenSSH's names for them.
package enum BlockCipher: String, CaseIterable, Sendable {
    case aes256ctr = "aes256-ctr"
    case aes192ctr = "aes192-ctr"
    case aes128ctr = "aes128-ctr"
    case aes256cbc = "aes256-cbc"
    case aes192cbc = "aes192-cbc"
    case aes128cbc = "aes128-cbc"

    /// Bytes of a key; the initialisation vector and a block have 16.
    package var keySize: Int {
        switch self {
        case .aes256ctr, .aes256cbc: 32
        case .aes192ctr, .aes192cbc: 24
        case .aes128ctr, .aes128cbc: 16
        }
    }

    private var name: String { "AES-\(keySize * 8)-\(rawValue.suffix(3).uppercased())" }

    /// Encrypts or decrypts whole blocks in place, without padding (`EVP_CipherInit_ex2`, `EVP_CipherUpdate`).
    package func apply(
        encrypting: Bool, key: RawSpan, vector: RawSpan, to bytes: inout MutableRawSpan
    ) throws(LibCryptoError) {
        guard key.byteCount == keySize, vector.byteCount == 16, bytes.byteCount.isMultiple(of: 16),
            bytes.byteCount <= 1 << 20
        else { throw .malformed }
        ErrorQueue.clear()
        defer { ErrorQueue.clear() }
        guard let cipher = unsafe EVP_CIPHER_fetch(nil, name, nil) else { throw .legacyCipher(name) }
        defer { unsafe EVP_CIPHER_free(cipher) }
        guard let context = unsafe EVP_CIPHER_CTX_new() else { throw ErrorQueue.error(of: "EVP_CIPHER_CTX_new") }
        defer { unsafe EVP_CIPHER_CTX_free(context) }
        let started = unsafe key.withUnsafeBytes { key in
            unsafe vector.withUnsafeBytes { vector in
                unsafe EVP_CipherInit_ex2(
                    context, cipher, key.baseAddress?.assumingMemoryBound(to: UInt8.self),
                    vector.baseAddress?.assumingMemoryBound(to: UInt8.self), encrypting ? 1 : 0, nil)
            }
        }
        guard started == 1, unsafe EVP_CIPHER_CTX_set_padding(context, 0) == 1 else {
            throw ErrorQueue.error(of: "EVP_CipherInit_ex2")
        }
        let done = unsafe bytes.withUnsafeMutableBytes { bytes in
            var count: Int32 = 0
            let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
            return unsafe EVP_CipherUpdate(context, start, &count, start, Int32(bytes.count)) == 1
                && Int(count) == bytes.count
        }
        guard done else { throw ErrorQueue.error(of: "EVP_CipherUpdate") }
    }
}
