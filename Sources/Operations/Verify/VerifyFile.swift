internal import Authoring
internal import Basics
package import Contract
internal import Files
package import PluginRegistry
package import Trust

/// `pdk verify`: what a module, a packed plugin or a whole plugins folder is, and whose signatures it bears.
package struct VerifyFile {
    package let path: String
    /// The signature's file; nil for the one beside the module.
    package let signature: String?
    package let trustRoot: TrustRoot?

    package init(path: String, signature: String?, trustRoot: TrustRoot?) {
        self.path = path
        self.signature = signature
        self.trustRoot = trustRoot
    }

    /// A request that makes no sense for what the file turned out to be.
    package struct Misuse: Error, CustomStringConvertible {
        package let description: String
    }

    /// What was looked at, told by its contents.
    package enum Report: Sendable {
        case module(ModuleReport)
        case packed(CheckedPackedPlugin)
        case folder([FolderLine])
    }

    /// A module.
    package struct ModuleReport: Sendable {
        package let path: String
        package let digest: SHA256Digest
        /// Bytes.
        package let size: Int
        /// What the module carries; nil when it carries no manifest.
        package let name: String?
        package let version: String?
        /// The signature's file, whoever made it; nil when there is none.
        package let signaturePath: String?
        /// The label of the key that made the signature; nil when none was checked.
        package let signer: String?
        /// Where the module and the manifest beside it say different things, or the host would not read one.
        package let findings: [String]
        package let warnings: [String]
    }

    /// A file of a plugins folder.
    package struct FolderLine: Sendable {
        package let path: String
        /// Nil when it was refused.
        package let report: ModuleReport?
        /// Why it fails; empty when it does not.
        package let problems: [String]
    }

    /// Looks at the file; errors say why it is refused, findings are in the report.
    package func run() throws -> Report {
        if try FileStatus.of(path, followingLinks: true)?.kind == .folder {
            guard signature == nil else {
                throw Misuse(description: "--sig is for modules, not for a folder of them")
            }
            return .folder(try folder())
        }
        let handle: FileHandle
        do throws(FileError) { handle = try FileHandle(reading: path) } catch {
            throw RegistryError(.artifactUnavailable, error.description, underlying: error)
        }
        let head = try handle.readHead(bytes: 512)
        if head.starts(with: [0x1F, 0x8B]) {
            guard signature == nil else {
                throw Misuse(description: "--sig is for modules: a packed plugin contains its signature")
            }
            return .packed(try PackedPlugin.blockingRead(path).check(trust: Trust(trustRoot)))
        }
        if MinisignSignature.isOne(head), path.hasSuffix(".minisig"), signature == nil {
            return .module(
                try VerifyFile(path: String(path.dropLast(8)), signature: path, trustRoot: trustRoot).module(nil))
        }
        return .module(try module(nil))
    }

    /// What `--sig` names, or the sidecar of the host, or that of minisign.
    private func signaturePath() throws -> String? {
        if let signature { return signature }
        let sidecar = FilePaths.replacingExtension(of: path, with: ".sig")
        for path in [sidecar, path + ".minisig"] where try FileStatus.of(path, followingLinks: true) != nil {
            return path
        }
        return nil
    }

    /// Verifies the module; `isInstalled` says whether its folder is a plugins folder, nil to tell it by what is in it.
    private func module(_ isInstalled: Bool?) throws -> ModuleReport {
        try refuseOther()
        let signaturePath = try signaturePath()
        let text = try signaturePath.map { try WholeFiles.read($0, limit: KeyText.maximumFileBytes) }
        if let text, let signaturePath { try refuseMalformed(text, signaturePath) }
        var verification: ModuleInspection, signer: String?
        if let text, MinisignSignature.isOne(text), let trustRoot {
            verification = try ModuleInspection.blockingInspect(path, trust: Trust(nil))
            let found = try minisigner(text, trustRoot, verification)
            signer = found.label
            let subject = PolicySubject(
                name: verification.name ?? FilePaths.stem(of: path), version: verification.version ?? "",
                signer: Signer(label: found.label, keyID: found.id), embedded: verification.embedded)
            let violations = trustRoot.violations(of: subject, at: WallClock.seconds)
            if let refusal = TrustRoot.refusal(violations, of: path, name: subject.name) { throw refusal }
        } else {
            verification = try ModuleInspection.blockingInspect(
                path, trust: Trust(trustRoot), signatureFile: signaturePath)
            signer = verification.signature.signer?.label
        }
        let body = try bodyWarnings(verification.size)
        let embedded = try EmbeddedManifest.read(
            atStartOf: FileHandle(reading: path).readHead(bytes: EmbeddedManifest.headBytes))
        var findings: [String] = [], warnings = body
        if let embedded {
            let isInstalled = try isInstalled ?? looksInstalled()
            let differences = try Sidecar(of: path).differences(from: embedded)
            if isInstalled { findings = differences.findings } else { warnings += differences.warnings }
        }
        return ModuleReport(
            path: path, digest: verification.digest, size: verification.size, name: verification.name,
            version: verification.version, signaturePath: signaturePath, signer: signer, findings: findings,
            warnings: warnings)
    }

    /// A file that does not begin as a module is none, whatever its signature is over.
    private func refuseOther() throws {
        let head: [UInt8]
        do throws(FileError) { head = try FileHandle(reading: path).readHead(bytes: 8) } catch {
            throw RegistryError(.artifactUnavailable, error.description, underlying: error)
        }
        try LoadableModule.header(head, path)
    }

    private func refuseMalformed(_ text: [UInt8], _ signaturePath: String) throws {
        if MinisignSignature.isOne(text) {
            do { _ = try MinisignSignature(reading: text) } catch {
                throw RegistryError(
                    .signatureInvalid, "signature verification failed for \(path): \(signaturePath): \(error)",
                    help: error.help)
            }
        } else if Signature(text: text) == nil {
            throw RegistryError(
                .signatureInvalid,
                "signature verification failed for \(path): \(signaturePath) is not base64 of 64 bytes",
                help: "get the signature again, or sign the module with: pdk sign")
        }
    }

    private func minisigner(
        _ text: [UInt8], _ trustRoot: TrustRoot, _ verification: ModuleInspection
    ) throws -> TrustRoot.Key {
        let bytes = try WholeFiles.read(path, limit: KitLimits.moduleBytes)
        guard try SHA256Digest(of: bytes) == verification.digest else {
            throw RegistryError(.artifactUnavailable, "\(path) was changed while it was read")
        }
        guard let signer = try MinisignSignature(reading: text).signer(of: bytes, in: trustRoot.keys) else {
            throw RegistryError(
                .signatureInvalid,
                "signature verification failed for \(path): no key in the trust root \(trustRoot.origin) made the signature",
                help: "the module or its trusted comment was changed, or the signer's key is not in the trust root")
        }
        return signer
    }

    /// The host verifies a module whose body it could not load; so is it here, with a warning.
    private func bodyWarnings(_ size: Int) throws -> [String] {
        guard size <= LoadableModule.examinedBytes else { return [LoadableModule.notExamined(path)] }
        let bytes = try WholeFiles.read(path, limit: LoadableModule.examinedBytes)
        return LoadableModule.warning(of: bytes, path).map { [$0] } ?? []
    }

    /// Whether a plugins folder is around the module, and not a build's or a download's, which has a signature alone.
    private func looksInstalled() throws -> Bool {
        let folder = FilePaths.parent(of: path) ?? "."
        if let above = FilePaths.parent(of: FilePaths.resolved(folder) ?? folder),
            try FileStatus.of(FilePaths.join(above, Manifest.fileName)) != nil
        {
            return false
        }
        let names = try Folder(folder).names()
        let stems = Set(names.filter { $0.hasSuffix(".wasm") }.map { $0.dropLast(5) })
        return names.contains { name in
            name == LockFile.fileName
                || [".json", ".yaml"].contains { name.hasSuffix($0) && stems.contains(name.dropLast($0.count)) }
        }
    }

    /// Every module of the folder, in the order of their names; what a host ignores there is a problem.
    private func folder() throws -> [FolderLine] {
        let folder = try Folder(path)
        var lines: [FolderLine] = []
        for name in try folder.names() where name != ".wasm" {
            let file = FilePaths.join(path, name)
            if !name.hasPrefix("."), name.hasSuffix(".tar.gz") || name.hasSuffix(".tgz") {
                lines.append(
                    FolderLine(
                        path: file, report: nil, problems: ["a host ignores packed plugins: install it from there"]))
            }
            guard name.hasSuffix(".wasm") else { continue }
            do {
                let report = try VerifyFile(path: file, signature: nil, trustRoot: trustRoot).module(true)
                lines.append(FolderLine(path: file, report: report, problems: report.findings))
            } catch {
                let message = (error as? any Diagnostic)?.message ?? "\(error)"
                lines.append(FolderLine(path: file, report: nil, problems: [message]))
            }
        }
        if lines.isEmpty { try PluginsFolder.refuseRegistry(folder) }
        return lines
    }
}
