package import Basics

/// Why a text is not the JSON that was expected, and where.
package struct JSONError: Error, Equatable, CustomStringConvertible {
    /// What is wrong, in house style.
    package let message: String
    /// The byte offset in the text, from 0.
    package let offset: Int

    package init(_ message: String, offset: Int) {
        self.message = message
        self.offset = offset
    }

    /// The message with its byte offset.
    package var description: String { "\(message) (byte \(offset))" }
}

/// The sizes a JSON text may have.
package struct JSONLimits: Sendable {
    /// The longest text, in bytes.
    package var bytes: Int
    /// How deep arrays and objects may nest; the host's reader stops at 128.
    package var depth: Int
    /// How many values and member names there may be; each takes 16 bytes of memory beside the text.
    package var values: Int
    /// Whether strings may hold unpaired surrogates, as in what the host ignores; they are read as U+FFFD.
    package var toleratesUnpairedSurrogates: Bool

    package init(
        bytes: Int = 16 << 20, depth: Int = 128, values: Int = 16 << 20, toleratesUnpairedSurrogates: Bool = false
    ) {
        self.toleratesUnpairedSurrogates = toleratesUnpairedSurrogates
        self.bytes = bytes
        self.depth = depth
        self.values = values
    }
}

extension JSONError {
    /// What a person is told of the file at `path`, which holds `bytes`.
    package func problem(_ code: ErrorCode, in path: String, _ bytes: [UInt8], help: String? = nil) -> Problem {
        let place = TextPlace(of: offset, in: bytes)
        return Problem(
            code, "\(path) is not JSON: \(message) (\(place))", help: help, place: FilePlace(path, place))
    }
}
