/// Checks one JSON value of any size without keeping anything of it; what it needs to know between blocks is a few words.
struct JSONSkipper {
    private enum Expected { case value, valueOrEnd, nameOrEnd, name, colon, commaOrEnd }

    /// How many containers are open around the place reached, those around the whole value among them.
    private var depth: Int
    private let outerDepth: Int
    private let maximumDepth: Int
    /// Which of the open containers are objects, a bit a level.
    private var objects: InlineArray<4, UInt64> = InlineArray(repeating: 0)
    private var expected = Expected.value

    /// Gets ready for a value inside of `depth` containers; nests at most `maximumDepth` deep, itself at most 256.
    init(depth: Int, maximumDepth: Int) {
        self.depth = depth
        outerDepth = depth
        self.maximumDepth = min(maximumDepth, 256)
    }

    private var isInObject: Bool {
        get { objects[(depth - 1) >> 6] >> UInt64((depth - 1) & 63) & 1 == 1 }
        set {
            let bit = UInt64(1) << UInt64((depth - 1) & 63)
            if newValue { objects[(depth - 1) >> 6] |= bit } else { objects[(depth - 1) >> 6] &= ~bit }
        }
    }

    /// Moves `at` behind the value and returns true, or behind the last whole token and returns false when more is needed.
    mutating func skip(_ text: RawSpan, _ at: inout Int) throws(JSONError) -> Bool {
        while true {
            at = JSONBytes.endOfBlanks(text, from: at)
            guard at < text.byteCount else { return false }
            let byte = text.byte(at)
            switch expected {
            case .value, .valueOrEnd:
                if expected == .valueOrEnd, byte == UInt8(ascii: "]") {
                    if close(&at) { return true }
                    continue
                }
                guard try skipStart(of: byte, text, &at) else { return false }
                if depth == outerDepth, expected == .commaOrEnd { return true }
            case .nameOrEnd, .name:
                if expected == .nameOrEnd, byte == UInt8(ascii: "}") {
                    if close(&at) { return true }
                    continue
                }
                guard byte == UInt8(ascii: "\"") else {
                    throw JSONError("object has no member name here", offset: at)
                }
                guard try skipString(text, &at) else { return false }
                expected = .colon
            case .colon:
                guard byte == UInt8(ascii: ":") else { throw JSONError("member has no ':'", offset: at) }
                at += 1
                expected = .value
            case .commaOrEnd:
                if byte == UInt8(ascii: ",") {
                    at += 1
                    expected = isInObject ? .name : .value
                } else if byte == (isInObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
                    if close(&at) { return true }
                } else {
                    throw JSONError("neither ',' nor a closing bracket follows the value", offset: at)
                }
            }
        }
    }

    private mutating func close(_ at: inout Int) -> Bool {
        at += 1
        depth -= 1
        expected = .commaOrEnd
        return depth == outerDepth
    }

    private func skipString(_ text: RawSpan, _ at: inout Int) throws(JSONError) -> Bool {
        var end = at + 1
        guard try JSONBytes.skipString(text, &end, isDecoded: false) != nil else { return false }
        at = end
        return true
    }

    /// Moves past a scalar or into a container.
    private mutating func skipStart(of byte: UInt8, _ text: RawSpan, _ at: inout Int) throws(JSONError) -> Bool {
        var end = at
        switch byte {
        case UInt8(ascii: "\""):
            guard try skipString(text, &end) else { return false }
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard depth < maximumDepth else {
                throw JSONError("JSON nests deeper than \(maximumDepth) levels", offset: at)
            }
            depth += 1
            isInObject = byte == UInt8(ascii: "{")
            expected = isInObject ? .nameOrEnd : .valueOrEnd
            at += 1
            return true
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
            guard try JSONBytes.skipWord(text, &end) else { return false }
        default:
            guard try JSONBytes.skipNumber(text, &end) else { return false }
        }
        at = end
        expected = .commaOrEnd
        return true
    }
}
