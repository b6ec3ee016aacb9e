package import Basics
public import Contract
internal import Files

/// Why a registry, a trust root or a plugin was refused.
///
/// The words that scripts of the host match on (`sha256 mismatch`, `no signature`, …) are part of the messages.
public struct RegistryError: Error, Sendable, CustomStringConvertible {
    /// The kinds of refusal: a value and not an enumeration, so that a new one breaks nobody.
    public struct Kind: Sendable, Hashable, CustomStringConvertible {
        package let code: ErrorCode

        /// The index could not be read or fetched.
        public static let indexUnavailable = Kind(code: .indexUnavailable)
        /// The index is not what the host can read.
        public static let indexMalformed = Kind(code: .indexMalformed)
        /// The index has no plugin of that name.
        public static let noPlugin = Kind(code: .noPlugin)
        /// The index has the plugin, but not that version, or no release of it.
        public static let noVersion = Kind(code: .noVersion)
        /// A name that is not 1 to 128 of `A-Z a-z 0-9 - _`.
        public static let invalidName = Kind(code: .invalidName)
        /// The module could not be read or fetched.
        public static let artifactUnavailable = Kind(code: .artifactUnavailable)
        /// The bytes are not those the index promises.
        public static let digestMismatch = Kind(code: .sha256Mismatch)
        /// The bytes are not a WebAssembly module.
        public static let notAModule = Kind(code: .notAModule)
        /// A trust root was given, and there is no signature.
        public static let noSignature = Kind(code: .noSignature)
        /// There is no trust root to verify an update with, and the installed plugin was verified.
        public static let signatureRequired = Kind(code: .signatureRequired)
        /// No key of the trust root made the signature.
        public static let signatureInvalid = Kind(code: .signatureInvalid)
        /// The module carries a manifest, and it is not that of the release it is offered as.
        public static let releaseMismatch = Kind(code: .releaseMismatch)
        /// The trust root cannot be read, holds a malformed key, or none.
        public static let trustRootInvalid = Kind(code: .trustRootInvalid)
        /// The file is not a packed plugin that the host could read, or none could be made.
        public static let packMalformed = Kind(code: .packMalformed)
        /// The plugins folder could not be written.
        public static let destination = Kind(code: .destination)
        /// Another writer was faster, and what was to be changed is not what it was.
        public static let changedMeanwhile = Kind(code: .changedMeanwhile)
        /// The registry is on the web, where it can only be read.
        public static let registryOnTheWeb = Kind(code: .registryOnTheWeb)
        /// What should be a registry's file or folder is something else.
        public static let notARegistry = Kind(code: .notARegistry)
        /// The newest release is lower than the installed version.
        public static let downgrade = Kind(code: .downgrade)
        /// An index on the web names a module of another server.
        public static let otherOrigin = Kind(code: .otherOrigin)
        /// A store refused the access key, or what was asked of it.
        public static let storeRefused = Kind(code: .storeRefused)
        /// A file with logins of OCI registries cannot be read, or a credential helper fails.
        public static let invalidLogin = Kind(code: .invalidLogin)
        /// A store overwrites what it was asked to keep, so that publishers would lose each other's releases.
        public static let storeUnsafe = Kind(code: .storeUnsafe)

        /// The lock of a plugins folder cannot be read.
        public static let lockMalformed = Kind(code: .lockMalformed)
        /// What would be installed is not what the lock names.
        public static let lockMismatch = Kind(code: .lockMismatch)
        /// There is no lock, or it does not name the plugin.
        public static let noLock = Kind(code: .noLock)
        /// The plugins folder does not have the plugin.
        public static let notInstalled = Kind(code: .notInstalled)
        /// The index of a signed registry is unsigned, by another key, of another registry, older than one seen, or expired.
        public static let indexUntrusted = Kind(code: .indexUntrusted)
        /// The registry is signed, and its key is not available.
        public static let registrySigned = Kind(code: .registrySigned)
        /// An update is signed by another key than the installed plugin, or is unsigned where that is signed.
        public static let newKey = Kind(code: .newKey)
        /// An update asks for permissions that the installed plugin does not have.
        public static let newPermissions = Kind(code: .newPermissions)
        /// The policy of the trust root cannot be read, so nothing is installed.
        public static let policyInvalid = Kind(code: .invalidPolicy)
        /// A rule of the policy stands against the plugin.
        public static let policyRefused = Kind(code: .policyRefused)

        /// The stable word for scripts, such as `no-plugin`.
        public var rawValue: String { code.rawValue }
        /// The same word.
        public var description: String { rawValue }
    }

    /// The kind of refusal.
    public let kind: Kind
    /// What was refused and why: one lower-case sentence.
    public let message: String
    /// What to do next, where there is something, in the words of this library.
    public let help: String?
    /// The same in the words of the command line; that of the file that could not be used, where there is no other.
    package let commandHelp: String?
    /// The entry that it happened with, where there is one.
    public let entry: IndexEntry?
    /// The SHA-256 that was promised and the one that was found, where they differ; lowercase hexadecimal digits.
    public let digests: Digests?
    /// The rules of a policy that stand against the plugin; none where another check has failed.
    public let violations: [PolicyViolation]
    /// What lies beneath, such as an error of the file system or of the transfer.
    public let underlying: (any Error)?

    /// Two digests that should be one.
    public struct Digests: Sendable, Hashable {
        /// The one that was promised.
        public let expected: String
        /// The one that was found.
        public let actual: String

        package init(expected: String, actual: String) {
            self.expected = expected
            self.actual = actual
        }
    }

    package init(
        _ kind: Kind, _ message: String, help: String? = nil, commandHelp: String? = nil, entry: IndexEntry? = nil,
        digests: Digests? = nil, violations: [PolicyViolation] = [], underlying: (any Error)? = nil
    ) {
        self.kind = kind
        self.message = message
        self.help = help ?? (underlying as? FileError)?.help
        self.commandHelp = commandHelp ?? self.help
        self.entry = entry
        self.digests = digests
        self.violations = violations
        self.underlying = underlying
    }

    /// The same, said to have happened with an entry.
    package func about(_ entry: IndexEntry) -> RegistryError {
        RegistryError(
            kind, message, help: help, commandHelp: commandHelp, entry: self.entry ?? entry, digests: digests,
            violations: violations, underlying: underlying)
    }

    /// The help where an index is to blame.
    package static let correctTheIndex =
        "hosts cannot read it either: fix index.json, or contact the registry's maintainer"

    /// The message.
    public var description: String { message }
}

extension RegistryError: Diagnostic {
    package var code: ErrorCode { kind.code }
}
