internal import CWasmtime

/// An instance in its store; means nothing without the store it was made in.
struct GuestInstance {
    let instance: wasmtime_instance_t
}

extension CompiledModule {
    /// Lends a store with its fuel and time for calls in one instance, while the clock ticks.
    func withStore(
        _ state: CallState, limits: CallLimits, _ body: (borrowing GuestStore) throws(CallFailure) -> Void
    ) throws(CallFailure) {
        guard engine.ticker.begin() else {
            throw CallFailure(
                .hostError(reason: "the thread that keeps the time cannot be started"), in: .instantiation)
        }
        defer { engine.ticker.end() }
        // The library keeps a pointer to the state until the store is gone.
        defer { withExtendedLifetime(state) {} }
        let store = try GuestStore(engine: engine, state: state, limits: limits)
        // Memories are reached through the store, which must not end before their last use.
        defer { withExtendedLifetime(store) {} }
        try store.refill()
        try body(store)
    }
}

/// The store of one call: fuel, deadline and limits, and the calls into the instance.
@safe
struct GuestStore: ~Copyable {
    /// The most tables, and the most memories, of an instance: as many as the engine accepts in a module.
    static let maximumTables: Int64 = 100, maximumMemories: Int64 = 100

    let state: CallState
    let limits: CallLimits
    let context: OpaquePointer
    private let store: Handle
    private let functions: WasmtimeFunctions
    private let memoryName: String

    init(engine: Engine, state: CallState, limits: CallLimits) throws(CallFailure) {
        let functions = engine.functions
        let api = functions.api
        guard let pointer = unsafe engine.makeStore(state) else {
            throw CallFailure(.hostError(reason: "the engine makes no store"), in: .instantiation)
        }
        let store = unsafe Handle(pointer, delete: api.wasmtime_store_delete)
        guard let context = unsafe api.wasmtime_store_context(pointer) else {
            throw CallFailure(.hostError(reason: "the engine's store has no context"), in: .instantiation)
        }
        // Negative numbers would mean no limit.
        unsafe api.wasmtime_store_limiter(
            pointer, Int64(max(0, limits.memoryBytes)), Int64(max(0, engine.settings.tableElements)), 1,
            Self.maximumTables,
            Self.maximumMemories)
        self.state = state
        self.limits = limits
        self.functions = functions
        memoryName = engine.settings.exports.memory
        unsafe self.context = unsafe context
        self.store = store
    }

    /// Gives the store its fuel and time, which it needs before the first call (wasmtime_context_set_fuel).
    func refill() throws(CallFailure) {
        if let error = unsafe functions.api.wasmtime_context_set_fuel(context, limits.fuel) {
            let reason = unsafe TrapReport(functions: functions).message(consuming: error)
            throw CallFailure(.hostError(reason: reason), in: .instantiation)
        }
        unsafe functions.api.wasmtime_context_set_epoch_deadline(
            context, EpochTicker.ticks(milliseconds: limits.timeMilliseconds))
    }

    /// Units used since the last refill (wasmtime_context_get_fuel); nil when the engine does not tell.
    func fuelUsed() -> UInt64? {
        var left: UInt64 = 0
        if let error = unsafe functions.api.wasmtime_context_get_fuel(context, &left) {
            unsafe functions.api.wasmtime_error_delete(error)
            return nil
        }
        return left > limits.fuel ? 0 : limits.fuel - left
    }

    /// The instance's exported memory.
    func memory(of instance: GuestInstance) -> GuestMemory? {
        guard let item = unsafe export(memoryName, of: instance), unsafe item.kind == UInt8(PDK_EXTERN_MEMORY) else {
            return nil
        }
        return unsafe GuestMemory(functions: functions, context: context, memory: item.of.memory)
    }

    /// Calls an exported function (wasmtime_func_call) whose type the caller has checked.
    ///
    /// - Returns: The bits of the one i32 or i64 result; 0 when `results` is 0.
    func call(
        _ name: String, of instance: GuestInstance, _ arguments: [Int32], results: Int, phase: CallFailure.Phase
    ) throws(CallFailure) -> Int64 {
        guard let item = unsafe export(name, of: instance), unsafe item.kind == UInt8(PDK_EXTERN_FUNC) else {
            throw CallFailure(.missingExport(name: name), in: phase)
        }
        var function = unsafe item.of.func
        let values = arguments.map { argument -> wasmtime_val_t in
            var value = wasmtime_val_t()
            value.kind = UInt8(PDK_WASM_I32)
            unsafe value.of.i32 = argument
            return value
        }
        var result = wasmtime_val_t()
        var trap: OpaquePointer?
        let error = unsafe functions.api.wasmtime_func_call(
            context, &function, values, values.count, &result, results, &trap)
        if let failure = unsafe failure(error: error, trap: trap, phase: phase) { throw failure }
        guard results == 1 else { return 0 }
        return unsafe result.kind == UInt8(PDK_WASM_I64) ? result.of.i64 : Int64(result.of.i32)
    }

    /// The failure of a C call, by what it returned and what it left in its trap argument; both are deleted.
    func failure(error: OpaquePointer?, trap: OpaquePointer?, phase: CallFailure.Phase) -> CallFailure? {
        unsafe TrapReport(functions: functions).failure(
            error: error, trap: trap, phase: phase, limits: limits, hostFailure: state.hostFailure)
    }

    private func export(_ name: String, of instance: GuestInstance) -> wasmtime_extern_t? {
        var item = unsafe wasmtime_extern_t()
        let found = unsafe withUnsafePointer(to: instance.instance) { place in
            var name = name
            return name.withUTF8 { text in
                unsafe text.withMemoryRebound(to: CChar.self) { text in
                    unsafe functions.api.wasmtime_instance_export_get(
                        context, place, text.baseAddress, text.count, &item)
                }
            }
        }
        return found ? unsafe item : nil
    }
}
