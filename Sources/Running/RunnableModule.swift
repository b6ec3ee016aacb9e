package import Basics
package import Contract
package import Engine
internal import LibCrypto
internal import WebAssembly

/// A module that runs in the host's engine.
package struct RunnableModule: Sendable {
    package let module: CompiledModule
    package let profile: HostProfile
    private let bulkMemory: BulkMemory
    /// The memory that an instance begins with, in bytes.
    private let minimumMemoryBytes: Int

    /// Loads the engine and compiles a module for it.
    ///
    /// Errors: `no-engine`, `module-refused` when the host's engine would refuse the module, `module-too-slow`.
    package init(_ bytes: [UInt8], path: String, source: EngineSource, profile: HostProfile) throws {
        try self.init(bytes, path: path, engine: Self.engine(source, profile), source: source, profile: profile)
    }

    /// Compiles a module for an engine.
    package init(_ bytes: [UInt8], path: String, engine: Engine, source: EngineSource, profile: HostProfile) throws {
        do {
            try engine.validate(bytes)
        } catch {
            throw Self.refused(path, RefusedModule(error, bytes: bytes, profile: profile).words)
        }
        let interface: ModuleInterface
        do throws(WebAssemblyError) {
            let parsed = try WebAssemblyModule(reading: bytes)
            interface = ModuleInterface(parsed)
            bulkMemory = BulkMemory(parsed, bytes)
            minimumMemoryBytes = parsed.minimumMemoryBytes
        } catch {
            throw Self.refused(path, "\(error)")
        }
        let hash = Hex.encode(try unsafe SHA256.digest(of: bytes.span.bytes))
        do throws(EngineError) {
            module = try engine.compile(
                bytes, interface: interface, cacheFolder: source.cacheFolder, moduleHashHex: hash,
                milliseconds: EngineSource.compileMilliseconds)
        } catch {
            switch error {
            case .compilationTooLong, .compilationTooLarge:
                throw Problem(
                    .moduleTooSlow, "\(path): \(error), and the host compiles it each time it starts",
                    help: "look for functions with thousands of nested blocks, which compilers do not generate")
            default: throw Self.refused(path, "\(error)")
            }
        }
        self.profile = profile
    }

    private static func refused(_ path: String, _ reason: String) -> Problem {
        Problem(.moduleRefused, "the host would refuse \(path): \(reason)", help: "for more, run: pdk check")
    }

    /// The engine as the host of a profile has set up its own.
    package static func engine(_ source: EngineSource, _ profile: HostProfile) throws(Problem) -> Engine {
        let settings = try EngineSettings(profile)
        do throws(EngineError) {
            let library = try EngineLibrary.load(candidates: source.candidates)
            return try Engine(library: library, settings: settings) { bytes in
                // The digest of bytes in memory fails only when memory runs out; the host then answers -1, as for any fault.
                (try? unsafe SHA256.digest(of: bytes.span.bytes)) ?? []
            }
        } catch {
            throw EngineSource.problem(error)
        }
    }

    /// Calls a hook as the host does.
    ///
    /// A call that runs out of fuel only because the engine counts bulk memory instructions by the byte is made again with
    /// more; the run then says so.
    ///
    /// - Parameters:
    ///   - guardedBytes: The size of a filled block that `alloc` gives out first, to see whether it is left alone.
    ///   - setUp: An export that is called first, as other hosts do and this one does not.
    package func call(
        _ hook: Hook, input: [UInt8], store: KeyValueStore, limits: CallLimits, guardedBytes: Int = 0,
        setUp: String? = nil
    ) -> HookRun {
        var limits = limits
        limits.admit(minimumMemoryBytes, profile)
        let shape = shape(of: hook), onlyObserves = shape == .observer && !hook.isObserver
        func call(fuel: UInt64) -> CallOutcome {
            var own = limits
            own.fuel = fuel
            return module.call(
                hook: hook.export, shape: shape, input: input, store: store,
                limits: own, guardedBytes: guardedBytes, setUp: setUp)
        }
        let outcome = call(fuel: limits.fuel)
        let run = HookRun(
            hook: hook, outcome: outcome, limits: limits, profile: profile, onlyObserves: onlyObserves)
        guard case .outOfFuel? = outcome.failure?.kind, bulkMemory.isUsed, profile.features.bulkMemoryFuel > 0 else {
            return run
        }
        let (allowance, isTooMuch) = limits.fuel.multipliedReportingOverflow(by: BulkMemory.allowance)
        let whole = isTooMuch ? outcome : call(fuel: allowance)
        guard whole.failure == nil,
            let bulk = bulkMemory.fuel(of: whole.fuelUsed, stopping: { call(fuel: $0).failure }),
            // The estimate may be a sample too low or too high: what is far above the limit without them is so on the host.
            whole.fuelUsed - bulk <= limits.fuel + limits.fuel / 8
        else { return run }
        return HookRun(
            hook: hook, outcome: whole, limits: limits, profile: profile, bulkFuel: bulk, onlyObserves: onlyObserves)
    }

    /// The shape that the host finds: it calls any hook in either of the two, and one without a result decides nothing.
    private func shape(of hook: Hook) -> HookShape {
        for export in module.exports where export.name == hook.export {
            guard case .function(let parameters, let results) = export.type else { continue }
            if results.isEmpty, hook.isObserver || parameters == [.i32, .i32] { return .observer }
            return .result
        }
        return hook.isObserver ? .observer : .result
    }
}

/// Why the host's engine refuses a module, in words of its own where the engine's are misleading.
package struct RefusedModule {
    /// The reason.
    package let words: String

    package init(_ error: EngineError, bytes: [UInt8], profile: HostProfile) {
        let reason = "\(error)"
        let features = [
            ("externref", ["externref", "gc is disabled", "gc disabled", "heap types"]),
            ("gc", ["gc proposal", "garbage", "requires `gc`", "gc types"]),
            ("exception-handling", ["exceptions"]), ("threads", ["threads", "shared memor"]),
            ("memory64", ["memory64", "64-bit memor"]), ("function-references", ["function references"]),
            ("custom-page-sizes", ["custom page size"]), ("wide-arithmetic", ["wide arithmetic"]),
            ("stack-switching", ["stack switching"]), ("component-model", ["component"]),
        ]
        let found = features.first { name, hints in
            !profile.features.accepted.contains(name) && hints.contains { reason.lowercased().contains($0) }
        }
        words =
            found.map { "it needs WebAssembly features that this host does not accept (\($0.0)): \(reason)" }
            ?? reason
    }
}
