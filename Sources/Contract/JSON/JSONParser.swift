/// One pass over a JSON text that checks it and notes where each value is.
struct JSONParser {
    let bytes: [UInt8]
    let limits: JSONLimits
    private(set) var nodes: [JSONDocument.Node] = []
    private var at = 0

    init(bytes: [UInt8], limits: JSONLimits) {
        self.bytes = bytes
        self.limits = limits
        nodes.reserveCapacity(min(bytes.count / 16, 1 << 20))
    }

    mutating func parseDocument() throws(JSONError) {
        skipSpace()
        try parseValue(depth: 0)
        skipSpace()
        guard at == bytes.count else { throw JSONError("unexpected text after the JSON value", offset: at) }
    }

    private mutating func parseValue(depth: Int) throws(JSONError) {
        guard at < bytes.count else { throw JSONError("JSON text ends where a value should be", offset: at) }
        switch bytes[at] {
        case UInt8(ascii: "{"): try parseContainer(.object, depth: depth)
        case UInt8(ascii: "["): try parseContainer(.array, depth: depth)
        case UInt8(ascii: "\""): try parseString()
        case UInt8(ascii: "t"): try parseWord("true", .true)
        case UInt8(ascii: "f"): try parseWord("false", .false)
        case UInt8(ascii: "n"): try parseWord("null", .null)
        default: try parseNumber()
        }
    }

    private mutating func open(_ kind: JSONNode.Kind) throws(JSONError) -> Int {
        guard nodes.count < limits.values else {
            throw JSONError("JSON text has more than \(limits.values) values", offset: at)
        }
        nodes.append(JSONDocument.Node(kind: kind, start: UInt32(at)))
        return nodes.count - 1
    }

    private mutating func close(_ node: Int) {
        nodes[node].end = UInt32(at)
        nodes[node].next = UInt32(nodes.count)
    }

    private mutating func parseContainer(_ kind: JSONNode.Kind, depth: Int) throws(JSONError) {
        guard depth < limits.depth else { throw JSONError("JSON nests deeper than \(limits.depth) levels", offset: at) }
        let closing = kind == .object ? UInt8(ascii: "}") : UInt8(ascii: "]")
        let node = try open(kind)
        at += 1
        skipSpace()
        if peek() == closing {
            at += 1
            return close(node)
        }
        while true {
            if kind == .object {
                guard peek() == UInt8(ascii: "\"") else {
                    throw JSONError("object has no member name here", offset: at)
                }
                try parseString()
                skipSpace()
                guard peek() == UInt8(ascii: ":") else { throw JSONError("member has no ':'", offset: at) }
                at += 1
                skipSpace()
            }
            try parseValue(depth: depth + 1)
            skipSpace()
            guard let byte = peek() else { throw JSONError("JSON text ends inside a value", offset: at) }
            at += 1
            if byte == closing { return close(node) }
            guard byte == UInt8(ascii: ",") else {
                throw JSONError("neither ',' nor a closing bracket follows the value", offset: at - 1)
            }
            skipSpace()
        }
    }

    private mutating func parseString() throws(JSONError) {
        let node = try open(.string)
        at += 1
        while at < bytes.count {
            let byte = bytes[at]
            if byte == UInt8(ascii: "\"") {
                at += 1
                return close(node)
            }
            if byte < 0x20 { throw JSONError("control character in a string is not escaped", offset: at) }
            if byte == UInt8(ascii: "\\") {
                nodes[node].isEscaped = true
                try skipEscape()
            } else {
                at += 1
            }
        }
        throw JSONError("string has no closing quote", offset: at)
    }

    private mutating func skipEscape() throws(JSONError) {
        let start = at
        at += 2
        guard start + 1 < bytes.count else { throw JSONError("string has no closing quote", offset: start) }
        switch bytes[start + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return
        case UInt8(ascii: "u"):
            guard let unit = JSONNode.hexUnit(bytes, at: start + 2) else {
                throw JSONError("\\u has no four hexadecimal digits", offset: start)
            }
            at = start + 6
            if limits.toleratesUnpairedSurrogates { return }
            if unit & 0xFC00 == 0xDC00 { throw JSONError("unpaired surrogate in a string", offset: start) }
            if unit & 0xFC00 == 0xD800 {
                guard at + 1 < bytes.count, bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u"),
                    let low = JSONNode.hexUnit(bytes, at: at + 2), low & 0xFC00 == 0xDC00
                else { throw JSONError("unpaired surrogate in a string", offset: start) }
                at += 6
            }
        default: throw JSONError("unknown escape in a string", offset: start)
        }
    }

    private mutating func parseWord(_ word: StaticString, _ kind: JSONNode.Kind) throws(JSONError) {
        let node = try open(kind)
        let letters = Array(word.description.utf8)
        guard bytes[at...].starts(with: letters) else { throw JSONError("not a JSON value", offset: at) }
        at += letters.count
        close(node)
    }

    private mutating func parseNumber() throws(JSONError) {
        let node = try open(.number), start = at
        if peek() == UInt8(ascii: "-") { at += 1 }
        if peek() == UInt8(ascii: "0") {
            at += 1
        } else if skipDigits() == 0 {
            throw JSONError("not a JSON value", offset: start)
        }
        if peek() == UInt8(ascii: ".") {
            at += 1
            if skipDigits() == 0 { throw JSONError("number has no digits after the point", offset: at) }
        }
        if peek() == UInt8(ascii: "e") || peek() == UInt8(ascii: "E") {
            at += 1
            if peek() == UInt8(ascii: "+") || peek() == UInt8(ascii: "-") { at += 1 }
            if skipDigits() == 0 { throw JSONError("number has no digits in the exponent", offset: at) }
        }
        close(node)
    }

    private mutating func skipDigits() -> Int {
        let start = at
        while let byte = peek(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { at += 1 }
        return at - start
    }

    private func peek() -> UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func skipSpace() {
        while at < bytes.count {
            switch bytes[at] {
            case 0x20, 0x09, 0x0A, 0x0D: at += 1
            default: return
            }
        }
    }
}
