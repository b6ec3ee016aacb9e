package import Authoring
package import Basics
internal import Contract
internal import Files

/// Where a template is, as `--template` names it.
package enum TemplateReference: Sendable, Equatable {
    /// A built-in template, or one that `pdk template add` has kept; else the folder of this name, if it is a template.
    case id(String, folder: String)
    /// A folder with `template.yaml` and `files/`.
    case folder(String)
    /// A `.tar.gz`, `.tgz` or `.zip` file of such a folder.
    case archive(String)
    /// A git repository: address, branch, tag or commit (nil for the default branch), and the folder in it.
    case git(url: String, ref: String?, folder: String)

    /// Reads what a user types; relative paths are made absolute by `path`.
    ///
    /// `git+URL#REF//SUB`, `git@HOST:PATH#REF//SUB`, a path with a slash or an archive's ending, or an id; a folder where
    /// no template has that id. `pdk` takes no template from a plain https address, so that nobody takes a page for one.
    package init(_ text: String, path: (String) -> String) throws(Problem) {
        if text.hasPrefix("git+") || text.hasPrefix("git@") {
            self = try Self.git(text)
        } else if text.contains("://") {
            throw Problem(
                .invalidTemplateAddress, "'\(text.printable)' is not an address of a template",
                help:
                    "write a git repository as git+\(text.printable)#REF//FOLDER, or download the archive and give the file"
            )
        } else if [".tar.gz", ".tgz", ".zip"].contains(where: text.lowercased().hasSuffix) {
            self = .archive(path(text))
        } else if text.contains("/") || text == "." || text == ".." {
            self = .folder(path(text))
        } else {
            self = .id(text, folder: path(text))
        }
    }

    private static func git(_ text: String) throws(Problem) -> TemplateReference {
        var url = text.hasPrefix("git+") ? String(text.dropFirst(4)) : text
        var ref: String?, folder = ""
        if let hash = url.firstIndex(of: "#") {
            let fragment = url[url.index(after: hash)...]
            url = String(url[..<hash])
            if let slashes = fragment.firstRange(of: "//") {
                ref = String(fragment[..<slashes.lowerBound])
                folder = String(fragment[slashes.upperBound...])
            } else {
                ref = String(fragment)
            }
        } else if let scheme = url.firstRange(of: "://"), let slashes = url[scheme.upperBound...].firstRange(of: "//"),
            slashes.lowerBound != scheme.upperBound
        {
            // Without a branch the folder may follow the address. `file:///x` has its third slash in front.
            folder = String(url[slashes.upperBound...])
            url = String(url[..<slashes.lowerBound])
        }
        if ref?.isEmpty ?? false { ref = nil }
        let isAddress = ["https://", "http://", "ssh://", "file:///", "git@"].contains(where: url.hasPrefix)
        // The path of a folder on this machine may have blanks.
        let least: UInt8 = url.hasPrefix("file:///") ? 0x20 : 0x21
        guard isAddress, !(ref ?? "").hasPrefix("-"), !url.utf8.contains(where: { $0 < least || $0 == 0x7F }) else {
            throw Problem(
                .invalidTemplateAddress, "'\(text.printable)' is not an address of a git repository",
                help: "write git+https://HOST/REPOSITORY#REF//FOLDER, git+file:///PATH or git@HOST:PATH")
        }
        if !folder.isEmpty,
            folder.split(separator: "/", omittingEmptySubsequences: false).contains(where: {
                ["", ".", ".."].contains($0)
            })
        {
            throw Problem(
                .invalidTemplateAddress, "the folder '\(folder.printable)' of the template is not a plain path",
                help: "write it as git+URL#REF//FOLDER, with a folder inside of the repository")
        }
        return .git(url: url, ref: ref, folder: folder)
    }
}

