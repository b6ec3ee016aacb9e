internal import Basics
internal import Contract
internal import Files
internal import Synchronization
internal import Transfers
internal import Trust

/// A plugin's own index.
extension OCITransaction {
    /// How long a mark is waited for whose writer may have been killed, in seconds.
    private static let secondsOfAMark = 3600

    /// Writes a plugin's own index, with the marks of all changes that are in it.
    ///
    /// One that lacks a mark is not gone by, so that nothing is wrong when another writer was later.
    func writeOwnIndex(
        of name: PluginName, _ state: OCIIndexState, _ sign: (([UInt8]) throws -> [UInt8])?
    ) throws {
        let repository = try OCIFile.repository(of: name, below: prefix)
        var state = state
        // Only its keeper writes what is signed.
        if sign == nil, try store.isSigned(state) { return }
        for _ in 0..<5 {
            guard let text = try IndexSnapshot(reading: state.text, name: name).ownIndex else { return }
            let old = try client.manifest(repository, OCIFile.indexTag)
            let before = old.map { OCIIndexState.ids(in: $0) } ?? []
            func known(_ marks: [String]) -> Set<String> {
                Set(
                    marks.filter { mark in
                        guard let time = OCIRecord.time(of: mark) else { return false }
                        return state.contains(mark) || before.contains(mark)
                            || time < WallClock.seconds - Self.secondsOfAMark
                    })
            }
            let marks = known(try client.tags(repository))
            state.signature = try store.isSigned(state) ? sign?(text) : nil
            let manifest = try OCIIndexState.manifest(text, signature: state.signature, applied: marks)
            do { try pushIndex(manifest, text, state, to: repository) } catch let error as RegistryError
                where error.kind == .changedMeanwhile
            {
                state = try store.read()
                continue
            }
            let now = try client.tags(repository).filter { OCIRecord.time(of: $0) != nil }
            guard now.contains(where: { !marks.contains($0) }) else { return }
            // Somebody else's change may have got into the index meanwhile; or it was signed, and what is written then has
            // no signature, so that readers go by the whole index.
            let fresh = try store.read()
            guard now.contains(where: { !marks.contains($0) && fresh.contains($0) }) else { return }
            state = fresh
        }
    }
}
