internal import Arguments
internal import Authoring
internal import Basics
internal import Contract
internal import Files
internal import Operations
internal import PluginRegistry
internal import Trust

/// `pdk config`: the user's own defaults.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Show and set your defaults: registry, trust root, key, trusted folders.",
        subcommands: [
            ConfigListCommand.self, ConfigGetCommand.self, ConfigSetCommand.self, ConfigUnsetCommand.self,
            ConfigPathCommand.self,
        ])
}

extension Setting: ExpressibleByArgument {}

extension Session {
    /// The store whose configuration it is.
    fileprivate func configurationStore() throws -> KeyStore {
        guard let store = keyStore else {
            throw Problem(
                .noHome, "neither PDK_HOME nor HOME is set, so config.yaml has no location",
                help: "set PDK_HOME to a folder for your settings, keys and trust")
        }
        return store
    }
}

extension Setting {
    /// One text, all of a list, or null.
    fileprivate func json(_ values: [String]) -> JSONValue {
        isList ? .strings(values) : .string(orNull: values.first)
    }
}

struct ConfigListCommand: Command {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Show all settings.")

    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let store = try session.configurationStore(), found = try store.configuration()
        let settings = found ?? Configuration()
        let lines: [Text] = Setting.allCases.flatMap { setting in
            settings.values(of: setting).map { "\(setting.rawValue) = \($0.hidingPasswords)" }
        }
        return Outcome(
            text: lines, isData: true,
            json: .object([
                "path": .string(store.configurationPath), "exists": .bool(found != nil),
                "settings": .object(
                    Setting.allCases.map {
                        JSONValue.Member($0.rawValue, $0.json(settings.values(of: $0).map(\.hidingPasswords)))
                    }),
            ]))
    }
}

struct ConfigGetCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Print a setting; the exit status is 1 if it is not set.")

    @Argument(help: "key, registry, trust_root or trusted_folders.")
    var key: Setting

    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let store = try session.configurationStore()
        let values = try store.configuration()?.values(of: key) ?? []
        guard !values.isEmpty else {
            throw Problem(
                .notSet, "\(key.rawValue) is not set in \(store.configurationPath)",
                help: "set it with: pdk config set \(key.rawValue) VALUE")
        }
        return Outcome(
            text: values.map { Text($0) }, isData: true,
            json: .object(["key": .string(key.rawValue), "value": key.json(values)]))
    }
}

struct ConfigSetCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Set a default.",
        discussion: """
            Relative paths are stored as absolute paths. Comments in config.yaml are kept.

            key is a label (see pdk key list); registry and trust_root are the defaults of --registry and \
            --trust-root; trusted_folders are folders of other users whose plugins may be built.
            """)

    @Argument(help: "key, registry, trust_root or trusted_folders.")
    var key: Setting

    @Argument(help: "The new value; several for trusted_folders.")
    var value: [String] = []

    @Flag(name: .long, help: "Add to trusted_folders instead of replacing it.")
    var add = false

    @OptionGroup var globals: GlobalOptions

    func validate() throws {
        guard !value.isEmpty, !value.contains("") else {
            throw ValidationError("Give \(key.rawValue) a value; pdk config unset \(key.rawValue) takes it away.")
        }
        guard key.isList || value.count == 1 else { throw ValidationError("\(key.rawValue) takes one value.") }
        guard key.isList || !add else { throw ValidationError("--add only works with trusted_folders.") }
    }

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let store = try session.configurationStore()
        var values: [String] = [], warnings: [Text] = []
        for text in value {
            let (stored, warning) = try settled(text, session, store)
            values.append(stored)
            warnings += warning.map { [$0] } ?? []
        }
        let report = try ChangeConfiguration(store: store, setting: key, change: add ? .add(values) : .set(values))
            .run()
        let name = key.rawValue
        return Outcome(
            text: report.after.map { "\(name) = \($0.hidingPasswords)" } + ["  in \(report.path)"],
            json: .object([
                "key": .string(key.rawValue), "value": key.json(report.after.map(\.hidingPasswords)),
                "previous": key.json(report.before.map(\.hidingPasswords)),
                "path": .string(report.path), "warnings": .strings(warnings.map { $0.rendered(color: false) }),
            ]), warnings: warnings)
    }

    /// A value as it is kept, and what is doubtful of it.
    private func settled(_ text: String, _ session: Session, _ store: KeyStore) throws -> (String, Text?) {
        guard !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
            throw ValidationError("'\(text.printable)' contains a control character.")
        }
        // No path is longer, and every command reads the file.
        guard text.utf8.count <= 4096 else {
            throw ValidationError("A value of \(Measure.grouped(text.utf8.count)) bytes is too long; at most 4,096.")
        }
        switch key {
        case .key:
            try KeyStore.refuseBadLabel(text)
            let isThere = try store.labels().contains { $0.utf8.elementsEqual(text.utf8) }
            return (text, isThere ? nil : "there is no key '\(text)' in \(store.keysFolder) yet")
        case .registry:
            let location = try session.registry(text)
            guard text.hidingPasswords == text else {
                throw ValidationError(
                    "Leave the password out of the address; logins of web registries are read from ~/.netrc.")
            }
            let stored = text.contains("://") ? text : session.path(text)
            guard let index = location.indexPath, try FileStatus.of(index, followingLinks: true) == nil else {
                return (stored, nil)
            }
            return (stored, "there is no registry in \(location.folder ?? index) yet")
        case .trustRoot, .trustedFolders:
            let path = session.path(text)
            let isFolder = try FileStatus.of(path, followingLinks: true)?.kind == .folder
            return (path, isFolder ? nil : "there is no folder \(path)")
        }
    }
}

struct ConfigUnsetCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "unset", abstract: "Remove a setting, or a folder from trusted_folders.")

    @Argument(help: "key, registry, trust_root or trusted_folders.")
    var key: Setting

    @Argument(help: "The folders to remove from trusted_folders. (default: all)")
    var value: [String] = []

    @OptionGroup var globals: GlobalOptions

    func validate() throws {
        guard key.isList || value.isEmpty else { throw ValidationError("\(key.rawValue) takes no value to unset.") }
    }

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let store = try session.configurationStore()
        let change = ChangeConfiguration(store: store, setting: key, change: .remove(value.map(session.path)))
        let before = try store.configuration()?.values(of: key) ?? []
        let missing = value.map(session.path).first { path in !before.contains { $0.utf8.elementsEqual(path.utf8) } }
        guard !before.isEmpty, missing == nil else {
            throw Problem(
                .notSet,
                (missing.map { "\($0.printable) is not in" } ?? "there is no")
                    + " \(key.rawValue) in \(store.configurationPath)",
                help: "pdk config list shows all settings")
        }
        let report = try change.run()
        let name = key.rawValue
        return Outcome(
            text: report.after.isEmpty
                ? ["\(name) is no longer set in \(report.path)"] : report.after.map { "\(name) = \($0)" },
            json: .object([
                "key": .string(key.rawValue), "value": key.json(report.after.map(\.hidingPasswords)),
                "previous": key.json(report.before.map(\.hidingPasswords)),
                "path": .string(report.path),
            ]))
    }
}

struct ConfigPathCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "path", abstract: "Print the path of the settings file.")

    @OptionGroup var globals: GlobalOptions

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let path = try session.configurationStore().configurationPath
        return Outcome(
            text: [Text(path)], isData: true,
            json: .object([
                "path": .string(path), "exists": .bool(try FileStatus.of(path, followingLinks: true) != nil),
            ]))
    }
}