/// Finds and reads templates.
package struct TemplateLibrary: Sendable {
    /// The folder of the user's own templates; nil without a configuration folder.
    package let folder: String?
    /// What it works in.
    package let context: Context

    package init(folder: String?, in context: Context) {
        self.folder = folder
        self.context = context
    }

    /// The template that a reference names.
    ///
    /// Errors: `no-template`, `invalid-template`, `template-not-fetched`.
    package func read(_ reference: TemplateReference) async throws -> PluginTemplate {
        switch reference {
        case .id(let id, let folder): return try named(id, orIn: folder)
        case .folder(let path): return try TemplateFolder.read(path, origin: path)
        case .archive(let path): return try TemplateArchive.read(path)
        case .git(let url, let ref, let folder):
            return try await GitTemplate(url: url, ref: ref, folder: folder, context: context).read()
        }
    }

    /// Built-in templates first, then the user's own by id.
    package func all() throws -> [PluginTemplate] {
        var templates = try TemplateCatalog.builtIn()
        for id in try ownIDs() { templates.append(try own(id)) }
        return templates
    }

    /// The ids of the user's own templates, sorted.
    package func ownIDs() throws -> [String] {
        guard let folder, try FileStatus.of(folder, followingLinks: true)?.kind == .folder else { return [] }
        return try Folder(folder).names().filter { PluginName($0) != nil }.sorted {
            $0.utf8.lexicographicallyPrecedes($1.utf8)
        }
    }

    /// Keeps a template under an id of the user's.
    package func add(_ template: PluginTemplate, as id: String) throws -> String {
        guard PluginName(id) != nil else {
            throw Problem(.invalidName, "invalid template id '\(id.printable)'", help: PluginName.rule)
        }
        guard let folder else { throw KeptTemplates.noFolder }
        guard try TemplateCatalog.builtIn().allSatisfy({ $0.id != id }) else {
            throw Problem(.alreadyExists, "'\(id)' is a built-in template", help: "give it another id with --id")
        }
        let target = FilePaths.join(folder, id)
        guard try FileStatus.of(target) == nil else {
            throw Problem(
                .alreadyExists, "a template '\(id)' already exists",
                help: "remove it first: pdk template remove \(id)")
        }
        try KeptTemplates.write(template, to: target, in: folder)
        return target
    }

    package func remove(_ id: String) throws {
        guard let folder, try ownIDs().contains(id) else {
            throw Problem(
                .noTemplate, "you have not added a template '\(id.printable)'", help: "pdk template list shows them")
        }
        try Folder.removeTree(FilePaths.join(folder, id))
    }

    private func own(_ id: String) throws -> PluginTemplate {
        guard let folder else { throw KeptTemplates.noFolder }
        return try KeptTemplates.read(FilePaths.join(folder, id))
    }

    private func named(_ id: String, orIn folder: String) throws -> PluginTemplate {
        let builtIn = try TemplateCatalog.builtIn()
        if let template = builtIn.first(where: { $0.id == id }) { return template }
        let own = try ownIDs()
        if own.contains(id) { return try self.own(id) }
        if try FileStatus.of(FilePaths.join(folder, TemplateDescription.fileName), followingLinks: true) != nil {
            return try TemplateFolder.read(folder, origin: folder)
        }
        let known = builtIn.map(\.id) + own
        let near = NearWord.to(id, among: known).map { "did you mean \($0)? " } ?? ""
        throw Problem(
            .noTemplate, "there is no template '\(id.printable)'",
            help: near + "choose one of \(known.joined(separator: ", ")), or give a folder as ./\(id.printable)")
    }
}

/// Templates that `pdk template add` has kept: the files, and `origin` with where they came from.
enum KeptTemplates {
    static let noFolder = Problem(
        .noHome, "neither PDK_HOME nor HOME is set", help: "set PDK_HOME to a folder for templates, keys and trust")

    static func write(_ template: PluginTemplate, to target: String, in folder: String) throws {
        try Folder.create(folder)
        let place = try Folder(folder)
        try place.removeAbandonedFolders(prefix: ".pdk-template-")
        var staging = try TemporaryFolder(in: place, prefix: ".pdk-template-")
        let origin = [template.origin, template.commit ?? ""].joined(separator: "\n") + "\n"
        for file in template.sources + [PluginTemplate.File(path: "origin", bytes: Array(origin.utf8))] {
            try staging.folder.write(file.path, file.bytes, isExecutable: file.isExecutable)
        }
        try staging.put(as: FilePaths.name(of: target))
    }

    static func read(_ folder: String) throws -> PluginTemplate {
        let read = try TemplateFolder.read(folder, origin: folder)
        let text = String(
            decoding: try WholeFiles.read(FilePaths.join(folder, "origin"), limit: 8 << 10), as: UTF8.self)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let commit = lines.count > 1 && !lines[1].isEmpty ? lines[1] : nil
        return try PluginTemplate(files: read.sources, origin: lines.first ?? folder, commit: commit)
    }
}
