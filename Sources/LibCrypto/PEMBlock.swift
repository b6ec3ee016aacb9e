internal import Basics
internal import CLibCrypto

/// A PEM block of a text (RFC 7468): its label and its decoded bytes, which are wiped when it goes.
///
/// Read as `openssl pkey` of OpenSSL 3.5 does, whatever the system's version: blanks behind the BEGIN and END lines, text
/// around the blocks and other blocks before the key are no obstacle. What environment variables do to line breaks is
/// none either: blanks or a literal `\n` in their place.
@safe
struct PEMBlock: ~Copyable {
    /// The longest text looked at: 64 KiB, enough for a key behind a chain of certificates.
    static let maximumByteCount = 64 * 1024

    let label: String
    let count: Int
    let start: UnsafeMutablePointer<UInt8>
    /// The cipher that the block's own headers name, when it is encrypted as PEM did before PKCS#8.
    let oldCipher: String?

    deinit {
        unsafe clibcrypto_secure_clear_free(start, count)
    }

    /// Hands the blocks of a text to `body`, one after the other, until it says that it has seen enough.
    ///
    /// A block without an intact end or with other than base64 digits in it is passed over.
    static func each(in pem: RawSpan, _ body: (borrowing PEMBlock) throws -> Bool) throws {
        guard pem.byteCount <= maximumByteCount else { throw LibCryptoError.tooLarge(limit: maximumByteCount) }
        SecureHeap.start()
        try unsafe pem.withUnsafeBytes { bytes in
            var text = unsafe PEMText(bytes)
            while let found = text.next() {
                guard let block = PEMBlock(found, of: text) else { continue }
                if try body(block) { return }
            }
        }
    }

    /// The block with this number among the intact ones, nil when there are fewer.
    static func at(_ number: Int, in pem: RawSpan) throws -> PEMBlock? {
        SecureHeap.start()
        return unsafe pem.withUnsafeBytes { bytes in
            var text = unsafe PEMText(bytes), seen = 0
            while let found = text.next() {
                guard let block = PEMBlock(found, of: text) else { continue }
                if seen == number { return block }
                seen += 1
            }
            return nil
        }
    }

    /// The bytes of a text that is base64 and nothing else, wiped afterwards; nil for any other text.
    init?(base64 text: RawSpan) {
        SecureHeap.start()
        label = ""
        oldCipher = nil
        guard text.byteCount <= Self.maximumByteCount else { return nil }
        let decoded = unsafe text.withUnsafeBytes { bytes in
            unsafe PEMBlock.decode(0..<bytes.count, of: PEMText(bytes))
        }
        guard let decoded = unsafe decoded, unsafe decoded.count > 0 else { return nil }
        unsafe start = decoded.start
        unsafe count = decoded.count
    }

    /// Lends the decoded bytes.
    borrowing func withBytes<R: ~Copyable>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try unsafe body(UnsafeRawBufferPointer(start: start, count: count))
    }

    /// Decodes base64 digits, between which blanks and escaped line breaks may stand, into memory of their own.
    private init?(_ found: PEMText.Found, of text: borrowing PEMText) {
        label = found.label
        oldCipher = found.oldCipher
        guard let decoded = unsafe PEMBlock.decode(found.body, of: text) else { return nil }
        unsafe start = decoded.start
        unsafe count = decoded.count
    }

    /// The bytes that the digits of a part of the text spell (RFC 4648, section 4), nil when they spell none.
    static func decode(
        _ range: Range<Int>, of text: borrowing PEMText
    ) -> (start: UnsafeMutablePointer<UInt8>, count: Int)? {
        let capacity = max(1, range.count / 4 * 3 + 3)
        guard let memory = unsafe clibcrypto_secure_malloc(capacity) else { return nil }
        let start = unsafe memory.assumingMemoryBound(to: UInt8.self)
        var bits: UInt32 = 0, digits = 0, padding = 0, written = 0
        var place = range.lowerBound
        var isGood = true
        while isGood, let next = text.digit(at: &place, before: range.upperBound) {
            if next == UInt8(ascii: "=") {
                padding += 1
                continue
            }
            guard padding == 0, let value = Base64.value(of: next) else {
                isGood = false
                break
            }
            bits = bits << 6 | value
            digits += 1
            if digits % 4 == 0 {
                for shift: UInt32 in [16, 8, 0] {
                    unsafe start[written] = UInt8(truncatingIfNeeded: bits >> shift)
                    written += 1
                }
            }
        }
        switch (digits % 4, padding) {
        case (0, 0): break
        case (2, 2) where bits & 0b1111 == 0:
            unsafe start[written] = UInt8(truncatingIfNeeded: bits >> 4)
            written += 1
        case (3, 1) where bits & 0b11 == 0:
            unsafe start[written] = UInt8(truncatingIfNeeded: bits >> 10)
            unsafe start[written + 1] = UInt8(truncatingIfNeeded: bits >> 2)
            written += 2
        default: isGood = false
        }
        bits = 0
        guard isGood else {
            unsafe clibcrypto_secure_clear_free(start, capacity)
            return nil
        }
        return unsafe (start, written)
    }
}

