internal import Basics
internal import Contract
internal import PluginRegistry

/// The advisories of a mirror: those about the plugins that are copied, in the state of the source.
struct MirrorAdvisories {
    private let mirror: MirrorRegistry
    private let store: any RegistryStore

    init(_ mirror: MirrorRegistry, _ store: any RegistryStore) {
        self.mirror = mirror
        self.store = store
    }

    /// Copies what differs; an advisory of the target's own with the name of one of the source's stays.
    ///
    /// `isThere` says whether the target has an index, beside which they are put.
    func copy(isThere: Bool) throws -> (copied: [String], notes: [String]) {
        let source = try RegistryAdvisories(of: mirror.source, network: mirror.context.network)
        var notes = source.failures.map { "\($0.file) of \(mirror.source) was not copied: \($0.message)" }
        let wanted = source.advisories.filter { item in
            mirror.names.isEmpty
                || item.advisory.affected.contains { affected in
                    mirror.names.contains { $0.utf8.elementsEqual(affected.name.utf8) }
                }
        }
        guard isThere, !wanted.isEmpty else { return ([], notes) }
        let target = try RegistryAdvisories(of: mirror.target, network: mirror.context.network)
        var change = RegistryChange()
        for (file, advisory) in wanted {
            guard let text = source.texts[file], target.texts[file] != text else { continue }
            if let there = target.advisories.first(where: { $0.file == file }), there.advisory.id != advisory.id {
                notes.append("\(file) was not copied: \(mirror.target) has another advisory of this name")
                continue
            }
            change.derived.append((file, text))
        }
        let copied = change.derived.map(\.path)
        guard !copied.isEmpty, !mirror.options.isDryRun else { return (copied, notes) }
        // A web server cannot be listed: this names them to its readers.
        let prefix = RegistryAdvisories.folder + "/"
        let names = Set(target.advisories.map(\.file) + target.failures.map(\.file) + copied)
            .filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.utf8.count)) }.sorted()
        let list = JSONValue.object(["advisories": .strings(names)])
        change.derived.append((prefix + RegistryAdvisories.indexName, Array(list.fileText.utf8)))
        let transaction = try store.begin()
        while true {
            do {
                try transaction.commit(change, expecting: store.readIndex { _ in })
                return (copied, notes)
            } catch let error as RegistryError where error.kind == .changedMeanwhile {
                continue
            }
        }
    }
}
