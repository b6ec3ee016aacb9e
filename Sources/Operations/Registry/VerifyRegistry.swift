internal import Basics
internal import Contract
internal import Files
internal import LibCrypto
package import PluginRegistry
package import Trust

/// `pdk registry verify`: every module, signature and entry of a registry, and the plugins' own indexes beside the whole one.
package struct VerifyRegistry {
    package let location: RegistryLocation
    package let trustRoot: TrustRoot?
    /// Told how many of how many modules were read.
    package let progress: (@Sendable (Int, Int) -> Void)?
    /// What it works in.
    package let context: Context

    package init(
        location: RegistryLocation, trustRoot: TrustRoot?, progress: (@Sendable (Int, Int) -> Void)?,
        in context: Context
    ) {
        self.location = location
        self.trustRoot = trustRoot
        self.progress = progress
        self.context = context
    }

    /// What is wrong.
    package struct Fault: Sendable, Equatable {
        /// `NAME VERSION`, or the path of a file.
        package let subject: String
        package let message: String
        /// Whether it could be better, and is no fault.
        var isWarning = false
    }

    /// What was found.
    package struct Report: Sendable {
        package let entries: Int
        package let plugins: Int
        package let faults: [Fault]
        /// What could be better, and is no fault.
        package let warnings: [Fault]
    }

    package func run() async throws -> Report {
        let store = context.store(of: location)
        let (outline, visitor, _) = try store.scan(ListedEntries())
        let all = visitor.entries
        let modules = try await modules(all, store)
        var faults = try seal(outline) + duplicates(all) + hostView(all) + modules.filter { !$0.isWarning }
        var warnings = modules.filter(\.isWarning)
        do { try outline.requireSerial() } catch {
            faults.append(Fault(subject: RegistryIndex.fileName, message: "\(error.message): nobody can publish"))
        }
        if let folder = location.folder { faults += try links(in: folder) }
        if location.folder != nil || location.isInRemoteStore {
            let own = try OwnIndexes(location: location, store: store, network: context.network).faults(all, outline)
            faults += own.filter { !$0.isWarning }.map { Fault(subject: $0.path, message: $0.message) }
            warnings += own.filter(\.isWarning).map { Fault(subject: $0.path, message: $0.message) }
            faults += try foreignFiles(store)
            warnings += try store.unsignedChanges().map { Fault(subject: $0.subject, message: $0.message) }
        }
        return Report(
            entries: all.count, plugins: Set(all.map(\.entry.name)).count, faults: faults, warnings: warnings)
    }

    /// What nobody can publish through.
    private func links(in path: String) throws -> [Fault] {
        let folder = try Folder(path)
        return try [RegistryIndex.fileName, "artifacts", SparseIndex.folder].filter {
            try folder.status(of: $0)?.kind == .link
        }.map { Fault(subject: $0, message: "it is a link, which a publish refuses") }
    }

    /// What is wrong with the signature of a signed registry's index.
    private func seal(_ outline: IndexOutline) throws -> [Fault] {
        guard outline.isSigned else { return try freshness(outline) }
        guard let key = outline.registryKey, try context.registry(location).isIndexSigned(by: key) else {
            return [
                Fault(
                    subject: RegistryIndex.fileName,
                    message: "it does not match its signature, or the signature is missing")
            ]
        }
        return try freshness(outline)
    }

    /// What readers who have seen the registry before, or whose policy names its key, refuse.
    private func freshness(_ outline: IndexOutline) throws -> [Fault] {
        guard let reason = try context.registry(location).sealRefusal(outline) else { return [] }
        return [Fault(subject: RegistryIndex.fileName, message: reason)]
    }

    private typealias Entries = OwnIndexes.Entries

    private static func subject(_ entry: IndexEntry) -> String { "\(entry.name.printable) v\(entry.version.printable)" }

    private func duplicates(_ all: Entries) -> [Fault] {
        var seen: Set<[UInt8]> = [], folded: [String: String] = [:], faults: [Fault] = []
        for (entry, _) in all {
            if !seen.insert(Array((entry.name + "\u{0}" + entry.version).utf8)).inserted {
                faults.append(Fault(subject: Self.subject(entry), message: "the index lists it more than once"))
            }
            guard PluginName(entry.name) != nil else {
                faults.append(Fault(subject: Self.subject(entry), message: "invalid plugin name: no host installs it"))
                continue
            }
            let other = folded.updateValue(entry.name, forKey: entry.name.lowercased())
            if let other, !other.utf8.elementsEqual(entry.name.utf8) {
                faults.append(
                    Fault(subject: Self.subject(entry), message: "its name differs from \(other) only by case"))
            }
        }
        return faults
    }

    /// What hosts, which read `plugins` alone and take the first entry of a name, would get (host contract, section 1).
    private func hostView(_ all: Entries) -> [Fault] {
        var first: [String: IndexEntry] = [:], faults: [Fault] = []
        var newest: [String: (version: String, order: PluginVersion)] = [:]
        for (entry, list) in all where list == .plugins {
            if entry.yanked != nil {
                faults.append(
                    Fault(
                        subject: Self.subject(entry),
                        message:
                            "it is withdrawn, but hosts still install it: move it out of plugins with pdk yank"))
            }
            if let scheme = Self.scheme(of: entry.artifact) {
                faults.append(
                    Fault(
                        subject: Self.subject(entry),
                        message: "hosts cannot fetch the artifact: they do not support \(scheme)"
                    ))
            }
            if first[entry.name] == nil { first[entry.name] = entry }
            let order = entry.order
            guard entry.yanked == nil, !order.isPreRelease else { continue }
            if let best = newest[entry.name], best.order >= order { continue }
            newest[entry.name] = (entry.version, order)
        }
        for (name, entry) in first.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            let order = entry.order
            guard let best = newest[name], order < best.order || order.isPreRelease else { continue }
            faults.append(
                Fault(
                    subject: Self.subject(entry),
                    message:
                        "it is the first entry of its name, which hosts take, and v\(best.version.printable) is newer"))
        }
        return faults
    }

    /// The scheme of an artifact's address that hosts do not know: they know `http://` and `file://`, in lower case.
    private static func scheme(of artifact: String) -> String? {
        guard let colon = artifact.firstPlace(of: "://") else { return nil }
        let scheme = artifact[..<colon.upperBound]
        return ["http://", "file://"].contains(scheme) ? nil : String(scheme.prefix(32)).printable
    }

    /// Reads every module, several at a time.
    private func modules(_ all: Entries, _ store: any RegistryStore) async throws -> [Fault] {
        let trustRoot = trustRoot
        return await withTaskGroup(of: (Int, Fault?).self) { group in
            var found: [Int: Fault] = [:], next = 0, done = 0
            func start() {
                guard next < all.count else { return }
                let number = next, entry = all[number].entry
                next += 1
                group.addTask { (number, Self.fault(of: entry, in: store, trustRoot)) }
            }
            for _ in 0..<max(1, context.processors) { start() }
            while let (number, fault) = await group.next() {
                done += 1
                progress?(done, all.count)
                if let fault { found[number] = fault }
                start()
            }
            return found.sorted { $0.key < $1.key }.map(\.value)
        }
    }

    private static func fault(of entry: IndexEntry, in store: any RegistryStore, _ trustRoot: TrustRoot?) -> Fault? {
        do {
            var bytes: [UInt8] = []
            let size = try PublishedModule(entry, in: store).copy(trust: Trust(trustRoot)) { piece in
                if bytes.count <= LoadableModule.examinedBytes {
                    unsafe piece.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
                }
            }.size
            if let promised = entry.size, promised != size {
                return Fault(
                    subject: subject(entry), message: "the index says \(promised) bytes, the module has \(size)")
            }
            guard size <= LoadableModule.examinedBytes else {
                return Fault(
                    subject: subject(entry), message: LoadableModule.notExamined("the module"), isWarning: true)
            }
            return LoadableModule.fault(in: bytes).map {
                Fault(subject: subject(entry), message: "hosts cannot load it: \($0)")
            }
        } catch {
            return Fault(subject: subject(entry), message: (error as? any Diagnostic)?.message ?? "\(error)")
        }
    }

    /// Links and other things that are no files below `artifacts` and `plugins`.
    private func foreignFiles(_ store: any RegistryStore) throws -> [Fault] {
        try ["artifacts", SparseIndex.folder].flatMap { try store.list($0) }.filter(\.isForeign)
            .map { Fault(subject: $0.path, message: "it is a link or not a file, which a registry must not contain") }
    }
}
