internal import Basics
internal import Contract
package import Files
package import PluginRegistry
package import Trust

/// `pdk mirror`: copies releases from one registry to another, each verified on the way, many in one commit.
///
/// What is there already is compared and left alone, so that a mirror that was cut short goes on where it stopped.
package struct MirrorRegistry {
    package let source: RegistryLocation
    package let target: RegistryLocation
    /// The plugins to copy; all of them where none is named.
    package let names: [String]
    package let trustRoot: TrustRoot?
    package let options: Options

    /// What the command line allows.
    package struct Options: Sendable {
        /// Say what would be copied, fetch and change nothing.
        package var isDryRun = false
        /// Make the registry wherever it is to be.
        package var creates = false
        /// Refuse what no trusted key has signed.
        package var requiresSignature = false
        /// Take modules that the index of a web registry has on other servers.
        package var allowsOtherOrigins = false
        /// Where the key of a signed target may be; without it releases are staged for who keeps the target.
        package var registryKeys: RegistryKeys?
        /// Told how many of how many releases were looked at.
        package var progress: (@Sendable (Int, Int) -> Void)?

        package init() {}
    }
    /// What it works in.
    package let context: Context

    package init(
        source: RegistryLocation, target: RegistryLocation, names: [String], trustRoot: TrustRoot?, options: Options,
        in context: Context
    ) {
        self.source = source
        self.target = target
        self.names = names
        self.trustRoot = trustRoot
        self.options = options
        self.context = context
    }

    /// What became of a release.
    package enum Outcome: String, Sendable, CaseIterable {
        case copied, present, withdrawn, refused, staged, skipped
    }

    /// A release and what became of it.
    package struct Item: Sendable {
        package let name: String
        package let version: String
        package let outcome: Outcome
        /// Whose signature it has, where that was checked while it was copied.
        package let signer: String?
        /// Whether the source has withdrawn it.
        package let isWithdrawn: Bool
        /// Why it was refused, or what else there is to know.
        package let message: String?
        /// The rule that it is too young for, where it was skipped for that.
        package var tooYoung: PolicyViolation?
    }

    /// What was done.
    package struct Report: Sendable {
        package let items: [Item]
        /// Whether the registry was made by this.
        package let isNewRegistry: Bool
        /// The files of advisories that were copied, or would be.
        package let advisories: [String]
        /// What was left out of the source, beside releases.
        package let notes: [String]

        package func count(_ outcome: Outcome) -> Int { items.count { $0.outcome == outcome } }
    }

    /// Copies the oldest versions first, so that the newest that is offered never goes down on the way.
    ///
    /// A release that is refused stops no other. Errors: `no-plugin`, those of reading the indexes and of writing. Where it
    /// is told to stop, what is verified is kept, and the error is `CancellationError`.
    package func run(_ cancellation: Cancellation) throws -> Report {
        let place = try RegistryPlace(target)
        guard source != target else {
            throw Problem(
                .notARegistry, "cannot mirror \(source) to itself",
                help: "give two different registries: pdk mirror FROM TO")
        }
        let all = try context.registry(source).scan(Collector(names))
        for name in names where !all.entries.contains(where: { $0.name.utf8.elementsEqual(name.utf8) }) {
            throw Problem(
                .noPlugin, "no plugin '\(name.printable)' in registry \(source)",
                help: "pdk list --registry \(source.description.shellWord) lists its plugins")
        }
        let store = context.store(of: target, isCreating: true)
        var here = IndexScanner(Collector(names)), outline: IndexOutline?
        let isNew = try store.readIndex { try here.update($0) } == nil
        if isNew {
            try place.checkNew(isMeant: options.creates, besides: source, confirm: context.confirm)
            if !options.isDryRun { try store.prepare() }
        } else {
            do { outline = try here.finish() } catch {
                throw Problem(.indexMalformed, "\(target): \(error)", help: "restore index.json from a backup")
            }
            if !options.isDryRun { try store.settle(nil) }
        }
        var present: [Key: IndexEntry] = [:]
        if !isNew { for entry in here.visitor.entries { present[Key(entry)] = present[Key(entry)] ?? entry } }
        var copying = MirrorCopy(self, store, cancellation)
        if let outline, outline.isSigned, try options.registryKeys?.signer(for: outline) == nil {
            copying.staged = Set(try store.list(StagedRelease.folder).map(\.path))
        }
        let items = try copying.copy(all.entries.reversed(), present)
        let hasRegistry = !isNew || items.contains { $0.outcome == .copied }
        let advisories = try MirrorAdvisories(self, store).copy(isThere: hasRegistry)
        return Report(
            items: items, isNewRegistry: isNew && !options.isDryRun && hasRegistry, advisories: advisories.copied,
            notes: advisories.notes)
    }

    /// A release by name and version, byte for byte.
    struct Key: Hashable {
        let bytes: [UInt8]

        init(_ entry: IndexEntry) { bytes = Array((entry.name + "\u{0}" + entry.version).utf8) }
    }

    /// Takes the entries of some plugins, or of all; withdrawn ones say why in `yanked`.
    private struct Collector: IndexVisitor {
        private let names: Set<[UInt8]>
        private(set) var entries: [IndexEntry] = []

        init(_ names: [String]) { self.names = Set(names.map { Array($0.utf8) }) }

        func wants(_ name: RawSpan, isEscaped: Bool, in list: IndexList) -> Bool { true }

        mutating func visit(_ entry: ScannedEntry, _ text: RawSpan) {
            guard names.isEmpty || names.contains(entry.name(text)) else { return }
            var decoded = entry.decodedWhole(text)
            if entry.list == .yanked { decoded.yanked = decoded.yanked ?? "" }
            entries.append(decoded)
        }
    }
}
