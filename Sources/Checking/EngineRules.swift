package import Authoring
internal import Basics
internal import Contract
internal import Engine
package import Running
package import WebAssembly

/// The rules that run the plugin in the host's engine (host contract, section 6).
package struct EngineRules {
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
        let engine: Engine
        do throws(Problem) {
            engine = try RunnableModule.engine(source, manifest.profile)
        } catch {
            return [
                finding(
                    RuleBook.noEngine, "the rules that run the plugin were not checked: \(error.message)",
                    help: error.help)
            ]
        }
        do { try engine.validate(bytes) } catch {
            return [
                finding(
                    RuleBook.notValidated,
                    "the host would refuse to load the module: \(RefusedModule(error, bytes: bytes, profile: manifest.profile).words)",
                    help: "compile for plain wasm32, without features the host does not have")
            ]
        }
        let module: RunnableModule
        do {
            module = try RunnableModule(
                bytes, path: file, engine: engine, source: source, profile: manifest.profile)
        } catch {
            return [
                finding(
                    RuleBook.notInstantiated,
                    "the host could not instantiate the module: \((error as? any Diagnostic)?.message ?? "\(error)")")
            ]
        }
        if let failure = module.module.invoke([], limits: limits).failure {
            return [
                finding(
                    RuleBook.notInstantiated,
                    "the host could not instantiate the module: \(failure.cause); every call would fail, and the query go on"
                )
            ]
        }
        // Of what cannot be called at all, the interface rules have said all there is to say.
        guard hasAllocator else { return [] }
        let hooks = manifest.knownHooks.filter { $0.isCalled && InterfaceRules.isCallable($0, in: parsed) }
        let allocator = allocation(module)
        let deadline = ContinuousClock.now + Self.longest
        let initializers = manifest.profile.module.neverCalled.filter {
            parsed.functionType(ofExport: $0) == WebAssemblyModule.FunctionType(parameters: [])
        }
        return allocator
            + hooks.flatMap { hook in
                HookProbe(
                    hook: hook, module: module, limits: limits, file: file, hasSoundAllocator: allocator.isEmpty,
                    initializers: initializers, caseInputs: cases.flatMap { $0.inputs(of: hook) }, deadline: deadline,
                    mayMoveMemoryInBulk: mayMoveMemoryInBulk
                ).findings()
            }
    }

    /// Whether the code may hold bulk memory instructions: bytes that look like one count, too.
    private var mayMoveMemoryInBulk: Bool {
        parsed.codeBodies.contains { body in
            let code = bytes[body.offset..<min(bytes.count, body.offset + body.size)]
            return zip(code, code.dropFirst()).contains { $0 == 0xFC && [0x08, 0x0A, 0x0B].contains($1) }
        }
    }

    private var hasAllocator: Bool {
        parsed.export(named: "memory")?.kind == .memory
            && parsed.functionType(ofExport: "alloc") == InterfaceRules.alloc
            && parsed.functionType(ofExport: "dealloc") == InterfaceRules.dealloc
    }

    private func finding(_ rule: Rule, _ message: String, help: String? = nil) -> Finding {
        Finding(rule, message, help: help, file: file)
    }

    /// The host's limits, but with time for a busy machine: what really loops runs out of fuel.
    private var limits: CallLimits {
        .patient(manifest.profile)
    }

    private func allocation(_ module: RunnableModule) -> [Finding] {
        let sizes: [Int32] = [0, 1, 7, 8, 100, 1024, 4096, 65_536, 100_000, 262_144, 1 << 20]
        let probe = module.module.probeAllocations(sizes: sizes, limits: limits)
        if let failure = probe.failure {
            let size = sizes[min(probe.allocations.count, sizes.count - 1)]
            return [
                finding(
                    RuleBook.allocFails,
                    "alloc(\(size)) fails: \(failure.cause); the host could not pass an input of that size",
                    help: "let alloc grow the memory, and return what is really there")
            ]
        }
        var taken: [Range<Int64>] = []
        let staticEnd = Int64(clamping: parsed.staticDataEnd ?? 0)
        for block in probe.allocations where block.size > 0 {
            let start = Int64(UInt32(bitPattern: block.pointer))
            let range = start..<(start + Int64(block.size))
            if block.pointer == 0 {
                return [
                    finding(
                        RuleBook.allocOutside,
                        "alloc(\(block.size)) returns 0, which stands for no memory: the host could not pass an input of that size",
                        help: "let alloc grow the memory, and return what is really there")
                ]
            }
            if block.pointer < 0 || range.upperBound > Int64(block.memoryBytes) {
                return [
                    finding(
                        RuleBook.allocOutside,
                        "alloc(\(block.size)) returns \(block.pointer), which is not inside the memory of \(block.memoryBytes) bytes: the host could not write an input there",
                        help: "let alloc grow the memory, and return what is really there")
                ]
            }
            if start < staticEnd, hasStaticData(in: range) {
                return [
                    finding(
                        RuleBook.allocOverlaps,
                        "alloc(\(block.size)) returns \(start), inside the module's own data, which ends at \(staticEnd): the host would overwrite it",
                        help: "begin the heap at __heap_base")
                ]
            }
            if start < stackEnd {
                return [
                    finding(
                        RuleBook.allocOverlaps,
                        "alloc(\(block.size)) returns \(start), inside the module's own stack, which ends at \(stackEnd): each would overwrite the other",
                        help: "begin the heap at __heap_base")
                ]
            }
            if taken.contains(where: { $0.overlaps(range) }) {
                return [
                    finding(
                        RuleBook.allocOverlaps,
                        "alloc(\(block.size)) returns \(start), which it has given out already: the host's input and the plugin's own would overwrite each other",
                        help: "give out each byte once until dealloc takes it back")
                ]
            }
            taken.append(range)
        }
        return []
    }

    /// The address after the stack, where linkers put it first; 0 for a module whose stack lies elsewhere or is not known.
    ///
    /// LLVM's linker makes the stack pointer the first global; with `--stack-first` all below its first value is stack.
    private var stackEnd: Int64 {
        guard let first = parsed.globals.first, first.isMutable, first.type == .i32,
            case .i32(let value)? = first.initial,
            value > 0
        else { return 0 }
        let starts = parsed.dataSegments.compactMap { segment -> UInt64? in
            guard case .active(0, let address?) = segment.mode, segment.size > 0 else { return nil }
            return address
        }
        guard let lowest = starts.min(), Int64(clamping: lowest) >= Int64(value) else { return 0 }
        return Int64(value)
    }

    private func hasStaticData(in range: Range<Int64>) -> Bool {
        parsed.dataSegments.contains { segment in
            guard case .active(0, let address?) = segment.mode, segment.size > 0 else { return false }
            let start = Int64(clamping: address)
            return range.overlaps(start..<(start + Int64(segment.size)))
        }
    }
}
