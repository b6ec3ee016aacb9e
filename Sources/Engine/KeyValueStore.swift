/// A plugin's private key-value store: a value that goes into a call and comes out of it changed.
///
/// What the embedder puts in is not held to caps.
package struct KeyValueStore: Sendable, Equatable {
    /// The values by their keys.
    package private(set) var entries: [[UInt8]: [UInt8]]
    /// Bytes of all keys and values.
    private var totalBytes: Int

    /// A store with the given entries.
    package init(_ entries: [[UInt8]: [UInt8]] = [:]) {
        self.entries = entries
        totalBytes = entries.reduce(0) { $0 + $1.key.count + $1.value.count }
    }

    /// The value of a key.
    ///
    /// Setting nil removes the key. No cap is applied.
    package subscript(key: [UInt8]) -> [UInt8]? {
        get { entries[key] }
        set {
            if let old = entries[key] { totalBytes -= key.count + old.count }
            if let newValue { totalBytes += key.count + newValue.count }
            entries[key] = newValue
        }
    }

    /// Writes a value as the host does, or returns the cap that forbids it.
    mutating func set(_ key: [UInt8], to value: [UInt8], caps: StoreLimits) -> WriteRejection? {
        if caps.keyBytes > 0, key.count > caps.keyBytes { return .keyTooLong(maximum: caps.keyBytes) }
        if caps.valueBytes > 0, value.count > caps.valueBytes { return .valueTooLong(maximum: caps.valueBytes) }
        let old = entries[key]
        if caps.keys > 0, old == nil, entries.count >= caps.keys { return .tooManyKeys(maximum: caps.keys) }
        let after = totalBytes + value.count - (old?.count ?? -key.count)
        if caps.totalBytes > 0, after > caps.totalBytes { return .tooManyBytes(maximum: caps.totalBytes) }
        self[key] = value
        return nil
    }
}

/// The cap a refused write hit.
package enum WriteRejection: Sendable, Equatable, CustomStringConvertible {
    case keyTooLong(maximum: Int)
    case valueTooLong(maximum: Int)
    /// The store already holds as many keys as it may.
    case tooManyKeys(maximum: Int)
    /// All keys and values together would have more bytes than they may.
    case tooManyBytes(maximum: Int)

    /// The reason in words.
    package var description: String {
        switch self {
        case .keyTooLong(let maximum): "the key has more than \(maximum) bytes"
        case .valueTooLong(let maximum): "the value has more than \(maximum) bytes"
        case .tooManyKeys(let maximum): "the store already holds \(maximum) keys"
        case .tooManyBytes(let maximum): "the store would hold more than \(maximum) bytes"
        }
    }
}

/// What a `kv_get` found.
package enum ReadResult: Sendable, Equatable {
    /// The value, copied into the plugin's buffer.
    case value([UInt8])
    /// No such key.
    case missing
    /// The buffer is too small. Sizes in bytes.
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
    /// A `kv_set` that a cap forbade. The size is in bytes.
    case rejectedWrite(key: [UInt8], valueBytes: Int, reason: WriteRejection)
    /// An import of this name was given a range outside the memory: the plugin got the code of a bad range.
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
