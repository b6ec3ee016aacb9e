internal import Engine
internal import Formats

/// The rules that run the plugin in the host's engine (host contract, section 6).
struct EngineRules {
    let manifest: Manifest
    let bytes: [UInt8]
    let parsed: WebAssemblyModule
    let file: String
    let source: EngineSource

    /// All findings.
    func findings() -> [Finding] {
        let engine: Engine
        do throws(Problem) {
            engine = try RunnableModule.engine(source)
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
                    RuleBook.notValidated, "the host would refuse to load the module: \(error)",
                    help: "compile for plain wasm32, without features the host does not have")
            ]
        }
        let module: RunnableModule
        do { module = try RunnableModule(bytes, path: file, source: source) } catch {
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
        return allocation(module) + hooks.flatMap { probe($0, module) }
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
        var limits = CallLimits()
        limits.timeMilliseconds = 10_000
        limits.memoryBytes = manifest.memoryLimit
        return limits
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
                        "alloc(\(block.size)) returns \(block.pointer), which is not inside the memory of \(block.memoryBytes) bytes",
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
                        RuleBook.allocOverlaps, "alloc(\(block.size)) returns \(start), which it has given out already",
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

    /// Calls a hook with each kind of input; at most one finding a rule, for the first input that shows it.
    private func probe(_ hook: Hook, _ module: RunnableModule) -> [Finding] {
        var found: [Finding] = []
        for (name, input) in ProbeInputs.all(for: hook) {
            let run = module.call(hook, input: Array(input.compactText.utf8), store: KeyValueStore(), limits: limits)
            let verdict = judge(run, hook, name) ?? repeated(run, hook, name, input, module)
            if let verdict, !found.contains(where: { $0.rule == verdict.rule }) { found.append(verdict) }
        }
        return found
    }

    private func judge(_ run: HookRun, _ hook: Hook, _ name: String) -> Finding? {
        let subject = "'\(hook.name)' with \(name)"
        if let failure = run.outcome.failure {
            switch failure.kind {
            case .outOfFuel:
                return finding(
                    RuleBook.outOfFuel,
                    "\(subject) uses up the \(HostLimits.fuel) units of fuel: the host stops it, and the query goes on",
                    help: name.hasPrefix(ProbeInputs.longPrefix)
                        ? "ask for a text's size before its bytes, and decide at once about long ones; the plugin's README says what burns fuel"
                        : "look for a loop that does not end: pdk run \(hook.name) shows where the fuel ran out"
                )
            case .interrupted:
                return finding(
                    RuleBook.outOfFuel, "\(subject) takes too long: the host stops it, and the query goes on")
            case .outputOutOfRange:
                return finding(
                    RuleBook.outputOutside,
                    "\(subject): \(failure.cause); the host logs an error, and the query goes on",
                    help: "return (pointer << 32) | length of bytes that are inside the memory, below 2 GiB")
            default:
                return finding(
                    RuleBook.hookFails,
                    "\(subject) fails: \(failure.cause); the host logs an error, and the query goes on",
                    help: "pdk run \(hook.name) shows where")
            }
        }
        switch run.answer {
        case .unreadable(let reason):
            return finding(
                RuleBook.unreadableAnswer, "\(subject): \(reason); the host logs an error, and the query goes on",
                help: "answer with an object that has an action: \(hook.actions.joined(separator: ", "))")
        case .unknownAction(let action, let fallback, _):
            return finding(
                RuleBook.unknownAction,
                "\(subject) answers with the action '\(action.printable)', which the host takes as '\(fallback)'",
                help: "the actions are \(hook.actions.joined(separator: ", "))")
        case .incomplete(_, let reason, _):
            return finding(
                RuleBook.incompleteAnswer,
                "\(subject): \(reason); the host cannot use the answer, and the query goes on")
        case .decision, .some(.none), nil: return nil
        }
    }

    /// Calls once more with the same input, attributes and headers in another order: the answer must be the same.
    ///
    /// An instance is always fresh and there is no clock, so that order is all that can differ from call to call.
    private func repeated(
        _ run: HookRun, _ hook: Hook, _ name: String, _ input: JSONValue, _ module: RunnableModule
    ) -> Finding? {
        let turned = ProbeInputs.turned(input).compactText
        let again = module.call(hook, input: Array(turned.utf8), store: KeyValueStore(), limits: limits)
        let isSame =
            if hook.isObserver { true } else if let answer = run.answer?.json, let other = again.answer?.json {
                answer.isEquivalent(to: other)
            } else { again.outcome.output == run.outcome.output }
        guard again.failure != nil || !isSame || again.writes != run.writes else { return nil }
        return finding(
            RuleBook.notRepeatable,
            "'\(hook.name)' with \(name) answers differently when its attributes or headers come in another order",
            help: "nothing but the input and the store may decide, and members of a JSON object have no order")
    }
}

