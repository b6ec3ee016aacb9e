internal import Basics
internal import Contract
internal import WebAssembly

extension LoadableModule {
    /// Refuses what is no core module, such as a component.
    ///
    /// A module whose body cannot be read is refused where it `isRequired` to be sound, and warned of elsewhere: the host's
    /// own tool signs and packs it. Errors: `not-a-module`, `malformed-module`.
    static func warnings(_ bytes: [UInt8], _ path: String, isRequired: Bool) throws -> [String] {
        try header(bytes, path)
        guard let error = error(in: bytes) else { return [] }
        let warning = "hosts cannot load \(path): \(error)"
        guard isRequired else { return [warning] }
        throw Problem(.malformedModule, warning, help: error.help)
    }

    /// Refuses what does not begin with the header of a core module; error: `not-a-module`.
    static func header(_ bytes: [UInt8], _ path: String) throws {
        guard let other = otherFile(bytes) else { return }
        throw Problem(.notAModule, other.message(of: path), help: other.help)
    }
}
