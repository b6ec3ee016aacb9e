/// What a passphrase may be.
enum Passphrase {
    /// The longest passphrase: 1,024 bytes, the limit of OpenSSL's own tools.
    static let maximumByteCount = 1024

    static func check(_ passphrase: RawSpan) throws(LibCryptoError) {
        guard (1...maximumByteCount).contains(passphrase.byteCount) else {
            throw .passphraseLength(passphrase.byteCount)
        }
    }
}
