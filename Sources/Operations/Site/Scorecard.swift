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
            "signed by \(plugin.signer(entry) ?? ""); pdk install checks it with your trust root",
            "not signed: its author cannot be verified")
        let ids = Set(plugin.versions.compactMap(\.keyHint))
        add(
            "one key", ids.count == 1 && plugin.versions.allSatisfy(\.isSigned),
            "every version is signed by the same key",
            "the versions are signed by different keys")
        add(
            "available", plugin.isOffered, "a version is available", "every version was withdrawn")
        add(
            "hooks", entry.hooks.map { !$0.isEmpty } ?? false, "it declares its hooks",
            "it does not declare its hooks")
        add(
            "permissions", entry.permissions != nil, "it declares its permissions",
            "it does not declare its permissions")
        add(
            "dangerous permissions",
            !(entry.permissions ?? []).contains(where: SiteWords.isDangerous) && entry.permissions != nil,
            "it asks for none", "it asks for some, or does not declare them")
        add("license", entry.license != nil, entry.license ?? "", "no license: ask the author before you use it")
        add("author", entry.author != nil, entry.author ?? "", "no author is named")
        add("description", !entry.description.isEmpty, "it has a description", "it has no description")
        add("memory limit", entry.maximumMemory != nil, entry.maximumMemory ?? "", "it sets no memory limit")
        add("README", documents.readme != nil, "it comes with the release", "none came with the release")
        add("changelog", documents.changelog != nil, "it comes with the release", "none came with the release")
        add(
            "cases", documents.cases != nil,
            documents.cases.map {
                "\($0.count == 1 ? "its case" : "its \($0.count) cases") passed when it was published, according to its publisher"
            } ?? "", "the release does not say that its cases passed")
        add(
            "checks", documents.findings?.isEmpty ?? false,
            "pdk check found nothing when it was published, according to its publisher",
            documents.findings.map { "pdk check had \($0.count) findings when it was published" }
                ?? "the release has no pdk check results")
        self.lines = lines
    }

    var present: Int { lines.count(where: \.isThere) }
}
