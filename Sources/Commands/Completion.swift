internal import Arguments
internal import Authoring
internal import Basics
internal import Checking
internal import Contract
internal import Files
internal import Operations
internal import PluginRegistry
internal import Trust

/// What a word on the command line may become, for a shell that asks (`pdk --complete SHELL WORDS`).
struct Completion {
    /// Which names of files the shell adds by itself.
    enum Paths: String { case files, folders, none }

    /// The words behind `pdk`; the last is the one that is typed, and may be empty.
    let words: [String]
    let session: Session
    /// Words to offer, with what they mean.
    private(set) var candidates: [(word: String, meaning: String)] = []
    private(set) var paths = Paths.files
    /// What options before the last word say, by the names of their values.
    private var given: [String: String] = [:]

    /// The answer to a shell: which paths to add, then a candidate a line, a tab before its meaning.
    var text: String {
        let lines = candidates.map { $0.word.printable + "\t" + $0.meaning.printable }
        return ([paths.rawValue] + lines).map { $0 + "\n" }.joined()
    }

    /// Answers for words as `shell` has taken them apart.
    init(_ words: [String], shell: String, session: Session) {
        self.words = shell == "bash" ? Self.joined(words) : words
        self.session = session
        complete(CommandShape(RootCommand.self))
        // Bash and zsh put what is behind `--option=` in place of that part only.
        let prefix = self.words.last.flatMap { word in
            word.hasPrefix("--") ? word.firstIndex(of: "=").map { word[...$0] } : nil
        }
        if let prefix, shell == "fish" { candidates = candidates.map { (String(prefix) + $0.word, $0.meaning) } }
    }

    /// Bash takes `--key=x` for three words.
    private static func joined(_ words: [String]) -> [String] {
        var joined: [String] = []
        for word in words {
            if let last = joined.last, last.hasPrefix("--"), word == "=" || last.hasSuffix("=") {
                joined[joined.count - 1] += word
            } else {
                joined.append(word)
            }
        }
        return joined
    }

    private mutating func complete(_ root: CommandShape) {
        var command = root, positionals = 0, used: Set<String> = [], value: ArgumentShape?
        given = [:]
        var isHelp = false, isPlain = false
        for word in words.dropLast() {
            if let option = value {
                given[option.valueName] = word
                value = nil
            } else if word == "--", !isPlain {
                isPlain = true
            } else if word.hasPrefix("-"), word != "-", !isPlain {
                let option = Self.option(String(word.prefix { $0 != "=" }), of: command)
                used.formUnion(option?.names ?? [])
                if let option, option.kind == .option {
                    if let equals = word.firstIndex(of: "=") {
                        given[option.valueName] = String(word[word.index(after: equals)...])
                    } else {
                        value = option
                    }
                }
            } else if !command.subcommands.isEmpty {
                if command.isRoot, word == "help" {
                    isHelp = true
                    continue
                }
                guard let next = command.subcommands.first(where: { $0.name == word }) else {
                    paths = .none
                    return
                }
                command = next
            } else {
                positionals += 1
            }
        }
        let last = words.last ?? ""
        if let value {
            offer(value, of: command, last)
        } else if last.hasPrefix("--"), !isPlain, let equals = last.firstIndex(of: "=") {
            guard let option = Self.option(String(last[..<equals]), of: command), option.kind == .option else { return }
            offer(option, of: command, String(last[last.index(after: equals)...]))
        } else if last.hasPrefix("-"), !isPlain {
            paths = .none
            for option in Self.options(of: command) where option.isRepeating || used.isDisjoint(with: option.names) {
                for name in option.names where name.count > 2 || option.names.count == 1 {
                    add([(name, option.help)], last)
                }
            }
        } else if !command.subcommands.isEmpty {
            paths = .none
            add(command.subcommands.map { ($0.name, $0.configuration.abstract) }, last)
            if command.isRoot, !isHelp { add([("help", "Show help for a command.")], last) }
        } else if isHelp {
            paths = .none
        } else if let argument = Self.positional(positionals, of: command) {
            offer(argument, of: command, last)
        } else {
            paths = .none
        }
    }

