internal import Basics
package import Contract

/// What the user's `config.yaml` may set.
package enum Setting: String, CaseIterable, Sendable {
    /// The label of the key to sign with when none is named.
    case key
    /// The registry of the commands that are given none.
    case registry
    /// The trust root of the commands that are given none.
    case trustRoot = "trust_root"
    /// Plugin folders of other users that may be built from a folder below them.
    case trustedFolders = "trusted_folders"

    /// Whether it holds any number of texts.
    package var isList: Bool { self == .trustedFolders }
}

/// The user's `config.yaml` in the configuration folder.
package struct Configuration: Sendable {
    private var texts: [Setting: [String]] = [:]

    /// The label of the key to sign with when none is named.
    package var key: String? { values(of: .key).first }
    /// The registry of the commands that are given none: an address, or a path, relative to the file's folder.
    package var registry: String? { values(of: .registry).first }
    /// The trust root of the commands that are given none: a path, relative to the file's folder.
    package var trustRoot: String? { values(of: .trustRoot).first }
    /// Plugin folders of other users that may be built from a folder below them, as absolute paths.
    package var trustedFolders: [String] { values(of: .trustedFolders) }

    /// What is set; nothing for what is not.
    package func values(of setting: Setting) -> [String] { texts[setting] ?? [] }

    /// Nothing is set.
    package init() {}

    /// The longest configuration that is read, in bytes.
    package static let maximumBytes = 64 << 10

    /// Reads a configuration of at most 64 KiB; unknown keys are errors.
    package init(reading text: String) throws(ManifestError) {
        guard let mapping = try YAMLMapping.read(text, limit: Self.maximumBytes, what: "the file") else { return }
        for (name, value) in mapping.entries {
            guard let setting = Setting.allCases.first(where: { $0.rawValue.utf8.elementsEqual(name.text.utf8) }) else {
                throw ManifestError(message: "unknown key \(name.text.printable)", at: name.place)
            }
            let found: [Manifest.Scalar]
            if setting.isList {
                found = try YAMLMapping.scalars(value, setting.rawValue)
            } else {
                let scalar = try YAMLMapping.scalar(value, setting.rawValue)
                // Signatures that were to be checked must not go unchecked for want of a word.
                guard setting != .trustRoot || !scalar.text.isEmpty else {
                    throw ManifestError(
                        message: "trust_root is empty; name a folder, or remove the line", at: name.place)
                }
                found = scalar.text.isEmpty ? [] : [scalar]
            }
            texts[setting] = found.map(\.text)
        }
    }

    /// Whether the two set the same, byte for byte.
    package func isSame(as other: Configuration) -> Bool {
        Setting.allCases.allSatisfy { setting in
            values(of: setting).map { Array($0.utf8) } == other.values(of: setting).map { Array($0.utf8) }
        }
    }

    /// The same with other values for one setting.
    package func setting(_ setting: Setting, to values: [String]) -> Configuration {
        var copy = self
        copy.texts[setting] = values
        return copy
    }
}
