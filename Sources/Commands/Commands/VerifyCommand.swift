internal import Arguments
internal import Basics
internal import Contract
internal import Operations
internal import PluginRegistry
internal import Trust

struct VerifyCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Show a module's SHA-256, and check its signature against a trust root.",
        discussion: """
            A packed plugin (recognised by its contents, not its name) contains its signature and digests, which \
            are checked. In a plugins folder, every module and its manifest are checked; the exit status is 1 if \
            any fails. Without a trust root, signatures are not checked, and the output says so.
            """)

    @Argument(help: "The module, a packed plugin or a plugins folder.")
    var file: String

    @Option(
        name: .long,
        help: "The signature file, of pdk or minisign. (default: the module's path with .sig instead of .wasm)")
    var sig: String?

    @OptionGroup var trust: TrustOption
    @OptionGroup var globals: GlobalOptions

    func validate() throws {
        if sig != nil, file.hasSuffix(".tar.gz") {
            throw ValidationError("--sig is for modules: a packed plugin contains its signature.")
        }
    }

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let trustRoot = try trust.load(session)
        do {
            switch try VerifyFile(
                path: session.path(file), signature: sig.map(session.path), trustRoot: trustRoot
            ).run() {
            case .module(let report): return module(report, trustRoot)
            case .packed(let verified): return packed(verified, trustRoot, session)
            case .folder(let lines): return folder(lines, trustRoot, session)
            }
        } catch let misuse as VerifyFile.Misuse {
            throw ValidationError(misuse.description)
        }
    }

    private func module(_ report: VerifyFile.ModuleReport, _ trustRoot: TrustRoot?) -> Outcome {
        let warnings = (trustRoot?.warnings ?? []) + report.warnings
        var text: [Text] = [
            report.signer == nil ? "\(file)" : "\("verified", .green) \(file)",
            "  sha256: \(report.digest)", .signature(verifiedBy: report.signer),
        ]
        if let name = report.name, let version = report.version { text.append(.release(name, version)) }
        text += report.findings.map { "  \("problem", .red): \($0)" }
        var outcome = Outcome(text: text, json: json(report, trustRoot, warnings), warnings: warnings.map { Text($0) })
        if !report.findings.isEmpty {
            outcome.isData = true
            outcome.status = .failed
        }
        return outcome
    }

    private func json(
        _ report: VerifyFile.ModuleReport, _ trustRoot: TrustRoot?, _ warnings: [String]
    ) -> JSONValue {
        .object(
            [
                .init("module", .string(report.path)), .init("sha256", .string(report.digest.description)),
                .init("size", .int(report.size)), .init("name", .string(orNull: report.name)),
                .init("version", .string(orNull: report.version)),
            ]
                + SignatureMembers(
                    isSigned: report.signaturePath != nil, signer: report.signer, trustRoot: trustRoot
                ).members + [
                    .init("problems", .strings(report.findings)), .init("warnings", .strings(warnings)),
                ])
    }

    /// In the host's words where there is a trust root.
    private func packed(_ verified: CheckedPackedPlugin, _ trustRoot: TrustRoot?, _ session: Session) -> Outcome {
        let warnings = (trustRoot?.warnings ?? []) + verified.warnings
        let text: [Text] =
            verified.signature.signer.map(\.label).map { ["\("OK", .green) — signed by \($0)"] }
            ?? ["\(file)", "  sha256: \(verified.sha256)", .signature(verifiedBy: nil)]
        return Outcome(
            text: text,
            json: .object(
                [
                    .init("packed", .string(session.path(file))), .init("name", .string(verified.plugin.name)),
                    .init("version", .string(verified.plugin.version)), .init("sha256", .string(verified.sha256)),
                    .init("size", .int(verified.module.count)),
                ]
                    + SignatureMembers(
                        isSigned: verified.plugin.isSigned, signer: verified.signature.signer?.label,
                        trustRoot: trustRoot
                    ).members + [.init("warnings", .strings(warnings))]),
            warnings: warnings.map { Text($0) })
    }

    private func folder(_ lines: [VerifyFile.FolderLine], _ trustRoot: TrustRoot?, _ session: Session) -> Outcome {
        let failed = lines.count { !$0.problems.isEmpty }
        let rootWarnings = trustRoot?.warnings ?? []
        let text: [Text] = lines.map { line in
            let shown = session.shown(line.path)
            guard line.problems.isEmpty, let report = line.report else {
                return "\("failed", .red) \(shown): \(line.problems.joined(separator: "; "))"
            }
            let release = report.name.flatMap { name in report.version.map { " \(name) v\($0)" } } ?? ""
            let signer = report.signer.map { "verified by '\($0)'" } ?? "signature not checked (no trust root)"
            return "\(report.signer == nil ? "read" : "ok", .green) \(shown):\(release) \(signer)"
        }
        return Outcome(
            text: text + [lines.isEmpty ? "no modules" : "\(lines.count - failed) passed, \(failed) failed"],
            isData: true,
            json: .object([
                "folder": .string(session.path(file)), "failed": .int(failed),
                "plugins": .array(
                    lines.map { line in
                        guard let report = line.report else {
                            return .object(["file": .string(line.path), "problems": .strings(line.problems)])
                        }
                        return json(report, trustRoot, report.warnings)
                    }), "warnings": .strings(rootWarnings),
            ]), warnings: (rootWarnings + lines.flatMap { $0.report?.warnings ?? [] }).map { Text($0) },
            status: failed == 0 ? .done : .failed)
    }
}
