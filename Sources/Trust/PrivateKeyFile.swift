internal import Basics
package import Ed25519
internal import LibCrypto

/// A private key as it was read from a file.
package struct OpenedKey: ~Copyable {
    package let key: SigningKey
    package let form: KeyForm
    /// Whether a passphrase was needed.
    package let isEncrypted: Bool
    /// The 8 bytes that minisign or signify know the key by; nil when none came with it.
    package let keyNumber: [UInt8]?

    package init(key: consuming SigningKey, form: KeyForm, isEncrypted: Bool, keyNumber: [UInt8]?) {
        self.key = key
        self.form = form
        self.isEncrypted = isEncrypted
        self.keyNumber = keyNumber
    }
}

/// Reads private keys in every form that the kit knows, told by their contents.
package enum PrivateKeyFile {
    /// The longest file read: 64 KiB, enough for a key behind a chain of certificates.
    package static let maximumBytes = 64 << 10

    /// What can be said of a file without a passphrase.
    package struct Description: Sendable, Equatable, Redacted {
        package let form: KeyForm
        package let isEncrypted: Bool
        /// 32 raw bytes; nil when the file is encrypted and does not say.
        package let publicKey: [UInt8]?
        /// As in `OpenedKey`.
        package let keyNumber: [UInt8]?
    }

    /// Looks at a file, wiped by the caller, without opening what is encrypted.
    package static func describe(_ file: [UInt8]) throws -> Description {
        var isEncrypted = false
        do {
            let opened = try open(file) {
                isEncrypted = true
                return nil
            }
            return Description(
                form: opened.form, isEncrypted: false, publicKey: opened.key.publicKey.bytes,
                keyNumber: opened.keyNumber)
        } catch let error as KeyFileError where error.kind == .needsPassphrase {
            let (form, publicKey, number) = try outside(file)
            return Description(form: form, isEncrypted: isEncrypted, publicKey: publicKey, keyNumber: number)
        }
    }

    /// The key of a file, wiped by the caller; `passphrase` is asked for one when the key is encrypted, and wiped here.
    ///
    /// Throws `KeyFileError`, or what `passphrase` throws.
    package static func open(_ file: [UInt8], passphrase: () throws -> [UInt8]?) throws -> OpenedKey {
        guard file.count <= maximumBytes else { throw KeyFileError(.tooLarge(limit: maximumBytes)) }
        do {
            if CommentedText.isOne(file) { return try commented(file, passphrase) }
            let block = try unsafe PrivateKeyPEM.withBlock(labelled: OpenSSHKey.label, in: file.span.bytes) {
                try OpenSSHKey.envelope($0)
            }
            if var envelope = block {
                defer { SecretBytes.wipe(&envelope.sealed) }
                return try OpenSSHKey.open(envelope, passphrase: passphrase)
            }
            return try pkcs8(file, passphrase)
        } catch let error as LibCryptoError {
            throw KeyFileError(error)
        }
    }

    private static func commented(_ file: [UInt8], _ passphrase: () throws -> [UInt8]?) throws -> OpenedKey {
        guard var text = CommentedText(file) else {
            throw KeyFileError(
                .other, "it begins as a file of minisign or signify, and its second line is not base64",
                help: "use another copy of the file")
        }
        defer { SecretBytes.wipe(&text.bytes) }
        if MinisignKey.isOne(text.bytes) {
            return try MinisignKey.open(text.bytes, passphrase: passphrase)
        }
        if SignifyKey.isOne(text.bytes) {
            let key = try SignifyKey.open(text.bytes, passphrase: passphrase)
            return OpenedKey(
                key: key, form: .signify, isEncrypted: SignifyKey.isEncrypted(text.bytes),
                keyNumber: SignifyKey.number(text.bytes))
        }
        guard text.publicKey == nil else {
            throw KeyFileError(
                .isPublic, "it is a public key of minisign or signify, not a private key",
                help: "give the secret key's file; a public key goes into a trust root: pdk trust add FILE --label NAME"
            )
        }
        throw KeyFileError(
            .other, "it is \(text.otherKind) of minisign or signify, not a private key",
            help: "give the secret key's file")
    }

    private static func pkcs8(_ file: [UInt8], _ passphrase: () throws -> [UInt8]?) throws -> OpenedKey {
        let number = keyNumber(inTextOf: file), form: KeyForm = file.first == 0x30 ? .der : .openssl
        do {
            let key = try unsafe PrivateKeyPEM.withEd25519Seed(pem: file.span.bytes, passphrase: nil) {
                try SigningKey(seed: $0)
            }
            return OpenedKey(key: key, form: form, isEncrypted: false, keyNumber: number)
        } catch LibCryptoError.needsPassphrase {
            guard var phrase = try passphrase() else { throw KeyFileError.needsPassphrase }
            defer { SecretBytes.wipe(&phrase) }
            let key = try unsafe PrivateKeyPEM.withEd25519Seed(
                pem: file.span.bytes, passphrase: phrase.span.bytes
            ) { try SigningKey(seed: $0) }
            return OpenedKey(key: key, form: form, isEncrypted: true, keyNumber: number)
        } catch LibCryptoError.notPEM {
            if (try? PublicKeyFile.read(file)) != nil {
                throw KeyFileError(
                    .isPublic, "it is a public key, not a private key",
                    help:
                        "give the private key's file; a public key goes into a trust root: pdk trust add FILE --label NAME"
                )
            }
            throw LibCryptoError.notPEM
        }
    }

    /// The parts of an encrypted key that are not encrypted.
    private static func outside(_ file: [UInt8]) throws -> (KeyForm, publicKey: [UInt8]?, number: [UInt8]?) {
        if let text = CommentedText(file) {
            return SignifyKey.isOne(text.bytes)
                ? (.signify, nil, SignifyKey.number(text.bytes)) : (.minisign, nil, nil)
        }
        let envelope = try unsafe PrivateKeyPEM.withBlock(labelled: OpenSSHKey.label, in: file.span.bytes) {
            try OpenSSHKey.envelope($0)
        }
        if let envelope { return (.openssh, envelope.publicKey, nil) }
        return (file.first == 0x30 ? .der : .openssl, nil, keyNumber(inTextOf: file))
    }

    /// The line that the key store puts before a key that came with a number; text before a PEM block is no part of it.
    private static let numberLine = "minisign key number: "

    private static func keyNumber(inTextOf file: [UInt8]) -> [UInt8]? {
        guard file.starts(with: Array(numberLine.utf8)) else { return nil }
        let digits = file.dropFirst(numberLine.utf8.count).prefix(16)
        guard let number = Hex.decode(String(decoding: digits, as: UTF8.self)), number.count == 8 else { return nil }
        return number
    }

    /// The text to be put before the PEM block of a key with this number.
    static func head(forNumber number: [UInt8]?) -> [UInt8] {
        number.map { Array((numberLine + Hex.encode($0) + "\n").utf8) } ?? []
    }
}
