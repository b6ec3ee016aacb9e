internal import CSodium

/// What minisign uses of libsodium beside signatures: scrypt, BLAKE2b and random numbers.
package enum PassphraseStretching {
    /// The most memory taken for a file: 1 GiB, which is what minisign asks for.
    package static let maximumMemory = 1 << 30
    /// The most operations done for a file, which is what minisign asks for.
    package static let maximumOperations = 1 << 25

    /// So many bytes from a passphrase and a 32-byte salt (`crypto_pwhash_scryptsalsa208sha256`).
    ///
    /// `operations` and `memory` as libsodium counts them; nil when the system has not the memory, or they are too many.
    package static func scrypt(
        _ passphrase: RawSpan, salt: [UInt8], operations: UInt64, memory: UInt64, count: Int
    ) throws -> SecretBytes? {
        guard salt.count == 32, operations <= UInt64(maximumOperations), memory <= UInt64(maximumMemory) else {
            return nil
        }
        var key = try SecretBytes(count: count)
        let status = try key.withMutableBytes { key in
            unsafe key.withUnsafeMutableBytes { key in
                unsafe passphrase.withUnsafeBytes { phrase in
                    guard let start = key.baseAddress, let phraseStart = phrase.baseAddress else { return Int32(-1) }
                    return unsafe crypto_pwhash_scryptsalsa208sha256(
                        start.assumingMemoryBound(to: UInt8.self), UInt64(key.count),
                        phraseStart.assumingMemoryBound(to: CChar.self), UInt64(phrase.count), salt, operations,
                        Int(memory))
                }
            }
        }
        guard status == 0 else { return nil }
        return key
    }

    /// BLAKE2b with 32 bytes of output (`crypto_generichash`).
    package static func blake2b256(_ bytes: RawSpan) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        _ = unsafe bytes.withUnsafeBytes { bytes in
            unsafe crypto_generichash(
                &digest, 32, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt64(bytes.count), nil, 0)
        }
        return digest
    }

    /// Bytes that are no secret, from the system's random source (`randombytes_buf`).
    package static func randomBytes(_ count: Int) throws(Ed25519Error) -> [UInt8] {
        try Sodium.start()
        var bytes = [UInt8](repeating: 0, count: count)
        unsafe bytes.withUnsafeMutableBytes { memory in
            if let start = memory.baseAddress { unsafe randombytes_buf(start, memory.count) }
        }
        return bytes
    }
}
