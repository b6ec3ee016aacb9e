/// The sizes an index may have.
package struct IndexLimits: Sendable {
    /// The longest text, in bytes; an index in a folder may have any length.
    package var bytes: Int
    /// The longest entry and the longest single string, in bytes: what is kept in memory at one time.
    package var entryBytes: Int
    /// How deep arrays and objects may nest.
    package var depth: Int

    package init(bytes: Int = .max, entryBytes: Int = 16 << 20, depth: Int = 128) {
        self.bytes = bytes
        self.entryBytes = entryBytes
        self.depth = depth
    }
}
