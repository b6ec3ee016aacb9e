internal import Arguments
internal import Basics
internal import Contract
internal import Files
internal import Operations
internal import Trust

/// `pdk policy`: what a trust root demands beside a good signature.
struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "Explain the policy of a trust root.",
        subcommands: [PolicyExplainCommand.self])
}

struct PolicyExplainCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Show what the policy requires of a plugin, with the line of each rule.",
        discussion: """
            The policy is policy.yaml in the trust root. If it cannot be read, every plugin is refused, and this command shows the faulty line.
            """)

    @Argument(help: "The plugin's name; it need not exist.")
    var name: String

    @OptionGroup var trust: TrustFolderOption
    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let folder = try trust.folder(session)
        let root =
            try trust.trustRoot == nil
            ? TrustRoot.loadDefault(folder: folder.path, syntax: .yaml)
            : TrustRoot.load(folder: folder.path, syntax: .yaml)
        guard let root else {
            throw Problem(
                .trustRootInvalid, "there is no trust root \(folder.path), so there is no policy",
                help: "trust a publisher with: pdk trust add FILE --label NAME")
        }
        let report = try ExplainPolicy(name: name, root: root, now: session.now).run()
        return Outcome(
            text: lines(report, folder.path), isData: true, json: json(report, folder.path),
            warnings: root.warnings.map { Text($0) })
    }

    private func lines(_ report: ExplainPolicy.Report, _ folder: String) -> [Text] {
        guard let path = report.path else {
            return [
                "\(name): \(folder) has no policy.yaml; any key of the trust root may sign it",
                "  an update by another key than before needs --accept-new-key",
            ]
        }
        let file = FilePaths.name(of: path)
        var lines: [Text] = ["\(name), by \(path)"]
        if let pattern = report.pattern {
            lines.append("  names: \(pattern.text)  (\(file):\(pattern.line))")
        } else if report.isUnlisted {
            lines.append("  \("refused", .red): no pattern of names is for it")
        }
        for line in report.settings { lines.append(shown(line, file, indent: "  ")) }
        lines.append("  keys of the trust root:")
        for key in report.keys {
            lines.append("    \(key.isAccepted ? "yes" : "no ") \(key.keyID) \(key.label)")
            for note in key.notes { lines.append(shown(note, file, indent: "        ")) }
        }
        return lines
    }

    private func shown(_ line: ExplainPolicy.Line, _ file: String, indent: String) -> Text {
        let place = line.line.map { "  (\(file):\($0))" } ?? ""
        return "\(indent)\(line.rule): \(line.says)\(place)"
    }

    private func json(_ report: ExplainPolicy.Report, _ folder: String) -> JSONValue {
        func rules(_ lines: [ExplainPolicy.Line]) -> JSONValue {
            .array(
                lines.map {
                    .object([
                        "rule": .string($0.rule), "says": .string($0.says), "line": .int(orNull: $0.line),
                    ])
                })
        }
        return .object([
            "name": .string(name), "trust_root": .string(folder), "policy": .string(orNull: report.path),
            "pattern": .string(orNull: report.pattern?.text),
            "line": .int(orNull: report.pattern?.line), "refused": .bool(report.isUnlisted),
            "rules": rules(report.settings),
            "keys": .array(
                report.keys.map {
                    .object([
                        "label": .string($0.label), "key_id": .string($0.keyID), "accepted": .bool($0.isAccepted),
                        "notes": rules($0.notes),
                    ])
                }),
        ])
    }
}
