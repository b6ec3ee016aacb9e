internal import Basics
internal import Contract
internal import Files
internal import PluginRegistry

/// A registry that is to be changed, or made: a folder, or a prefix of an object store or an OCI registry.
struct RegistryPlace {
    /// The folder; of another store, where paths in the registry are thought to begin.
    let folder: String
    /// The path of the index, or its address.
    let indexPath: String
    private let location: RegistryLocation

    /// Errors: `registry-on-the-web`, `not-a-registry` for an index of another name.
    init(_ location: RegistryLocation) throws {
        self.location = location
        let isStore = location.isInRemoteStore
        guard let folder = location.folder ?? (isStore ? Self.storeRoot : nil),
            let indexPath = location.indexPath ?? (isStore ? location.description : nil)
        else {
            throw Problem(
                .registryOnTheWeb, "cannot publish to \(location): a registry on a web server can only be read",
                help: "publish to the folder that the server serves, or to a copy that you upload")
        }
        guard location.storedIndexFile ?? FilePaths.name(of: indexPath) == RegistryIndex.fileName else {
            throw Problem(
                .notARegistry, "cannot publish to \(indexPath): the index of a registry folder is called index.json",
                help: "give the registry's folder")
        }
        self.folder = folder
        self.indexPath = indexPath
    }

    /// What stands for the folder of a registry that is in none.
    static let storeRoot = "/registry"

    /// The path, or the address, of a file of the registry.
    func path(of file: String) -> String {
        location.storedName(of: file) ?? FilePaths.join(folder, file)
    }

    /// Whether a registry may be made here: in a new folder or one that holds nothing else, and not by a slip of the fingers.
    ///
    /// `source` is a registry that was named beside it, which it is not mistyped for.
    func checkNew(isMeant: Bool, besides source: RegistryLocation? = nil, confirm: ((String) -> Bool)?) throws {
        guard location.folder != nil else { return }
        if let status = try FileStatus.of(indexPath), status.kind != .regular {
            let isLink = status.kind == .link
            throw Problem(
                .notARegistry,
                "cannot publish to \(indexPath): it is \(isLink ? "a link, and would be replaced by a file" : "not a file")",
                help: isLink ? "publish to the folder of the index that the link points to" : nil)
        }
        if let status = try FileStatus.of(folder, followingLinks: true) {
            guard status.kind == .folder else {
                throw Problem(.notARegistry, "\(folder) is not a folder", help: "give the registry's folder")
            }
            let foreign = try Folder(folder).names().first { !Self.belongs($0) }
            guard let foreign else { return }
            throw Problem(
                .notARegistry,
                "\(folder) is not a registry: it has no index.json, but other files (\(foreign.printable))",
                help: "give an empty or new folder")
        }
        guard !isMeant, let doubt = try doubt(besides: source) else { return }
        if confirm?("\(doubt). Create a new registry in \(folder)?") ?? false { return }
        throw Problem(
            .noRegistry, "no registry in \(folder): \(doubt)",
            help: "correct the path, or create a new registry there with --create")
    }

    /// What a folder may hold and still become a registry: what file systems, version control and web servers put there.
    private static func belongs(_ name: String) -> Bool {
        name.hasPrefix(".") || ["artifacts", "plugins", "advisories", "staged", "lost+found"].contains(name)
            || ["README", "LICENSE", "LICENCE"].contains(name.prefix { $0 != "." }.uppercased())
    }

    /// What makes the path of a folder that is not there look mistyped; nil when nothing does.
    private func doubt(besides source: RegistryLocation?) throws -> String? {
        guard let parent = FilePaths.parent(of: folder) else { return nil }
        guard try FileStatus.of(parent, followingLinks: true) != nil else {
            return "the folder \(parent) does not exist"
        }
        let beside = try Folder(parent)
        let registries = try beside.names().filter { name in
            let other = FilePaths.join(parent, name)
            return try other != source?.folder
                && FileStatus.of(FilePaths.join(other, RegistryIndex.fileName), followingLinks: true) != nil
        }
        let name = FilePaths.name(of: folder)
        guard let near = NearWord.to(name, among: registries.filter { !Self.isSibling($0, of: name) }) else {
            return nil
        }
        return "there is a registry in \(FilePaths.join(parent, near))"
    }

    /// There is no registry where one is to be worked on.
    static func noIndex(at location: RegistryLocation) -> Problem {
        Problem(
            .indexUnavailable, "no registry index at \(location)",
            help: "correct the address, or create one with: pdk registry init")
    }

    /// Whether two names were told apart on purpose, and not by a slip.
    ///
    /// By a number, as `reg` and `reg2`; by what follows a mark, as `reg` and `reg-old` or `reg-a` and `reg-b`; or because
    /// they are too short to be the same word.
    private static func isSibling(_ one: String, of other: String) -> Bool {
        func word(_ name: String) -> String { name.filter { !$0.isNumber } }
        func parts(_ name: String) -> (head: Substring, tail: Substring) {
            guard let mark = name.lastIndex(where: { "-_.".contains($0) }) else { return (name[...], "") }
            return (name[..<mark], name[name.index(after: mark)...])
        }
        if word(one) == word(other) || max(one.count, other.count) < 4 { return true }
        let (left, right) = (parts(one), parts(other))
        return word(String(left.head)) == word(String(right.head))
            && (left.tail.isEmpty || right.tail.isEmpty || max(left.tail.count, right.tail.count) < 4)
    }
}
