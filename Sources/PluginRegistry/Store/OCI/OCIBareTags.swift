internal import Basics
internal import Contract
internal import Files
internal import Transfers
internal import Trust

/// Releases that another tool has copied by their tags, without an index.
extension OCIStore {
    /// The annotation of a release's manifest that is its entry.
    static let entryKey = "dev.pdk.entry"
    /// The most tags that are looked at, the newest versions first.
    private static let maximumVersions = 50

    /// An index of a plugin made of its tags; nil where there are none, or where the registry has an index.
    ///
    /// Nothing is known of withdrawals then. A registry that is known to be signed refuses this text: it has no signature.
    func textFromTags(_ file: OCIFile) throws -> [UInt8]? {
        guard file.title.hasSuffix(".json"), let name = PluginName(String(file.title.dropLast(5))),
            try client.manifest(prefix, OCIFile.indexTag) == nil
        else { return nil }
        let versions = try client.tags(file.repository).compactMap(OCIFile.version(ofTag:)).sorted {
            PluginVersion($0).precedence(against: PluginVersion($1)) > 0
        }
        let entries = try versions.prefix(Self.maximumVersions).compactMap { version in
            try entry(of: name, version, in: file.repository)
        }
        return SparseIndex.text(
            of: name, offered: entries, withdrawn: [],
            members: [JSONValue.Member(SparseIndex.fromTags, .bool(true))])
    }

    /// The entry in a release's manifest, as far as it is about what the manifest has.
    private func entry(of name: PluginName, _ version: String, in repository: String) throws -> IndexEntry? {
        guard let tag = OCIFile.tag(ofVersion: version), let found = try client.manifest(repository, tag),
            let module = OCILayout.module(in: found.manifest, titled: "\(name).wasm"),
            let text = found.manifest.annotations[Self.entryKey]
        else { return nil }
        let list = Array("{\"plugins\":[\(text)]}".utf8)
        guard let entry = (try? RegistryIndex(reading: list))?.entries.first,
            entry.name.utf8.elementsEqual(name.description.utf8), entry.version.utf8.elementsEqual(version.utf8),
            entry.artifact.utf8.elementsEqual("artifacts/\(name)/\(version)/\(name).wasm".utf8),
            module.digest == "sha256:" + entry.digestText
        else { return nil }
        return entry
    }
}
