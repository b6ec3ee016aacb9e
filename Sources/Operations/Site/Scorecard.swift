internal import PluginRegistry

/// What a release has and lacks, as far as the registry says; nothing that was not looked at is called fine.
struct Scorecard {
    struct Line {
        let what: String
        let isThere: Bool
        /// What is there, or what is missing and why it matters.
        let words: String
    }

    let lines: [Line]

    init(_ plugin: CataloguePlugin, _ documents: ReleaseDocuments) {
        let entry = plugin.newest
        var lines: [Line] = []
        func add(_ what: String, _ isThere: Bool, _ there: String, _ missing: String) {
            lines.append(Line(what: what, isThere: isThere, words: isThere ? there : missing))
        }
        add(
            "signature", entry.isSigned,
            "signed by \(plugin.signer(entry) ?? ""); installing checks it with your trust root",
            "not signed: nobody can tell who made it")
        let ids = Set(plugin.versions.compactMap(\.keyID))
        add(
            "one key", ids.count == 1 && plugin.versions.allSatisfy(\.isSigned),
            "every version is signed by the same key",
            "the versions are not all signed by one key")
        add(
            "offered", plugin.isOffered, "a version is offered", "every version was withdrawn")
        add(
            "hooks", entry.hooks.map { !$0.isEmpty } ?? false, "it says which hooks it has",
            "it does not say which hooks it has")
        add(
            "permissions", entry.permissions != nil, "it says what it may do", "it does not say what it may do")
        add(
            "dangerous permissions",
            !(entry.permissions ?? []).contains(where: SiteWords.isDangerous) && entry.permissions != nil,
            "it asks for none", "it asks for some, or does not say")
        add("license", entry.license != nil, entry.license ?? "", "no license: nobody may use it without asking")
        add("author", entry.author != nil, entry.author ?? "", "nobody is named")
        add("description", !entry.description.isEmpty, "there is one", "there is none")
        add("memory limit", entry.maximumMemory != nil, entry.maximumMemory ?? "", "it leaves the limit to the host")
        add("README", documents.readme != nil, "it comes with the release", "none came with the release")
        add("changelog", documents.changelog != nil, "it comes with the release", "none came with the release")
        add(
            "checks", documents.findings?.isEmpty ?? false,
            "pdk check had nothing to say when it was published, says its publisher",
            documents.findings.map { "pdk check had \($0.count) findings when it was published" }
                ?? "the release does not say what pdk check found")
        self.lines = lines
    }

    var present: Int { lines.count(where: \.isThere) }
}
