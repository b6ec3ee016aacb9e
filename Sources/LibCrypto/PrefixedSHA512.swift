internal import Basics
internal import CLibCrypto
internal import Glibc

/// SHA-512 digests (FIPS 180-4) of one message behind several prefixes, computed beside whatever reads the message.
///
/// A message of up to 1 MiB is hashed at its end; a longer one by threads of their own, while more of it is read. At most
/// some 4 MiB of it are waiting at one time.
package struct PrefixedSHA512: ~Copyable {
    /// The size of a digest: 64 bytes.
    package static let byteCount = 64
    /// How much of a message is collected before threads are worth it.
    private static let threshold = 1 << 20

    private let lanes: [HashLane]
    private var start: [UInt8] = []
    private var isRunning = false

    /// Starts one message behind each prefix; throws when libcrypto gives no SHA-512 (`EVP_DigestInit_ex2`).
    package init(prefixes: [[UInt8]]) throws(LibCryptoError) {
        let count = min(prefixes.count, max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        var lanes: [HashLane] = []
        for lane in 0..<count {
            lanes.append(try HashLane(prefixes: stride(from: lane, to: prefixes.count, by: count).map { prefixes[$0] }))
        }
        self.lanes = lanes
    }

    /// Appends bytes to the message.
    package mutating func update(_ bytes: RawSpan) {
        guard !lanes.isEmpty else { return }
        if isRunning {
            let block = Self.copy(bytes)
            for lane in lanes { lane.push(block) }
            return
        }
        start.append(bytes)
        guard start.count > Self.threshold else { return }
        isRunning = true
        for lane in lanes {
            lane.run()
            lane.push(start)
        }
        start = []
    }

    private static func copy(_ bytes: RawSpan) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: bytes.byteCount) { room, count in
            unsafe bytes.withUnsafeBytes { unsafe UnsafeMutableRawBufferPointer(room).copyMemory(from: $0) }
            count = bytes.byteCount
        }
    }

    /// The digests in the order of the prefixes (`EVP_DigestFinal_ex`).
    package consuming func finalize() throws(LibCryptoError) -> [[UInt8]] {
        if !isRunning { for lane in lanes { lane.hash(start) } }
        var parts: [[[UInt8]]] = []
        for lane in lanes { parts.append(try lane.finish()) }
        let total = parts.reduce(0) { $0 + $1.count }
        return (0..<total).map { parts[$0 % parts.count][$0 / parts.count] }
    }
}

/// Some of the digests, and the thread that computes them.
///
/// `@unchecked Sendable`: what both threads touch is touched under the mutex; the contexts belong to the thread until it
/// has been joined.
@safe
private final class HashLane: @unchecked Sendable {
    /// The most blocks that wait.
    private static let maximumWaiting = 16

    private let contexts: [Context]
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>
    private var waiting: [[UInt8]] = []
    private var isClosed = false
    private var didFail = false
    private var thread: pthread_t?

    init(prefixes: [[UInt8]]) throws(LibCryptoError) {
        var contexts: [Context] = [], ready = 0
        ErrorQueue.clear()
        for prefix in prefixes {
            guard let context = Context() else { break }
            contexts.append(context)
            guard context.start(), context.update(prefix) else { break }
            ready += 1
        }
        self.contexts = contexts
        unsafe mutex = .allocate(capacity: 1)
        unsafe changed = .allocate(capacity: 1)
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_cond_init(changed, nil)
        guard ready == prefixes.count else { throw ErrorQueue.error(of: "EVP_DigestInit_ex2") }
    }

    deinit {
        if thread != nil { join() }
        for context in contexts { context.free() }
        unsafe pthread_mutex_destroy(mutex)
        unsafe pthread_cond_destroy(changed)
        unsafe mutex.deallocate()
        unsafe changed.deallocate()
    }

    /// Starts the thread (`pthread_create(3)`); where there is none to be had, blocks are hashed as they are pushed.
    func run() {
        var started = pthread_t()
        let this = unsafe Unmanaged.passRetained(self)
        let status = unsafe pthread_create(
            &started, nil,
            { pointer in
                guard let pointer = unsafe pointer else { return nil }
                unsafe Unmanaged<HashLane>.fromOpaque(pointer).takeRetainedValue().work()
                return nil
            }, this.toOpaque())
        if status == 0 {
            thread = started
        } else {
            unsafe this.release()
        }
    }

    private func work() {
        while true {
            unsafe pthread_mutex_lock(mutex)
            while waiting.isEmpty, !isClosed { unsafe pthread_cond_wait(changed, mutex) }
            let block = waiting.isEmpty ? nil : waiting.removeFirst()
            unsafe pthread_cond_signal(changed)
            unsafe pthread_mutex_unlock(mutex)
            guard let block else { return }
            hash(block)
        }
    }

    /// Hands a block to the thread, and waits while it has enough.
    func push(_ block: [UInt8]) {
        guard thread != nil else { return hash(block) }
        unsafe pthread_mutex_lock(mutex)
        while waiting.count >= Self.maximumWaiting { unsafe pthread_cond_wait(changed, mutex) }
        waiting.append(block)
        unsafe pthread_cond_signal(changed)
        unsafe pthread_mutex_unlock(mutex)
    }

    /// Appends a block to every message (`EVP_DigestUpdate`).
    func hash(_ block: [UInt8]) {
        for context in contexts where !context.update(block) { didFail = true }
    }

    private func join() {
        guard let thread else { return }
        unsafe pthread_mutex_lock(mutex)
        isClosed = true
        unsafe pthread_cond_signal(changed)
        unsafe pthread_mutex_unlock(mutex)
        pthread_join(thread, nil)
        self.thread = nil
    }

    func finish() throws(LibCryptoError) -> [[UInt8]] {
        join()
        guard !didFail else { throw ErrorQueue.error(of: "EVP_DigestUpdate") }
        var digests: [[UInt8]] = []
        for context in contexts {
            guard let digest = context.finish() else { throw ErrorQueue.error(of: "EVP_DigestFinal_ex") }
            digests.append(digest)
        }
        return digests
    }
}

/// A digest under way; its owner frees it.
@safe
private struct Context {
    private let pointer: OpaquePointer

    init?() {
        guard let pointer = unsafe EVP_MD_CTX_new() else { return nil }
        unsafe self.pointer = pointer
    }

    func start() -> Bool { unsafe EVP_DigestInit_ex2(pointer, EVP_sha512(), nil) == 1 }

    func update(_ bytes: [UInt8]) -> Bool { unsafe EVP_DigestUpdate(pointer, bytes, bytes.count) == 1 }

    func finish() -> [UInt8]? {
        var digest = [UInt8](repeating: 0, count: PrefixedSHA512.byteCount)
        return unsafe EVP_DigestFinal_ex(pointer, &digest, nil) == 1 ? digest : nil
    }

    func free() { unsafe EVP_MD_CTX_free(pointer) }
}
