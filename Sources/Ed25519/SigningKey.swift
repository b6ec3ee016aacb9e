package import Basics
internal import CSodium

/// An Ed25519 private key in guarded memory, wiped when it goes.
package struct SigningKey: ~Copyable {
    /// The size of the seed a key is made from (RFC 8032's private key): 32 bytes.
    package static let seedByteCount = 32
    /// The public half.
    package let publicKey: PublicKey
    /// libsodium's 64-byte form: the seed, then the public key.
    private let secret: SecretBytes

    /// A new key from the system's random source (`randombytes_buf`).
    package static func generate() throws(Ed25519Error) -> SigningKey {
        var seed = try SecretBytes(count: seedByteCount)
        return try Ed25519Error.only {
            try seed.withMutableBytes { bytes in
                unsafe bytes.withUnsafeMutableBytes { seed in
                    if let start = seed.baseAddress { unsafe randombytes_buf(start, seed.count) }
                }
            }
            return try seed.withBytes { try SigningKey(seed: $0) }
        }
    }

    /// The key of a 32-byte seed; throws `seedLength` for any other size (`crypto_sign_seed_keypair`).
    package init(seed: RawSpan) throws(Ed25519Error) {
        try Sodium.start()
        guard seed.byteCount == Self.seedByteCount else { throw .seedLength(seed.byteCount) }
        var secret = try SecretBytes(count: 64)
        var publicBytes = [UInt8](repeating: 0, count: PublicKey.byteCount)
        let status = try Ed25519Error.only {
            try secret.withMutableBytes { bytes in
                unsafe bytes.withUnsafeMutableBytes { key in
                    unsafe seed.withUnsafeBytes { seed in
                        guard let key = key.baseAddress, let seed = seed.baseAddress else { return Int32(-1) }
                        return unsafe crypto_sign_seed_keypair(
                            &publicBytes, key.assumingMemoryBound(to: UInt8.self),
                            seed.assumingMemoryBound(to: UInt8.self))
                    }
                }
            }
        }
        guard status == 0 else { throw .internalFailure("crypto_sign_seed_keypair") }
        self.publicKey = try PublicKey(bytes: publicBytes)
        self.secret = secret
    }

    /// The signature of a whole message, always the same for the same key and message (`crypto_sign_detached`).
    package borrowing func sign(_ message: RawSpan) throws(Ed25519Error) -> Signature {
        var bytes = [UInt8](repeating: 0, count: Signature.byteCount)
        try secret.beginReading()
        let status = unsafe message.withUnsafeBytes { message in
            unsafe crypto_sign_detached(
                &bytes, nil, message.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt64(message.count),
                secret.start)
        }
        try secret.endReading()
        guard status == 0, let signature = Signature(bytes: bytes) else {
            throw .internalFailure("crypto_sign_detached")
        }
        return signature
    }

    /// Lends the 32-byte seed, for writing the key to a file; throws what the body throws, or `protectionFailed`.
    package borrowing func withSeed<R: ~Copyable>(_ body: (RawSpan) throws -> R) throws -> R {
        try secret.withBytes { try body($0.extracting(first: Self.seedByteCount)) }
    }
}

extension Ed25519Error {
    /// Runs a body that throws nothing else; a foreign error would be a mistake in this module and says so.
    fileprivate static func only<R: ~Copyable>(_ body: () throws -> R) throws(Ed25519Error) -> R {
        do {
            return try body()
        } catch let error as Ed25519Error {
            throw error
        } catch {
            throw .internalFailure("wrapper")
        }
    }
}
