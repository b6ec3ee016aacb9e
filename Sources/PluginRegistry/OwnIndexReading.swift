internal import Basics
internal import Contract
internal import Files
internal import Transfers
internal import Trust

/// Reading a plugin's own index, which spares the whole one.
extension Reading {
    /// The longest of a plugin's own indexes that is read over the web, in bytes; of a longer one, the whole index is read.
    private static let maximumOwnBytes = 16 << 20

    /// What a plugin's own index says; nil where there is none that can be gone by.
    ///
    /// Between a commit and the next writer, one that a killed writer has left may be older than the whole index. A server
    /// is asked for it, and a page of its own in its place is not believed.
    func entries(
        of own: RegistryLocation, in registry: RegistryLocation, _ name: String, _ doubt: OwnIndexInDoubt
    ) throws -> EntriesOfName? {
        if case .file(let path) = own.place {
            // Where that cannot be told, as in a folder that may not be listed, the whole index is read.
            let isThere = try? FileStatus.of(path, followingLinks: true)?.kind == .regular
            guard isThere ?? false, let folder = registry.folder,
                let isInterrupted = try? Folder(folder).isInterrupted(), !isInterrupted
            else { return nil }
            do {
                return try scan(own, EntriesOfName(name), plugin: name, of: registry, doubt: doubt).visitor
            } catch let error as RegistryError where error.kind == .indexUntrusted {
                // It may be about to change; the whole index, which is held to the same, decides.
                return nil
            }
        }
        guard let bytes = try ownText(own) else { return nil }
        func read(_ check: ((RawSpan) throws -> Void)?) throws -> (IndexOutline, EntriesOfName) {
            var scanner = IndexScanner(EntriesOfName(name), countsLines: true)
            do {
                try unsafe check?(bytes.span.bytes)
                try unsafe scanner.update(bytes.span.bytes)
                return (try scanner.finish(), scanner.visitor)
            } catch let error as JSONError {
                throw Self.malformed(error, own, scanner.failure)
            }
        }
        var found: (outline: IndexOutline, result: EntriesOfName)
        do { found = try sealed(own, of: registry, plugin: name, doubt: doubt, read: read) } catch let error
            as RegistryError
            where error.kind == .indexUntrusted
        { return nil }
        found.result.isMadeFromTags = found.outline[SparseIndex.fromTags] != nil
        return found.outline[SparseIndex.mark] == nil ? found.result : nil
    }

    /// The text of a plugin's own index in a store or on the web; nil where there is none that can be gone by.
    private func ownText(_ own: RegistryLocation) throws -> [UInt8]? {
        var bytes: [UInt8] = []
        do {
            let limit = min(network.limits.indexBytes, Self.maximumOwnBytes)
            if case .address(let address) = own.place {
                bytes = try network.fetchIndex(address, maximumBytes: limit)
            } else {
                try stream(own.place, .index, of: own.description, maximumBytes: limit) { piece in
                    bytes.append(piece)
                }
            }
        } catch let error as TransferError {
            switch error.kind {
            case .notFound, .status, .tooLarge: return nil
            default: throw RegistryError(.indexUnavailable, error)
            }
        } catch let error as RegistryError where error.kind == .storeRefused || error.kind == .changedMeanwhile {
            // A store that may not say what is not there refuses it, and one that is about to change is not gone by.
            return nil
        } catch {
            // A fetcher of the host's own has errors of its own for what is not there; the whole index decides.
            guard network.fetcher != nil else { throw error }
            try network.cancellation?.check()
            return nil
        }
        return bytes.first(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) == UInt8(ascii: "{") ? bytes : nil
    }
}
