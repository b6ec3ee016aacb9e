/// A permission that the host knows (host contract, section 6).
package struct Permission: Hashable, Sendable {
    /// The name in a manifest.
    package let name: String
    /// The other spelling the host takes, where there is one.
    package let alias: String?
    /// Whether operators should think twice before they install a plugin that asks for it.
    package let isDangerous: Bool

    /// All permissions the host knows; any other name is kept as a custom one.
    package static let known: [Permission] = [
        Permission(name: "query_execute", alias: "query", isDangerous: true),
        Permission(name: "cache_read", alias: nil, isDangerous: false),
        Permission(name: "cache_write", alias: nil, isDangerous: false),
        Permission(name: "http_fetch", alias: "http", isDangerous: false),
        Permission(name: "crypto", alias: "cryptography", isDangerous: false),
        Permission(name: "kv_read", alias: nil, isDangerous: false),
        Permission(name: "kv_write", alias: nil, isDangerous: false),
        Permission(name: "metrics", alias: nil, isDangerous: false),
        Permission(name: "config_read", alias: "config", isDangerous: false),
        Permission(name: "network", alias: nil, isDangerous: true),
        Permission(name: "filesystem_read", alias: "fs_read", isDangerous: true),
        Permission(name: "filesystem_write", alias: "fs_write", isDangerous: true),
    ]

    /// The permission a manifest means by `text`, by name or alias; nil for a custom one.
    package static func named(_ text: String) -> Permission? {
        known.first { $0.name == text || $0.alias == text }
    }
}
