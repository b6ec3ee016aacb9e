/// A point in time, in whole seconds since 1970-01-01T00:00:00Z.
package struct Timestamp: Sendable, Hashable, Comparable {
    /// Seconds since the epoch, without leap seconds.
    package let seconds: Int

    package init(seconds: Int) { self.seconds = seconds }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.seconds < right.seconds }

    /// The RFC 3339 text in UTC, such as `2026-04-26T12:00:00Z`.
    package var rfc3339: String {
        // Rounded down, without leaving the range of an integer.
        let days = seconds / 86_400 - (seconds % 86_400 < 0 ? 1 : 0)
        let rest = seconds % 86_400 + (seconds % 86_400 < 0 ? 86_400 : 0)
        let (year, month, day) = Self.civil(days: days)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let years = String(year)
        return String(repeating: "0", count: max(0, 4 - years.count)) + years + "-" + two(month) + "-" + two(day) + "T"
            + two(rest / 3600) + ":" + two(rest / 60 % 60) + ":" + two(rest % 60) + "Z"
    }

    /// The proleptic Gregorian date of a day number, counted from 1970-01-01.
    private static func civil(days: Int) -> (year: Int, month: Int, day: Int) {
        // Years are counted from 1 March, so that a leap day is the last of its year; 719468 days lie before 1970.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }
}
