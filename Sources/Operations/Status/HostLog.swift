internal import Basics
package import Contract
internal import Files

/// What a host's log says of its plugins since it last started (host contract, section 7).
///
/// In 1.5 the admin address counts no errors: a failing hook leaves one WARN line and nothing else.
package struct HostLog: Sendable, Equatable {
    /// Failed calls of one plugin.
    package struct Failures: Sendable, Equatable {
        package fileprivate(set) var count = 0
        /// By hook, as the host words it: `Pre-query`, `Route`.
        package fileprivate(set) var byHook: [String: Int] = [:]
        /// The last error's text.
        package fileprivate(set) var last = ""
    }

    package private(set) var failures: [String: Failures] = [:]
    /// The plugins that were loaded, with the time of the line as it is written; in the order of the log.
    package private(set) var loaded: [(name: String, time: String)] = []
    /// How many plugins could not be loaded, as the host's own last line has it; nil where there is none.
    package private(set) var failedToLoad: Int?
    /// How many lines the log has.
    package private(set) var lines = 0

    package static func == (left: HostLog, right: HostLog) -> Bool {
        left.failures == right.failures && left.failedToLoad == right.failedToLoad && left.lines == right.lines
            && left.loaded.map(\.name) == right.loaded.map(\.name)
    }

    private let words: HostLogWords

    package init(_ words: HostLogWords) { self.words = words }

    /// The longest line that is looked at, in bytes, and how many plugins are told apart.
    private static let maximumLine = 64 << 10
    private static let maximumPlugins = 1_000

    /// Reads a log of any size, in constant memory.
    package static func read(_ path: String, _ words: HostLogWords) throws -> HostLog {
        var log = HostLog(words), line: [UInt8] = []
        try FileHandle(reading: path).stream(limit: Int.max) { piece in
            for index in 0..<piece.byteCount {
                let byte = unsafe piece.unsafeLoad(fromByteOffset: index, as: UInt8.self)
                if byte == UInt8(ascii: "\n") {
                    log.take(line)
                    line.removeAll(keepingCapacity: true)
                } else if line.count < maximumLine {
                    line.append(byte)
                }
            }
        }
        if !line.isEmpty { log.take(line) }
        return log
    }

    /// Takes one line, with or without colours.
    package mutating func take(_ line: [UInt8]) {
        lines += 1
        let text = Self.withoutColours(line)
        if let complete = text.firstRange(of: words.complete) {
            let rest = String(text[complete.upperBound...])
            failedToLoad = Self.field("failed", in: rest).flatMap { Int($0) }
        } else if let found = text.firstRange(of: words.loaded + " ") {
            let rest = String(text[found.upperBound...])
            guard let name = Self.field("plugin", in: rest) else { return }
            // A first plugin behind a finished start is a new start: what was counted is of the old process.
            if failedToLoad != nil {
                failures = [:]
                loaded = []
                failedToLoad = nil
            }
            if loaded.count < Self.maximumPlugins {
                loaded.append((name, String(text.prefix { $0 != " " })))
            }
        } else if let found = text.firstRange(of: " \(words.failed) "), text.contains(words.level) {
            let rest = String(text[found.upperBound...])
            guard let name = Self.field("plugin", in: rest),
                failures[name] != nil || failures.count < Self.maximumPlugins
            else { return }
            let hook = text[..<found.lowerBound].split(separator: " ").last.map(String.init) ?? "a"
            var failure = failures[name] ?? Failures()
            failure.count += 1
            if failure.byHook[hook] != nil || failure.byHook.count < 32 { failure.byHook[hook, default: 0] += 1 }
            if let error = rest.firstRange(of: "error=") {
                failure.last = String(rest[error.upperBound...].prefix(300))
            }
            failures[name] = failure
        }
    }

    /// The word behind `name=`, without quotes.
    private static func field(_ name: String, in text: String) -> String? {
        guard let found = text.firstRange(of: name + "=") else { return nil }
        let word = text[found.upperBound...].drop { $0 == "\"" }.prefix { $0 != " " && $0 != "\"" }
        return word.isEmpty ? nil : String(word)
    }

    /// The text without the escape sequences that colour a terminal (ECMA-48, SGR).
    private static func withoutColours(_ line: [UInt8]) -> String {
        var plain: [UInt8] = [], isEscape = false
        for byte in line where byte != 0x0D {
            if isEscape {
                if (0x40...0x7E).contains(byte), byte != UInt8(ascii: "[") { isEscape = false }
            } else if byte == 0x1B {
                isEscape = true
            } else {
                plain.append(byte)
            }
        }
        return String(decoding: plain, as: UTF8.self)
    }
}
