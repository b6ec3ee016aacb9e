internal import Basics
package import Contract

/// The user's `config.yaml` in the configuration folder.
package struct Configuration: Sendable, Equatable {
    /// The label of the key to sign with when none is named.
    package private(set) var key: String?

    /// Plugin folders of other users that may be built from a folder below them, as absolute paths.
    package private(set) var trustedFolders: [String] = []

    /// Reads a configuration of at most 64 KiB; unknown keys are errors.
    package init(reading text: String) throws(ManifestError) {
        for (name, value) in try YAMLMapping(parsing: text, limit: 64 << 10, what: "the file").entries {
            switch name.text {
            case "key":
                let label = try YAMLMapping.scalar(value, "key").text
                key = label.isEmpty ? nil : label
            case "trusted_folders": trustedFolders = try YAMLMapping.scalars(value, "trusted_folders").map(\.text)
            default: throw ManifestError(message: "unknown key \(name.text.printable)", at: name.place)
            }
        }
    }
}
