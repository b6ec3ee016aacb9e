extension [UInt8] {
    /// Whether the bytes of this text, which is not empty, stand anywhere in these.
    public func holds(_ text: String) -> Bool {
        let part = Array(text.utf8), last = count - part.count
        var start = 0
        while start <= last, let found = self[start...last].firstIndex(of: part[0]) {
            if self[found...].starts(with: part) { return true }
            start = found + 1
        }
        return false
    }
}

/// Bytes written as hexadecimal digits; blanks between them are allowed, anything else is a mistake in the test.
public func bytes(_ hex: String) -> [UInt8] {
    let digits: [UInt8] = hex.compactMap { $0.hexDigitValue.map(UInt8.init) }
    let count = hex.count { !$0.isWhitespace }
    precondition(digits.count == count && count.isMultiple(of: 2), "not hex: \(hex)")
    return stride(from: 0, to: count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}
