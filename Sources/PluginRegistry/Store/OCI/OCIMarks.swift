internal import Basics
internal import Contract
internal import Files
internal import Trust

/// Changes that a plugin's own index lacks, because their writer is not done yet, or was killed.
extension OCIStore {
    /// The most changes that a reader puts into a plugin's own index; with more, it reads the whole index.
    private static let maximumMarks = 4

    /// The text of a plugin's own index with the changes that it lacks; nil where it lacks none.
    ///
    /// A release belongs in it once its tag names its manifest, as in the whole index. Error `changedMeanwhile`, so that the
    /// whole index is read: of a signed registry, whose texts its key has signed, and of what cannot be told from the mark.
    func textWithMarks(_ found: OCIFound, _ file: OCIFile, _ place: OCIPlace) throws -> [UInt8]? {
        let known = OCIIndexState.ids(in: found), tags = try client.tags(file.repository)
        let marks = tags.filter { OCIRecord.time(of: $0) != nil && !known.contains($0) }
        if marks.isEmpty { return nil }
        func changed() -> RegistryError {
            RegistryError(.changedMeanwhile, "\(place) is being changed", help: "try again")
        }
        guard file.title.hasSuffix(".json"), let name = PluginName(String(file.title.dropLast(5)))
        else { throw changed() }
        let layer = try layer(found, OCIFile.indexTitle, place)
        let text = try bytes(of: layer, file.repository, client.network.limits.indexBytes)
        let own = try IndexSnapshot(reading: text, name: name), open = Self.lacking(marks, tags, own)
        guard !open.isEmpty else { return nil }
        guard found.manifest.layer(titled: OCIFile.indexTitle + IndexSeal.ending) == nil else { throw changed() }
        guard open.count <= Self.maximumMarks else { throw changed() }
        let records = try open.map { id in
            let mark = try client.manifest(file.repository, id, maximumBytes: OCIRecord.maximumBytes)
            let record = mark.flatMap {
                OCIRecord($0, id: id, generation: OCIRecord.generationOfAMark, signedBy: nil)
            }
            guard let record, record.name == name, record.edit.restored == nil else { throw changed() }
            return record
        }.sorted(by: OCIRecord.precedes)
        return try Self.own(text, of: name, with: records.filter { try isTagged($0, tags, file.repository) })
    }

    /// The marks of changes that are not in a plugin's own index: not those of releases without a tag, which nobody has yet.
    private static func lacking(_ marks: [String], _ tags: [String], _ own: IndexSnapshot) -> [String] {
        let listed = Set(own.allEntries.map(\.version)), gone = Set(own.withdrawn.map(\.version))
        var wanted: Set<String> = []
        for version in tags.compactMap(OCIFile.version(ofTag:)) where !listed.contains(version) {
            wanted.insert(RegistryEdit.subject("add", version))
        }
        for version in listed {
            if !gone.contains(version) { wanted.insert(RegistryEdit.subject("withdraw", version)) }
            wanted.insert(RegistryEdit.subject("restore", version))
        }
        return marks.filter { wanted.contains(String($0.suffix(8))) }
    }

    /// Whether a record is no release, or one whose tag names its manifest.
    private func isTagged(_ record: OCIRecord, _ tags: [String], _ repository: String) throws -> Bool {
        guard let version = record.edit.added?.version else { return true }
        guard let tag = OCIFile.tag(ofVersion: version), tags.contains(tag),
            let found = try client.manifest(repository, tag), found.digest == record.manifest
        else { return false }
        memory.keepRelease(found, as: "\(key(repository)):\(tag)")
        return true
    }

    /// A plugin's own index with some changes.
    private static func own(_ text: [UInt8], of name: PluginName, with records: [OCIRecord]) throws -> [UInt8] {
        let own = try IndexSnapshot(reading: text, name: name)
        func home(_ entries: [IndexEntry]) -> JSONValue {
            .array(
                entries.map { entry in
                    var entry = entry
                    entry.artifact = SparseIndex.rebased(entry.artifact, of: name)
                    return entry.json
                })
        }
        var members = own.outline.members.compactMap { member in
            member.value.map { JSONValue.Member(member.name, $0) }
        }
        members += [JSONValue.Member("plugins", home(own.entries)), JSONValue.Member("yanked", home(own.withdrawn))]
        var whole = Array(JSONValue.object(members).prettyText().utf8)
        for record in records { whole = try record.applied(to: whole) ?? whole }
        return try IndexSnapshot(reading: whole, name: name).ownIndex ?? text
    }
}
