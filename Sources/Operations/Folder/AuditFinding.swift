/// Something that `pdk audit` found in a plugins folder.
package struct AuditFinding: Sendable, Equatable {
    /// What it is; the raw values are stable words for scripts.
    package enum Kind: String, Sendable, CaseIterable {
        case advisory
        case changed
        case damagedLock = "damaged-lock"
        case ignoredFile = "ignored-file"
        case missing
        case notChecked = "not-checked"
        case notLoadable = "not-loadable"
        case notLocked = "not-locked"
        case outdated
        case policy
        case shadowed
        case signature
        case unknown
        case unsigned
        case yanked

        /// What such a finding means, in a sentence.
        package var meaning: String {
            switch self {
            case .advisory: "An advisory in the registry affects the installed version."
            case .changed: "The module is not the one that pdk.lock or the registry names."
            case .damagedLock: "pdk.lock cannot be read."
            case .ignoredFile: "The host does not load the file."
            case .missing: "pdk.lock names the plugin, but its module is missing."
            case .notChecked: "Something could not be checked."
            case .notLoadable: "The host cannot load the module."
            case .notLocked: "pdk.lock does not name the plugin."
            case .outdated: "There is a newer release within the range in pdk.lock."
            case .policy: "The trust root's policy refuses the plugin."
            case .shadowed: "The host uses another manifest than the one that was installed, or none."
            case .signature: "No trusted key made the signature for this module."
            case .unknown: "The registry does not have the plugin or this version of it."
            case .unsigned: "The plugin has no signature."
            case .yanked: "The publisher has withdrawn the version."
            }
        }

        /// Whether it is worth an error rather than a warning.
        package var isError: Bool {
            switch self {
            case .ignoredFile, .notLocked, .outdated, .shadowed, .yanked: false
            default: true
            }
        }
    }

    package let kind: Kind
    /// The plugin; nil where it is about the folder or the registry.
    package let plugin: String?
    /// The installed version, where it is known.
    package let version: String?
    /// The file that it is about.
    package let file: String
    package let message: String
    package let help: String?
    /// The advisory's identifier.
    package let advisory: String?
}
