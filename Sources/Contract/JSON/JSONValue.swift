/// A JSON value in memory, with object members in the order they were given.
package indirect enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    /// A number as it is spelled, so that none loses digits.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([Member])

    /// Texts are the same when their bytes are, and numbers when they are spelled alike.
    package static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.number(let left), .number(let right)), (.string(let left), .string(let right)):
            left.utf8.elementsEqual(right.utf8)
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        default: false
        }
    }

    /// One member of an object.
    package struct Member: Sendable, Equatable {
        package static func == (left: Member, right: Member) -> Bool {
            left.name.utf8.elementsEqual(right.name.utf8) && left.value == right.value
        }

        package let name: String
        package let value: JSONValue
        package init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// The value of the first member called `name`.
    package subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }

    /// The text of a string, nil for any other value.
    package var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// An object of the members whose value is there.
    package static func object(_ members: KeyValuePairs<String, JSONValue?>) -> JSONValue {
        .object(members.compactMap { member in member.value.map { Member(member.key, $0) } })
    }

    /// An array of strings.
    package static func strings(_ texts: [String]) -> JSONValue { .array(texts.map(JSONValue.string)) }

    /// A whole number.
    package static func int(_ number: some BinaryInteger) -> JSONValue { .number(String(number)) }

    /// A string; null where there is none.
    package static func string(orNull text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }

    /// An array of strings; null where there is none.
    package static func strings(orNull texts: [String]?) -> JSONValue { texts.map(JSONValue.strings) ?? .null }

    /// A whole number; null where there is none.
    package static func int(orNull number: (some BinaryInteger)?) -> JSONValue {
        number.map { JSONValue.int($0) } ?? .null
    }

    /// True or false; null where it is not known.
    package static func bool(orNull value: Bool?) -> JSONValue { value.map(JSONValue.bool) ?? .null }

    /// A number with a fraction; null when it is not finite.
    package static func double(_ number: Double) -> JSONValue { number.isFinite ? .number("\(number)") : .null }

    /// Whether two values are the same, whatever the order of members; numbers by exact value, texts by scalar.
    package func isEquivalent(to other: JSONValue) -> Bool {
        switch (self, other) {
        case (.number(let left), .number(let right)):
            if left == right { return true }
            guard let left = ExactNumber(left), let right = ExactNumber(right) else { return false }
            return left == right
        case (.string(let left), .string(let right)): return left.utf8.elementsEqual(right.utf8)
        case (.array(let left), .array(let right)):
            return left.count == right.count && zip(left, right).allSatisfy { $0.isEquivalent(to: $1) }
        case (.object(let left), .object(let right)):
            guard left.count == right.count else { return false }
            // Sorting is stable, so members of one name are compared in their order.
            let byName = { (left: Member, right: Member) in
                left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
            }
            return zip(left.sorted(by: byName), right.sorted(by: byName)).allSatisfy {
                $0.name.utf8.elementsEqual($1.name.utf8) && $0.value.isEquivalent(to: $1.value)
            }
        default: return self == other
        }
    }
}

/// A JSON number taken apart, so that two spellings of one value are equal whatever their size.
private struct ExactNumber: Equatable {
    private var isNegative = false
    private var digits: ArraySlice<UInt8>
    private var exponent = 0

    /// Takes a number as JSON spells it; nil when its exponent does not fit 64 bits.
    init?(_ spelled: String) {
        digits = Array(spelled.utf8)[...]
        if digits.first == UInt8(ascii: "-") {
            isNegative = true
            digits.removeFirst()
        }
        if let mark = digits.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "e") }) {
            guard let power = Int(String(decoding: digits[(mark + 1)...], as: UTF8.self)) else { return nil }
            exponent = power
            digits = digits[..<mark]
        }
        var shift = 0
        if let point = digits.firstIndex(of: UInt8(ascii: ".")) {
            shift = point + 1 - digits.endIndex
            digits.remove(at: point)
        }
        digits = digits.drop { $0 == UInt8(ascii: "0") }
        while digits.last == UInt8(ascii: "0") {
            digits.removeLast()
            shift += 1
        }
        let (sum, overflow) = exponent.addingReportingOverflow(shift)
        if overflow { return nil }
        (isNegative, exponent) = digits.isEmpty ? (false, 0) : (isNegative, sum)
    }
}

extension JSONNode {
    /// This value and all in it, decoded.
    package var value: JSONValue {
        switch kind {
        case .null: .null
        case .true: .bool(true)
        case .false: .bool(false)
        case .number: .number(text)
        case .string: .string(string ?? "")
        case .array: .array(elements.map(\.value))
        case .object: .object(members.map { JSONValue.Member($0.name.string ?? "", $0.value.value) })
        }
    }
}
