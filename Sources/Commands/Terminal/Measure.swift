/// Numbers as people read them.
enum Measure {
    /// `1,234,567`.
    static func grouped(_ number: some BinaryInteger) -> String {
        let digits = Array(String(number))
        var shown = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { shown += "," }
            shown.append(digit)
        }
        return shown
    }

    /// `1 file`, `2 files`; `plural` is for words whose plural does not just add an s.
    static func count(_ number: Int, _ noun: String, plural: String? = nil) -> String {
        "\(number) \(number == 1 ? noun : plural ?? noun + "s")"
    }

    /// Nanoseconds in the unit that fits.
    static func time(_ nanoseconds: UInt64) -> String {
        nanoseconds < 10_000_000
            ? "\(decimal(Double(nanoseconds) / 1000)) µs" : "\(decimal(Double(nanoseconds) / 1e6)) ms"
    }

    /// A number with one decimal place.
    static func decimal(_ number: Double) -> String { "\((number * 10).rounded() / 10)" }

    /// How much of a budget is used.
    static func share(_ part: Double, of whole: Double) -> String { "\(decimal(part * 100 / whole)) %" }
}

extension String {
    /// The text with spaces behind it up to a width in characters.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
