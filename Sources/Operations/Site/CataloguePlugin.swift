internal import Basics
internal import Contract
internal import PluginRegistry
internal import Trust

/// A plugin as a catalogue shows it: all of its versions, and what travels with the newest.
struct CataloguePlugin {
    let name: PluginName
    /// Newest first, also those that were withdrawn.
    let versions: [RegistryEntry]
    /// What an install without a version gets, or else the newest there is.
    let newest: RegistryEntry
    /// Whether any version is offered.
    let isOffered: Bool
    /// Names of keys by their id, out of a trust root.
    let signers: [String: String]

    init?(_ name: PluginName, _ entries: [RegistryEntry], signers: [String: String]) {
        let sorted = entries.newestFirst()
        guard let first = sorted.first else { return nil }
        self.name = name
        versions = sorted
        let offered = sorted.filter { $0.yanked == nil }
        newest = offered.first { !$0.isPreRelease } ?? offered.first ?? first
        isOffered = !offered.isEmpty
        self.signers = signers
    }

    var path: String { "catalogue/\(name).html" }

    /// What the page is made of, as one digest; `settings` is what else goes into it.
    func digest(_ settings: String) throws -> String {
        let text = settings + "\n" + JSONValue.array(versions.map(\.json)).compactText
        return try SHA256Digest(of: Array(text.utf8)).description
    }

    /// Who signed a version, as the index says it: the name of a trusted key, or a key's id.
    func signer(_ entry: RegistryEntry) -> String? {
        guard entry.isSigned else { return nil }
        guard let id = entry.keyHint else { return "a key that the index does not name" }
        return signers[id].map { "\($0) (\(id))" } ?? "key \(id)"
    }

    /// What changed against the version before, in words.
    func changes(at place: Int) -> [String] {
        guard versions.indices.contains(place + 1) else { return ["first version"] }
        let mine = versions[place], before = versions[place + 1]
        var found: [String] = []
        func compare(_ what: String, _ new: [String]?, _ old: [String]?) {
            guard let new, let old else { return }
            let added = new.filter { !old.contains($0) }, removed = old.filter { !new.contains($0) }
            if !added.isEmpty { found.append("\(what) added: \(added.joined(separator: ", "))") }
            if !removed.isEmpty { found.append("\(what) removed: \(removed.joined(separator: ", "))") }
        }
        compare("hooks", mine.hooks, before.hooks)
        compare("permissions", mine.permissions, before.permissions)
        if mine.isSigned != before.isSigned { found.append(mine.isSigned ? "signed" : "no longer signed") }
        if let new = mine.keyHint, let old = before.keyHint, new != old { found.append("signed by another key") }
        if mine.license != before.license, let license = mine.license { found.append("license: \(license)") }
        if let new = mine.size, let old = before.size, new != old {
            found.append("\(new > old ? "+" : "−")\(abs(new - old)) bytes")
        }
        return found
    }
}

/// What travels with a release beside its module: what a person reads, and what its publisher says of it.
struct ReleaseDocuments: Sendable {
    var readme: String?
    var changelog: String?
    /// The language it was written in, as its toolchain is called.
    var language: String?
    /// The findings that `pdk check` had on it when it was published; nil where the release does not say.
    var findings: [(rule: String, message: String)]?
    /// What its cases took when it was published; nil where the release does not say that they passed.
    var cases: PassedCases?

    /// The files' names in the release's folder.
    static let readmeName = "README.md", changelogName = "CHANGELOG.md", aboutName = "about.json"
    /// All of them.
    static let names = [readmeName, changelogName, aboutName]

    /// A file of a release for people to read; nil where it is not there, cannot be read, or is no UTF-8.
    static func text(_ name: String, of entry: RegistryEntry, in store: any RegistryStore) -> String? {
        guard !entry.artifact.contains("://"), !entry.artifact.hasPrefix("/"),
            let end = entry.artifact.lastIndex(of: "/")
        else { return nil }
        let bytes = try? store.readDocument(entry.artifact[...end] + name, maximumBytes: MarkdownPage.maximumBytes)
        return bytes.flatMap { String(validating: $0, as: UTF8.self) }
    }

    /// Reads what a registry has of a release; a file that is not there is none.
    static func read(of entry: RegistryEntry, in store: any RegistryStore) -> ReleaseDocuments {
        var documents = ReleaseDocuments()
        func text(_ name: String) -> String? { Self.text(name, of: entry, in: store) }
        documents.readme = text(readmeName)
        documents.changelog = text(changelogName)
        guard let root = text(aboutName).flatMap({ try? JSONDocument(parsing: Array($0.utf8)).root }) else {
            return documents
        }
        let about = root.value
        documents.language = about["language"]?.string.map { String($0.prefix(40)) }
        let cases = root["cases"]
        if let count = cases?["passed"]?.int, let most = cases?["most_fuel"]?.int,
            let allowed = cases?["allowed_fuel"]?.int, min(count, most, allowed) > 0
        {
            documents.cases = PassedCases(count: count, mostFuel: most, allowedFuel: allowed)
        }
        if case .array(let items) = about["findings"] {
            documents.findings = items.prefix(100).map { item in
                (item["rule"]?.string ?? "", item["message"]?.string ?? "")
            }
        }
        return documents
    }
}
