/// A version of a plugin, ordered as Semantic Versioning 2.0.0 orders it (section 11).
///
/// Texts that are not semantic versions, such as `1.0` or an empty one, are versions too, since a host takes any text:
/// dotted numbers are ordered as numbers, anything else below them all.
public struct PluginVersion: Hashable, Sendable, CustomStringConvertible {
    /// The longest version that is taken apart, in bytes.
    package static let maximumLength = 256

    /// The version as it is spelled.
    public let description: String
    /// Whether the spelling is exactly a semantic version.
    public let isSemantic: Bool
    /// The dotted numbers in front, nil when the text does not begin with any.
    let numbers: [String]?
    private let preRelease: [String]

    /// Takes any text as a version.
    public init(_ text: String) {
        description = text
        var rest = text.utf8.count <= Self.maximumLength ? text[...] : ""
        let build = rest.firstIndex(of: "+").map { plus -> Substring in
            defer { rest = rest[..<plus] }
            return rest[rest.index(after: plus)...]
        }
        let pre = rest.firstIndex(of: "-").map { dash -> Substring in
            defer { rest = rest[..<dash] }
            return rest[rest.index(after: dash)...]
        }
        let parts = rest.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        numbers = parts.allSatisfy(Self.isNumber) ? parts.map(Self.withoutLeadingZeros) : nil
        preRelease = pre?.split(separator: ".", omittingEmptySubsequences: false).map(String.init) ?? []
        isSemantic =
            parts.count == 3 && parts.allSatisfy { Self.isNumber($0) && Self.withoutLeadingZeros($0) == $0 }
            && preRelease.allSatisfy { part in
                Self.isIdentifier(part) && (!Self.isNumber(part) || Self.withoutLeadingZeros(part) == part)
            }
            && (build?.split(separator: ".", omittingEmptySubsequences: false).allSatisfy {
                Self.isIdentifier(String($0))
            }
                ?? true)
    }

    /// Whether the text begins with dotted numbers, so that it has a place among other versions.
    package var hasNumbers: Bool { numbers != nil }

    /// Whether this is a pre-release such as `1.0.0-rc.1`.
    public var isPreRelease: Bool { !preRelease.isEmpty }

    /// Whether the host's loader takes this text as a version: digits and dots only.
    package var isAcceptedByHost: Bool {
        !description.isEmpty && description.utf8.allSatisfy { $0 == UInt8(ascii: ".") || Self.isDigit($0) }
    }

    /// The version as a manifest for the host has it: `1.0.0-rc.1` becomes `1.0.0`, and what begins with no number `0`.
    package var spelledForHost: String {
        let numbers = description.unicodeScalars.prefix { $0 == "." || ("0"..."9").contains($0) }
        return numbers.isEmpty ? "0" : String(numbers)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isNumber(_ text: String) -> Bool { !text.isEmpty && text.utf8.allSatisfy(isDigit) }

    private static func isIdentifier(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                isDigit(byte) || byte == UInt8(ascii: "-")
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            }
    }

    private static func withoutLeadingZeros(_ digits: String) -> String {
        let rest = digits.drop { $0 == "0" }
        return rest.isEmpty ? "0" : String(rest)
    }
}

extension PluginVersion: Comparable {
    /// Whether two versions are spelled the same, byte for byte; to Swift's texts `K` and the Kelvin sign are one.
    public static func == (left: PluginVersion, right: PluginVersion) -> Bool {
        left.description.utf8.elementsEqual(right.description.utf8)
    }

    /// Hashes the spelling's bytes.
    public func hash(into hasher: inout Hasher) {
        for byte in description.utf8 { hasher.combine(byte) }
    }

    /// Semantic versioning's order; equal rank is broken by the spelling, so that the order is total.
    public static func < (left: PluginVersion, right: PluginVersion) -> Bool {
        switch left.precedence(against: right) {
        case 0: left.description.utf8.lexicographicallyPrecedes(right.description.utf8)
        case let order: order < 0
        }
    }

    /// Negative, zero or positive as this version ranks below, with or above `other`; build metadata does not count.
    public func precedence(against other: PluginVersion) -> Int {
        switch (numbers, other.numbers) {
        case (nil, nil): return 0
        case (nil, _): return -1
        case (_, nil): return 1
        case (let mine?, let theirs?):
            for place in 0..<max(mine.count, theirs.count) {
                let order = Self.compareNumbers(
                    place < mine.count ? mine[place] : "0", place < theirs.count ? theirs[place] : "0")
                if order != 0 { return order }
            }
        }
        if preRelease.isEmpty || other.preRelease.isEmpty {
            return (preRelease.isEmpty ? 1 : 0) - (other.preRelease.isEmpty ? 1 : 0)
        }
        for (mine, theirs) in zip(preRelease, other.preRelease) where !mine.utf8.elementsEqual(theirs.utf8) {
            switch (Self.isNumber(mine), Self.isNumber(theirs)) {
            case (true, true): return Self.compareNumbers(mine, theirs)
            case (true, false): return -1
            case (false, true): return 1
            case (false, false): return mine.utf8.lexicographicallyPrecedes(theirs.utf8) ? -1 : 1
            }
        }
        return preRelease.count - other.preRelease.count
    }

    /// Compares digits of any length without leading zeros.
    static func compareNumbers(_ left: String, _ right: String) -> Int {
        if left.utf8.count != right.utf8.count { return left.utf8.count - right.utf8.count }
        return left == right ? 0 : left < right ? -1 : 1
    }
}
