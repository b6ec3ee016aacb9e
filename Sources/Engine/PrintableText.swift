internal import Glibc

/// Text from a module or the library made safe to show: control characters become `?`, at most 400 characters.
///
/// Function and import names come from plugins nobody has vetted and could otherwise carry terminal escapes.
func printable(_ text: String) -> String {
    var result = ""
    var count = 0
    for scalar in text.unicodeScalars {
        if count == 400 { return result + "…" }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator: result.unicodeScalars.append("?")
        default: result.unicodeScalars.append(scalar)
        }
        count += 1
    }
    return result
}

/// A message of the library on one line: its causes joined by colons, without headings, numbers and frames.
func oneLine(_ message: String) -> String {
    var parts: [Substring] = []
    var isFrame = false
    for line in message.split(whereSeparator: { $0.isNewline || $0 == "\0" }) {
        var part = line.drop { $0 == " " || $0 == "\t" }
        let digits = part.prefix { $0.isASCII && $0.isNumber }
        if !digits.isEmpty, part.dropFirst(digits.count).hasPrefix(": ") {
            part = part.dropFirst(digits.count + 2)
        }
        if part.hasSuffix("wasm backtrace:") { isFrame = true }
        if part == "Caused by:" {
            isFrame = false
            continue
        }
        if isFrame || part.isEmpty { continue }
        parts.append(part)
        if parts.count == 8 { break }
    }
    return printable(parts.joined(separator: ": "))
}

/// The C library's text for an error number (strerror_r).
func systemMessage(_ code: Int32) -> String {
    let message = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer -> String? in
        guard let start = buffer.baseAddress else { return nil }
        unsafe buffer.initialize(repeating: 0)
        guard unsafe strerror_r(code, start, 256) == 0 else { return nil }
        return unsafe String(cString: start)
    }
    guard let message, let first = message.first else { return "error \(code)" }
    return first.lowercased() + message.dropFirst()
}
