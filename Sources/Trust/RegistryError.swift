internal import Basics

/// Why a registry, a trust root or a plugin was refused.
///
/// The words that scripts of the host match on (`sha256 mismatch`, `no signature`, …) are part of the messages.
public struct RegistryError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of refusal; the raw value is a stable word for scripts.
    public enum Kind: String, Sendable {
        /// The index could not be read or fetched.
        case indexUnavailable = "index-unavailable"
        /// The index is not what the host can read.
        case indexMalformed = "index-malformed"
        /// The index has no plugin of that name.
        case noPlugin = "no-plugin"
        /// The index has the plugin, but not that version, or no release of it.
        case noVersion = "no-version"
        /// A name that is not 1 to 128 of `A-Z a-z 0-9 - _`.
        case invalidName = "invalid-name"
        /// The module could not be read or fetched.
        case artefactUnavailable = "artefact-unavailable"
        /// The bytes are not those the index promises.
        case digestMismatch = "sha256-mismatch"
        /// The bytes are not a WebAssembly module.
        case notAModule = "not-a-module"
        /// A trust root was given, and there is no signature.
        case noSignature = "no-signature"
        /// No key of the trust root made the signature.
        case signatureInvalid = "signature-invalid"
        /// The module carries a manifest, and it is not that of the release it is offered as.
        case releaseMismatch = "release-mismatch"
        /// The trust root cannot be read, holds a malformed key, or none.
        case trustRootInvalid = "trust-root-invalid"
        /// The file is not a packed plugin that the host could read, or none could be made.
        case packMalformed = "pack-malformed"
        /// The plugins folder could not be written.
        case destination = "destination"
    }

    /// The kind of refusal.
    public let kind: Kind
    /// What was refused and why: one lower-case sentence.
    public let message: String
    /// What to do next, where there is something.
    public let help: String?

    package init(_ kind: Kind, _ message: String, help: String? = nil) {
        self.kind = kind
        self.message = message
        self.help = help
    }

    /// The help where an index is to blame.
    package static let mendTheIndex = "a host could not use it either: mend the index, or tell who keeps the registry"

    /// The message.
    public var description: String { message }
}

extension RegistryError: Diagnostic {
    package var code: String { kind.rawValue }
}
