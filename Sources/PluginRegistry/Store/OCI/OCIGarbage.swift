internal import Basics
internal import Contract
internal import Files
internal import Transfers
internal import Trust

/// A record that nobody needs any more: of a journal that was closed long ago, or the mark of a change of a plugin.
struct OCINote: Sendable, Hashable {
    /// The folder of the marks, and the one of the journals, in the paths that people are shown.
    static let marks = "marks", journals = "pdk.journal"

    let repository: String
    /// The id of the record, which is its tag; or the tag that closes a journal.
    let tag: String

    /// Finds the place of `marks/NAME/ID` or `pdk.journal/gN/ID`; nil for another path.
    init?(_ path: String, below prefix: String) throws {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, parts[2] == OCIJournal.closedTag || OCIRecord.time(of: parts[2]) != nil else {
            return nil
        }
        tag = parts[2]
        switch parts[0] {
        case Self.marks:
            guard let name = PluginName(parts[1]) else { return nil }
            repository = try OCIFile.repository(of: name, below: prefix)
        case Self.journals:
            guard parts[1].hasPrefix("g"), let number = Int(parts[1].dropFirst()), number >= 0 else { return nil }
            repository = "\(prefix)/\(Self.journals)/g\(number)"
        default: return nil
        }
    }
}

/// Where an OCI registry keeps what its writers tell each other.
package enum RegistryNotes {
    /// The folders of the marks and the journals.
    package static let folders = [OCINote.marks, OCINote.journals]
}

extension OCIStore {
    /// The marks of plugins that the plugin's own index knows.
    ///
    /// Whoever looks for a mark looks for one that is younger than an hour; the time is that of the mark.
    func oldMarks() throws -> [StoredFile] {
        try plugins().flatMap { name in
            let repository = try OCIFile.repository(of: name, below: prefix)
            guard let own = try client.manifest(repository, OCIFile.indexTag) else { return [StoredFile]() }
            let known = OCIIndexState.ids(in: own)
            return try client.tags(repository).compactMap { tag in
                guard let time = OCIRecord.time(of: tag), known.contains(tag) else { return nil }
                return StoredFile(
                    path: "\(OCINote.marks)/\(name)/\(tag)", size: 0, modified: time, isForeign: false)
            }
        }
    }

    /// The records of journals that are older than the one before the current one: no index that counts lacks them.
    func oldRecords() throws -> [StoredFile] {
        var files: [StoredFile] = [], generation = try read().generation - 2
        while generation >= 0 {
            let (ids, isClosed) = try journal.tags(generation)
            guard !ids.isEmpty || isClosed else { break }
            let last = ids.compactMap(OCIRecord.time(of:)).max() ?? 0
            files += (ids + (isClosed ? [OCIJournal.closedTag] : [])).map { tag in
                StoredFile(
                    path: "\(OCINote.journals)/g\(generation)/\(tag)", size: 0, modified: last, isForeign: false)
            }
            generation -= 1
        }
        return files
    }
}

extension OCITransaction {
    /// Removes a record, if the tag names one.
    func remove(_ note: OCINote) throws {
        guard let found = try client.manifest(note.repository, note.tag),
            found.manifest.artifactType == OCIRecord.artifactType
        else { return }
        // The manifest of a record has its id in it, so no other tag goes with it.
        let text = found.manifest.annotations.values.contains { $0.firstPlace(of: note.tag) != nil }
        guard text || note.tag == OCIJournal.closedTag else { return }
        guard try delete(found.digest, of: note.repository) else {
            throw deletionIsOff("\(note.repository):\(note.tag)")
        }
    }

    /// Removes a manifest by its digest, with all of its tags; false where the registry does not remove anything.
    func delete(_ digest: String, of repository: String) throws -> Bool {
        let answer = try client.send(
            "DELETE", repository: repository, "manifests/\(digest)", accepting: [400, 404, 405, 501], scope: .push)
        return ![400, 405, 501].contains(answer.status)
    }

    func deletionIsOff(_ what: String) -> Problem {
        Problem(
            .storeRefused, "\(client.host) does not remove \(what): deletion is switched off",
            help:
                "enable it (docker-registry: storage.delete.enabled), or keep the tag: no index names it, so it is never installed"
        )
    }
}
