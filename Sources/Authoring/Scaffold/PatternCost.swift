/// How large a POSIX extended regular expression becomes once its repetitions are written out, as `regcomp(3)` does.
///
/// Repetitions in repetitions multiply: `((a{1,200}){1,200}){1,200}` has 8,000,000 parts, and takes all memory.
enum PatternCost {
    /// The most parts of an expression.
    static let maximum = 10_000

    /// The number of parts, counted up to a little over `maximum`; nil for an expression with a back-reference.
    ///
    /// A back-reference is no part of POSIX, and can take any time to match.
    static func of(_ pattern: String) -> Int? {
        let bytes = Array(pattern.utf8)
        // The sum of each open group, the whole expression first, and what a repetition would repeat.
        var sums = [0], last = 0, place = 0
        func repeated(_ times: Int) {
            let cost = min(last.multipliedReportingOverflow(by: times).partialValue, maximum + 1)
            sums[sums.count - 1] = min(sums[sums.count - 1] + cost - last, maximum + 1)
            last = cost
        }
        func atom(_ cost: Int) {
            sums[sums.count - 1] = min(sums[sums.count - 1] + cost, maximum + 1)
            last = cost
        }
        while place < bytes.count {
            let byte = bytes[place]
            place += 1
            switch byte {
            case UInt8(ascii: "\\"):
                guard place < bytes.count else { return sums[0] }
                if (0x31...0x39).contains(bytes[place]) { return nil }
                place += 1
                atom(1)
            case UInt8(ascii: "["):
                place = afterBracket(bytes, place)
                atom(1)
            case UInt8(ascii: "("):
                sums.append(0)
                last = 0
            case UInt8(ascii: ")") where sums.count > 1: atom(max(1, sums.removeLast()))
            case UInt8(ascii: "+"): repeated(2)
            case UInt8(ascii: "*"), UInt8(ascii: "?"): break
            case UInt8(ascii: "{"):
                guard let (times, end) = bounds(bytes, place) else {
                    atom(1)
                    continue
                }
                place = end
                repeated(max(1, times))
            default: atom(1)
            }
        }
        return sums.reduce(0, +)
    }

    /// The place after a bracket expression that begins before `start`.
    private static func afterBracket(_ bytes: [UInt8], _ start: Int) -> Int {
        var place = start
        if place < bytes.count, bytes[place] == UInt8(ascii: "^") { place += 1 }
        if place < bytes.count, bytes[place] == UInt8(ascii: "]") { place += 1 }
        while place < bytes.count, bytes[place] != UInt8(ascii: "]") {
            // A class such as [:alpha:] has a bracket of its own.
            let isClass =
                bytes[place] == UInt8(ascii: "[") && place + 1 < bytes.count
                && [UInt8(ascii: ":"), UInt8(ascii: "."), UInt8(ascii: "=")].contains(bytes[place + 1])
            place += 1
            guard isClass else { continue }
            let kind = bytes[place]
            place += 1
            while place + 1 < bytes.count, !(bytes[place] == kind && bytes[place + 1] == UInt8(ascii: "]")) {
                place += 1
            }
            place += 2
        }
        return place + 1
    }

    /// The larger bound of `{n}`, `{n,}` or `{n,m}`, and the place after it; nil for what is none.
    private static func bounds(_ bytes: [UInt8], _ start: Int) -> (times: Int, end: Int)? {
        guard let close = bytes[start...].firstIndex(of: UInt8(ascii: "}")) else { return nil }
        let words = String(decoding: bytes[start..<close], as: UTF8.self)
            .split(separator: ",", omittingEmptySubsequences: false)
        guard (1...2).contains(words.count), words.allSatisfy({ $0.isEmpty || Int($0) != nil }) else { return nil }
        // Without an end, glibc repeats once more.
        let isOpen = words.count == 2 && words[1].isEmpty
        return ((words.compactMap { Int($0) }.max() ?? 0) + (isOpen ? 1 : 0), close + 1)
    }
}
