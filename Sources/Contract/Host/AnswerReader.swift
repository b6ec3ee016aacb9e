internal import Basics

/// Why an answer cannot be read, and where.
struct AnswerError: Error {
    /// Whether the text is not JSON at all, or a known field is not what the host wants.
    let isSyntax: Bool
    let message: String
}

/// Reads an answer as Rust's serde_json does for a type with the known fields: strict on those, lax on all others.
///
/// A known field has its type whatever the action, and stands once. Fields that are not known are only checked to be
/// JSON: texts in them may be any bytes, and they may nest to any depth. An array gives the known fields in order.
struct AnswerReader {
    private let bytes: [UInt8]
    private var at = 0
    /// The contents of the fields of bytes, by their names in quotes; the fields themselves hold the count.
    private(set) var byteFields: [String: [UInt8]] = [:]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The known fields that are there, decoded; nothing may follow.
    mutating func readAll(_ fields: [AnswerField]) throws(AnswerError) -> [String: JSONValue] {
        let record = try readRecord(fields, of: "the answer")
        skipSpace()
        guard at == bytes.count else { throw syntax("unexpected text after the JSON value") }
        return record
    }

    private func syntax(_ message: String) -> AnswerError {
        AnswerError(isSyntax: true, message: "\(message) (byte \(at))")
    }

    private func mismatch(_ message: String) -> AnswerError { AnswerError(isSyntax: false, message: message) }

