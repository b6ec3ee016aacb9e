internal import Contract
internal import Transfers

/// Reading a file of a registry out of the repositories.
extension OCIStore {
    /// Hands a file of the registry to `sink` in pieces; a `TransferError` where it is not there.
    ///
    /// A plugin's own index that may lack a change is refused where it is to be current: error `changedMeanwhile`.
    func stream(
        _ place: OCIPlace, maximumBytes: Int, isToBeCurrent: Bool = false,
        into sink: (RawSpan, Int?) throws -> Void
    ) throws {
        guard let file = try OCIFile(place.path, below: prefix) else { throw Self.notThere(place) }
        switch try content(of: file, place, isToBeCurrent: isToBeCurrent) {
        case .bytes(let bytes): try unsafe sink(bytes.span.bytes, bytes.count)
        case .layer(let layer):
            guard layer.size <= maximumBytes else {
                throw TransferError(url: place.description, kind: .tooLarge(limit: maximumBytes))
            }
            if layer.data != nil || layer.size <= OCIMemory.maximumBlobBytes, file.kind != .module {
                let bytes = try bytes(of: layer, file.repository, maximumBytes)
                return try unsafe sink(bytes.span.bytes, bytes.count)
            }
            try client.readBlob(
                repository: file.repository, digest: layer.digest, size: layer.size, maximumBytes: maximumBytes
            ) { try sink($0, layer.size) }
        }
    }

    /// What a file is made of.
    private enum Content {
        case layer(OCIDescriptor)
        /// What was put together here, or is kept in memory.
        case bytes([UInt8])
    }

    private func content(of file: OCIFile, _ place: OCIPlace, isToBeCurrent: Bool) throws -> Content {
        switch file.kind {
        case .index, .ownIndex:
            return file.title.hasSuffix(IndexSeal.ending)
                ? try signature(of: file, place) : try text(of: file, place, isToBeCurrent: isToBeCurrent)
        case .module:
            let known = memory.takeRelease("\(key(file.repository)):\(file.tag)")
            guard let found = try known ?? client.manifest(file.repository, file.tag),
                let module = OCILayout.module(in: found.manifest, titled: file.title)
            else { throw Self.notThere(place) }
            return .layer(module)
        case .document:
            guard let found = try document(file) else { throw Self.notThere(place) }
            return .layer(found)
        case .other:
            guard let found = try client.manifest(file.repository, file.tag),
                let titled = found.manifest.layer(titled: file.title)
            else { throw Self.notThere(place) }
            return .layer(titled)
        }
    }

    /// The text of an index; the journal may have changes for it, and marks those of a plugin's own.
    private func text(of file: OCIFile, _ place: OCIPlace, isToBeCurrent: Bool) throws -> Content {
        let isWhole = file.kind == .index
        guard let found = try indexManifest(file, .text) else {
            if isWhole { return .bytes(try mergedText(place)) }
            guard let text = try textFromTags(file) else { throw Self.notThere(place) }
            return .bytes(text)
        }
        if !isWhole, isToBeCurrent, let text = try textWithMarks(found, file, place) { return .bytes(text) }
        if isWhole, !Self.isSigned(found) {
            let state = OCIIndexState(found), (ids, isClosed) = try journal.tags(state.generation)
            if isClosed || ids.contains(where: { !state.contains($0) }) { return .bytes(try mergedText(place)) }
        }
        return .layer(try layer(found, OCIFile.indexTitle, place))
    }

    private func signature(of file: OCIFile, _ place: OCIPlace) throws -> Content {
        guard let found = try indexManifest(file, .signature) else { throw Self.notThere(place) }
        if file.kind == .index, !Self.isSigned(found) {
            guard let signature = try current().signature else { throw Self.notThere(place) }
            return .bytes(signature)
        }
        return .layer(try layer(found, OCIFile.indexTitle + IndexSeal.ending, place))
    }

    private func indexManifest(_ file: OCIFile, _ part: OCIMemory.Part) throws -> OCIFound? {
        try memory.manifest(key(file.repository), part) { try client.manifest(file.repository, OCIFile.indexTag) }
    }

    private static func isSigned(_ found: OCIFound) -> Bool {
        found.manifest.layer(titled: OCIFile.indexTitle + IndexSeal.ending) != nil
    }

    /// The whole index with what the journal has for it, made in memory.
    private func mergedText(_ place: OCIPlace) throws -> [UInt8] {
        guard let text = try current().text else { throw Self.notThere(place) }
        return text
    }

    /// The layer of a file that goes with a release.
    private func document(_ file: OCIFile) throws -> OCIDescriptor? {
        guard let release = try client.manifest(file.repository, file.tag) else { return nil }
        for referrer in try client.referrers(
            file.repository, of: release.digest, artifactType: OCITransaction.documentsType)
        {
            guard let found = try client.manifest(file.repository, referrer.digest),
                found.manifest.subject?.digest == release.digest
            else { continue }
            if let layer = found.manifest.layer(titled: file.title) { return layer }
        }
        return nil
    }
}
