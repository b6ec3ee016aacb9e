package import Authoring
internal import Basics
package import Contract
internal import Files
internal import PluginRegistry
internal import Trust
internal import WebAssembly

/// `pdk pack`: the module, its manifest and its signature in one `.tar.gz`, which a host takes as it is.
package struct PackPlugin {
    package let contents: PackContents
    /// Where to write the file.
    package let output: String
    /// The time that the file says it was packed at, in seconds since 1970.
    package let packedAt: Int
    /// The folder of public keys by one of which the signature should be made; nothing is said when it holds none.
    package let knownKeys: String?
    /// Whether the module is that of a plugin's folder, and not one that was named.
    package let isModuleOwn: Bool

    package init(contents: PackContents, output: String, packedAt: Int, knownKeys: String?, isModuleOwn: Bool) {
        self.isModuleOwn = isModuleOwn
        self.contents = contents
        self.output = output
        self.packedAt = packedAt
        self.knownKeys = knownKeys
    }

    /// What was packed.
    package struct Report: Sendable {
        package let name: String
        package let version: String
        package let path: String
        /// Of the packed file, in bytes.
        package let size: Int
        /// Of the module.
        package let digest: SHA256Digest
        package let hooks: [String]
        package let isSigned: Bool
        /// RFC 3339 text.
        package let packedAt: String
        /// What will not work as the author may think.
        package let warnings: [String]
    }

    /// Packs, reads back what was packed as an operator would, and only then writes the file, by a rename.
    package func run() throws -> Report {
        try KeyOutput.check(
            output, reading: [contents.modulePath] + (contents.signaturePath.map { [$0] } ?? []))
        let module = try PluginProject.readModule(contents.modulePath)
        _ = try LoadableModule.warnings(module, contents.modulePath, isRequired: isModuleOwn)
        let signature = try contents.signaturePath.map { try SignatureFile(reading: $0).text }
        let time = Timestamp(seconds: packedAt)
        let embedded = try embeddedManifest(module)
        var metadata = PluginMetadata(
            name: contents.name, version: contents.version, hooks: contents.hooks ?? embedded?.hooks ?? [])
        metadata.description = contents.description
        metadata.license = contents.license
        if let embedded, let contradiction = metadata.contradiction(with: embedded) {
            throw Problem(
                .releaseMismatch,
                "\(contents.modulePath) was signed with \(contradiction.field) \(contradiction.embedded.printable), "
                    + "but is being packed with \(contradiction.claimed.printable)",
                help: "sign it again: run pdk sign in its folder")
        }
        let bytes = try PackedPlugin.archive(metadata, module: module, signature: signature, packedAt: time)
        let packed = try PackedPlugin(reading: bytes, subject: output)
        let verified = try packed.check(trust: .digestOnly)
        guard verified.module == module, packed.signature == signature, packed.name == contents.name else {
            throw Problem(.roundTripFailed, "\(output) would not contain what was packed; nothing was written")
        }
        let warnings = warnings(module, packed)
        try WholeFiles.replace(output, with: bytes)
        return Report(
            name: packed.name, version: packed.version, path: output, size: bytes.count, digest: verified.digest,
            hooks: packed.hooks, isSigned: packed.isSigned, packedAt: packed.packedAt, warnings: warnings)
    }

    private func embeddedManifest(_ module: [UInt8]) throws -> PluginMetadata? {
        do throws(ManifestError) { return try EmbeddedManifest.read(atStartOf: module) } catch {
            throw Problem(
                .malformedModule, "\(contents.modulePath): \(error)",
                help: "build and sign it again: pdk build && pdk sign")
        }
    }

    /// Whether the signature is one over these bytes at all can only be told where there are keys to try.
    private func signatureWarning(_ packed: PackedPlugin) -> String? {
        guard let knownKeys else { return nil }
        do {
            guard let keys = try TrustRoot.loadIfAny(folder: knownKeys, isRequired: false) else { return nil }
            _ = try packed.check(trust: .root(keys))
            return nil
        } catch {
            return error.kind == .signatureInvalid
                ? "no key in \(knownKeys) made the signature for this module; it may be from an earlier build"
                : "the signature was not checked: \(error)"
        }
    }

    private func warnings(_ module: [UInt8], _ packed: PackedPlugin) -> [String] {
        var warnings: [String] = []
        if !packed.isSigned {
            warnings.append("\(packed.name) is packed without a signature: a host with a trust root refuses it")
        } else if let warning = signatureWarning(packed) {
            warnings.append(warning)
        }
        if packed.hooks.isEmpty {
            warnings.append("\(packed.name) is packed without hooks: the host loads it but never calls it")
        }
        let described: WebAssemblyModule
        do { described = try WebAssemblyModule(reading: module) } catch {
            return warnings + ["\(contents.modulePath) \(error.verdict)"]
        }
        for name in packed.hooks {
            guard let hook = HostProfile.standard.hook(named: name) else {
                warnings.append("the host does not know the hook '\(name)'")
                continue
            }
            if described.functionType(ofExport: hook.export) == nil {
                warnings.append("the hook '\(name)' is declared, but the module exports no function '\(hook.export)'")
            }
        }
        return warnings
    }
}

