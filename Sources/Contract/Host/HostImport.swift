package import WebAssembly

/// A function the host offers to modules, as a host profile describes it.
package struct HostImport: Equatable, Sendable {
    /// What a function does, by the name of one that the kit can stand in for; `nothing` for any other.
    package enum Behavior: String, CaseIterable, Sendable {
        case get = "kv_get"
        case set = "kv_set"
        case delete = "kv_delete"
        case sha256 = "sha256_hex"
        case nothing
    }

    /// The module that a plugin imports it from.
    package let module: String
    /// The function's name.
    package let name: String
    package let behavior: Behavior
    /// The type that a plugin must import it with: numbers, and at most one result.
    package let type: WebAssemblyModule.FunctionType
    /// The permission that a plugin which imports it should declare.
    package let permission: String?
    /// What it returns, by the names of outcomes such as `missing`.
    package let codes: [String: Int]
    package let about: String?
}

/// How much a plugin may keep in the host's key-value store; 0 is no cap.
package struct StoreCaps: Equatable, Sendable {
    /// Bytes of a key and of a value.
    package let keyBytes: Int
    package let valueBytes: Int
    /// Keys of a plugin.
    package let keys: Int
    /// Plugins that have keys.
    package let plugins: Int
    /// Bytes of all keys and values together.
    package let totalBytes: Int
    package let about: String?
}

/// The bounds of a call and of what a manifest may ask for; 0 is no limit.
package struct HostLimits: Equatable, Sendable {
    /// Units of fuel a call.
    package let fuel: UInt64
    /// Milliseconds a call.
    package let milliseconds: Int
    /// Bytes of linear memory.
    package let memoryBytes: Int
    /// Elements of a table.
    package let tableElements: Int
    /// Bytes of the engine's stack, so that the kit's never goes deeper than the host's.
    package let stackBytes: Int
    /// The largest `max_memory` a manifest may ask for, in bytes.
    package let manifestMemoryBytes: Int
    /// What the host takes where a manifest says nothing, in bytes.
    package let defaultMinimumMemoryBytes: Int
    package let defaultMaximumMemoryBytes: Int
    package let about: String?
}
