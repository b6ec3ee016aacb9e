package import Contract

/// One version of a plugin that a registry offers.
public struct RegistryEntry: Sendable, Equatable {
    package let index: IndexEntry

    package init(_ index: IndexEntry) { self.index = index }

    /// The plugin's name, as the index gives it: hostile text until `install` has checked it.
    public var name: String { index.name }
    /// The version's text.
    public var version: String { index.version }
    /// What the plugin does, in the publisher's words.
    public var description: String { index.description }
    /// The SHA-256 that the index promises, in hexadecimal.
    public var sha256: String { index.sha256 }
    /// Whether there is a signature; it says nothing of whose.
    public var isSigned: Bool { index.signature != nil }
    /// The hooks, nil where the index does not say.
    public var hooks: [String]? { index.hooks }
    /// The permissions, nil where the index does not say.
    public var permissions: [String]? { index.permissions }
    /// The licence, where the index says.
    public var license: String? { index.license }
    /// The module's size in bytes, where the index says.
    public var size: Int? { index.size }
    /// When it was published, as RFC 3339 text, where the index says.
    public var publishedAt: String? { index.publishedAt }
    /// Why the version was withdrawn, nil while it is offered.
    public var yanked: String? { index.yanked }
    /// Whether the version is a pre-release such as `1.0.0-rc.1`.
    public var isPreRelease: Bool { PluginVersion(index.version).isPreRelease }
}
