internal import Glibc

extension CompiledModule {
    /// Calls a hook exactly as the host does, in an instance of its own.
    ///
    /// `alloc(len)`, write the input, call the hook, read the output, `dealloc` output and input. Fuel and time are
    /// given once for all of it, the start function included. Never throws: what went wrong is in the outcome.
    ///
    /// - Parameters:
    ///   - hook: The export's name.
    ///   - shape: The shape the host calls this hook with.
    ///   - input: The bytes handed to the hook.
    ///   - store: The plugin's key-value store before the call.
    ///   - guardedBytes: Unless 0, `alloc` is asked for a block of this size before the input, which is filled as the host
    ///     may fill an input's; the outcome tells whether the plugin has written to it. Fuel is given anew after that.
    ///   - setUp: An export without parameters that is called first, as other hosts do; fuel is given anew after that.
    package func call(
        hook: String, shape: HookShape, input: [UInt8], store: KeyValueStore = KeyValueStore(),
        limits: CallLimits, guardedBytes: Int = 0, setUp: String? = nil
    ) -> CallOutcome {
        let state = CallState(engine, store: store)
        var exchange = HookExchange(
            hook: hook, shape: shape, input: input, guardedBytes: guardedBytes, setUp: setUp,
            names: engine.settings.exports)
        let begun = monotonicNanoseconds()
        do throws(CallFailure) {
            try withStore(state, limits: limits) { store throws(CallFailure) in try run(&exchange, in: store) }
        } catch {
            exchange.outcome.failure = error
            exchange.outcome.fuelIsExact = exchange.outcome.fuelIsExact && error.leavesFuelExact
        }
        if let failure = exchange.outcome.deallocFailure, !failure.leavesFuelExact {
            exchange.outcome.fuelIsExact = false
        }
        let ended = monotonicNanoseconds()
        exchange.outcome.duration = ended >= begun ? ended - begun : 0
        exchange.outcome.storeOperations = state.operations
        exchange.outcome.storeOperationsOmitted = state.operationsOmitted
        exchange.outcome.store = state.store
        return exchange.outcome
    }

    private func run(_ exchange: inout HookExchange, in store: borrowing GuestStore) throws(CallFailure) {
        defer {
            let used = store.fuelUsed()
            exchange.outcome.fuelUsed = used ?? 0
            exchange.outcome.fuelIsExact = used != nil
        }
        let instance = try instantiate(in: store)
        let names = engine.settings.exports
        try require(names.memory, .memory, phase: .instantiation)
        guard let memory = store.memory(of: instance) else {
            throw CallFailure(.missingExport(name: names.memory), in: .instantiation)
        }
        defer { exchange.outcome.peakMemoryBytes = memory.count }
        defer { exchange.inspectGuard(in: memory) }
        try exchange.perform(in: self, store: store, instance: instance, memory: memory)
    }
}

/// What is known of one hook call so far, so that a failure leaves the rest readable.
private struct HookExchange {
    let hook: String
    let shape: HookShape
    let input: [UInt8]
    let guardedBytes: Int
    let setUp: String?
    let names: ExportNames
    var outcome = CallOutcome()

    /// What a guarded block is filled with: no zeros, which variables of C begin with.
    private static let filler: UInt8 = 0xA5

    init(hook: String, shape: HookShape, input: [UInt8], guardedBytes: Int, setUp: String?, names: ExportNames) {
        self.names = names
        self.setUp = setUp
        self.guardedBytes = guardedBytes
        self.hook = hook
        self.shape = shape
        self.input = input
    }

