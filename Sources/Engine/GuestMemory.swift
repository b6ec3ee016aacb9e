internal import CWasmtime

/// A plugin's exported memory: fetched anew for every access, because it moves when it grows.
///
/// Every access is checked against the size of the moment; offsets and lengths may be any numbers.
@safe
struct GuestMemory {
    private let functions: WasmtimeFunctions
    private let context: OpaquePointer
    private var memory: wasmtime_memory_t

    init(functions: WasmtimeFunctions, context: OpaquePointer, memory: wasmtime_memory_t) {
        self.functions = functions
        unsafe self.context = unsafe context
        self.memory = memory
    }

    /// The size in bytes (wasmtime_memory_data_size).
    var count: Int {
        unsafe withUnsafePointer(to: memory) { unsafe functions.api.wasmtime_memory_data_size(context, $0) }
    }

    /// Whether `length` bytes at `offset` lie in the memory.
    func contains(offset: Int, length: Int) -> Bool {
        let size = count
        return offset >= 0 && length >= 0 && offset <= size && length <= size - offset
    }

    /// A copy of `length` bytes at `offset`, or nil when they do not lie in the memory.
    func read(offset: Int, length: Int) -> [UInt8]? {
        guard let place = unsafe place(offset: offset, length: length) else { return nil }
        return unsafe [UInt8](UnsafeBufferPointer(start: place, count: length))
    }

    /// Copies `bytes` to `offset`; false, and nothing is written, when they do not lie in the memory.
    func write(_ bytes: [UInt8], at offset: Int) -> Bool {
        guard let place = unsafe place(offset: offset, length: bytes.count) else { return false }
        unsafe bytes.withUnsafeBufferPointer { source in
            guard let start = source.baseAddress else { return }
            unsafe place.update(from: start, count: source.count)
        }
        return true
    }

    private func place(offset: Int, length: Int) -> UnsafeMutablePointer<UInt8>? {
        guard contains(offset: offset, length: length) else { return nil }
        let start = unsafe withUnsafePointer(to: memory) { unsafe functions.api.wasmtime_memory_data(context, $0) }
        return unsafe start.map { unsafe $0 + offset }
    }
}
