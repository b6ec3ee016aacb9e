/// A plugin's private key-value store: a value that goes into a call and comes out of it changed.
///
/// Caps as the host has them (host contract, section 6). What the embedder puts in is not held to them.
package struct KeyValueStore: Sendable, Equatable {
    /// The longest key, in bytes.
    package static let maximumKeyBytes = 65_536
    /// The longest value, in bytes.
    package static let maximumValueBytes = 65_536
    /// The most keys a plugin may have.
    package static let maximumKeys = 1_024

    /// The values by their keys.
    package private(set) var entries: [[UInt8]: [UInt8]]

    /// A store with the given entries.
    package init(_ entries: [[UInt8]: [UInt8]] = [:]) {
        self.entries = entries
    }

    /// The value of a key.
    ///
    /// Setting nil removes the key. No cap is applied.
    package subscript(key: [UInt8]) -> [UInt8]? {
        get { entries[key] }
        set { entries[key] = newValue }
    }

    /// Writes a value as `kv_set` does, or returns the cap that forbids it.
    mutating func set(_ key: [UInt8], to value: [UInt8]) -> WriteRejection? {
        if key.count > Self.maximumKeyBytes { return .keyTooLong }
        if value.count > Self.maximumValueBytes { return .valueTooLong }
        if entries[key] == nil, entries.count >= Self.maximumKeys { return .tooManyKeys }
        entries[key] = value
        return nil
    }
}

/// The cap a refused `kv_set` hit.
package enum WriteRejection: Sendable, Equatable, CustomStringConvertible {
    /// The key has more than 65,536 bytes.
    case keyTooLong
    /// The value has more than 65,536 bytes.
    case valueTooLong
    /// The store already holds 1,024 keys.
    case tooManyKeys

    /// The reason in words.
    package var description: String {
        switch self {
        case .keyTooLong: "the key has more than \(KeyValueStore.maximumKeyBytes) bytes"
        case .valueTooLong: "the value has more than \(KeyValueStore.maximumValueBytes) bytes"
        case .tooManyKeys: "the store already holds \(KeyValueStore.maximumKeys) keys"
        }
    }
}

/// What a `kv_get` found.
package enum ReadResult: Sendable, Equatable {
    /// The value, copied into the plugin's buffer.
    case value([UInt8])
    /// No such key: the plugin got -1.
    case missing
    /// The buffer is too small: the plugin got -2. Sizes in bytes.
    case bufferTooSmall(valueBytes: Int, bufferBytes: Int)
}

/// One use of the host's imports, in the order they happened.
package enum StoreOperation: Sendable, Equatable {
    /// A `kv_get`.
    case read(key: [UInt8], result: ReadResult)
    /// A `kv_set` that was carried out.
    case write(key: [UInt8], value: [UInt8])
    /// A `kv_delete`, of a key that may not have existed.
    case delete(key: [UInt8], existed: Bool)
    /// A `kv_set` that a cap forbade: the plugin got -1. The size is in bytes.
    case rejectedWrite(key: [UInt8], valueBytes: Int, reason: WriteRejection)
    /// An import of this name was given a range outside the memory: the plugin got -1, or 0 from `kv_delete`.
    case badRange(function: String)

    /// The bytes the record keeps alive.
    var byteCount: Int {
        switch self {
        case .read(let key, .value(let value)), .write(let key, let value): key.count + value.count
        case .read(let key, _), .delete(let key, _), .rejectedWrite(let key, _, _): key.count
        case .badRange: 0
        }
    }
}
