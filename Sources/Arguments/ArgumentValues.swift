/// A type whose values can be typed on the command line.
package protocol ExpressibleByArgument: Sendable {
    init?(argument: String)
    /// The only values there are, where they can be listed.
    static var argumentValues: [String] { get }
    /// How the value is typed.
    var argumentText: String { get }
}

extension ExpressibleByArgument {
    package static var argumentValues: [String] { [] }
    package var argumentText: String { "\(self)" }
}

extension ExpressibleByArgument where Self: RawRepresentable, RawValue == String {
    package init?(argument: String) { self.init(rawValue: argument) }
    package var argumentText: String { rawValue }
}

extension ExpressibleByArgument where Self: CaseIterable & RawRepresentable, RawValue == String {
    package static var argumentValues: [String] { allCases.map(\.rawValue) }
}

extension String: ExpressibleByArgument {
    package init?(argument: String) { self = argument }
}

extension Int: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}

extension UInt64: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}

extension Double: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}