    /// Offers what an option or an argument takes, by the name of its value.
    private mutating func offer(_ argument: ArgumentShape, of command: CommandShape, _ last: String) {
        paths = .none
        if !argument.values.isEmpty { return add(argument.values.map { ($0, "") }, last) }
        switch (argument.valueName, command.path.dropFirst().joined(separator: " ")) {
        case ("hook", _): add(HostProfile.standard.calledHooks.map { ($0.name, "") }, last)
        case ("rule", _): add(RuleBook.all.map { ($0.id, $0.name) }, last)
        case ("host", _):
            paths = .files
            add(HostProfile.builtIn.map { ($0.id, $0.name) }, last)
        case ("template", _):
            paths = .folders
            add(templates.map { ($0.id, $0.summary) }, last)
        case ("id", "template remove"): add(templates.filter { !$0.isBuiltIn }.map { ($0.id, $0.summary) }, last)
        case ("key", _):
            paths = .files
            add(keyLabels.map { ($0, "a key from pdk keygen") }, last)
        case ("label", "key export"), ("old", _): add(keyLabels.map { ($0, "a key from pdk keygen") }, last)
        case ("label", "trust remove"):
            add(Self.stems(of: session.keyStore?.trustFolder, ".pub").map { ($0, "a trusted key") }, last)
        case ("page", "docs"):
            let pages = (try? AuthorsGuide(executableFolder: session.executableFolder).pages()) ?? []
            add(pages.map { ($0.name, $0.title) }, last)
        case ("name", "uninstall"), ("name", "update"): add(installedNames.map { ($0, "an installed plugin") }, last)
        case ("plugin", "install"):
            paths = last.contains("/") || last.contains(".") ? .files : .none
            let installed = installedNames
            add(installed.map { ($0, "an installed plugin") }, last)
            add(offeredNames.filter { !installed.contains($0) }.map { ($0, "a plugin of the registry") }, last)
        case ("name", "info"): add(offeredNames.map { ($0, "a plugin of the registry") }, last)
        case ("compat", _): add([("envoy", "for Istio")], last)
        case ("file", "schema"): add(JSONSchemas.allCases.map { ($0.rawValue, "") }, last)
        case ("dest", _), ("dir", _), ("plugins-dir", _), ("trust-root", _), ("folder", _), ("from", _), ("to", _):
            paths = .folders
        case (let name, _): paths = Self.freeTexts.contains(name) ? .none : .files
        }
    }

    /// Values that no shell can know.
    private static let freeTexts: Set = [
        "allow", "attr", "author", "description", "endpoint", "field", "filter", "fuel", "header", "hooks", "id",
        "label", "limit",
        "license", "name", "plugin", "query", "reason", "restart", "seconds", "set", "table", "time", "version", "word",
    ]

    private var templates: [PluginTemplate] { (try? session.templates.all()) ?? [] }

    private var keyLabels: [String] { Self.stems(of: session.keyStore?.keysFolder, ".pem") }

    /// The plugins in the folder that `--dest` names.
    private var installedNames: [String] {
        Self.stems(of: given["dest"].map(session.path), ".wasm").filter { PluginName($0) != nil }
    }

    /// The plugins with files in the registry that `--registry` or the configuration names, if that is a folder.
    private var offeredNames: [String] {
        guard let folder = try? session.registryIfAny(given["registry"])?.folder,
            let names = try? Folder(FilePaths.join(folder, "artifacts")).names()
        else { return [] }
        return names.filter { PluginName($0) != nil }
    }

    /// The names of a folder's files without their ending.
    private static func stems(of folder: String?, _ ending: String) -> [String] {
        guard let folder, let names = try? Folder(folder).names() else { return [] }
        return names.filter { $0.hasSuffix(ending) }.map { String($0.dropLast(ending.count)) }.sorted()
    }

    /// The options of a command; those of every command may also stand before it.
    private static func options(of command: CommandShape) -> [ArgumentShape] {
        let common = command.isRoot ? CommandShape(BuildCommand.self).arguments : []
        return (common.filter { !GlobalOptions.names.isDisjoint(with: $0.names) } + command.allArguments)
            .filter { $0.kind != .positional }
    }

    private static func option(_ name: String, of command: CommandShape) -> ArgumentShape? {
        options(of: command).first { $0.names.contains(name) }
    }

    /// The argument at a place; the last one where it may be given several times.
    private static func positional(_ place: Int, of command: CommandShape) -> ArgumentShape? {
        let all = command.arguments.filter { $0.kind == .positional }
        if place < all.count { return all[place] }
        return all.last.flatMap { $0.isRepeating ? $0 : nil }
    }

    private mutating func add(_ found: [(word: String, meaning: String)], _ last: String) {
        candidates += found.filter { $0.word.hasPrefix(last) }
    }
}