    mutating func perform(
        in module: CompiledModule, store: borrowing GuestStore, instance: GuestInstance, memory: GuestMemory
    ) throws(CallFailure) {
        try module.require(names.alloc, .function(parameters: [.i32], results: [.i32]), phase: .alloc)
        try module.require(names.dealloc, .function(parameters: [.i32, .i32], results: []), phase: .dealloc)
        try module.require(hook, shape.type, phase: .hook)
        if let setUp {
            try module.require(setUp, .function(parameters: [], results: []), phase: .export(setUp))
            _ = try store.call(setUp, of: instance, [], results: 0, phase: .export(setUp))
            try store.refill()
        }
        if guardedBytes > 0 { try placeGuard(store: store, instance: instance, memory: memory) }
        guard let length = Int32(exactly: input.count), input.count <= store.limits.memoryBytes else {
            throw CallFailure(.inputTooLong(bytes: input.count), in: .alloc)
        }
        let pointer = Int32(
            truncatingIfNeeded: try store.call(names.alloc, of: instance, [length], results: 1, phase: .alloc))
        guard memory.write(input, at: Int(pointer)) else {
            let kind = CallFailure.Kind.allocOutOfRange(
                pointer: pointer, length: input.count, memoryBytes: memory.count)
            throw CallFailure(kind, in: .alloc)
        }
        outcome.inputPointer = Int(pointer)
        let results = shape == .result ? 1 : 0
        let returned = try store.call(hook, of: instance, [pointer, length], results: results, phase: .hook)
        if returned != 0 {
            try read(returned, from: memory, store: store, instance: instance)
        }
        release(pointer, length, store: store, instance: instance)
    }

    /// Has `alloc` give out a block and fills it; none when it lies outside the memory.
    private mutating func placeGuard(
        store: borrowing GuestStore, instance: GuestInstance, memory: GuestMemory
    ) throws(CallFailure) {
        let size = Int32(clamping: guardedBytes)
        let pointer = Int32(
            truncatingIfNeeded: try store.call(names.alloc, of: instance, [size], results: 1, phase: .alloc))
        if memory.write([UInt8](repeating: Self.filler, count: Int(size)), at: Int(pointer)) {
            outcome.guardedBlock = Int(pointer)..<(Int(pointer) + Int(size))
        }
        try store.refill()
    }

    /// Whether each byte is the filler: the first one is, and each is as the one before (`memcmp(3)`).
    private static func isFilled(_ bytes: [UInt8]) -> Bool {
        unsafe bytes.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress, bytes.count > 0 else { return true }
            return unsafe bytes[0] == filler && memcmp(start, start + 1, bytes.count - 1) == 0
        }
    }

    /// Looks whether the guarded block is as it was filled.
    mutating func inspectGuard(in memory: GuestMemory) {
        guard let block = outcome.guardedBlock, let bytes = memory.read(offset: block.lowerBound, length: block.count),
            !Self.isFilled(bytes)
        else { return }
        outcome.guardDamage = bytes.firstIndex { $0 != Self.filler }.map { block.lowerBound + $0 }
    }

    /// Reads the output; a length of 0 and one that is negative as 32 bits mean no result.
    private mutating func read(
        _ returned: Int64, from memory: GuestMemory, store: borrowing GuestStore, instance: GuestInstance
    ) throws(CallFailure) {
        let pointer = Int32(truncatingIfNeeded: returned >> 32)
        let length = Int32(truncatingIfNeeded: returned)
        guard length > 0 else { return }
        guard memory.contains(offset: Int(pointer), length: Int(length)),
            let bytes = memory.read(offset: Int(pointer), length: min(Int(length), store.limits.outputBytes))
        else {
            let kind = CallFailure.Kind.outputOutOfRange(
                pointer: pointer, length: UInt32(length), memoryBytes: memory.count)
            throw CallFailure(kind, in: .output)
        }
        outcome.output = bytes
        outcome.outputRange = Int(pointer)..<(Int(pointer) + Int(length))
        release(pointer, length, store: store, instance: instance)
    }

    /// Calls `dealloc`, whose failures the host ignores.
    private mutating func release(
        _ pointer: Int32, _ length: Int32, store: borrowing GuestStore, instance: GuestInstance
    ) {
        do throws(CallFailure) {
            _ = try store.call(names.dealloc, of: instance, [pointer, length], results: 0, phase: .dealloc)
        } catch {
            if outcome.deallocFailure == nil { outcome.deallocFailure = error }
        }
    }
}
