package import Authoring
internal import Basics
internal import Contract
internal import Engine
package import Running
package import WebAssembly

/// Runs a module in the host's engine, and applies the rules of the engine (host contract, section 6).
package struct ModuleTrials {
    package let manifest: Manifest
    package let bytes: [UInt8]
    package let parsed: WebAssemblyModule
    package let file: String
    package let source: EngineSource
    /// The plugin's hook cases.
    package let cases: [PlacedCase]
    /// How long all calls together may take.
    package static let longest = Duration.seconds(60)

    package init(
        manifest: Manifest, bytes: [UInt8], parsed: WebAssemblyModule, file: String, source: EngineSource,
        cases: [PlacedCase]
    ) {
        self.cases = cases
        self.manifest = manifest
        self.bytes = bytes
        self.parsed = parsed
        self.file = file
        self.source = source
    }

    /// All findings.
    package func findings() -> [Finding] {
        let module: RunnableModule
        do throws(FailedLoad) { module = try load() } catch { return RuleBook.load.flatMap { $0.findings(in: error) } }
        // A module that cannot be called at all has its findings from the interface rules.
        guard ModuleInterface.hasAllocator(parsed, manifest.profile) else { return [] }
        let hooks = manifest.knownHooks.filter { $0.isCalled && ModuleInterface.isCallable($0, in: parsed) }
        let trial = AllocatorTrial(module.module, parsed: parsed, limits: limits, file: file)
        let allocator = RuleBook.allocator.flatMap { $0.findings(in: trial) }
        let deadline = ContinuousClock.now + Self.longest
        let initializers = manifest.profile.module.neverCalled.filter {
            parsed.functionType(ofExport: $0) == WebAssemblyModule.FunctionType(parameters: [])
        }
        return allocator
            + hooks.flatMap { hook in
                HookProbe(
                    hook: hook, module: module, limits: limits, file: file, hasSoundAllocator: allocator.isEmpty,
                    initializers: initializers, caseInputs: cases.flatMap { $0.inputs(of: hook) }, deadline: deadline
                ).findings()
            }
    }

    /// Compiles the module and makes an instance of it.
    private func load() throws(FailedLoad) -> RunnableModule {
        let engine: Engine
        do throws(Problem) {
            engine = try RunnableModule.engine(source, manifest.profile)
        } catch { throw FailedLoad(cause: .withoutEngine(error), file: file) }
        do { try engine.validate(bytes) } catch {
            let reason = RefusedModule(error, bytes: bytes, profile: manifest.profile).words
            throw FailedLoad(cause: .refused(reason), file: file)
        }
        let module: RunnableModule
        do {
            module = try RunnableModule(bytes, path: file, engine: engine, source: source, profile: manifest.profile)
        } catch {
            let reason = (error as? any Diagnostic)?.message ?? "\(error)"
            throw FailedLoad(cause: .notInstantiated(reason), file: file)
        }
        guard let failure = module.module.invoke([], limits: limits).failure else { return module }
        let reason = "\(failure.cause); every call would fail and the query would run"
        throw FailedLoad(cause: .notInstantiated(reason), file: file)
    }

    /// The host's limits, but with time for a busy machine: what really loops runs out of fuel.
    private var limits: CallLimits {
        var limits = CallLimits.patient(manifest.profile)
        limits.admit(parsed.minimumMemoryBytes, manifest.profile)
        return limits
    }
}

/// A module that could not be loaded or instantiated: what the rules of loading look at.
struct FailedLoad: Error {
    enum Cause {
        case withoutEngine(Problem)
        case refused(String)
        case notInstantiated(String)
    }
    let cause: Cause
    let file: String
}
