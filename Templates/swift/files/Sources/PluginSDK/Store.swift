import CPluginABI

/// The host's key-value store: this plugin's alone, and the only thing that outlives a call.
///
/// It takes 65,536 bytes a key or value and 1,024 keys.
public enum Store {
    /// The value of a key.
    public static func get(_ key: Text) -> Text? { Text(plugin_kv_get_(key.raw)) }

    /// Keeps a value; false when the host refused because one of its caps was hit.
    @discardableResult
    public static func set(_ key: Text, _ value: Text) -> Bool { plugin_kv_set_(key.raw, value.raw) }

    /// Removes a key, if it is there.
    public static func delete(_ key: Text) { plugin_kv_delete_(key.raw) }

    /// Adds to a number and gives the sum; a key that isn't there counts as 0.
    ///
    /// Nil, and nothing has changed, when the value isn't a number, the sum doesn't fit 64 bits or a cap was hit.
    /// Calls may run at the same time: of two that add at once, one may be lost.
    @discardableResult
    public static func add(_ amount: Int64 = 1, to key: Text) -> Int64? {
        var sum: Int64 = 0
        return plugin_kv_add_(key.raw, amount, &sum) ? sum : nil
    }
}

/// The SHA-256 of a text, as 64 lowercase hex digits, computed by the host.
public func sha256(_ text: Text) -> Text { Text(plugin_sha256_(text.raw)) ?? "" }
