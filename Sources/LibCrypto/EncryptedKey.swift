internal import CLibCrypto

/// A PKCS#8 `EncryptedPrivateKeyInfo` under PBES2 (RFC 8018, section 6.2).
@safe
struct EncryptedKey: ~Copyable {
    /// The most PBKDF2 rounds done for a file; OpenSSL writes 2,048.
    static let maximumRounds: Int64 = 5_000_000
    /// The most scrypt work, N·r·p, done for a file.
    ///
    /// The kit writes 655,360 and the openssl command 131,072. OpenSSL's own limit of 32 MiB bounds the memory only.
    static let maximumScryptWork: Int64 = 1 << 22

    let handle: OpaquePointer

    /// Parses the bytes, whole (`d2i_X509_SIG`), and checks that decrypting them is supported and affordable.
    init(der bytes: UnsafeRawBufferPointer) throws(LibCryptoError) {
        let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        var cursor = unsafe start
        let parsed = unsafe d2i_X509_SIG(nil, &cursor, bytes.count)
        guard let handle = unsafe parsed else { throw .malformed }
        do throws(LibCryptoError) {
            guard let start = unsafe start, unsafe cursor == start + bytes.count else { throw .malformed }
            try unsafe Self.checkScheme(of: handle)
        } catch {
            unsafe X509_SIG_free(handle)
            throw error
        }
        unsafe self.handle = handle
    }

    /// Encrypts under a passphrase: scrypt (N 16,384, r 8, p 5, fresh salt) and AES-256-CBC (`PKCS8_set0_pbe`).
    init(_ info: borrowing PrivateKeyInfo, passphrase: RawSpan) throws(LibCryptoError) {
        try Passphrase.check(passphrase)
        let scheme = unsafe PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), nil, 16, nil, 16_384, 8, 5)
        guard let scheme = unsafe scheme else { throw ErrorQueue.error(of: "PKCS5_pbe2_set_scrypt") }
        let sealed = unsafe passphrase.withUnsafeBytes { bytes in
            unsafe PKCS8_set0_pbe(
                bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count), info.handle, scheme)
        }
        guard let handle = unsafe sealed else {
            unsafe X509_ALGOR_free(scheme)
            throw ErrorQueue.error(of: "PKCS8_set0_pbe")
        }
        unsafe self.handle = handle
    }

    deinit {
        unsafe X509_SIG_free(handle)
    }

    /// Decrypts (`PKCS12_pbe_crypt`) and lends the key's DER; what does not decrypt to a key is a wrong passphrase.
    borrowing func withDecrypted<R: ~Copyable>(
        _ passphrase: RawSpan, _ body: (UnsafeRawBufferPointer) throws -> R
    ) throws -> R {
        try Passphrase.check(passphrase)
        var algorithm: UnsafePointer<X509_ALGOR>?
        var sealed: UnsafePointer<ASN1_OCTET_STRING>?
        unsafe X509_SIG_get0(handle, &algorithm, &sealed)
        var opened: UnsafeMutablePointer<UInt8>?
        var count: Int32 = 0
        let result = unsafe passphrase.withUnsafeBytes { bytes in
            unsafe PKCS12_pbe_crypt(
                algorithm, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count),
                ASN1_STRING_get0_data(sealed), ASN1_STRING_length(sealed), &opened, &count, 0)
        }
        guard unsafe result != nil, let opened = unsafe opened, count >= 0 else { throw LibCryptoError.wrongPassphrase }
        defer { unsafe clibcrypto_clear_free(opened, Int(count)) }
        let bytes = unsafe UnsafeRawBufferPointer(start: opened, count: Int(count))
        // One wrong passphrase in 256 decrypts to something; that it begins as a key by chance is out of the question.
        var outer = unsafe DERReader(bytes)
        guard let sequence = try? outer.element(0x30), outer.isAtEnd, sequence.tag == 0x02 else {
            throw LibCryptoError.wrongPassphrase
        }
        return try unsafe body(bytes)
    }

    /// PBES2 only, with PBKDF2 or scrypt, within the limits of work above.
    private static func checkScheme(of handle: OpaquePointer) throws(LibCryptoError) {
        var algorithm: UnsafePointer<X509_ALGOR>?
        unsafe X509_SIG_get0(handle, &algorithm, nil)
        let scheme = unsafe Parameters(of: algorithm)
        guard unsafe scheme.nid == NID_pbes2 else { throw .unsupportedEncryption(unsafe scheme.name) }
        guard let parameters = unsafe scheme.parse(d2i_PBE2PARAM) else { throw .malformed }
        defer { unsafe PBE2PARAM_free(parameters) }

        // What the library lacks would only fail once the passphrase has been typed, and then look like a wrong one.
        let cipher = unsafe Parameters(of: UnsafePointer(parameters.pointee.encryption))
        guard let fetched = unsafe EVP_CIPHER_fetch(nil, cipher.name, nil) else {
            throw .legacyCipher(unsafe cipher.name)
        }
        unsafe EVP_CIPHER_free(fetched)
        let derivation = unsafe Parameters(of: UnsafePointer(parameters.pointee.keyfunc))
        switch unsafe derivation.nid {
        case NID_id_pbkdf2:
            guard let pbkdf2 = unsafe derivation.parse(d2i_PBKDF2PARAM) else { throw .malformed }
            defer { unsafe PBKDF2PARAM_free(pbkdf2) }
            let rounds = try unsafe positive(pbkdf2.pointee.iter)
            guard rounds <= maximumRounds else { throw .derivationTooCostly }
        case NID_id_scrypt:
            guard let scrypt = unsafe derivation.parse(d2i_SCRYPT_PARAMS) else { throw .malformed }
            defer { unsafe SCRYPT_PARAMS_free(scrypt) }
            var work: Int64 = 1
            for factor in [
                try unsafe positive(scrypt.pointee.costParameter), try unsafe positive(scrypt.pointee.blockSize),
                try unsafe positive(scrypt.pointee.parallelizationParameter),
            ] {
                let (product, overflow) = work.multipliedReportingOverflow(by: factor)
                guard !overflow, product <= maximumScryptWork else { throw .derivationTooCostly }
                work = product
            }
        default:
            throw .unsupportedEncryption(unsafe derivation.name)
        }
    }

    private static func positive(_ integer: UnsafePointer<ASN1_INTEGER>?) throws(LibCryptoError) -> Int64 {
        var value: Int64 = 0
        guard unsafe ASN1_INTEGER_get_int64(&value, integer) == 1 else { throw .derivationTooCostly }
        guard value > 0 else { throw .malformed }
        return value
    }
}

