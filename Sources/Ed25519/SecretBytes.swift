internal import CSodium

/// Secret bytes in locked, guarded memory, unreadable while idle and wiped when freed.
///
/// The memory comes from `sodium_malloc`: kept out of swap and core dumps where the system allows it, between two
/// guard pages, with a canary before it. Outside `withBytes` and `withMutableBytes` it is neither readable nor writable
/// (`sodium_mprotect_noaccess`). Not `Sendable`: the protection is switched without a lock.
@safe
package struct SecretBytes: ~Copyable {
    /// The number of secret bytes.
    package let count: Int
    private let memory: UnsafeMutableRawPointer
    /// How many `withBytes` calls are in progress, so that only the outermost takes the access away again.
    private let readers: UnsafeMutablePointer<Int>

    /// Overwrites secret bytes that had to be in ordinary memory (`sodium_memzero`).
    ///
    /// Other copies of the array are not reached: the caller holds the only one.
    package static func wipe(_ bytes: inout [UInt8]) {
        unsafe bytes.withUnsafeMutableBytes { memory in
            if let start = memory.baseAddress { unsafe sodium_memzero(start, memory.count) }
        }
    }

    /// Makes `count` zero bytes; throws `outOfSecureMemory` when the system gives none (`sodium_malloc`).
    package init(count: Int) throws(Ed25519Error) {
        unsafe try self.init(count: count) { memory in
            unsafe sodium_memzero(memory, count)
        }
    }

    /// Copies secret bytes into guarded memory; the caller wipes where they came from.
    package init(copying source: RawSpan) throws(Ed25519Error) {
        let count = source.byteCount
        unsafe try self.init(count: count) { memory in
            unsafe source.withUnsafeBytes { bytes in
                if let start = bytes.baseAddress {
                    unsafe memory.copyMemory(from: start, byteCount: count)
                }
            }
        }
    }

    private init(count: Int, fill: (UnsafeMutableRawPointer) -> Void) throws(Ed25519Error) {
        try Sodium.start()
        guard count >= 0, let memory = unsafe sodium_malloc(count) else { throw .outOfSecureMemory(count) }
        unsafe fill(memory)
        guard unsafe sodium_mprotect_noaccess(memory) == 0 else {
            unsafe sodium_free(memory)
            throw .protectionFailed
        }
        self.count = count
        unsafe self.memory = memory
        unsafe self.readers = .allocate(capacity: 1)
        unsafe self.readers.initialize(to: 0)
    }

    deinit {
        unsafe sodium_free(memory)
        unsafe readers.deallocate()
    }

    /// Lends the bytes for reading.
    ///
    /// Throws what the body throws, or `protectionFailed`. Calls may be nested.
    package borrowing func withBytes<R: ~Copyable>(_ body: (RawSpan) throws -> R) throws -> R {
        try beginReading()
        let result: Result<R, any Error>
        do {
            let buffer = unsafe UnsafeRawBufferPointer(start: memory, count: count)
            result = .success(try body(unsafe buffer.bytes))
        } catch {
            result = .failure(error)
        }
        try endReading()
        return try result.get()
    }

    /// Lends the bytes for writing; throws what the body throws, or `protectionFailed`.
    package mutating func withMutableBytes<R: ~Copyable>(_ body: (inout MutableRawSpan) throws -> R) throws -> R {
        guard unsafe sodium_mprotect_readwrite(memory) == 0 else { throw Ed25519Error.protectionFailed }
        let result: Result<R, any Error>
        do {
            let buffer = unsafe UnsafeMutableRawBufferPointer(start: memory, count: count)
            var span = unsafe buffer.mutableBytes
            result = .success(try body(&span))
        } catch {
            result = .failure(error)
        }
        guard unsafe sodium_mprotect_noaccess(memory) == 0 else { throw Ed25519Error.protectionFailed }
        return try result.get()
    }

    /// Makes the bytes readable; each call is matched by one of `endReading`.
    borrowing func beginReading() throws(Ed25519Error) {
        if unsafe readers.pointee == 0 {
            guard unsafe sodium_mprotect_readonly(memory) == 0 else { throw .protectionFailed }
        }
        unsafe readers.pointee += 1
    }

    borrowing func endReading() throws(Ed25519Error) {
        unsafe readers.pointee -= 1
        if unsafe readers.pointee == 0 {
            guard unsafe sodium_mprotect_noaccess(memory) == 0 else { throw .protectionFailed }
        }
    }

    /// Where the bytes start, for the C calls of this module; readable between `beginReading` and `endReading` only.
    var start: UnsafePointer<UInt8> {
        unsafe UnsafePointer(memory.assumingMemoryBound(to: UInt8.self))
    }
}