    private var next: UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func skipSpace() {
        while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { at += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        at += 1
        return true
    }

    private mutating func takeWord(_ word: StaticString) throws(AnswerError) {
        for index in 0..<word.utf8CodeUnitCount {
            guard take(unsafe word.utf8Start[index]) else { throw syntax("the answer is not JSON") }
        }
    }

    // MARK: Known fields

    private mutating func readRecord(
        _ fields: [AnswerField], of what: String
    ) throws(AnswerError) -> [String: JSONValue] {
        skipSpace()
        var found: [String: JSONValue] = [:]
        if take(UInt8(ascii: "{")) {
            try readMembers(fields, of: what, into: &found)
        } else if take(UInt8(ascii: "[")) {
            try readElements(fields, of: what, into: &found)
        } else {
            try skipValue()
            throw mismatch("\(what) is not an object")
        }
        for field in fields where found[field.name] == nil {
            if let fallback = field.fallback {
                found[field.name] = fallback
            } else if !field.isOptional {
                throw mismatch("\(what) has no '\(field.name)'")
            }
        }
        return found
    }

    private mutating func readMembers(
        _ fields: [AnswerField], of what: String, into found: inout [String: JSONValue]
    ) throws(AnswerError) {
        var seen: [String] = []
        skipSpace()
        if take(UInt8(ascii: "}")) { return }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw syntax("expected a member name") }
            let name = try readText()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw syntax("expected ':' after a member name") }
            if let field = fields.first(where: { $0.name.utf8.elementsEqual(name.utf8) }) {
                guard !seen.contains(field.name) else { throw mismatch("\(what) has '\(field.name)' twice") }
                seen.append(field.name)
                if let value = try readField(field) { found[field.name] = value }
            } else {
                try skipValue()
            }
            skipSpace()
            if take(UInt8(ascii: "}")) { return }
            guard take(UInt8(ascii: ",")) else { throw syntax("expected ',' or '}'") }
        }
    }

    private mutating func readElements(
        _ fields: [AnswerField], of what: String, into found: inout [String: JSONValue]
    ) throws(AnswerError) {
        skipSpace()
        if take(UInt8(ascii: "]")) { return }
        for field in fields {
            if let value = try readField(field) { found[field.name] = value }
            skipSpace()
            if take(UInt8(ascii: "]")) { return }
            guard take(UInt8(ascii: ",")) else { throw syntax("expected ',' or ']'") }
        }
        throw mismatch("\(what) is an array with more than \(fields.count) elements")
    }

    /// The value of a field; nil for a null that the field may be.
    private mutating func readField(_ field: AnswerField) throws(AnswerError) -> JSONValue? {
        skipSpace()
        if field.isOptional, next == UInt8(ascii: "n") {
            try takeWord("null")
            return nil
        }
        return try readValue(field.kind, of: "'\(field.name)'", wanted: field.typeWords)
    }

    private mutating func readValue(
        _ kind: AnswerField.Kind, of what: String, wanted: String
    ) throws(AnswerError) -> JSONValue {
        switch kind {
        case .text:
            guard next == UInt8(ascii: "\"") else { throw try other(what, wanted) }
            return .string(try readText())
        case .truth:
            switch next {
            case UInt8(ascii: "t"):
                try takeWord("true")
                return .bool(true)
            case UInt8(ascii: "f"):
                try takeWord("false")
                return .bool(false)
            default: throw try other(what, wanted)
            }
        case .count: return .int(try readNumber(upTo: .max, of: what, wanted: wanted))
        case .bytes:
            // A value for each byte of a large answer would take a hundred times its size.
            let bytes = try readBytes(of: what, wanted: wanted)
            byteFields[what] = bytes
            return .int(bytes.count)
        case .texts:
            return try readArray(of: what, wanted: wanted) { reader throws(AnswerError) in
                try reader.readValue(.text, of: what, wanted: wanted)
            }
        case .rows:
            return try readArray(of: what, wanted: wanted) { reader throws(AnswerError) in
                try reader.readArray(of: what, wanted: wanted) { reader throws(AnswerError) in
                    if reader.next == UInt8(ascii: "n") {
                        try reader.takeWord("null")
                        return .null
                    }
                    return try reader.readValue(.text, of: what, wanted: wanted)
                }
            }
        case .record(let fields): return Self.object(try readRecord(fields, of: what), fields)
        case .records(let fields, let least):
            let value = try readArray(of: what, wanted: wanted) { reader throws(AnswerError) in
                Self.object(try reader.readRecord(fields, of: "an element of \(what)"), fields)
            }
            guard case .array(let elements) = value, elements.count >= least else {
                throw mismatch("\(what) has fewer than \(least) elements")
            }
            return value
        }
    }

    private static func object(_ found: [String: JSONValue], _ fields: [AnswerField]) -> JSONValue {
        .object(fields.map { JSONValue.Member($0.name, found[$0.name] ?? .null) })
    }

    private mutating func readArray(
        of what: String, wanted: String, _ element: (inout AnswerReader) throws(AnswerError) -> JSONValue
    ) throws(AnswerError) -> JSONValue {
        var elements: [JSONValue] = []
        try readElements(of: what, wanted: wanted) { reader throws(AnswerError) in
            elements.append(try element(&reader))
        }
        return .array(elements)
    }

    private mutating func readBytes(of what: String, wanted: String) throws(AnswerError) -> [UInt8] {
        var found: [UInt8] = []
        try readElements(of: what, wanted: wanted) { reader throws(AnswerError) in
            found.append(UInt8(truncatingIfNeeded: try reader.readNumber(upTo: 255, of: what, wanted: wanted)))
        }
        return found
    }

    /// The elements of an array, each read by `element`.
    private mutating func readElements(
        of what: String, wanted: String, _ element: (inout AnswerReader) throws(AnswerError) -> Void
    ) throws(AnswerError) {
        guard take(UInt8(ascii: "[")) else { throw try other(what, wanted) }
        skipSpace()
        if take(UInt8(ascii: "]")) { return }
        while true {
            skipSpace()
            try element(&self)
            skipSpace()
            if take(UInt8(ascii: "]")) { return }
            guard take(UInt8(ascii: ",")) else { throw syntax("expected ',' or ']'") }
        }
    }

    /// A value of another type: its own syntax errors come first.
    private mutating func other(_ what: String, _ wanted: String) throws(AnswerError) -> AnswerError {
        try skipValue()
        return mismatch("\(what) is not \(wanted)")
    }

    /// A whole number without sign, fraction and exponent.
    private mutating func readNumber(upTo most: UInt64, of what: String, wanted: String) throws(AnswerError) -> UInt64 {
        let start = at
        guard let first = next, first == UInt8(ascii: "-") || Self.isDigit(first) else { throw try other(what, wanted) }
        try skipNumber()
        var number: UInt64 = 0
        for byte in bytes[start..<at] {
            let (tens, isTooLarge) = number.multipliedReportingOverflow(by: 10)
            guard Self.isDigit(byte), !isTooLarge, tens <= most, UInt64(byte - 0x30) <= most - tens else {
                throw mismatch("\(what) is not \(wanted)")
            }
            number = tens + UInt64(byte - 0x30)
        }
        return number
    }

    // MARK: Texts

    /// A string in valid UTF-8, without lone surrogates.
    private mutating func readText() throws(AnswerError) -> String {
        at += 1
        var text: [UInt8] = []
        while let byte = next {
            at += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let valid = String(validating: text, as: UTF8.self) else {
                    throw syntax("a string is not UTF-8")
                }
                return valid
            case UInt8(ascii: "\\"): try readEscape(into: &text)
            case 0..<0x20: throw syntax("a string has a control character that is not escaped")
            default: text.append(byte)
            }
        }
        throw syntax("a string has no closing quote")
    }

    private mutating func readEscape(into text: inout [UInt8]) throws(AnswerError) {
        guard let escape = next else { throw syntax("a string has no closing quote") }
        at += 1
        switch escape {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(escape)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            var code = try readHexUnit()
            if code & 0xFC00 == 0xD800 {
                guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
                    throw syntax("a string has half of a surrogate pair")
                }
                let low = try readHexUnit()
                guard low & 0xFC00 == 0xDC00 else { throw syntax("a string has half of a surrogate pair") }
                code = 0x10000 + ((code & 0x3FF) << 10 | low & 0x3FF)
            }
            guard let scalar = Unicode.Scalar(code) else { throw syntax("a string has half of a surrogate pair") }
            text.append(contentsOf: String(scalar).utf8)
        default: throw syntax("a string has an escape that JSON does not have")
        }
    }

    private mutating func readHexUnit() throws(AnswerError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Hex.value(of: byte) else { throw syntax("\\u has no four digits") }
            code = code << 4 | UInt32(digit)
            at += 1
        }
        return code
    }

    // MARK: Values that the host ignores

    /// Passes over a value of any depth, without recursion.
    private mutating func skipValue() throws(AnswerError) {
        var open: [UInt8] = []
        while true {
            skipSpace()
            switch next {
            case UInt8(ascii: "{"):
                at += 1
                skipSpace()
                if !take(UInt8(ascii: "}")) {
                    open.append(UInt8(ascii: "}"))
                    try skipName()
                    continue
                }
            case UInt8(ascii: "["):
                at += 1
                skipSpace()
                if !take(UInt8(ascii: "]")) {
                    open.append(UInt8(ascii: "]"))
                    continue
                }
            default: try skipScalar()
            }
            // A value has ended: so may what holds it.
            while true {
                guard let closing = open.last else { return }
                skipSpace()
                if take(closing) {
                    open.removeLast()
                } else if take(UInt8(ascii: ",")) {
                    if closing == UInt8(ascii: "}") { try skipName() }
                    break
                } else {
                    throw syntax("there is neither ',' nor the end of what was opened here")
                }
            }
        }
    }

    private mutating func skipName() throws(AnswerError) {
        skipSpace()
        guard next == UInt8(ascii: "\"") else { throw syntax("expected a member name") }
        try skipText()
        skipSpace()
        guard take(UInt8(ascii: ":")) else { throw syntax("expected ':' after a member name") }
    }

    private mutating func skipScalar() throws(AnswerError) {
        switch next {
        case UInt8(ascii: "\""): try skipText()
        case UInt8(ascii: "t"): try takeWord("true")
        case UInt8(ascii: "f"): try takeWord("false")
        case UInt8(ascii: "n"): try takeWord("null")
        case nil: throw syntax("the text ends where a value should be")
        default: try skipNumber()
        }
    }

    /// Passes over a string of any bytes; its escapes are JSON's.
    private mutating func skipText() throws(AnswerError) {
        at += 1
        while let byte = next {
            at += 1
            switch byte {
            case UInt8(ascii: "\""): return
            case UInt8(ascii: "\\"):
                guard let escape = next else { throw syntax("a string has no closing quote") }
                at += 1
                switch escape {
                case UInt8(ascii: "u"): _ = try readHexUnit()
                case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
                    UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
                    break
                default: throw syntax("a string has an escape that JSON does not have")
                }
            case 0..<0x20: throw syntax("a string has a control character that is not escaped")
            default: break
            }
        }
        throw syntax("a string has no closing quote")
    }

    private mutating func skipNumber() throws(AnswerError) {
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try skipDigits() }
        if take(UInt8(ascii: ".")) { try skipDigits() }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try skipDigits()
        }
        // `01` is no number, and neither is `1x`.
        if let byte = next, Self.isDigit(byte) { throw syntax("the answer is not JSON") }
    }

    private mutating func skipDigits() throws(AnswerError) {
        guard let first = next, Self.isDigit(first) else { throw syntax("the answer is not JSON") }
        while let byte = next, Self.isDigit(byte) { at += 1 }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
