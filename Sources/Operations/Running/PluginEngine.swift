internal import Engine
package import Formats
internal import LibCrypto

/// Where the engine's library and its cache of compiled code are.
package struct EngineSource: Sendable {
    /// The libraries to try, in order.
    package let candidates: [String]
    /// A folder that only the user can write, for compiled code; nil for none.
    package let cacheFolder: String?

    package init(candidates: [String], cacheFolder: String?) {
        self.candidates = candidates
        self.cacheFolder = cacheFolder
    }

    /// The usual places, from the values of the environment (see Docs/engine.md).
    package init(
        override: String?, executableFolder: String?, dataHome: String?, home: String?, cacheFolder: String?
    ) {
        candidates = EngineLibrary.candidates(
            override: override, executableFolder: executableFolder, dataHome: dataHome, home: home)
        self.cacheFolder = cacheFolder
    }

    /// What `pdk doctor` says of the engine: the version and path, or why there is none.
    package func describe() -> (isUsable: Bool, text: String, help: String?) {
        do {
            let library = try EngineLibrary.load(candidates: candidates)
            return (true, "wasmtime \(library.version) (\(library.path))", nil)
        } catch {
            let problem = Self.problem(error)
            return (false, problem.message, problem.help)
        }
    }

    /// There is no engine: one line that says why, and one that says what to do and where was looked.
    static func problem(_ error: EngineError) -> Problem {
        guard case .libraryNotFound(let attempts) = error else { return Problem("no-engine", "\(error)") }
        // A library that is there and cannot be used says more than ten places where there is none.
        let broken = attempts.first { !$0.reason.lowercased().contains("no such file") }
        let reason = broken.map { "\($0.path): \($0.reason)" } ?? "wasmtime's library is not there"
        return Problem(
            "no-engine", "there is no engine to run plugins in: \(reason)",
            help: "make install puts it beside pdk, or set PDK_WASMTIME to a libwasmtime.so of version "
                + "\(EngineLibrary.oldestMajor) or newer; tried \(attempts.map(\.path).joined(separator: ", "))")
    }
}

/// A module that runs in the host's engine.
package struct RunnableModule: Sendable {
    let module: CompiledModule

    /// Loads the engine and compiles a module for it.
    ///
    /// Errors: `no-engine`, and `module-refused` when the host's engine would refuse the module.
    package init(_ bytes: [UInt8], path: String, source: EngineSource) throws {
        let engine = try Self.engine(source)
        do {
            let hash = Hex.encode(try unsafe SHA256.digest(of: bytes.span.bytes))
            module = try engine.compile(bytes, cacheFolder: source.cacheFolder, moduleHashHex: hash)
        } catch let error as EngineError {
            throw Problem("module-refused", "the host would refuse \(path): \(error)", help: "pdk check says more")
        }
    }

    static func engine(_ source: EngineSource) throws(Problem) -> Engine {
        do throws(EngineError) {
            let library = try EngineLibrary.load(candidates: source.candidates)
            return try Engine(library: library) { bytes in
                // The digest of bytes in memory fails only when memory runs out; the host then answers -1, as for any fault.
                (try? unsafe SHA256.digest(of: bytes.span.bytes)) ?? []
            }
        } catch {
            throw EngineSource.problem(error)
        }
    }

    /// Calls a hook as the host does.
    ///
    /// - Parameter guardedBytes: The size of a filled block that `alloc` gives out first, to see whether it is left alone.
    func call(
        _ hook: Hook, input: [UInt8], store: KeyValueStore, limits: CallLimits, guardedBytes: Int = 0
    ) -> HookRun {
        let outcome = module.call(
            hook: hook.export, shape: hook.isObserver ? shape(of: hook) : .result, input: input, store: store,
            limits: limits, guardedBytes: guardedBytes)
        return HookRun(hook: hook, outcome: outcome, limits: limits)
    }

    /// An observer may have either of the two shapes.
    private func shape(of hook: Hook) -> HookShape {
        let returns = module.exports.contains { export in
            guard export.name == hook.export, case .function(_, let results) = export.type else { return false }
            return !results.isEmpty
        }
        return returns ? .result : .observer
    }
}

/// One call of a hook: what it answered and what it used.
package struct HookRun: Sendable {
    package let hook: Hook
    let outcome: CallOutcome
    let limits: CallLimits

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
