package import Basics
package import Contract
package import Engine

/// One call of a hook: what it answered and what it used.
package struct HookRun: Sendable {
    package let hook: Hook
    package let outcome: CallOutcome
    package let limits: CallLimits
    package let profile: HostProfile
    /// What the host makes of the answer; nil when the call failed.
    package let answer: HookAnswer?
    /// About how much of `fuel` is for bulk memory, in a call within the limit only without it; nil for any other.
    package let bulkFuel: UInt64?
    /// Whether the export returns nothing though the hook should decide: the host calls it, and it never decides.
    package let onlyObserves: Bool

    init(
        hook: Hook, outcome: CallOutcome, limits: CallLimits, profile: HostProfile, bulkFuel: UInt64? = nil,
        onlyObserves: Bool = false
    ) {
        self.bulkFuel = bulkFuel
        self.onlyObserves = onlyObserves
        self.hook = hook
        self.outcome = outcome
        self.limits = limits
        self.profile = profile
        answer = outcome.failure == nil ? HookAnswer(outcome.output, of: hook) : nil
    }

    /// What the host does: the action as it decodes it, or `error`.
    package var decisionKind: String { answer?.kind ?? HookAnswer.errorKind }

    /// Why the call failed, cause first.
    package var failure: String? {
        outcome.failure.map { failure in
            let frames = failure.frames.prefix(8).map { frame in
                "\n    at \(frame.functionName ?? "function \(frame.functionIndex)") (byte \(frame.moduleOffset))"
            }
            return failure.cause + frames.joined()
        }
    }
    /// Whether a failure's frames have no names to find the place by.
    package var lacksFunctionNames: Bool {
        guard let frames = outcome.failure?.frames, !frames.isEmpty else { return false }
        return frames.allSatisfy { $0.functionName == nil }
    }
    /// The failure's cause alone, one line.
    package var cause: String? { outcome.failure?.cause }
    /// The begin of the raw answer as text, at most 16 KiB; what is not UTF-8 is written as `\xFF`.
    package var outputText: String? {
        outcome.output.map { ByteText($0).shown(maximumBytes: Self.shownBytes, byteCount: outputByteCount) }
    }
    /// The bytes of the whole answer.
    package var outputByteCount: Int { outcome.outputRange?.count ?? 0 }
    /// The most bytes of an answer that are shown.
    package static let shownBytes = 16 << 10
    /// Units of fuel.
    package var fuel: UInt64 { outcome.fuelUsed }
    /// Whether `fuel` is exact; after some traps it misses what was spent last.
    package var fuelIsExact: Bool { outcome.fuelIsExact }
    /// The budget of fuel.
    package var fuelLimit: UInt64 { limits.fuel }
    /// The budget of time, in milliseconds.
    package var timeLimit: Int { Int(limits.timeMilliseconds) }
    /// Nanoseconds for the whole call.
    package var nanoseconds: UInt64 { outcome.duration }
    /// Bytes of linear memory at the end.
    package var memoryBytes: Int { outcome.peakMemoryBytes }
    /// The host's limit of memory, in bytes; nil where it has none.
    package var memoryLimit: Int? { profile.limits.memoryBytes > 0 ? profile.limits.memoryBytes : nil }
    /// The store after the call.
    package var store: [ByteText: ByteText] {
        var texts: [ByteText: ByteText] = [:]
        for (key, value) in outcome.store.entries { texts[ByteText(key)] = ByteText(value) }
        return texts
    }

    /// The changes of the store in their last state: a value, or nil for a deleted key.
    package var writes: [ByteText: ByteText?] {
        var changes: [ByteText: ByteText?] = [:]
        for operation in outcome.storeOperations {
            switch operation {
            case .write(let key, let value): changes.updateValue(ByteText(value), forKey: ByteText(key))
            case .delete(let key, _): changes.updateValue(nil, forKey: ByteText(key))
            case .read, .rejectedWrite, .badRange: break
            }
        }
        return changes
    }

    /// What the hook did with the store, a line each.
    package var storeLines: [String] {
        func text(_ bytes: [UInt8]) -> String { ByteText(bytes).shown(maximumBytes: 200, byteCount: bytes.count) }
        let lines = outcome.storeOperations.map { operation -> String in
            switch operation {
            case .read(let key, .value(let value)): "read   \(text(key)) -> \(text(value))"
            case .read(let key, .missing): "read   \(text(key)) -> no such key"
            case .read(let key, .bufferTooSmall(let size, let room)):
                "read   \(text(key)) -> buffer of \(room) bytes is too small for \(size)"
            case .write(let key, let value): "write  \(text(key)) = \(text(value))"
            case .delete(let key, let existed): "delete \(text(key))\(existed ? "" : " (no such key)")"
            case .rejectedWrite(let key, let size, let reason):
                "refused write of \(size) bytes to \(text(key)): \(reason)"
            case .badRange(let function): "\(function) was given a range outside memory"
            }
        }
        return outcome.storeOperationsOmitted > 0 ? lines + ["and \(outcome.storeOperationsOmitted) more"] : lines
    }

    /// How sure it is that the call stays within the host's fuel, in words; nil where there is no doubt.
    package var fuelDoubt: String? {
        bulkFuel.map { bulk in
            "takes \(fuel) units of fuel as counted here, and the host allows \(fuelLimit): about \(bulk) of them are for "
                + "memory copied or filled in bulk, for which the host charges \(profile.features.bulkMemoryFuel) an "
                + "instruction and pdk's engine 1 a byte, so it is not certain that the host stops the call"
        }
    }

    /// Whether the host does what came back.
    package var isSound: Bool { !onlyObserves && answer?.isSound ?? false }

    /// The decision in words, or what is wrong with the answer.
    package var words: String {
        (onlyObserves ? answer.map { "\($0.words) (its export returns nothing, so it never decides)" } : answer?.words)
            ?? "failed: \(cause ?? "unknown cause"); the host logs it and continues as if the plugin were not installed"
    }
}