/// The object identifier and the parameters of an `AlgorithmIdentifier` that somebody else keeps alive.
@unsafe
private struct Parameters {
    let nid: Int32
    let name: String
    let encoded: UnsafePointer<UInt8>?
    let count: Int

    init(of algorithm: UnsafePointer<X509_ALGOR>?) {
        var object: OpaquePointer?
        var type: Int32 = V_ASN1_UNDEF
        var value: UnsafeRawPointer?
        unsafe X509_ALGOR_get0(&object, &type, &value, algorithm)
        unsafe nid = OBJ_obj2nid(object)
        unsafe name = Algorithm.name(of: object)
        if type == V_ASN1_SEQUENCE, let string = unsafe value?.assumingMemoryBound(to: ASN1_STRING.self) {
            unsafe encoded = ASN1_STRING_get0_data(string)
            unsafe count = Int(ASN1_STRING_length(string))
        } else {
            unsafe encoded = nil
            unsafe count = 0
        }
    }

    /// Parses the parameters with one of the `d2i` functions; nil when they are not of that form, or not only.
    func parse<T>(
        _ decode: (UnsafeMutablePointer<UnsafeMutablePointer<T>?>?, UnsafeMutablePointer<UnsafePointer<UInt8>?>?, Int)
            -> UnsafeMutablePointer<T>?
    ) -> UnsafeMutablePointer<T>? {
        var cursor = unsafe encoded
        return unsafe decode(nil, &cursor, count)
    }
}
