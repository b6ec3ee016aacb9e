internal import Basics
internal import Contract
internal import WebAssembly

/// Whether a host could load a module at all.
enum LoadableModule {
    /// Refuses what is no core module, such as a component.
    ///
    /// A module whose body cannot be read is refused where it `isRequired` to be sound, and warned of elsewhere: the host's
    /// own tool signs and packs it. Errors: `not-a-module`, `malformed-module`.
    static func warnings(_ bytes: [UInt8], _ path: String, isRequired: Bool) throws -> [String] {
        try header(bytes, path)
        do throws(WebAssemblyError) { _ = try WebAssemblyModule(reading: bytes) } catch {
            let message = "hosts cannot load \(path): \(error)"
            guard !isRequired else {
                throw Problem(.malformedModule, message, help: "build it again with: pdk build")
            }
            return [message]
        }
        return []
    }

    /// Refuses what does not begin with the header of a core module; error: `not-a-module`.
    static func header(_ bytes: [UInt8], _ path: String) throws {
        let header: [UInt8] = [0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00]
        guard bytes.starts(with: header) else {
            // The version field of a component is 13 with layer 1 (component-model binary format, preamble).
            let isComponent =
                bytes.starts(with: [0x00, 0x61, 0x73, 0x6D]) && bytes.dropFirst(6).starts(with: [0x01, 0x00])
            throw Problem(
                .notAModule,
                isComponent
                    ? "\(path) is a WebAssembly component, which no host of this kind loads"
                    : "\(path) is not a WebAssembly module: it does not begin with the 8-byte module header",
                help: isComponent
                    ? "compile a core module (target wasm32-unknown-unknown), without the component model"
                    : "name a .wasm file, or build one with: pdk build")
        }
    }
}
