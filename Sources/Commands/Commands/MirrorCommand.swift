internal import Arguments
internal import Contract
internal import Operations
internal import PluginRegistry

struct MirrorCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "mirror",
        abstract: "Copy releases from one registry to another, verified on the way.",
        discussion: """
            Releases that the target already has are compared and left unchanged, so the same command can be run \
            again to resume or to copy new releases. Versions withdrawn in the source are withdrawn in the target. \
            With --trust-root, releases that none of its keys signed are refused; without, they are copied with a \
            warning. A release that the target has with different bytes is refused, and never overwritten; one that is too young for \
            the policy's min_age is left for a later run. Many releases make one commit. Advisories come along. To a \
            signed registry whose key is not here, releases whose signature was checked are staged for pdk registry sign.
            """)

    @Argument(help: "The registry to copy from: \(RegistryOption.places).")
    var from: String

    @Argument(help: "The registry to copy to: a folder, s3://BUCKET/PREFIX or oci://HOST/PREFIX; created on first use.")
    var to: String

    @Argument(help: "The plugins to copy. (default: all of them)")
    var name: [String] = []

    @Flag(name: .long, help: "Show what would be copied; fetch and change nothing.")
    var dryRun = false

    @Flag(name: .long, help: "Create a new registry, even if the path looks mistyped.")
    var create = false

    @Flag(name: .long, help: "Allow signed modules that a web registry's index has on other servers.")
    var allowOtherOrigins = false

    @OptionGroup var registryKey: RegistryKeyOption
    @OptionGroup var store: StoreOption
    @OptionGroup var trust: TrustOption
    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let source = try session.registry(from), target = try session.registry(to)
        let trustRoot = try trust.load(session)
        var options = MirrorRegistry.Options()
        options.isDryRun = dryRun
        options.creates = create
        options.allowsOtherOrigins = allowOtherOrigins
        // A trust root that is named is meant: what none of its keys has signed is refused, as an install refuses it.
        options.requiresSignature = trust.trustRoot != nil || trust.requires(session)
        options.registryKeys = registryKey.keys(session)
        options.progress = session.counter(console, "releases")
        var network = session.network(console, store, showsProgress: false)
        if let trustRoot { network.demandSignatures(of: trustRoot) }
        let report = try Interruption.stopping(
            "the mirror was interrupted", help: "run the same command again: it copies what is missing"
        ) { cancellation in
            try MirrorRegistry(
                source: source, target: target, names: name, trustRoot: trustRoot, options: options,
                in: session.context(console, network)
            ).run(cancellation)
        }
        let made: [Text] =
            report.isNewRegistry && report.count(.copied) > 0
            ? ["\("created", .green) a new registry: \(session.shown(target.description))"] : []
        let unchecked = report.items.count { $0.outcome == .copied && $0.signer == nil }
        var warnings = trustRoot?.warnings.map { Text($0) } ?? []
        warnings += report.notes.map { Text($0) } + passedOver(report)
        if unchecked > 0, !dryRun {
            let reason = trustRoot == nil ? "there is no trust root" : "no key of the trust root signed them"
            warnings.append("the signatures of \(unchecked) of the releases were not checked: \(reason)")
        }
        return Outcome(
            text: made + report.items.compactMap(line) + [summary(report)],
            isData: dryRun || report.count(.refused) > 0,
            json: json(report, warnings), warnings: warnings, status: report.count(.refused) == 0 ? .done : .failed)
    }

    /// Releases that are too young for the policy, in a sentence for each of its rules.
    private func passedOver(_ report: MirrorRegistry.Report) -> [Text] {
        let young = report.items.compactMap { item in item.tooYoung.map { (rule: $0.place, item: item) } }
        return Dictionary(grouping: young, by: \.rule).sorted { $0.key < $1.key }.map { rule, items in
            let names = items.prefix(5).map { "\($0.item.name) v\($0.item.version)" }.joined(separator: ", ")
            let more = items.count > 5 ? " and \(items.count - 5) more" : ""
            let count = Measure.count(items.count, "release") + (items.count == 1 ? " is" : " are")
            return "\(count) passed over for now, too young for the policy (\(rule)): \(names)\(more)"
        }
    }

    private func line(_ item: MirrorRegistry.Item) -> Text? {
        if item.tooYoung != nil { return nil }
        let subject = "\(item.name) v\(item.version)", more = item.message.map { " (\($0))" } ?? ""
        switch item.outcome {
        case .staged: return "\(dryRun ? "would stage" : "staged") \(subject)\(more)"
        case .copied where dryRun: return "would copy \(subject)"
        case .copied:
            let signer = item.signer.map { "  signature: verified by '\($0)'" } ?? ""
            return "\("copied", .green) \(subject)\(more)\(signer)"
        case .withdrawn: return "\(dryRun ? "would withdraw" : "withdrew") \(subject)\(more)"
        case .refused: return "\("refused", .red) \(subject): \(item.message ?? "")"
        case .present, .skipped: return item.message.map { "\(subject): \($0)" }
        }
    }

    private func summary(_ report: MirrorRegistry.Report) -> Text {
        let parts = [
            "\(report.count(.copied)) \(dryRun ? "to copy" : "copied")", "\(report.count(.present)) already there",
            report.count(.withdrawn) > 0 ? "\(report.count(.withdrawn)) withdrawn" : "",
            report.count(.staged) > 0 ? "\(report.count(.staged)) staged for pdk registry sign" : "",
            report.count(.skipped) > 0 ? "\(report.count(.skipped)) skipped" : "",
            report.advisories.isEmpty
                ? "" : Measure.count(report.advisories.count, "advisory", plural: "advisories"),
            "\(report.count(.refused)) refused",
        ]
        return Text(parts.filter { !$0.isEmpty }.joined(separator: ", "))
    }

    private func json(_ report: MirrorRegistry.Report, _ warnings: [Text]) -> JSONValue {
        .object([
            "dry_run": .bool(dryRun), "new_registry": .bool(report.isNewRegistry),
            "copied": .int(report.count(.copied)), "present": .int(report.count(.present)),
            "withdrawn": .int(report.count(.withdrawn)), "staged": .int(report.count(.staged)),
            "skipped": .int(report.count(.skipped)),
            "advisories": .strings(report.advisories), "refused": .int(report.count(.refused)),
            "releases": .array(
                report.items.map { item in
                    .object([
                        "name": .string(item.name), "version": .string(item.version),
                        "outcome": .string(item.outcome.rawValue), "yanked": .bool(item.isWithdrawn),
                        "verified": .bool(item.signer != nil), "signer": .string(orNull: item.signer),
                        "message": .string(orNull: item.message),
                    ])
                }),
            "warnings": .strings(warnings.map { $0.rendered(color: false) }),
        ])
    }
}
