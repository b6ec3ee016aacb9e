internal import Authoring
internal import Basics
internal import Contract
internal import Glibc
internal import Trust
internal import WebAssembly
internal import YAML

/// A reader of outside data: it must neither trap nor hang nor grow beyond what it is given, whatever the bytes.
enum Reader: String, CaseIterable {
    case module, manifest, cases, json, yaml, template, key, packed

    /// Hands the bytes to the reader; a refusal is fine.
    func read(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        switch self {
        case .module:
            _ = try? WebAssemblyModule(reading: bytes)
            _ = try? EmbeddedManifest(atStartOf: bytes)
        case .manifest:
            _ = try? Manifest(reading: text)
            _ = HostLineReader(reading: text)
        case .cases: _ = try? CaseFileReader.read(text)
        case .json:
            // What is read must be written so that it reads the same.
            guard let value = (try? JSONDocument(parsing: bytes))?.root.value else { return }
            let again = (try? JSONDocument(parsing: Array(value.compactText.utf8)))?.root.value
            precondition(again?.isEquivalent(to: value) ?? false, "a value changed on its way through text")
        case .yaml: _ = try? YAMLNode.read(bytes)
        case .template:
            _ = try? TemplateDescription(reading: text)
            _ = try? MustacheTemplate(text).render(["name": .text("guard"), "hooks": .list([.text("a")])])
        case .key: _ = try? PublicKeyFile.read(bytes)
        case .packed: _ = try? PackManifest(reading: bytes)
        }
    }

    /// The reader that `PDK_FUZZ` names.
    static let chosen: Reader = {
        let name = unsafe getenv("PDK_FUZZ").map { unsafe String(cString: $0) } ?? ""
        guard let reader = Reader(rawValue: name) else {
            fatalError("set PDK_FUZZ to one of \(allCases.map(\.rawValue))")
        }
        return reader
    }()
}

/// libFuzzer's entry (`LLVMFuzzerTestOneInput`).
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    Reader.chosen.read(unsafe Array(UnsafeBufferPointer(start: data, count: size)))
    return 0
}
