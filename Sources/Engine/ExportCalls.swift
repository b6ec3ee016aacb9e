/// One call of an exported function with i32 arguments, for checks.
package struct ExportCall: Sendable, Equatable {
    /// The export's name.
    package var name: String
    /// Its arguments, all i32.
    package var arguments: [Int32]

    /// Describes a call.
    package init(name: String, arguments: [Int32]) {
        self.name = name
        self.arguments = arguments
    }
}

/// What one such call did.
package struct ExportCallResult: Sendable, Equatable {
    /// The bits of its one i32 (sign-extended) or i64 result; nil when it has none.
    package var value: Int64?
    /// Units of fuel it used.
    package var fuelUsed: UInt64
    /// The exported memory's size after it, in bytes.
    package var memoryBytes: Int
}

/// Several calls in one instance: the results up to the first failure.
package struct ExportCallsOutcome: Sendable {
    /// One result a call that returned.
    package var results: [ExportCallResult]
    /// The exported memory's size before the first call, in bytes.
    package var initialMemoryBytes: Int
    /// Why the calls ended early; nil when all returned.
    package var failure: CallFailure?
}

/// An allocation made by a plugin's `alloc`.
package struct ProbedAllocation: Sendable, Equatable {
    /// The size asked for, in bytes.
    package var size: Int32
    /// What `alloc` returned, unchecked.
    package var pointer: Int32
    /// Units of fuel it used.
    package var fuelUsed: UInt64
    /// The memory's size after it, in bytes.
    package var memoryBytes: Int
}

/// What a row of allocations in one instance gave.
package struct AllocationProbe: Sendable {
    /// One entry a size, in order, up to the first failure.
    package var allocations: [ProbedAllocation]
    /// The memory's size before the first one, in bytes.
    package var initialMemoryBytes: Int
    /// Why the row ended early; nil when all returned.
    package var failure: CallFailure?
}

extension CompiledModule {
    /// Calls `alloc` with each size in one instance, without freeing; fuel and time anew for each.
    package func probeAllocations(sizes: [Int32], limits: CallLimits) -> AllocationProbe {
        var failure: CallFailure?
        do throws(CallFailure) {
            try require(engine.settings.exports.alloc, .function(parameters: [.i32], results: [.i32]), phase: .alloc)
        } catch {
            failure = error
        }
        if let failure { return AllocationProbe(allocations: [], initialMemoryBytes: 0, failure: failure) }
        let outcome = invoke(
            sizes.map { ExportCall(name: engine.settings.exports.alloc, arguments: [$0]) }, limits: limits)
        let allocations = zip(sizes, outcome.results).map { size, result in
            ProbedAllocation(
                size: size, pointer: Int32(truncatingIfNeeded: result.value ?? 0), fuelUsed: result.fuelUsed,
                memoryBytes: result.memoryBytes)
        }
        return AllocationProbe(
            allocations: allocations, initialMemoryBytes: outcome.initialMemoryBytes, failure: outcome.failure)
    }

    /// Calls exported functions one after another in one instance; fuel and time anew for each.
    ///
    /// The functions must take as many i32 values as are given and return nothing, an i32 or an i64. The imports work
    /// on an empty store that is dropped.
    package func invoke(_ calls: [ExportCall], limits: CallLimits) -> ExportCallsOutcome {
        let state = CallState(engine, store: KeyValueStore())
        var outcome = ExportCallsOutcome(results: [], initialMemoryBytes: 0, failure: nil)
        do throws(CallFailure) {
            try withStore(state, limits: limits) { store throws(CallFailure) in
                try run(calls, in: store, outcome: &outcome)
            }
        } catch {
            outcome.failure = error
        }
        return outcome
    }

    private func run(
        _ calls: [ExportCall], in store: borrowing GuestStore, outcome: inout ExportCallsOutcome
    ) throws(CallFailure) {
        let instance = try instantiate(in: store)
        let memory = store.memory(of: instance)
        outcome.initialMemoryBytes = memory?.count ?? 0
        for call in calls {
            let phase = CallFailure.Phase.export(call.name)
            let results = try resultCount(of: call, phase: phase)
            try store.refill()
            let value = try store.call(call.name, of: instance, call.arguments, results: results, phase: phase)
            outcome.results.append(
                ExportCallResult(
                    value: results == 1 ? value : nil, fuelUsed: store.fuelUsed() ?? 0,
                    memoryBytes: memory?.count ?? 0))
        }
    }

    /// Checks that an export can be called so, and tells how many results it has: 0 or 1.
    private func resultCount(of call: ExportCall, phase: CallFailure.Phase) throws(CallFailure) -> Int {
        guard let type = exportType(call.name) else {
            throw CallFailure(.missingExport(name: call.name), in: phase)
        }
        if case .function(let parameters, let results) = type,
            parameters == call.arguments.map({ _ in ValueType.i32 }),
            results.isEmpty || results == [.i32] || results == [.i64]
        {
            return results.count
        }
        let expected = ExternType.function(parameters: call.arguments.map { _ in .i32 }, results: [.i32])
        throw CallFailure(
            .wrongShape(export: call.name, found: type.description, expected: expected.description), in: phase)
    }
}
