package import Authoring
internal import Basics
internal import Contract
internal import Files
package import Trust

extension KeyStore {
    /// The label that the configuration names under `key`, nil when it names none.
    package func configuredLabel() throws -> String? { try configuration()?.key }

    /// The path of the user's `config.yaml`.
    package var configurationPath: String { FilePaths.join(folder, "config.yaml") }

    /// The user's `config.yaml`; nil where there is none.
    ///
    /// What it says decides which keys are trusted: one that somebody else can change is refused.
    package func configuration() throws -> Configuration? {
        guard let text = try configurationText() else { return nil }
        do {
            return try Configuration(reading: text)
        } catch {
            throw error.problem(
                .invalidConfiguration, in: configurationPath,
                help: "fix it or remove it; see pdk config --help")
        }
    }

    func configurationText() throws -> String? {
        let path = configurationPath
        guard try FileStatus.of(path, followingLinks: true) != nil else { return nil }
        let file = try FileHandle(reading: path), status = try file.status()
        guard status.mode & 0o002 == 0 else {
            throw Problem(
                .invalidConfiguration, "\(path) is world-writable: anyone on this machine can change your settings",
                help: "fix it with: chmod o-w \(path.shellWord)")
        }
        guard status.isOwnedByUserOrRoot else {
            throw Problem(
                .invalidConfiguration, "\(path) belongs to another user, who can change your settings",
                help: "change its owner with chown, or set PDK_HOME to a folder that you own")
        }
        let bytes: [UInt8]
        do throws(FileError) { bytes = try file.readAll(limit: Configuration.maximumBytes) } catch {
            throw Problem(
                .invalidConfiguration, error.description,
                help: "fix \(path.shellWord) or remove it; see pdk config --help")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Problem(
                .invalidConfiguration, "\(path) is not UTF-8", help: "fix it or remove it; see pdk config --help")
        }
        return text
    }

    /// A path or address of the configuration; relative paths are relative to its folder.
    ///
    /// Error: `invalid-configuration` for `~/…`, which only a shell understands.
    package func configured(_ text: String, as setting: Setting) throws -> String {
        if text.contains("://") { return text }
        guard !text.hasPrefix("~") else {
            throw Problem(
                .invalidConfiguration,
                "\(configurationPath): \(setting.rawValue) is '\(text.printable)', and '~' is not expanded there",
                help:
                    "set it again so that the shell expands it: pdk config set \(setting.rawValue) \(text.printable)"
            )
        }
        return FilePaths.join(folder, text)
    }
}
