package import WebAssembly

/// Whether a host could load a module at all, told by its bytes.
package enum LoadableModule {
    /// The largest module that is looked at in whole where its bytes are not in memory anyway: 64 MiB.
    package static let examinedBytes = 64 << 20

    /// What is said of a module that is larger than `examinedBytes`.
    package static func notExamined(_ subject: String) -> String {
        "\(subject) is larger than \(examinedBytes >> 20) MiB: whether a host can load it was not examined"
    }

    /// The magic and the version of a core module (WebAssembly core specification, binary format, modules).
    package static let header: [UInt8] = WebAssemblyModule.magic + [0x01, 0x00, 0x00, 0x00]

    /// What a file is whose first bytes are not those of a core module.
    package enum OtherFile: Sendable {
        case component
        case unknown

        /// What is said of `subject`.
        package func message(of subject: String) -> String {
            switch self {
            case .component: "\(subject) is a WebAssembly component, which the host does not load"
            case .unknown: "\(subject) is not a WebAssembly module: it does not begin with the 8-byte module header"
            }
        }

        /// What its author can do.
        package var help: String {
            switch self {
            case .component:
                "compile a core module (target wasm32-unknown-unknown), without the component model"
            case .unknown: "give a .wasm file, or build one with: pdk build"
            }
        }
    }

    /// What a file is, told by its first 8 bytes; nil for a core module.
    package static func otherFile(_ head: [UInt8]) -> OtherFile? {
        if head.starts(with: header) { return nil }
        // The version field of a component is 13 with layer 1 (component-model binary format, preamble).
        let isComponent = head.starts(with: WebAssemblyModule.magic) && head.dropFirst(6).starts(with: [0x01, 0x00])
        return isComponent ? .component : .unknown
    }

    /// Why no host could load a module; nil when it can be read.
    package static func fault(in bytes: [UInt8]) -> String? { error(in: bytes)?.description }

    /// The same as the reader has it.
    package static func error(in bytes: [UInt8]) -> WebAssemblyError? {
        do throws(WebAssemblyError) { _ = try WebAssemblyModule(reading: bytes) } catch { return error }
        return nil
    }

    /// The warning of a module that no host could load; nil when it can be read.
    package static func warning(of bytes: [UInt8], _ subject: String) -> String? {
        fault(in: bytes).map { "hosts cannot load \(subject): \($0)" }
    }
}
