internal import Arguments
internal import Authoring
internal import Basics
internal import Contract
internal import Files
internal import Operations

/// The options that say which module is run, and what its hook is given.
struct HookOptions: ParsableArguments, Sendable {
    @Option(name: .long, help: "The module; in a plugin's folder, dist/NAME.wasm.")
    var wasm: String?

    @Option(name: .long, help: "The whole input as JSON: a file, or - for standard input.")
    var input: String?

    @Option(name: .long, help: "The query.")
    var query: String?

    @Option(name: .long, help: "A table of the query; may be given several times. (default: those the query names)")
    var table: [String] = []

    @Option(name: .long, help: "An attribute of the call, as KEY=VALUE; may be given several times.")
    var attr: [String] = []

    @Option(
        name: .long,
        help:
            "Any other field of the input, as KEY=VALUE, such as identity=alice or elapsed_us=1200; may be given several times."
    )
    var field: [String] = []

    @Option(name: .long, help: "A header for authenticate, as KEY=VALUE; may be given several times.")
    var header: [String] = []

    @Option(name: .long, help: "A JSON file of texts to fill the key-value store with.")
    var kv: String?

    /// Whether anything was said of the input.
    var saysInput: Bool { input != nil || hasShortOptions }

    private var hasShortOptions: Bool {
        query != nil || !table.isEmpty || !attr.isEmpty || !field.isEmpty || !header.isEmpty
    }

    func validate() throws {
        if input != nil, hasShortOptions {
            throw ValidationError("Give either --input or the short options, not both.")
        }
    }

    /// The hook called `name`, which must be one the host calls.
    static func hook(_ name: String) throws -> Hook {
        guard let hook = Hook(manifestName: name), hook.isCalled else {
            throw ValidationError(
                "There is no hook '\(name.printable)' that the host calls; it calls "
                    + Hook.called.map(\.name).joined(separator: ", ") + ".")
        }
        return hook
    }

    /// The path of the module.
    func module(_ session: Session) throws -> String {
        try wasm.map(session.path) ?? session.project().modulePath
    }

    /// The memory of a call, in bytes, that the plugin's manifest says; nil for a module from elsewhere.
    func memoryBytes(_ session: Session) throws -> Int? {
        wasm == nil ? try session.project().manifest.memoryLimit : nil
    }

    /// The store before the call.
    func store(_ session: Session) throws -> [String: String] {
        try kv.map { try RunHook.readStore(session.path($0)) } ?? [:]
    }

    /// The exact bytes of the input.
    func bytes(for hook: Hook, _ session: Session) throws -> [UInt8] {
        switch input {
        case "-"?: return try WholeFiles.readStandardInput(limit: 64 << 20)
        case let path?: return try WholeFiles.read(session.path(path), limit: 64 << 20)
        case nil:
            do throws(HookInput.Failure) {
                return Array(try HookInput.fill(try short(hook), for: hook).compactText.utf8)
            } catch {
                throw Problem(.invalidInput, error.description)
            }
        }
    }

    private func short(_ hook: Hook) throws(HookInput.Failure) -> JSONValue {
        var members: [JSONValue.Member] = [], outcome: [JSONValue.Member] = []
        if let query { members.append(.init("query", .string(query))) }
        if !table.isEmpty { members.append(.init("tables", .strings(table))) }
        if !attr.isEmpty { members.append(.init("attributes", .object(try attr.map(Self.pair)))) }
        if !header.isEmpty { members.append(.init("headers", .object(try header.map(Self.pair)))) }
        for text in field {
            let pair = try Self.pair(text)
            let isOutcome = hook == .postQuery && !HookInput.keys(of: hook).contains(pair.name)
            let value =
                ["is_read_only", "success", "elapsed_us", "response_bytes"].contains(pair.name)
                ? try Self.typed(pair) : pair.value
            if isOutcome { outcome.append(.init(pair.name, value)) } else { members.append(.init(pair.name, value)) }
        }
        if !outcome.isEmpty { members.append(.init("outcome", .object(outcome))) }
        return .object(members)
    }

    private static func pair(_ text: String) throws(HookInput.Failure) -> JSONValue.Member {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            throw HookInput.Failure("'\(text.printable)' is not KEY=VALUE")
        }
        return .init(String(text[..<equals]), .string(String(text[text.index(after: equals)...])))
    }

    /// A truth value or a number that was given as text.
    private static func typed(_ pair: JSONValue.Member) throws(HookInput.Failure) -> JSONValue {
        switch pair.value {
        case .string("true"): return .bool(true)
        case .string("false"): return .bool(false)
        case .string(let text):
            guard let number = Int(text) else {
                throw HookInput.Failure("\(pair.name) is neither true, false nor a whole number")
            }
            return .int(number)
        default: return pair.value
        }
    }
}
