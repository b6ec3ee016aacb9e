internal import CLibCrypto

/// A PKCS#8 `PrivateKeyInfo` (RFC 5208) to be written; OpenSSL wipes the key octets when it is freed.
@safe
struct PrivateKeyInfo: ~Copyable {
    let handle: OpaquePointer

    /// The form of a 32-byte seed (`EVP_PKEY_new_raw_private_key`, `EVP_PKEY2PKCS8`).
    init(seed: RawSpan) throws(LibCryptoError) {
        let made = unsafe seed.withUnsafeBytes { seed in
            unsafe EVP_PKEY_new_raw_private_key(
                NID_ED25519, nil, seed.baseAddress?.assumingMemoryBound(to: UInt8.self), seed.count)
        }
        guard let key = unsafe made else { throw ErrorQueue.error(of: "EVP_PKEY_new_raw_private_key") }
        defer { unsafe EVP_PKEY_free(key) }
        guard let handle = unsafe EVP_PKEY2PKCS8(key) else { throw ErrorQueue.error(of: "EVP_PKEY2PKCS8") }
        unsafe self.handle = handle
    }

    deinit {
        unsafe PKCS8_PRIV_KEY_INFO_free(handle)
    }
}