/// A text that may hold PEM blocks, and how far it has been read.
///
/// It lives no longer than the bytes it was made of: within the call that lends them.
@safe
struct PEMText {
    /// Where a block's digits are, and what its BEGIN line and its headers say.
    struct Found {
        let label: String
        let body: Range<Int>
        let oldCipher: String?
    }

    private let bytes: UnsafeRawBufferPointer
    private var place = 0
    /// The END line that was found last; a search that begins before it finds it again.
    private var lastEnd = -1

    init(_ bytes: UnsafeRawBufferPointer) { unsafe self.bytes = bytes }

    private func byte(_ index: Int) -> UInt8 { unsafe bytes[index] }
    private var count: Int { unsafe bytes.count }

    /// The next byte that is no blank, no quotation mark and no escaped line break; nil at the end.
    func digit(at place: inout Int, before end: Int) -> UInt8? {
        while place < end {
            let found = byte(place)
            place += 1
            if found == UInt8(ascii: "\\"), place < end, [0x6E, 0x72, 0x74].contains(byte(place)) {
                place += 1
            } else if found > 0x20, found != UInt8(ascii: "\""), found != UInt8(ascii: "'") {
                return found
            }
        }
        return nil
    }

    /// The next block with an intact end.
    mutating func next() -> Found? {
        while let begin = position(of: "-----BEGIN ", from: place) {
            place = begin + 11
            guard let labelEnd = position(of: "-----", from: place, before: min(count, place + 69)) else {
                continue
            }
            let label = place..<labelEnd
            place = labelEnd + 5
            if lastEnd < place {
                guard let end = position(of: "-----END ", from: place) else { return nil }
                lastEnd = end
            }
            let end = lastEnd
            let sameLabel =
                end + 9 + label.count + 5 <= count
                && label.enumerated().allSatisfy { byte($1) == byte(end + 9 + $0) }
                && position(of: "-----", from: end + 9 + label.count, before: end + 14 + label.count) != nil
            guard sameLabel else { continue }
            let contents = place..<end
            place = end + 14 + label.count
            let cipher = oldCipher(in: contents)
            return Found(label: shown(label), body: cipher == nil ? contents : end..<end, oldCipher: cipher)
        }
        return nil
    }

    /// The cipher of `DEK-Info: CIPHER,IV`, when the block has a `Proc-Type` header (RFC 1421, section 4.6.1).
    private func oldCipher(in range: Range<Int>) -> String? {
        guard position(of: "Proc-Type:", from: range.lowerBound, before: range.upperBound) != nil else { return nil }
        guard let info = position(of: "DEK-Info:", from: range.lowerBound, before: range.upperBound) else {
            return "an unnamed cipher"
        }
        var end = info + 9
        while end < range.upperBound, byte(end) == 0x20 { end += 1 }
        let start = end
        while end < range.upperBound, byte(end) > 0x20, byte(end) != UInt8(ascii: ",") { end += 1 }
        return shown(start..<end)
    }

    private func position(of text: StaticString, from start: Int, before end: Int? = nil) -> Int? {
        let length = text.utf8CodeUnitCount, end = min(end ?? count, count)
        guard start + length <= end else { return nil }
        return text.withUTF8Buffer { wanted in
            (start...(end - length)).first { place in
                unsafe byte(place) == wanted[0] && (1..<length).allSatisfy { unsafe byte(place + $0) == wanted[$0] }
            }
        }
    }

    /// A label as it may stand in an error text: printable ASCII, at most 40 characters.
    private func shown(_ range: Range<Int>) -> String {
        String(
            range.prefix(40).map { place in
                let found = byte(place)
                return (0x20...0x7E).contains(found) ? Character(UnicodeScalar(found)) : "?"
            })
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