/// What is to be packed.
package struct PackContents: Sendable, Equatable {
    package var modulePath: String
    /// nil for an unsigned plugin.
    package var signaturePath: String?
    package let name: String
    package let version: String
    package var description: String
    package var license: String
    /// nil for those that the module says it has.
    package var hooks: [String]?

    /// The most that a version's text may have, in bytes.
    static let maximumVersionBytes = 128

    /// Checks what becomes part of a file's name; errors: `invalid-name`, `invalid-version`.
    package init(
        name: String, version: String, modulePath: String, signaturePath: String? = nil, description: String = "",
        license: String = "", hooks: [String]? = nil
    ) throws {
        guard PluginName(name) != nil else {
            throw Problem(
                .invalidName, PluginName.refusal(of: name),
                help: PluginName.rule)
        }
        let isPlain = version.utf8.allSatisfy { byte in
            byte == UInt8(ascii: ".") || byte == UInt8(ascii: "+") || PluginName(String(UnicodeScalar(byte))) != nil
        }
        guard isPlain, (1...Self.maximumVersionBytes).contains(version.utf8.count) else {
            throw Problem(
                .invalidVersion, "'\(version.printable)' is not a version", help: "write a version such as 1.2.3")
        }
        self.name = name
        self.version = version
        self.modulePath = modulePath
        self.signaturePath = signaturePath
        self.description = description
        self.license = license
        self.hooks = hooks
    }

    /// The name of the file by convention.
    package var fileName: String { "\(name)-\(version).tar.gz" }
}

/// What the command line says of what to pack; each is nil where it says nothing.
package struct PackRequest: Sendable {
    package var modulePath: String?
    package var signaturePath: String?
    package var name: String?
    package var version: String?
    package var description: String?
    package var license: String?
    package var hooks: [String]?

    package init() {}

    /// Fills what is not said from the plugin's folder.
    ///
    /// Where a module is named, so is its signature or it has none, as with the host's own tool; where none is, the
    /// signature beside the built one is taken when it is there.
    package func contents(of project: PluginProject) throws -> PackContents {
        let manifest = project.manifest
        var signature = signaturePath
        if modulePath == nil, signature == nil,
            try FileStatus.of(project.signaturePath, followingLinks: true) != nil
        {
            signature = project.signaturePath
        }
        return try PackContents(
            name: name ?? project.name.description, version: version ?? project.version,
            modulePath: modulePath ?? project.modulePath, signaturePath: signature,
            description: description ?? manifest.description?.text ?? "",
            license: license ?? manifest.license?.text ?? "", hooks: hooks ?? manifest.knownHooks.map(\.name))
    }

    /// What is said is all there is; nil when one of the three that must be said is not.
    package func contents() throws -> PackContents? {
        guard let modulePath, let name, let version else { return nil }
        return try PackContents(
            name: name, version: version, modulePath: modulePath, signaturePath: signaturePath,
            description: description ?? "", license: license ?? "", hooks: hooks)
    }
}
