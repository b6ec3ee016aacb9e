internal import CWasmtime

/// The engine's configuration: the features that the host's engine accepts, and how calls are bounded.
///
/// Every feature that the C API can switch is set, so that a newer library never accepts more than the host does.
/// Always on, with no switch: mutable globals, sign extension, saturating conversions, extended constants.
enum AcceptedFeatures {
    /// The address space a memory reserves at first, in bytes; the default of 4 GiB fails under `ulimit -v`.
    static let reservedMemoryBytes: UInt64 = 16 * 1024 * 1024
    /// What a memory reserves when it grows beyond that, so that it moves once: address space, and no memory.
    static let reservedGrowthBytes: UInt64 = 4 << 30

    /// Names a configuration in the cache of compiled code.
    static func tag(_ settings: EngineSettings) -> String {
        var bits = 0
        for (place, feature) in EngineFeature.allCases.enumerated() where settings.features.contains(feature) {
            bits |= 1 << place
        }
        return "host2-\(String(bits, radix: 16))-\(settings.stackBytes)"
    }

    /// A new configuration (wasm_config_new), to be consumed by `wasm_engine_new_with_config`.
    static func makeConfiguration(_ functions: WasmtimeFunctions, _ settings: EngineSettings) -> OpaquePointer? {
        let api = functions.api
        guard let config = unsafe api.wasm_config_new() else { return nil }
        let isOn = settings.features.contains

        unsafe api.wasmtime_config_wasm_multi_value_set(config, isOn(.multivalue))
        unsafe api.wasmtime_config_wasm_bulk_memory_set(config, isOn(.bulkMemory))
        unsafe api.wasmtime_config_wasm_reference_types_set(config, isOn(.referenceTypes))
        unsafe api.wasmtime_config_wasm_simd_set(config, isOn(.simd))
        unsafe api.wasmtime_config_wasm_relaxed_simd_set(config, isOn(.relaxedSIMD))
        unsafe api.wasmtime_config_wasm_tail_call_set(config, isOn(.tailCall))
        unsafe api.wasmtime_config_wasm_multi_memory_set(config, isOn(.multimemory))
        // A host that runs each call on one thread offers no shared memory.
        unsafe api.wasmtime_config_wasm_threads_set(config, isOn(.threads))
        unsafe api.wasmtime_config_shared_memory_set?(config, isOn(.threads))
        unsafe api.wasmtime_config_wasm_memory64_set(config, isOn(.memory64))
        unsafe api.wasmtime_config_wasm_exceptions_set(config, isOn(.exceptions))
        unsafe api.wasmtime_config_wasm_gc_set(config, isOn(.collection))
        unsafe api.wasmtime_config_wasm_function_references_set(config, isOn(.functionReferences))
        // A host that is built without its engine's gc feature has no externref either.
        unsafe api.wasmtime_config_gc_support_set(config, isOn(.externref) || isOn(.collection) || isOn(.exceptions))
        unsafe api.wasmtime_config_wasm_wide_arithmetic_set(config, isOn(.wideArithmetic))
        unsafe api.wasmtime_config_wasm_custom_page_sizes_set(config, isOn(.customPageSizes))
        unsafe api.wasmtime_config_wasm_stack_switching_set(config, isOn(.stackSwitching))
        unsafe api.wasmtime_config_wasm_compact_imports_set?(config, false)
        // Older engines skip the hints as they do every custom section.
        unsafe api.wasmtime_config_wasm_branch_hinting_set?(config, false)

        // The host's bounds: fuel counts instructions, the epoch counts time.
        unsafe api.wasmtime_config_consume_fuel_set(config, true)
        unsafe api.wasmtime_config_epoch_interruption_set(config, true)
        unsafe api.wasmtime_config_max_wasm_stack_set(config, settings.stackBytes)
        // Little address space: no guard pages, memories that move when they grow.
        unsafe api.wasmtime_config_memory_may_move_set(config, true)
        unsafe api.wasmtime_config_memory_reservation_set(config, reservedMemoryBytes)
        unsafe api.wasmtime_config_memory_reservation_for_growth_set(config, reservedGrowthBytes)
        unsafe api.wasmtime_config_memory_guard_size_set(config, 0)
        return unsafe config
    }
}
