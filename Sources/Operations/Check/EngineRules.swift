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
        // Without the exports that every call needs, the interface rules have said all there is to say.
        guard ["memory", "alloc", "dealloc"].allSatisfy({ parsed.export(named: $0) != nil }) else { return [] }
        let hooks = manifest.knownHooks.filter { $0.isCalled && parsed.functionType(ofExport: $0.export) != nil }
        return allocation(module) + hooks.flatMap { probe($0, module) }
    }

    private func finding(_ rule: Rule, _ message: String, help: String? = nil) -> Finding {
        Finding(rule, message, help: help, file: file)
    }

    /// The host's limits, but with time for a busy machine: what really loops runs out of fuel.
    private var limits: CallLimits {
        var limits = CallLimits()
        limits.timeMilliseconds = 10_000
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
            if block.pointer <= 0 || range.upperBound > Int64(block.memoryBytes) {
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
            let run = module.call(hook, input: Array(input.utf8), store: KeyValueStore(), limits: limits)
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
                    help:
                        "see which standard calls burn fuel in the plugin's README; pdk run \(hook.name) shows the fuel of a call"
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

    /// Calls once more with the same input: the answer must be the same.
    private func repeated(
        _ run: HookRun, _ hook: Hook, _ name: String, _ input: String, _ module: RunnableModule
    ) -> Finding? {
        let again = module.call(hook, input: Array(input.utf8), store: KeyValueStore(), limits: limits)
        guard again.outcome.output != run.outcome.output || again.writes != run.writes else { return nil }
        return finding(
            RuleBook.notRepeatable, "'\(hook.name)' with \(name) answers differently the second time",
            help: "nothing but the input and the store may decide")
    }
}

/// The inputs that every hook must stand.
enum ProbeInputs {
    /// Each kind of input with its name in words, as JSON text.
    static func all(for hook: Hook) -> [(name: String, json: String)] {
        let long = "SELECT '" + String(repeating: "abcdefghijklmnop", count: 4096 - 1) + "'"
        let unicode = "SELECT 'naïve \"quoted\" \\\\ back\tslash \u{1F600} \u{4E2D}\u{6587} \u{0001}' -- é"
        switch hook {
        case .authenticate:
            return [
                ("a plain request", request(user: "alice")),
                ("an empty request", "{\"headers\":{},\"client_ip\":\"\"}"),
                ("a 64 KB password", request(user: String(repeating: "u", count: 65_536))),
                ("Unicode and escapes", request(user: unicode)),
                (
                    "null fields",
                    "{\"headers\":{},\"username\":null,\"password\":null,\"client_ip\":\"127.0.0.1\",\"database\":null}"
                ),
                (
                    "unknown extra fields",
                    "{\"extra\":[1,{\"a\":null}],\"headers\":{\"x\":\"y\"},\"client_ip\":\"::1\",\"username\":\"a\",\"n\":1e3}"
                ),
            ]
        case .postQuery:
            return contexts(long, unicode).map { name, context in
                let extra = name == "unknown extra fields" ? "\"later\":{\"a\":[true]}," : ""
                let outcome =
                    "{\(extra)\"success\":true,\"target_node\":null,\"elapsed_us\":1234,\"response_bytes\":56789,\"error\":null}"
                return (name, "[\(context),\(outcome)]")
            }
        default: return contexts(long, unicode)
        }
    }

    private static func contexts(_ long: String, _ unicode: String) -> [(name: String, json: String)] {
        [
            ("a plain query", context(query: "SELECT name FROM users WHERE id = 1", table: "users")),
            ("an empty context", context(query: "", table: nil)),
            ("a 64 KB query", context(query: long, table: "t")),
            ("Unicode and escapes", context(query: unicode, table: "t\u{4E2D}")),
            (
                "null fields",
                "{\"query\":\"SELECT 1\",\"normalized\":\"SELECT ?\",\"tables\":[],\"is_read_only\":true,\"hook_context\":"
                    + "{\"request_id\":\"r\",\"client_id\":null,\"identity\":null,\"database\":null,\"branch\":null,"
                    + "\"attributes\":{}}}"
            ),
            (
                "unknown extra fields",
                "{\"extra\":[1,{\"a\":null}],\"query\":\"SELECT 1\",\"normalized\":\"SELECT ?\",\"tables\":[\"t\"],"
                    + "\"is_read_only\":false,\"n\":-1.5e3,\"hook_context\":{\"more\":{},\"request_id\":\"r\","
                    + "\"client_id\":\"c\",\"identity\":\"i\",\"database\":\"d\",\"branch\":\"b\","
                    + "\"attributes\":{\"tenant_id\":\"acme\"}}}"
            ),
        ]
    }

    private static func context(query: String, table: String?) -> String {
        let short = JSONValue.object([
            "query": .string(query), "tables": .strings(table.map { [$0] } ?? []), "is_read_only": .bool(true),
            "attributes": .object(["tenant_id": .string("acme")]),
        ])
        // The short form here has only keys that a query context takes.
        return (try? HookInput.fill(short, for: .preQuery).compactText) ?? "{}"
    }

    private static func request(user: String) -> String {
        JSONValue.object([
            "headers": .object(["User-Agent": .string("psql")]), "username": .string(user), "password": .string(user),
            "client_ip": .string("127.0.0.1"), "database": .string("app"),
        ]).compactText
    }
}
