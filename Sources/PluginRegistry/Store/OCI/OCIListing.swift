internal import Basics
internal import Contract
internal import Trust

/// The files of a registry, found by the tags of its repositories.
extension OCIStore {
    func list(_ path: String) throws -> [StoredFile] {
        let found: [StoredFile]
        switch path {
        case "artifacts": found = try releases()
        case SparseIndex.folder: found = try ownIndexes()
        case StagedRelease.folder:
            found = try client.tags(prefix).filter { $0.hasPrefix(OCIFile.stagedPrefix) }.flatMap { tag in
                try layers(of: tag) { $0.annotations[OCITransaction.pathKey] }
            }.filter { $0.path.hasPrefix(StagedRelease.folder + "/") }
        case OCINote.marks: found = try oldMarks()
        case OCINote.journals: found = try oldRecords()
        default: found = path == OCIFile.advisoriesTag ? try layers(of: OCIFile.advisoriesTag) { _ in path } : []
        }
        return found.sorted { Array($0.path.utf8).lexicographicallyPrecedes(Array($1.path.utf8)) }
    }

    /// The layers of what a tag names, as files of a folder.
    private func layers(of tag: String, folder: (OCIManifest) -> String?) throws -> [StoredFile] {
        guard let found = try client.manifest(prefix, tag), let folder = folder(found.manifest) else { return [] }
        return try found.manifest.layers.compactMap { layer in
            guard let title = layer.title, try OCIFile("\(folder)/\(title)", below: prefix)?.tag == tag else {
                return nil
            }
            return StoredFile(path: "\(folder)/\(title)", size: layer.size, modified: 0, isForeign: false)
        }
    }

    /// The plugins that the index has.
    func plugins() throws -> [PluginName] { try entries().keys.sorted { $0.description < $1.description } }

    private func entries() throws -> [PluginName: [IndexEntry]] {
        var scanner = IndexScanner(AllEntries())
        guard try readIndex(into: { try scanner.update($0) }) != nil else { return [:] }
        _ = try scanner.finish()
        var all: [PluginName: [IndexEntry]] = [:]
        for entry in scanner.visitor.entries + scanner.visitor.withdrawn {
            if let name = PluginName(entry.name) { all[name, default: []].append(entry) }
        }
        return all
    }

    /// The modules of the plugins that the index has, also of versions that it does not have.
    ///
    /// A repository of which the index has no plugin is not found: registries need not list their repositories.
    private func releases() throws -> [StoredFile] {
        try entries().flatMap { name, entries in
            let repository = try OCIFile.repository(of: name, below: prefix)
            return try client.tags(repository).compactMap { tag -> StoredFile? in
                guard let version = OCIFile.version(ofTag: tag) else { return nil }
                let path = "artifacts/\(name)/\(version)/\(name).wasm"
                if let entry = entries.first(where: { $0.version.utf8.elementsEqual(version.utf8) }) {
                    return StoredFile(path: path, size: entry.size ?? 0, modified: 0, isForeign: false)
                }
                guard let found = try client.manifest(repository, tag),
                    found.manifest.artifactType != OCITransaction.removedType
                else { return nil }
                let created = found.manifest.annotations["org.opencontainers.image.created"]
                    .flatMap { Timestamp(rfc3339: $0)?.seconds }
                return StoredFile(
                    path: path, size: found.manifest.layers.reduce(0) { $0 + $1.size }, modified: created ?? 0,
                    isForeign: false)
            }
        }
    }

    private func ownIndexes() throws -> [StoredFile] {
        try entries().keys.compactMap { name in
            let found = try client.manifest(OCIFile.repository(of: name, below: prefix), OCIFile.indexTag)
            guard let layer = found?.manifest.layer(titled: OCIFile.indexTitle) else { return nil }
            return StoredFile(path: SparseIndex.path(of: name), size: layer.size, modified: 0, isForeign: false)
        }
    }
}
