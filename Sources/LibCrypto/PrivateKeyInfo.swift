internal import CLibCrypto

/// A PKCS#8 `PrivateKeyInfo` (RFC 5208); OpenSSL wipes the key octets when it is freed.
@safe
struct PrivateKeyInfo: ~Copyable {
    let handle: OpaquePointer

    /// Takes the handle over.
    init(owning handle: OpaquePointer) {
        unsafe self.handle = handle
    }

    /// Parses one whole block (`d2i_PKCS8_PRIV_KEY_INFO`).
    init(der block: borrowing PEMBlock) throws(LibCryptoError) {
        var cursor = unsafe Optional(UnsafePointer(block.start))
        let parsed = unsafe d2i_PKCS8_PRIV_KEY_INFO(nil, &cursor, block.count)
        guard let handle = unsafe parsed else { throw .malformed }
        guard unsafe cursor == UnsafePointer(block.start + block.count) else {
            unsafe PKCS8_PRIV_KEY_INFO_free(handle)
            throw .malformed
        }
        unsafe self.handle = handle
    }

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

    /// Lends the seed: an OCTET STRING of 32 bytes within the key octets (RFC 8410, section 7).
    borrowing func withSeed<R: ~Copyable>(_ body: (RawSpan) throws -> R) throws -> R {
        var object: OpaquePointer?
        var octets: UnsafePointer<UInt8>?
        var count: Int32 = 0
        var identifier: UnsafePointer<X509_ALGOR>?
        guard unsafe PKCS8_pkey_get0(&object, &octets, &count, &identifier, handle) == 1 else {
            throw LibCryptoError.malformed
        }
        guard unsafe OBJ_obj2nid(object) == NID_ED25519 else {
            throw LibCryptoError.otherAlgorithm(unsafe Algorithm.name(of: object))
        }
        var parameterType: Int32 = 0
        unsafe X509_ALGOR_get0(nil, &parameterType, nil, identifier)
        guard parameterType == V_ASN1_UNDEF, count == 34, let octets = unsafe octets,
            unsafe octets[0] == 0x04, unsafe octets[1] == 32
        else { throw LibCryptoError.malformed }
        let seed = unsafe UnsafeRawBufferPointer(start: octets + 2, count: 32)
        return try body(unsafe seed.bytes)
    }
}
