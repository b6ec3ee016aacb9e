internal import CLibCrypto

/// The first PEM block of a text: its label and its decoded bytes, which are wiped when it goes.
@safe
struct PEMBlock: ~Copyable {
    /// The longest text looked at: 16 KiB, many times what a key needs.
    static let maximumByteCount = 16 * 1024

    let label: String
    let count: Int
    let start: UnsafeMutablePointer<UInt8>

    /// Reads the first block (`PEM_read_bio_ex`), which decrypts nothing and never prompts.
    init(pem: RawSpan) throws(LibCryptoError) {
        guard pem.byteCount <= Self.maximumByteCount else { throw .tooLarge(limit: Self.maximumByteCount) }
        SecureHeap.start()
        ErrorQueue.clear()
        defer { ErrorQueue.clear() }

        var name: UnsafeMutablePointer<CChar>?
        var header: UnsafeMutablePointer<CChar>?
        var data: UnsafeMutablePointer<UInt8>?
        var length = 0
        let found = unsafe pem.withUnsafeBytes { bytes in
            guard let bio = unsafe BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count)) else { return false }
            defer { unsafe BIO_free(bio) }
            return unsafe PEM_read_bio_ex(bio, &name, &header, &data, &length, UInt32(PEM_FLAG_SECURE)) == 1
        }
        guard found, let name = unsafe name, let data = unsafe data else { throw .notPEM }
        defer {
            unsafe clibcrypto_secure_free(name)
            unsafe clibcrypto_secure_free(header)
        }
        if let header = unsafe header, unsafe header.pointee != 0 {
            unsafe clibcrypto_secure_clear_free(data, length)
            throw .unsupportedEncryption("PEM's own scheme")
        }
        self.label = unsafe Self.printable(String(cString: name))
        self.count = length
        unsafe self.start = data
    }

    deinit {
        unsafe clibcrypto_secure_clear_free(start, count)
    }

    /// A label as it may stand in an error text: printable ASCII, at most 40 characters.
    private static func printable(_ label: String) -> String {
        String(label.unicodeScalars.prefix(40).map { (0x20...0x7e).contains($0.value) ? Character($0) : "?" })
    }
}

/// OpenSSL's heap for secrets: locked, kept from core dumps, between guard pages; 256 KiB, made once a process.
enum SecureHeap {
    private static let started = CRYPTO_secure_malloc_init(256 * 1024, 32)

    /// Where the system refuses the memory OpenSSL uses its ordinary heap, and still wipes what it frees.
    static func start() {
        _ = started
    }
}
