/// A function the host offers to modules, all in module `env` (host contract, section 6).
package struct HostImport: Hashable, Sendable {
    /// The module that all host functions are in.
    package static let module = "env"

    /// The function's name.
    package let name: String
    /// How many `i32` parameters it takes; it returns one `i32`.
    package let parameterCount: Int
    /// The permission a plugin that imports it should declare.
    package let permission: String

    /// All functions the host offers.
    package static let all: [HostImport] = [
        HostImport(name: "kv_get", parameterCount: 4, permission: "kv_read"),
        HostImport(name: "kv_set", parameterCount: 4, permission: "kv_write"),
        HostImport(name: "kv_delete", parameterCount: 2, permission: "kv_write"),
        HostImport(name: "sha256_hex", parameterCount: 3, permission: "crypto"),
    ]
}
