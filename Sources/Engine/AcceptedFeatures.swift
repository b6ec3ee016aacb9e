internal import CWasmtime

/// The engine's configuration: the features the host's wasmtime 26 accepts, and how calls are bounded.
///
/// Every feature that the C API can switch is set, so that a newer library never accepts more than the host does.
/// Always on in both, with no switch: mutable globals, sign extension, saturating conversions, extended constants.
enum AcceptedFeatures {
    /// Names this configuration in the cache of compiled code: change it with anything below.
    static let tag = "host26-1"

    /// The stack a call may use, in bytes: wasmtime's default in 26 as in 50.
    static let stackBytes = 512 * 1024
    /// The address space a memory reserves at first, in bytes; the default of 4 GiB fails under `ulimit -v`.
    static let reservedMemoryBytes: UInt64 = 16 * 1024 * 1024

    /// A new configuration (wasm_config_new), to be consumed by `wasm_engine_new_with_config`.
    static func makeConfiguration(_ functions: WasmtimeFunctions) -> OpaquePointer? {
        let api = functions.api
        guard let config = unsafe api.wasm_config_new() else { return nil }

        // On in 26: WebAssembly 2.0.
        unsafe api.wasmtime_config_wasm_multi_value_set(config, true)
        unsafe api.wasmtime_config_wasm_bulk_memory_set(config, true)
        unsafe api.wasmtime_config_wasm_reference_types_set(config, true)
        unsafe api.wasmtime_config_wasm_simd_set(config, true)
        // On in 26: the finished proposals it had implemented.
        unsafe api.wasmtime_config_wasm_relaxed_simd_set(config, true)
        unsafe api.wasmtime_config_wasm_tail_call_set(config, true)
        unsafe api.wasmtime_config_wasm_multi_memory_set(config, true)

        // Off for plugins: the host runs each call on one thread and offers no shared memory.
        unsafe api.wasmtime_config_wasm_threads_set(config, false)
        unsafe api.wasmtime_config_shared_memory_set?(config, false)
        // Off in 26: memory64 came on by default in 30; the plugin ABI has 32-bit pointers besides.
        unsafe api.wasmtime_config_wasm_memory64_set(config, false)
        // Off in 26, on by default in newer libraries: typed references, collected objects, exceptions.
        unsafe api.wasmtime_config_wasm_exceptions_set(config, false)
        unsafe api.wasmtime_config_wasm_gc_set(config, false)
        unsafe api.wasmtime_config_wasm_function_references_set(config, false)
        // Off in 26: behind a switch there, or unknown to it.
        unsafe api.wasmtime_config_wasm_wide_arithmetic_set(config, false)
        unsafe api.wasmtime_config_wasm_custom_page_sizes_set(config, false)
        unsafe api.wasmtime_config_wasm_stack_switching_set(config, false)
        unsafe api.wasmtime_config_wasm_compact_imports_set?(config, false)
        // Unknown to 26, which skips the hints as it does every custom section.
        unsafe api.wasmtime_config_wasm_branch_hinting_set?(config, false)

        // The host's bounds: fuel counts instructions, the epoch counts time.
        unsafe api.wasmtime_config_consume_fuel_set(config, true)
        unsafe api.wasmtime_config_epoch_interruption_set(config, true)
        unsafe api.wasmtime_config_max_wasm_stack_set(config, stackBytes)
        // Little address space: no guard pages, memories that move when they grow.
        unsafe api.wasmtime_config_memory_may_move_set(config, true)
        unsafe api.wasmtime_config_memory_reservation_set(config, reservedMemoryBytes)
        unsafe api.wasmtime_config_memory_reservation_for_growth_set(config, reservedMemoryBytes)
        unsafe api.wasmtime_config_memory_guard_size_set(config, 0)
        return unsafe config
    }
}
