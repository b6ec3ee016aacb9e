extension WebAssemblyModule {
    /// A type of value, by its byte in the binary format (spec 5.3.1 to 5.3.4).
    package enum ValueType: UInt8, CaseIterable, Sendable, CustomStringConvertible {
        case i32 = 0x7F
        case i64 = 0x7E
        case f32 = 0x7D
        case f64 = 0x7C
        case v128 = 0x7B
        case funcref = 0x70
        case externref = 0x6F

        /// The type's keyword in the text format.
        package var description: String {
            switch self {
            case .i32: "i32"
            case .i64: "i64"
            case .f32: "f32"
            case .f64: "f64"
            case .v128: "v128"
            case .funcref: "funcref"
            case .externref: "externref"
            }
        }

        /// The type of this keyword in the text format; nil for any other.
        package init?(named name: String) {
            guard let type = Self.allCases.first(where: { $0.description == name }) else { return nil }
            self = type
        }

        /// Whether values of the type are references.
        package var isReference: Bool { self == .funcref || self == .externref }
    }

    /// What a function takes and returns (spec 5.3.6).
    package struct FunctionType: Hashable, Sendable, CustomStringConvertible {
        /// Types of the parameters in order.
        package let parameters: [ValueType]
        /// Types of the results in order; a plugin hook has one or none.
        package let results: [ValueType]

        /// A type to compare those of a module with.
        package init(parameters: [ValueType], results: [ValueType] = []) {
            self.parameters = parameters
            self.results = results
        }

        /// As in `(i32, i32) -> i64`; no result is `()`, several are parenthesised.
        package var description: String {
            let list = { (types: [ValueType]) in "(" + types.map(\.description).joined(separator: ", ") + ")" }
            return list(parameters) + " -> " + (results.count == 1 ? results[0].description : list(results))
        }
    }
}

extension ByteCursor {
    /// Types of proposals that hosts do not accept (WebAssembly 3.0, 5.3.3 to 5.3.5), by the proposal's name.
    private static let proposals: [UInt8: String] = [
        0x63: "gc", 0x64: "gc", 0x6A: "gc", 0x6B: "gc", 0x6C: "gc", 0x6D: "gc", 0x6E: "gc", 0x71: "gc", 0x72: "gc",
        0x73: "gc", 0x69: "exceptions", 0x74: "exceptions", 0x68: "stack switching", 0x75: "stack switching",
    ]

    /// A value type (spec 5.3.4).
    mutating func valueType() throws(WebAssemblyError) -> WebAssemblyModule.ValueType {
        let start = position
        let byte = try byte()
        guard let type = WebAssemblyModule.ValueType(rawValue: byte) else {
            if let proposal = Self.proposals[byte] {
                throw failure(
                    .notAccepted, at: start,
                    "\(subject) has a type that is not accepted by this host (\(proposal)), \(byte.hexadecimal)")
            }
            throw failure(.unknownEncoding, at: start, "\(subject) has an unknown value type \(byte.hexadecimal)")
        }
        return type
    }

    /// A reference type (spec 5.3.3).
    mutating func referenceType() throws(WebAssemblyError) -> WebAssemblyModule.ValueType {
        let start = position
        let type = try valueType()
        guard type.isReference else {
            throw failure(.unknownEncoding, at: start, "\(subject) has \(type) instead of a reference type")
        }
        return type
    }

    /// A function type (spec 5.3.6).
    mutating func functionType(
        _ limits: WebAssemblyModule.ReadingLimits
    ) throws(WebAssemblyError) -> WebAssemblyModule.FunctionType {
        let start = position
        let form = try byte()
        switch form {
        case 0x60: break
        case 0x4D, 0x4E, 0x4F, 0x50, 0x5E, 0x5F:
            throw failure(
                .notAccepted, at: start, "\(subject) has a garbage-collected type, not accepted by this host (gc)")
        default:
            throw failure(.unknownEncoding, at: start, "\(subject) has an unknown type form \(form.hexadecimal)")
        }
        return .init(parameters: try valueTypes("parameters", limits), results: try valueTypes("results", limits))
    }

    private mutating func valueTypes(
        _ things: String, _ limits: WebAssemblyModule.ReadingLimits
    ) throws(WebAssemblyError) -> [WebAssemblyModule.ValueType] {
        var types: [WebAssemblyModule.ValueType] = []
        for _ in 0..<(try count(of: things, limit: limits.values)) { types.append(try valueType()) }
        return types
    }
}

extension UInt8 {
    /// As in `0x0a`.
    var hexadecimal: String { (self < 16 ? "0x0" : "0x") + String(self, radix: 16) }
}
