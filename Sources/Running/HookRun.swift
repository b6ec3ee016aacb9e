package import Authoring
package import Contract
package import Engine

/// One call of a hook: what it answered and what it used.
package struct HookRun: Sendable {
    package let hook: Hook
    package let outcome: CallOutcome
    package let limits: CallLimits

    /// What the host makes of the answer; nil when the call failed.
    package var answer: HookAnswer? { outcome.failure == nil ? HookAnswer(outcome.output, of: hook) : nil }
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
    /// The raw answer, as text.
    package var outputText: String? { outcome.output.map { String(decoding: $0, as: UTF8.self) } }
    /// Units of fuel.
    package var fuel: UInt64 { outcome.fuelUsed }
    /// Whether `fuel` is exact; after some traps it misses what was spent last.
    package var fuelIsExact: Bool { outcome.fuelIsExact }
    /// The budget of fuel.
    package var fuelLimit: UInt64 { limits.fuel }
    /// Nanoseconds for the whole call.
    package var nanoseconds: UInt64 { outcome.duration }
    /// Bytes of linear memory at the end.
    package var memoryBytes: Int { outcome.peakMemoryBytes }
    /// The budget of memory, in bytes.
    package var memoryLimit: Int { limits.memoryBytes }
    /// The store after the call, as text.
    package var store: [String: String] {
        var texts: [String: String] = [:]
        for (key, value) in outcome.store.entries {
            texts[String(decoding: key, as: UTF8.self)] = String(decoding: value, as: UTF8.self)
        }
        return texts
    }

    /// The changes of the store in their last state: a value, or nil for a deleted key.
    package var writes: [String: String?] {
        var changes: [String: String?] = [:]
        for operation in outcome.storeOperations {
            switch operation {
            case .write(let key, let value):
                changes.updateValue(
                    String(decoding: value, as: UTF8.self), forKey: String(decoding: key, as: UTF8.self))
            case .delete(let key, _): changes.updateValue(nil, forKey: String(decoding: key, as: UTF8.self))
            case .read, .rejectedWrite, .badRange: break
            }
        }
        return changes
    }

    /// What the hook did with the store, a line each.
    package var storeLines: [String] {
        func text(_ bytes: [UInt8]) -> String {
            let shown = String(decoding: bytes.prefix(200), as: UTF8.self)
            return bytes.count > 200 ? shown + "… (\(bytes.count) bytes)" : shown
        }
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

    /// Whether the host can use what came back.
    package var isSound: Bool {
        switch answer {
        case .decision, .some(.none): true
        case .unknownAction, .incomplete, .unreadable, .tagless, nil: false
        }
    }

    /// The decision in words, or what is wrong with the answer.
    package var words: String {
        switch answer {
        case .decision(_, let words, _): words
        case .some(.none): hook.isObserver ? "observed" : "no result: the host goes on as if the hook were not there"
        case .unknownAction(let action, let fallback, _):
            "the action '\(action)' is unknown, and the host takes it as '\(fallback)'"
        case .incomplete(_, let reason, _): "the host cannot use the answer: \(reason)"
        case .unreadable(let reason), .tagless(let reason): "\(reason), so the host logs an error and the query goes on"
        case nil: "failed: \(cause ?? "unknown cause"); the host logs it and the query goes on"
        }
    }
}
