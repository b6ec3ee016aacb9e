internal import Basics

/// Outside text as it may stand in an error message.
enum Redaction {
    /// An address without user information, query, fragment and anything unprintable, at most 300 characters.
    static func address(_ url: String) -> String {
        var text = url.prefix { $0 != "?" && $0 != "#" }
        if let scheme = text.firstPlace(of: "://") {
            let rest = text[scheme.upperBound...]
            let authority = rest.prefix { $0 != "/" && $0 != "\\" }
            if let at = authority.lastIndex(of: "@") {
                text = text[..<scheme.upperBound] + rest[rest.index(after: at)...]
            }
        } else if let at = text.lastIndex(of: "@") {
            text = text[text.index(after: at)...]
        }
        return printable(String(text), limit: 300)
    }

    /// Printable characters only, at most `limit` of them.
    static func printable(_ text: String, limit: Int) -> String {
        let kept = text.unicodeScalars.prefix(limit).map { scalar in
            scalar.properties.generalCategory.isPrintable ? Character(scalar) : "?"
        }
        return String(kept) + (text.unicodeScalars.count > limit ? "…" : "")
    }
}

extension Unicode.GeneralCategory {
    /// False for control, format, surrogate, private-use and unassigned characters and for line breaks.
    fileprivate var isPrintable: Bool {
        switch self {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}
