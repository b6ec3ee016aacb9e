/// Which versions of a plugin are wanted, such as `^1.2`, `~1.2` or `>=1,<2`: the rules of cargo's version requirements.
///
/// A pre-release is wanted only where a comparator names one of the same three numbers. A version that is not one to three
/// dotted numbers in front is in no range.
package struct VersionRange: Hashable, Sendable, CustomStringConvertible {
    /// The longest text that is read, in bytes, and the most comparators in it.
    package static let maximumLength = 256
    package static let maximumComparators = 32

    /// The range as it is spelled, without blanks at its ends.
    package let description: String
    private let comparators: [VersionComparator]

    /// Reads a range; nil for any other text.
    package init?(_ text: String) {
        guard text.utf8.count <= Self.maximumLength else { return nil }
        let trimmed = text.trimmingBlanks
        description = String(trimmed)
        if ["*", "x", "X"].contains(trimmed) {
            comparators = []
            return
        }
        var found: [VersionComparator] = []
        for part in trimmed.split(separator: ",", omittingEmptySubsequences: false) {
            guard found.count < Self.maximumComparators, let comparator = VersionComparator(part.trimmingBlanks) else {
                return nil
            }
            found.append(comparator)
        }
        comparators = found
    }

    /// Whether a text behind `NAME@` means a range and not the one version of that spelling.
    package static func isMeant(by text: String) -> Bool {
        let trimmed = text.trimmingBlanks
        guard let first = trimmed.utf8.first else { return false }
        return "^~=<>*".utf8.contains(first) || trimmed.utf8.contains(UInt8(ascii: ","))
            || trimmed.hasSuffix(".*") || trimmed.hasSuffix(".x") || trimmed.hasSuffix(".X")
    }

    /// Whether a version is in the range.
    package func contains(_ version: PluginVersion) -> Bool {
        guard let numbers = version.numbers, numbers.count <= 3, comparators.allSatisfy({ $0.matches(version) }) else {
            return false
        }
        return !version.isPreRelease || comparators.contains { $0.namesPreRelease(of: version) }
    }

    /// Texts as they are spelled, byte for byte.
    package static func == (left: VersionRange, right: VersionRange) -> Bool {
        left.description.utf8.elementsEqual(right.description.utf8)
    }

    /// Hashes the spelling's bytes.
    package func hash(into hasher: inout Hasher) {
        for byte in description.utf8 { hasher.combine(byte) }
    }
}

extension String {
    fileprivate var trimmingBlanks: Substring { self[...].trimmingBlanks }
}

extension Substring {
    /// Without spaces at the ends.
    fileprivate var trimmingBlanks: Substring {
        let start = drop { $0 == " " }
        return start.lastIndex { $0 != " " }.map { start[...$0] } ?? ""
    }
}

/// One comparator of a range: an operator and one to three numbers.
private struct VersionComparator: Sendable, Hashable {
    enum Operator { case caret, tilde, equal, less, lessOrEqual, greater, greaterOrEqual }

    private let kind: Operator
    /// One to three numbers without leading zeros.
    private let numbers: [String]
    /// The whole version, for the order of pre-releases.
    private let version: PluginVersion

    /// Takes a text such as `>= 1.2`; a part of `*` or `x` stands for any number, and only such parts may follow it.
    init?(_ text: Substring) {
        var rest = text
        let operators: [(String, Operator)] = [
            (">=", .greaterOrEqual), ("<=", .lessOrEqual), (">", .greater), ("<", .less), ("=", .equal), ("^", .caret),
            ("~", .tilde),
        ]
        let named = operators.first { text.hasPrefix($0.0) }
        if let named { rest = text.dropFirst(named.0.count).trimmingBlanks }
        let core = rest.prefix { $0 != "-" && $0 != "+" }
        var parts = core.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        let isWildcard = { (part: String) in ["*", "x", "X"].contains(part) }
        let wildcards = parts.count { isWildcard($0) }
        guard (1...3).contains(parts.count), wildcards < parts.count, parts.suffix(wildcards).allSatisfy(isWildcard)
        else { return nil }
        parts.removeLast(wildcards)
        let version = PluginVersion(String(rest.prefix(wildcards == 0 ? rest.count : 0)))
        let full = parts + Array(repeating: "0", count: 3 - parts.count)
        // Only a whole version has a pre-release or build metadata behind it.
        guard PluginVersion(full.joined(separator: ".")).isSemantic,
            core.endIndex == rest.endIndex || (wildcards == 0 && parts.count == 3 && version.isSemantic)
        else { return nil }
        numbers = parts
        self.version = core.endIndex == rest.endIndex ? PluginVersion(full.joined(separator: ".")) : version
        // `1.*` is all of 1, and `1.2` without an operator what `^1.2` is.
        kind = named?.1 ?? (wildcards > 0 ? .equal : .caret)
    }

    func namesPreRelease(of other: PluginVersion) -> Bool {
        version.isPreRelease && order(of: other, upTo: 3) == 0
    }

    func matches(_ other: PluginVersion) -> Bool {
        // Only the numbers that are written are compared.
        let written = order(of: other, upTo: numbers.count)
        let exact = numbers.count == 3 ? other.precedence(against: version) : written
        switch kind {
        case .equal: return exact == 0 && (numbers.count == 3 || !other.isPreRelease)
        case .less: return exact < 0
        case .lessOrEqual: return exact <= 0 && (exact < 0 || numbers.count == 3 || !other.isPreRelease)
        case .greater: return exact > 0
        case .greaterOrEqual: return exact > 0 || (exact == 0 && (numbers.count == 3 || !other.isPreRelease))
        case .tilde: return order(of: other, upTo: min(2, numbers.count)) == 0 && exact >= 0
        case .caret:
            // Up to the first number that is not zero nothing may change; of zeros alone, none of them.
            let fixed = numbers.firstIndex { $0 != "0" }.map { $0 + 1 } ?? numbers.count
            return order(of: other, upTo: fixed) == 0 && exact >= 0
        }
    }

    /// The order of a version's first numbers against those of this comparator.
    private func order(of other: PluginVersion, upTo count: Int) -> Int {
        let theirs = other.numbers ?? [], mine = version.numbers ?? []
        for place in 0..<count {
            let order = PluginVersion.compareNumbers(
                place < theirs.count ? theirs[place] : "0", place < mine.count ? mine[place] : "0")
            if order != 0 { return order }
        }
        return 0
    }
}
