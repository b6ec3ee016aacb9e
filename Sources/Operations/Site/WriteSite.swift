internal import Basics
internal import Contract
internal import Files
package import PluginRegistry
package import Trust

/// `pdk site`: the catalogue of a registry as files that any web server serves.
package struct WriteSite {
    package let location: RegistryLocation
    /// The folder that is written.
    package let folder: String
    package let title: String
    /// What is typed for the registry in the commands that the pages show.
    package let address: String
    /// Names the keys; nil to show their ids alone.
    package let trustRoot: TrustRoot?
    /// What it works in.
    package let context: Context

    package init(
        location: RegistryLocation, folder: String, title: String, address: String, trustRoot: TrustRoot?,
        in context: Context
    ) {
        self.location = location
        self.folder = folder
        self.title = title
        self.address = address
        self.trustRoot = trustRoot
        self.context = context
    }

    /// What was written.
    package struct Report: Sendable {
        package let plugins: Int
        package let versions: Int
        /// Files that were written, those that were right already, and those that were removed.
        package let written: Int
        package let unchanged: Int
        package let removed: Int
        package let warnings: [String]
    }

    /// What the pages and their makers are called in the record; another number writes all of them anew.
    private static let edition = "2"
    /// The record of what was written, by which the next run knows what has changed.
    private static let recordName = ".pdk-site.json"

    /// The record: what a page was made of, and what has to be known of it without reading it again.
    private struct Record {
        var pages: [String: (digest: String, language: String?)] = [:]
    }

    /// Errors: those of reading an index, `folder-not-empty`, and those of writing.
    package func run() throws -> Report {
        let store = context.store(of: location)
        let contents = try context.registry(location).blockingLoad()
        let updated = try outline(store)
        let isNew = try checkFolder()
        let old = isNew ? Record() : try readRecord()
        var warnings: [String] = []
        let plugins = plugins(contents, &warnings)
        let pages = SitePages(title: title, registry: address, options: options, updated: updated)

        var writer = Writer(folder: folder), record = Record(), languages: [String: String] = [:]
        if isNew {
            // First of all, so that the next run knows the folder again where this one cannot be finished.
            try Folder.create(folder)
            var first = writer
            try first.write(Self.recordName, Self.text(record))
        }
        try writer.make("catalogue")
        let settings = [Self.edition, title, address, options].joined(separator: "\u{0}")
        for plugin in plugins {
            let digest = try plugin.digest(
                settings
                    + plugin.versions.compactMap(\.keyHint).map { plugin.signers[$0] ?? "" }
                    .joined(separator: "\u{0}"))
            let name = plugin.name.description, path = plugin.path
            if let known = old.pages[path], known.digest == digest,
                try FileStatus.of(FilePaths.join(folder, path))?.kind == .regular
            {
                record.pages[path] = known
                languages[name] = known.language
                writer.unchanged += 1
                continue
            }
            let documents = ReleaseDocuments.read(of: plugin.newest, in: store)
            languages[name] = documents.language
            try writer.write(path, pages.page(plugin, documents))
            record.pages[path] = (digest, documents.language)
        }
        try writeLists(plugins, languages, pages, old, &record, &writer)
        for path in old.pages.keys where record.pages[path] == nil { try writer.remove(path) }
        try writer.write(Self.recordName, Self.text(record))
        return Report(
            plugins: plugins.count, versions: plugins.reduce(0) { $0 + $1.versions.count },
            written: writer.written - 1, unchanged: writer.unchanged, removed: writer.removed, warnings: warnings)
    }

    /// What readers have to give beside the address: which object store it is in, or that no TLS is spoken.
    private var options: String {
        let place = RegistryLocation(address, currentFolder: "/")
        guard place.isInRemoteStore else { return "" }
        if place.isInOCIRegistry { return context.network.allowsPlainHTTP ? " --plain-http" : "" }
        return context.network.objectStore.endpoint.map { " --endpoint \($0.shellWord)" } ?? ""
    }

    /// Everything that is made of all plugins.
    private func writeLists(
        _ plugins: [CataloguePlugin], _ languages: [String: String], _ pages: SitePages, _ old: Record,
        _ record: inout Record, _ writer: inout Writer
    ) throws {
        var files: [(path: String, bytes: [UInt8])] = [
            ("site.css", Array((SiteAssets.style + "\n").utf8)), ("search.js", Array((SiteAssets.script + "\n").utf8)),
            ("search.json", pages.searchFile(plugins, languages: languages)),
            ("catalogue.json", pages.catalogue(plugins, languages: languages)), ("feed.xml", pages.feed(plugins)),
        ]
        var filters = SitePages.Filters()
        filters.hooks = Set(plugins.flatMap { $0.newest.hooks ?? [] }).sorted()
        filters.languages = Set(languages.values).sorted()
        filters.signers = Set(plugins.map { $0.signer($0.newest) ?? "not signed" }).sorted()
        let count = max(1, (plugins.count + SitePages.pageSize - 1) / SitePages.pageSize)
        if count > 1 { try writer.make("pages") }
        for number in (0..<count).reversed() {
            let part = plugins.dropFirst(number * SitePages.pageSize).prefix(SitePages.pageSize)
            files.append(
                (
                    SitePages.listPath(number),
                    pages.list(
                        part, languages: languages, number: number, of: count, total: plugins.count, filters: filters)
                ))
        }
        for file in files {
            let digest = try SHA256Digest(of: file.bytes).description
            record.pages[file.path] = (digest, nil)
            if old.pages[file.path]?.digest == digest,
                try FileStatus.of(FilePaths.join(folder, file.path))?.kind == .regular
            {
                writer.unchanged += 1
            } else {
                try writer.write(file.path, file.bytes)
            }
        }
    }

    /// The plugins by name; names that no host would take are left out, and said.
    private func plugins(_ contents: RegistryContents, _ warnings: inout [String]) -> [CataloguePlugin] {
        var byName: [PluginName: [RegistryEntry]] = [:], refused = 0
        for entry in contents.entries + contents.withdrawn {
            guard let name = PluginName(entry.name) else {
                refused += 1
                continue
            }
            byName[name, default: []].append(entry)
        }
        if refused > 0 {
            warnings.append(
                "\(refused) entr\(refused == 1 ? "y has" : "ies have") a name that no host accepts, so there is no page for \(refused == 1 ? "it" : "them")"
            )
        }
        let signers = Dictionary(
            (trustRoot?.keys ?? []).map { ($0.id, $0.label) }, uniquingKeysWith: { first, _ in first })
        return byName.compactMap { CataloguePlugin($0, $1, signers: signers) }
            .sorted { $0.name.description.lowercased() < $1.name.description.lowercased() }
    }

    /// When the registry was changed last, where it says.
    private func outline(_ store: any RegistryStore) throws -> String? {
        var scanner = IndexScanner(NoEntries())
        _ = try store.readIndex { try scanner.update($0) }
        return try scanner.finish().updatedAt
    }

    // MARK: The folder

    /// Whether the folder holds no site yet; a folder of something else is left alone, but for a registry's own.
    private func checkFolder() throws -> Bool {
        guard let status = try FileStatus.of(folder, followingLinks: true) else { return true }
        guard status.kind == .folder else {
            throw Problem(.folderNotEmpty, "\(folder) is not a folder", help: "give a folder for the site")
        }
        let names = try Folder(folder).names()
        if names.contains(Self.recordName) { return false }
        let isRegistry = names.contains(RegistryIndex.fileName)
        let mine = [
            "index.html", "site.css", "search.js", "search.json", "catalogue", "catalogue.json", "feed.xml", "pages",
        ]
        let foreign = names.first { isRegistry ? mine.contains($0) : !$0.hasPrefix(".") }
        guard let foreign else { return true }
        throw Problem(
            .folderNotEmpty, "\(folder) contains other files (\(foreign.printable)), but no pdk site",
            help: "give an empty or new folder, or the registry's own")
    }

    private func readRecord() throws -> Record {
        let bytes = try WholeFiles.read(FilePaths.join(folder, Self.recordName), limit: 64 << 20, followingLinks: false)
        var record = Record()
        // A record that cannot be read makes everything new.
        guard let root = try? JSONDocument(parsing: bytes, limits: JSONLimits(bytes: 64 << 20)).root.value,
            root["edition"]?.string == Self.edition, case .object(let pages) = root["pages"]
        else { return record }
        for page in pages where Self.isOurs(page.name) {
            record.pages[page.name] = (page.value["digest"]?.string ?? "", page.value["language"]?.string)
        }
        return record
    }

    /// Whether a path of the record is one that a site has: what it names may be removed.
    private static func isOurs(_ path: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        if parts.count == 2, parts[1].hasSuffix(".html") {
            let name = parts[1].dropLast(5)
            return parts[0] == "catalogue" && PluginName(String(name)) != nil || parts[0] == "pages" && Int(name) != nil
        }
        return ["index.html", "site.css", "search.js", "search.json", "catalogue.json", "feed.xml"].contains(path)
    }

    private static func text(_ record: Record) -> [UInt8] {
        let pages = record.pages.sorted { $0.key < $1.key }.map { path, page in
            JSONValue.Member(
                path, .object(["digest": .string(page.digest), "language": page.language.map(JSONValue.string)]))
        }
        let value = JSONValue.object(["edition": .string(edition), "pages": .object(pages)])
        return value.lineBytes
    }

    /// Writes files of the site, each whole or not at all, and through no link.
    private struct Writer {
        let folder: String
        var written = 0
        var unchanged = 0
        var removed = 0

        func make(_ name: String) throws { _ = try Folder(folder).makeFolder(name) }

        mutating func write(_ path: String, _ bytes: [UInt8]) throws {
            try WholeFiles.checkOutput(FilePaths.join(folder, path))
            try Folder(folder).write(path, bytes)
            written += 1
        }

        mutating func remove(_ path: String) throws {
            let root = try Folder(folder)
            guard try root.status(below: path) != nil else { return }
            let parent = FilePaths.parent(of: path) ?? "."
            if parent == "." {
                try root.remove(path)
            } else {
                try root.folder(parent).remove(FilePaths.name(of: path))
            }
            removed += 1
        }
    }
}
