internal import Basics

/// A line for people: what comes from outside is shown so that it cannot steer the terminal.
///
/// Every interpolated text is made printable; only the styles below add escape sequences, and only when colour is on.
struct Text: ExpressibleByStringInterpolation, Sendable {
    /// How a piece is shown.
    enum Style: String, Sendable {
        case bold = "1"
        case red = "31"
        case green = "32"
        case yellow = "33"
        case dim = "2"
    }

    private var pieces: [(text: String, style: Style?)] = []

    init(stringLiteral value: String) { pieces = [(value, nil)] }

    init(stringInterpolation: Interpolation) { pieces = stringInterpolation.pieces }

    /// A text from outside.
    init(_ text: String, _ style: Style? = nil) { pieces = [(text.printable, style)] }

    static func + (left: Text, right: Text) -> Text {
        var both = left
        both.pieces += right.pieces
        return both
    }

    /// Collects the pieces of a literal.
    struct Interpolation: StringInterpolationProtocol {
        var pieces: [(text: String, style: Style?)] = []
        init(literalCapacity: Int, interpolationCount: Int) {}
        mutating func appendLiteral(_ literal: String) { pieces.append((literal, nil)) }
        mutating func appendInterpolation(_ value: some CustomStringConvertible, _ style: Style? = nil) {
            pieces.append((value.description.printable, style))
        }
    }

    /// The characters to print.
    func rendered(color: Bool) -> String {
        pieces.map { piece in
            guard color, let style = piece.style, !piece.text.isEmpty else { return piece.text }
            return "\u{1B}[\(style.rawValue)m\(piece.text)\u{1B}[0m"
        }.joined()
    }
}
