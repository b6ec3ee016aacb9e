package import Basics
package import Contract
package import Ed25519

/// What an operator demands of plugins beside a good signature: the `policy.yaml` of a trust root.
///
/// It only ever refuses more than the trust root alone would, but for unsigned releases, which it can allow by name.
public struct TrustPolicy: Sendable {
    /// The file's name in a trust root.
    public static let fileName = "policy.yaml"
    /// The longest policy, in bytes.
    package static let maximumBytes = 256 << 10
    /// The most rules for names, and the most keys, origins or registries of a list.
    package static let maximumRules = 1000

    /// The path of its file.
    public let path: String
    /// What counts for every name unless a rule for the name says otherwise.
    package var general = Settings()
    /// The rules for names, of which the first whose pattern matches counts; nil where any name is fine.
    package var names: Placed<[NameRule]>?
    /// Settings of single keys.
    package var keys: [KeyRule] = []
    /// Whether rotation statements in the trust root are followed.
    package var followsRotations = Placed(true, line: nil)
    /// Registries that have to be signed.
    package var registries: [RegistryRule] = []

    package init(path: String) { self.path = path }

    /// A value with the line that it stands on; nil for what the policy does not say.
    package struct Placed<Value: Sendable>: Sendable {
        package let value: Value
        package let line: Int?

        package init(_ value: Value, line: Int?) {
            self.value = value
            self.line = line
        }
    }

    /// What can be said of all names and of some.
    package struct Settings: Sendable {
        /// Whether unsigned releases may be installed.
        package var allowsUnsigned: Placed<Bool>?
        /// Whether modules may lack a manifest, which binds the signature to a name, a version and hooks.
        package var allowsUnembedded: Placed<Bool>?
        /// Whether releases may lack a verified statement on how they were built.
        package var allowsUnstated: Placed<Bool>?
        /// Whether an update may ask for permissions that the installed plugin does not have.
        package var allowsNewPermissions: Placed<Bool>?
        /// The seconds that have to have gone by since a release was published.
        package var minimumAge: Placed<Duration>?
        /// Where registries and modules may be.
        package var origins: Placed<[String]>?
        /// The lowest version.
        package var lowest: Placed<PluginVersion>?
        /// Labels or fingerprints of the keys that may sign.
        package var keys: Placed<[String]>?
    }

    /// A length of time as it is written.
    package struct Duration: Sendable, Equatable {
        package let text: String
        package let seconds: Int
    }

    /// What is said of the names that a pattern stands for.
    package struct NameRule: Sendable {
        package let patterns: [NamePattern]
        package let line: Int
        package var settings = Settings()
    }

    /// What is said of a key.
    package struct KeyRule: Sendable {
        /// Its label or fingerprint.
        package let key: String
        package let line: Int
        /// The last moment at which anything it has signed is taken, and how it is written.
        package var notAfter: Placed<(time: Timestamp, text: String)>?
        /// From when on nothing it has signed is taken; a nil time stands for always.
        package var revoked: Placed<(since: Timestamp?, text: String, reason: String)>?
    }

    /// A registry whose index must be signed.
    package struct RegistryRule: Sendable {
        /// Its location as commands take it.
        package let location: String
        /// The key that its index has to be signed by.
        package let key: PublicKey
        package let line: Int
    }
}

extension TrustPolicy {
    /// What counts for a name: its rule's own settings, and the general ones where that says nothing.
    package func settings(for name: String) -> (settings: Settings, rule: NameRule?) {
        guard let rule = names?.value.first(where: { $0.patterns.contains { $0.matches(name) } }) else {
            return (general, nil)
        }
        var settings = rule.settings
        settings.allowsUnsigned = settings.allowsUnsigned ?? general.allowsUnsigned
        settings.allowsUnembedded = settings.allowsUnembedded ?? general.allowsUnembedded
        settings.allowsUnstated = settings.allowsUnstated ?? general.allowsUnstated
        settings.allowsNewPermissions = settings.allowsNewPermissions ?? general.allowsNewPermissions
        settings.minimumAge = settings.minimumAge ?? general.minimumAge
        settings.origins = settings.origins ?? general.origins
        settings.lowest = settings.lowest ?? general.lowest
        settings.keys = settings.keys ?? general.keys
        return (settings, rule)
    }

    /// Whether an unsigned release of a name may be installed.
    package func allowsUnsigned(_ name: String) -> Bool { settings(for: name).settings.allowsUnsigned?.value ?? false }

    /// What is said of a key, by its label or its fingerprint.
    package func rule(for key: TrustRoot.Key) -> KeyRule? {
        keys.first { $0.key.utf8.elementsEqual(key.label.utf8) || $0.key.lowercased() == key.id }
    }
}
