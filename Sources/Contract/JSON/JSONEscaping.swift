/// Strings as JSON writes them (RFC 8259, section 7).
enum JSONEscaping {
    /// Appends `text` in quotes, in UTF-8.
    ///
    /// Beside what JSON demands, DEL and the control characters behind it are escaped, and what would reorder text on a
    /// terminal (Unicode Standard Annex 9, section 2).
    static func write(_ text: String, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { bytes in
            guard let first = bytes.baseAddress else { return }
            var from = 0
            while from < bytes.count {
                let stop = min(from + pieceBytes, bytes.count)
                out += unsafe [UInt8](unsafeUninitializedCapacity: (stop - from) * longestEscape) { room, size in
                    guard let room = room.baseAddress else { return }
                    unsafe write(first, &from, before: stop, to: room, &size)
                }
            }
        }
        out.append(UInt8(ascii: "\""))
    }

    /// How much of a text is written at a time, in bytes; it may take six times as much room.
    private static let pieceBytes = 64 << 10
    private static let longestEscape = 6

    /// Writes the characters of `text` that begin at `from` or behind it and before `stop`, or reach beyond that.
    ///
    /// Bytes by pointers, since a check writes megabytes of escapes, and tests do so without the optimizer.
    private static func write(
        _ text: UnsafePointer<UInt8>, _ from: inout Int, before stop: Int, to room: UnsafeMutablePointer<UInt8>,
        _ size: inout Int
    ) {
        var at = from, end = 0
        while at < stop {
            let byte = unsafe text[at]
            if byte >= 0x20, byte < 0x7F, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
                let plain = unsafe plainBytes(text + at, before: stop - at)
                unsafe (room + end).initialize(from: text + at, count: plain)
                at &+= plain
                end &+= plain
            } else if byte < 0x80 {
                unsafe writeEscape(UInt32(byte), to: room, &end)
                at &+= 1
            } else if byte == 0xC2 || byte == 0xD8 || byte == 0xE2, let character = unsafe escaped(text + at) {
                unsafe writeEscape(character.code, to: room, &end)
                at &+= character.size
            } else {
                unsafe room[end] = byte
                at &+= 1
                end &+= 1
            }
        }
        from = at
        size = end
    }

    /// How many bytes of plain ASCII begin here, of at most `most`.
    private static func plainBytes(_ text: UnsafePointer<UInt8>, before most: Int) -> Int {
        let bytes = unsafe UnsafeBufferPointer(start: text, count: most)
        return JSONBytes.endOfPlain(unsafe RawSpan(_unsafeElements: bytes), from: 0, stopsAtDelete: true)
    }

    /// The code point outside ASCII that begins here and its size in bytes, if it is written as an escape.
    ///
    /// These are U+0080 to 9F, U+061C, U+200E and 200F, U+2028 to 202E, U+2066 to 2069.
    private static func escaped(_ text: UnsafePointer<UInt8>) -> (code: UInt32, size: Int)? {
        let lead = unsafe text[0], second = unsafe text[1]
        if lead == 0xC2 { return second < 0xA0 ? (UInt32(second), 2) : nil }
        if lead == 0xD8 { return second == 0x9C ? (0x61C, 2) : nil }
        let third = unsafe text[2]
        let isEscaped =
            second == 0x80 && (third == 0x8E || third == 0x8F || (third >= 0xA8 && third <= 0xAE))
            || second == 0x81 && third >= 0xA6 && third <= 0xA9
        return isEscaped ? (0x2000 | UInt32(second & 0x3F) << 6 | UInt32(third & 0x3F), 3) : nil
    }

    private static func writeEscape(_ code: UInt32, to room: UnsafeMutablePointer<UInt8>, _ size: inout Int) {
        var letter = UInt8(ascii: "u")
        if code == 0x22 || code == 0x5C { letter = UInt8(code) }
        if code == 0x0A { letter = UInt8(ascii: "n") }
        if code == 0x0D { letter = UInt8(ascii: "r") }
        if code == 0x09 { letter = UInt8(ascii: "t") }
        unsafe room[size] = UInt8(ascii: "\\")
        unsafe room[size &+ 1] = letter
        size &+= 2
        guard letter == UInt8(ascii: "u") else { return }
        var shift: UInt32 = 16
        while shift > 0 {
            shift &-= 4
            let digit = UInt8(truncatingIfNeeded: code &>> shift & 0xF)
            unsafe room[size] = digit < 10 ? UInt8(ascii: "0") &+ digit : UInt8(ascii: "a") &+ digit &- 10
            size &+= 1
        }
    }
}
