extension Timestamp {
    /// Reads RFC 3339 text such as `2026-04-26T12:00:00Z`, without the fractions of a second; nil for any other text.
    package init?(rfc3339 text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes.count <= 40, let date = Self.days(bytes[..<10]),
            bytes[10] | 0x20 == UInt8(ascii: "t"), let hour = Self.number(bytes[11..<13], upTo: 23),
            let minute = Self.number(bytes[14..<16], upTo: 59), let second = Self.number(bytes[17..<19], upTo: 60),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":")
        else { return nil }
        var rest = bytes[19...]
        if rest.first == UInt8(ascii: ".") {
            let digits = rest.dropFirst().prefix { (0x30...0x39).contains($0) }
            guard !digits.isEmpty else { return nil }
            rest = rest.dropFirst(1 + digits.count)
        }
        var offset = 0
        if rest.count == 1, let zone = rest.first, zone | 0x20 == UInt8(ascii: "z") {
            offset = 0
        } else {
            let zone = Array(rest)
            guard zone.count == 6, zone[0] == UInt8(ascii: "+") || zone[0] == UInt8(ascii: "-"),
                zone[3] == UInt8(ascii: ":"), let hours = Self.number(zone[1..<3], upTo: 23),
                let minutes = Self.number(zone[4..<6], upTo: 59)
            else { return nil }
            offset = (hours * 3600 + minutes * 60) * (zone[0] == UInt8(ascii: "-") ? -1 : 1)
        }
        self.init(seconds: date * 86_400 + hour * 3600 + minute * 60 + second - offset)
    }

    /// Reads a date such as `2026-04-26`, as the beginning of that day in UTC; nil for any other text.
    package init?(date text: String) {
        guard let days = Self.days(Array(text.utf8)[...]) else { return nil }
        self.init(seconds: days * 86_400)
    }

    /// The day number, counted from 1970-01-01, of a date `YYYY-MM-DD` that there is.
    private static func days(_ text: ArraySlice<UInt8>) -> Int? {
        let bytes = Array(text)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = number(bytes[..<4], upTo: 9999), let month = number(bytes[5..<7], upTo: 12), month >= 1,
            let day = number(bytes[8...], upTo: 31), day >= 1
        else { return nil }
        // Years are counted from 1 March, so that a leap day is the last of its year.
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
        // A day that the month does not have comes out as one of the next.
        guard Timestamp(seconds: days * 86_400).rfc3339.utf8.prefix(10).elementsEqual(bytes) else { return nil }
        return days
    }

    private static func number(_ digits: ArraySlice<UInt8>, upTo limit: Int) -> Int? {
        guard digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        let number = digits.reduce(0) { $0 * 10 + Int($1) - 0x30 }
        return number <= limit ? number : nil
    }
}
