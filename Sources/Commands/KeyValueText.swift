internal import Arguments
internal import Basics

/// `KEY=VALUE`, as several options take it.
enum KeyValueText {
    /// Refuses texts of an option that are something else: that is a misuse of the command line.
    static func check(_ texts: [String], of option: String, example: String) throws(ValidationError) {
        for text in texts where (text.firstIndex(of: "=") ?? text.startIndex) == text.startIndex {
            throw ValidationError("'\(text.printable)' is not KEY=VALUE; write it like this: \(option) \(example)")
        }
    }
}
