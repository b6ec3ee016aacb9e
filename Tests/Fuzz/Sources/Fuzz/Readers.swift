internal import Archives
internal import Authoring
internal import Basics
internal import Contract
internal import Glibc
internal import PluginRegistry
internal import Transfers
internal import Trust
internal import WebAssembly
internal import YAML

/// A reader of outside data: it must neither trap nor hang nor grow beyond what it is given, whatever the bytes.
enum Reader: String, CaseIterable {
    case module, manifest, cases, json, index, answer, yaml, template, key, secret, signature, packed, tar, netrc, lock,
        policy, range

    /// Hands the bytes to the reader; a refusal is fine.
    func read(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        switch self {
        case .module:
            _ = try? WebAssemblyModule(reading: bytes)
            _ = try? EmbeddedManifest.read(atStartOf: bytes)
        case .manifest:
            _ = try? Manifest(reading: text)
            _ = HostLineReader(reading: text)
        case .cases:
            for profile in HostProfile.builtIn { _ = try? CaseFileReader.read(text, profile: profile) }
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
        case .secret:
            _ = try? PrivateKeyFile.describe(bytes)
            _ = try? PrivateKeyFile.open(bytes) { Array("password".utf8) }
        case .signature:
            _ = try? MinisignSignature(reading: bytes)
            _ = try? RotationStatement(verifying: bytes)
        case .packed:
            _ = try? PackManifest(reading: bytes)
            _ = try? PackedPlugin(reading: bytes, subject: "the input")
        case .index:
            // Cut anywhere, it is the same index.
            let whole = Scan.of(bytes, cutAt: [])
            for cut in [1, bytes.count / 3, bytes.count - 1] where bytes.indices.contains(cut) {
                precondition(Scan.of(bytes, cutAt: [cut]) == whole, "an index cut at \(cut) reads otherwise")
            }
        case .answer:
            for profile in HostProfile.builtIn {
                for hook in profile.hooks { _ = HookAnswer(bytes, of: hook) }
            }
        case .tar:
            let whole = Self.entries(of: bytes, cutAt: nil)
            for cut in [1, 511, 512, bytes.count / 2] where bytes.indices.contains(cut) {
                precondition(Self.entries(of: bytes, cutAt: cut) == whole, "an archive cut at \(cut) reads otherwise")
            }
        case .netrc: _ = Credentials(netrc: text)
        case .lock:
            guard let lock = try? LockFile(reading: bytes, path: "pdk.lock") else { return }
            let again = try? LockFile(reading: Array(lock.text.utf8), path: "pdk.lock")
            precondition(again == lock, "a lock changed on its way through text")
        case .policy:
            guard let node = try? PolicySyntax.json.read(bytes) else { return }
            _ = try? TrustPolicy(node, path: "policy.yaml")
        case .range:
            guard let range = VersionRange(text) else { return }
            precondition(VersionRange("\(range)") == range, "a range changed on its way through text")
        }
    }

    /// The entries of a tar archive that comes in two pieces; nil when it is refused.
    private static func entries(of bytes: [UInt8], cutAt cut: Int?) -> [[UInt8]]? {
        var archive = PackedArchive(
            expecting: [.init("manifest.json", maximumBytes: 4096), .init("plugin.wasm", maximumBytes: 8192)],
            required: 1)
        let cut = cut ?? bytes.count
        do {
            try unsafe archive.update(bytes.span.bytes.extracting(0..<cut))
            try unsafe archive.update(bytes.span.bytes.extracting(cut..<bytes.count))
            return try archive.finish().map(\.bytes)
        } catch { return nil }
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

/// What the index scanner sees in an index that comes in pieces.
struct Scan: IndexVisitor, Equatable {
    private(set) var names: [[UInt8]] = []
    private(set) var isWhole = false

    mutating func wants(_ name: RawSpan, isEscaped: Bool, in list: IndexList) -> Bool { true }

    mutating func visit(_ entry: ScannedEntry, _ text: RawSpan) throws {
        names.append(Array(entry.decoded(text).name.utf8))
    }

    static func of(_ bytes: [UInt8], cutAt cuts: [Int]) -> Scan {
        var scanner = IndexScanner(Scan(), limits: IndexLimits(entryBytes: 4096, depth: 32), countsLines: true)
        var start = 0
        do {
            for cut in cuts + [bytes.count] {
                try unsafe scanner.update(bytes.span.bytes.extracting(start..<cut))
                start = cut
            }
            _ = try scanner.finish()
            var result = scanner.visitor
            result.isWhole = true
            return result
        } catch { return Scan() }
    }
}

/// libFuzzer's own loop (`LLVMFuzzerRunDriver` of compiler-rt).
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// The entry that Swift's package manager names for the program (`--defsym main=Fuzz_main`).
@_cdecl("Fuzz_main")
public func main(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
    var count = count, arguments = arguments
    return unsafe runDriver(&count, &arguments) { data, size in
        Reader.chosen.read(unsafe Array(UnsafeBufferPointer(start: data, count: size)))
        return 0
    }
}