/// The inputs that every hook must stand.
enum ProbeInputs {
    /// How the names of the long inputs begin.
    static let longPrefix = "a 64 KB "

    /// Each kind of input, with its name in words.
    static func all(for hook: Hook) -> [(name: String, input: JSONValue)] {
        let long = "SELECT '" + String(repeating: "abcdefghijklmnop", count: 4096 - 1) + "'"
        let unicode = "SELECT 'naïve \"quoted\" \\\\ back\tslash \u{1F600} \u{4E2D}\u{6587} \u{0001}' -- é"
        switch hook {
        case .authenticate:
            return [
                ("a plain request", request(user: "alice")),
                ("an empty request", .object(["headers": .object([]), "client_ip": .string("")])),
                ("\(longPrefix)user name and password", request(user: String(repeating: "u", count: 65_536))),
                ("Unicode and escapes", request(user: unicode)),
                (
                    "null fields",
                    .object([
                        "headers": .object([]), "username": .null, "password": .null, "client_ip": .string("127.0.0.1"),
                        "database": .null,
                    ])
                ),
                (
                    "unknown extra fields",
                    .object([
                        "extra": extra, "headers": .object(["x": .string("y")]), "client_ip": .string("::1"),
                        "username": .string("a"), "n": .number("1e3"),
                    ])
                ),
            ]
        case .postQuery:
            return contexts(long, unicode).map { name, context in
                let later: JSONValue? = name == "unknown extra fields" ? extra : nil
                let outcome = JSONValue.object([
                    "later": later, "success": .bool(true), "target_node": .null, "elapsed_us": .int(1234),
                    "response_bytes": .int(56_789), "error": .null,
                ])
                return (name, .array([context, outcome]))
            }
        default: return contexts(long, unicode)
        }
    }

    /// The same input with the members of `attributes` and `headers`, which have no order, turned round.
    static func turned(_ input: JSONValue) -> JSONValue {
        switch input {
        case .array(let elements): return .array(elements.map(turned))
        case .object(let members):
            return .object(
                members.map { member in
                    guard ["attributes", "headers"].contains(member.name), case .object(let inner) = member.value else {
                        return JSONValue.Member(member.name, turned(member.value))
                    }
                    return JSONValue.Member(member.name, .object(inner.reversed()))
                })
        default: return input
        }
    }

    private static let extra = JSONValue.array([.int(1), .object(["a": .null])])

    private static func contexts(_ long: String, _ unicode: String) -> [(name: String, input: JSONValue)] {
        [
            ("a plain query", context("SELECT name FROM users WHERE id = 1", tables: ["users"])),
            ("an empty context", context("", tables: [], other: .null, attributes: .object([]))),
            ("\(longPrefix)query", context(long, tables: ["t"])),
            ("Unicode and escapes", context(unicode, tables: ["t\u{4E2D}"])),
            ("null fields", context("SELECT 1", tables: [], other: .null, attributes: .object([]))),
            (
                "unknown extra fields",
                .object([
                    "extra": extra, "query": .string("SELECT 1"), "normalized": .string("SELECT ?"),
                    "tables": .strings(["t"]), "is_read_only": .bool(false), "n": .number("-1.5e3"),
                    "hook_context": .object([
                        "more": .object([]), "request_id": .string("r"), "client_id": .string("c"),
                        "identity": .string("i"), "database": .string("d"), "branch": .string("b"),
                        "attributes": attributes,
                    ]),
                ])
            ),
        ]
    }

    private static let attributes = JSONValue.object([
        "tenant_id": .string("acme"), "region": .string("eu"), "role": .string("reader"),
    ])

    /// A query context whose fields of a text or null are all `other`.
    private static func context(
        _ query: String, tables: [String], other: JSONValue = .string("a"),
        attributes: JSONValue = ProbeInputs.attributes
    ) -> JSONValue {
        .object([
            "query": .string(query), "normalized": .string(query), "tables": .strings(tables),
            "is_read_only": .bool(true),
            "hook_context": .object([
                "request_id": .string("r"), "client_id": other, "identity": other, "database": other, "branch": other,
                "attributes": attributes,
            ]),
        ])
    }

    private static func request(user: String) -> JSONValue {
        .object([
            "headers": .object(["User-Agent": .string("psql"), "X-Request": .string("1"), "Accept": .string("*/*")]),
            "username": .string(user), "password": .string(user), "client_ip": .string("127.0.0.1"),
            "database": .string("app"),
        ])
    }
}
