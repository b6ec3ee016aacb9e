import CPluginABI

/// The host's key-value store: this plugin's alone, and the only thing that outlives a call.
///
/// It takes 65,536 bytes a key or value and 1,024 keys.
public enum Store {
    /// The value of a key.
    public static func get(_ key: Text) -> Text? {
        // Values are small, as a rule; none is larger than 65,536 bytes.
        var room = 1_024
        while true {
            let out = UnsafeMutableRawPointer.allocate(byteCount: room, alignment: 1)
            let count = Int(kv_get(key.start, Int32(truncatingIfNeeded: key.count), out, Int32(room)))
            if count >= 0 { return Text(start: UnsafeRawPointer(out), count: count) }
            out.deallocate()
            guard count == -2, room < 65_536 else { return nil }
            room = 65_536
        }
    }

    /// Keeps a value; false when the host refused because one of its caps was hit.
    @discardableResult
    public static func set(_ key: Text, _ value: Text) -> Bool {
        kv_set(
            key.start, Int32(truncatingIfNeeded: key.count), value.start, Int32(truncatingIfNeeded: value.count)) == 0
    }

    /// Removes a key, if it is there.
    public static func delete(_ key: Text) { _ = kv_delete(key.start, Int32(truncatingIfNeeded: key.count)) }

    /// Adds to a number and gives the sum; a key that isn't there counts as 0.
    ///
    /// Nil, and nothing has changed, when the value isn't a number, the sum doesn't fit 64 bits or a cap was hit.
    /// Calls may run at the same time: of two that add at once, one may be lost.
    @discardableResult
    public static func add(_ amount: Int64 = 1, to key: Text) -> Int64? {
        var number: Int64 = 0
        if let value = get(key) {
            guard let integer = value.integer else { return nil }
            number = integer
        }
        let (sum, overflow) = number.addingReportingOverflow(amount)
        guard !overflow, set(key, Text(sum)) else { return nil }
        return sum
    }
}

/// The SHA-256 of a text, as 64 lowercase hex digits, computed by the host.
public func sha256(_ text: Text) -> Text {
    let out = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 1)
    let count = sha256_hex(text.start, Int32(truncatingIfNeeded: text.count), out)
    precondition(count == 64)
    return Text(start: UnsafeRawPointer(out), count: 64)
}
