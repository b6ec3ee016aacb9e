/// A permission that a host knows.
package struct Permission: Equatable, Sendable {
    /// The name in a manifest.
    package let name: String
    /// The other spellings the host takes.
    package let aliases: [String]
    /// Whether a plugin with it can do much harm.
    package let isDangerous: Bool
    /// What a plugin with it does, as "reads files"; nil where the profile does not say.
    package let about: String?

    /// Whether a manifest means this permission by `text`: by name or alias, in any case.
    func isNamed(_ text: String) -> Bool {
        ([name] + aliases).contains { HostProfile.isSameName($0, text) }
    }
}
