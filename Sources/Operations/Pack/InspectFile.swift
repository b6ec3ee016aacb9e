internal import Basics
package import Contract
internal import Files
package import PluginRegistry
package import Trust
package import WebAssembly

/// `pdk inspect`: what a module or a packed plugin is, without believing or running any of it.
package struct InspectFile {
    package let path: String

    package init(path: String) { self.path = path }

    /// What the file is, told by its first bytes.
    package enum Report: Sendable {
        case packed(PackedReport)
        case module(ModuleReport)
    }

    /// A packed plugin.
    package struct PackedReport: Sendable {
        package let path: String
        package let plugin: PackedPlugin
        /// What `plugin.wasm` is.
        package let module: ModuleReport
        /// Why the digests that the manifest promises are not those of the files, nil when they are.
        package let refusal: RegistryError?
    }

    /// A module.
    package struct ModuleReport: Sendable {
        package let path: String
        /// Bytes.
        package let size: Int
        package let digest: SHA256Digest
        /// The module's declarations; nil when it is malformed.
        package let module: WebAssemblyModule?
        /// Why the module cannot be read, nil when it can.
        package let malformed: WebAssemblyError?
        package let signature: Sidecar
        /// What the module says of itself; nil when it says nothing, or nothing that can be read.
        package let manifest: PluginMetadata?
        /// Why what it says of itself cannot be read; nil where it can, or where there is nothing.
        package let manifestProblem: String?

        /// The hooks whose functions the module exports.
        package var hooks: [Hook] {
            HostProfile.standard.hooks.filter { module?.functionType(ofExport: $0.export) != nil }
        }
    }

    /// The signature that belongs to a module; here it is only looked at, never checked.
    package enum Sidecar: Sendable, Equatable {
        case none
        case present(path: String)
        case malformed(path: String)
    }

    /// Looks at the file, at most 1 GiB; errors: those of reading it, `pack-malformed`, and `unknown-file` when it is neither.
    package func run() throws -> Report {
        let bytes = try WholeFiles.read(path, limit: KitLimits.moduleBytes)
        if bytes.starts(with: WebAssemblyModule.magic) {
            let sidecar = FilePaths.replacingExtension(of: path, with: ".sig")
            let isThere = try FileStatus.of(sidecar, followingLinks: true) != nil
            let text = isThere ? try WholeFiles.read(sidecar, limit: KeyText.maximumFileBytes) : nil
            return .module(try Self.describe(bytes, path, signature: text, at: sidecar))
        }
        guard bytes.starts(with: [0x1F, 0x8B]) || path.hasSuffix(".tar.gz") else {
            throw Problem(
                .unknownFile, "\(path) is neither a WebAssembly module nor a packed plugin",
                help: "give a .wasm file, or a .tar.gz file made by pdk pack")
        }
        let plugin = try PackedPlugin(reading: bytes, subject: path)
        var refusal: RegistryError?
        do { _ = try plugin.check(trust: .digestOnly) } catch { refusal = error }
        let module = try Self.describe(
            plugin.unverifiedModule, PackManifest.moduleName, signature: plugin.signature,
            at: PackManifest.signatureName)
        return .packed(PackedReport(path: path, plugin: plugin, module: module, refusal: refusal))
    }

    private static func describe(
        _ bytes: [UInt8], _ path: String, signature: [UInt8]?, at signaturePath: String
    ) throws -> ModuleReport {
        var module: WebAssemblyModule?, malformed: WebAssemblyError?
        do { module = try WebAssemblyModule(reading: bytes) } catch { malformed = error }
        var manifest: PluginMetadata?, manifestProblem: String?
        do { manifest = try EmbeddedManifest.read(atStartOf: bytes) } catch { manifestProblem = error.message }
        let sidecar: Sidecar =
            signature.map {
                Signature(text: $0) == nil ? .malformed(path: signaturePath) : .present(path: signaturePath)
            } ?? .none
        return ModuleReport(
            path: path, size: bytes.count, digest: try SHA256Digest(of: bytes),
            module: module, malformed: malformed, signature: sidecar,
            manifest: manifest, manifestProblem: manifestProblem)
    }
}
