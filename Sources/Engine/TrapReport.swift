internal import CWasmtime

/// What the library says of a failed call, turned into values; frees what it is given.
struct TrapReport {
    /// The most frames kept.
    static let maximumFrames = 32

    let functions: WasmtimeFunctions

    /// An error's message on one line; deletes the error (wasmtime_error_message).
    func message(consuming error: OpaquePointer) -> String {
        defer { unsafe functions.api.wasmtime_error_delete(error) }
        return unsafe message { unsafe functions.api.wasmtime_error_message(error, $0) }
    }

    /// The failure a trap or an error stands for, deleting both; nil when there is neither.
    ///
    /// - Parameters:
    ///   - error: What the C function returned. A failing host function comes back this way.
    ///   - trap: What it left in its trap argument.
    ///   - hostFailure: The reason a host function noted in the call's state.
    func failure(
        error: OpaquePointer?, trap: OpaquePointer?, phase: CallFailure.Phase, limits: CallLimits, hostFailure: String?
    ) -> CallFailure? {
        if let trap = unsafe trap { return unsafe failure(trap: trap, phase: phase, limits: limits) }
        guard let error = unsafe error else { return nil }
        let frames = unsafe frames { unsafe functions.api.wasmtime_error_wasm_trace(error, $0) }
        let message = unsafe message(consuming: error)
        if let hostFailure { return CallFailure(.hostError(reason: hostFailure), in: phase, frames: frames) }
        if phase == .instantiation { return CallFailure(.instantiation(reason: message), in: phase, frames: frames) }
        return CallFailure(.hostError(reason: message), in: phase, frames: frames)
    }

    private func failure(trap: OpaquePointer, phase: CallFailure.Phase, limits: CallLimits) -> CallFailure {
        defer { unsafe functions.api.wasm_trap_delete(trap) }
        let frames = unsafe frames { unsafe functions.api.wasm_trap_trace(trap, $0) }
        var code: UInt8 = 0
        guard unsafe functions.api.wasmtime_trap_code(trap, &code) else {
            let message = unsafe message { unsafe functions.api.wasm_trap_message(trap, $0) }
            return CallFailure(.hostError(reason: message), in: phase, frames: frames)
        }
        switch Int(code) {
        case PDK_TRAP_STACK_OVERFLOW: return CallFailure(.stackOverflow, in: phase, frames: frames)
        case PDK_TRAP_MEMORY_OUT_OF_BOUNDS: return CallFailure(.memoryOutOfBounds, in: phase, frames: frames)
        case PDK_TRAP_INTEGER_DIVISION_BY_ZERO: return CallFailure(.divideByZero, in: phase, frames: frames)
        case PDK_TRAP_UNREACHABLE: return CallFailure(.unreachable, in: phase, frames: frames)
        case PDK_TRAP_INTERRUPT:
            let cause = "the call ran longer than \(limits.timeMilliseconds) ms and was interrupted"
            return CallFailure(.interrupted, in: phase, cause: cause, frames: frames)
        case PDK_TRAP_OUT_OF_FUEL:
            let cause = "the call used up its \(limits.fuel) units of fuel"
            return CallFailure(.outOfFuel, in: phase, cause: cause, frames: frames)
        default: return CallFailure(.otherTrap(code: Int(code)), in: phase, frames: frames)
        }
    }

    private func message(fill: (UnsafeMutablePointer<wasm_byte_vec_t>) -> Void) -> String {
        var vector = unsafe wasm_byte_vec_t()
        unsafe fill(&vector)
        defer { unsafe functions.api.wasm_byte_vec_delete(&vector) }
        return unsafe oneLine(text(vector))
    }

    private func frames(fill: (UnsafeMutablePointer<wasm_frame_vec_t>) -> Void) -> [CallFrame] {
        var vector = unsafe wasm_frame_vec_t()
        unsafe fill(&vector)
        defer { unsafe functions.api.wasm_frame_vec_delete(&vector) }
        let list = unsafe UnsafeBufferPointer(start: vector.data, count: min(vector.size, Self.maximumFrames))
        return unsafe list.compactMap { frame -> CallFrame? in
            guard let frame = unsafe frame else { return nil }
            let name = unsafe functions.api.wasmtime_frame_func_name(frame).map { unsafe printable(text($0.pointee)) }
            return unsafe CallFrame(
                functionName: name,
                functionIndex: functions.api.wasm_frame_func_index(frame),
                moduleOffset: functions.api.wasm_frame_module_offset(frame))
        }
    }

    /// A vector's bytes as text, at most 16 KiB; the NUL some messages end in is dropped later.
    private func text(_ vector: wasm_byte_vec_t) -> String {
        let bytes = unsafe UnsafeBufferPointer(start: vector.data, count: min(vector.size, 16_384))
        return unsafe String(decoding: bytes, as: UTF8.self)
    }
}
