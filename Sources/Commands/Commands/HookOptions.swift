internal import Arguments
internal import Authoring
internal import Basics
internal import Contract
internal import Files
internal import Operations

/// The options that say which module is run, and what its hook is given.
struct HookOptions: ParsableArguments, Sendable {
    /// The longest input that is read, in bytes.
    private static let maximumInputBytes = 64 << 20

    @Option(name: .long, help: "The module; in a plugin's folder, dist/NAME.wasm.")
    var wasm: String?

    @Option(name: .long, help: "The whole input as JSON: a file, or - for standard input.")
    var input: String?

    @Option(name: .long, help: "The query.")
    var query: String?

    @Option(
        name: .long,
        help: "A table of the query; may be given several times. (default: what the host sends, in 1.5 none)")
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

    @Option(name: .long, help: "A JSON file of keys and strings to fill the key-value store with.")
    var kv: String?

    @OptionGroup var host: HostOption

    /// The hooks that the host calls, as an argument's help names them.
    static let names = HostProfile.standard.calledHooks.map(\.name).joined(separator: ", ")

    /// Whether anything was said of the input.
    var saysInput: Bool { input != nil || hasShortOptions }

    private var hasShortOptions: Bool {
        query != nil || !table.isEmpty || !attr.isEmpty || !field.isEmpty || !header.isEmpty
    }

    func validate() throws {
        if input != nil, hasShortOptions {
            throw ValidationError("Give either --input or the short options, not both.")
        }
        try KeyValueText.check(attr, of: "--attr", example: "tenant_id=acme")
        try KeyValueText.check(header, of: "--header", example: "x-api-key=abc")
        try KeyValueText.check(field, of: "--field", example: "identity=alice")
    }

    /// The hook called `name`, which must be one the host calls.
    static func hook(_ name: String, _ profile: HostProfile) throws -> Hook {
        guard let hook = profile.hook(named: name), hook.isCalled else {
            throw ValidationError(
                "The host calls no hook '\(name.printable)'; it calls "
                    + profile.calledHooks.map(\.name).joined(separator: ", ") + ".")
        }
        return hook
    }

    /// The path of the module.
    func module(_ session: Session) throws -> String {
        try wasm.map(session.path) ?? session.project().modulePath
    }

    /// The host profile to run for: the one that is named, else the plugin's own.
    func profile(_ session: Session) throws -> HostProfile {
        if let named = try host.profile(session) { return named }
        // Without a plugin's folder there is no module either, which is said when it is asked for.
        guard wasm == nil, try PluginProject.find(from: session.currentFolder) != nil else { return .standard }
        return try session.project().profile
    }

    /// The store before the call.
    func store(_ session: Session) throws -> [ByteText: ByteText] {
        try kv.map { try RunHook.readStore(session.path($0)) } ?? [:]
    }

    /// What a hook is given.
    struct Input {
        /// The exact bytes.
        let bytes: [UInt8]
        /// What in it the host never sends.
        var assumptions: [HookInput.Assumption] = []
        var warnings: [Text] = []

        fileprivate init(filled: HookInput) {
            bytes = Array(filled.text.utf8)
            assumptions = filled.assumptions
        }

        /// The whole input as somebody gave it, whatever it is.
        fileprivate init(given bytes: [UInt8], from source: String, for hook: Hook) {
            self.bytes = bytes
            assumptions = HookInput.assumptions(in: bytes, for: hook, limit: HookOptions.maximumInputBytes)
            do throws(JSONError) {
                _ = try JSONDocument(parsing: bytes, limits: JSONLimits(bytes: HookOptions.maximumInputBytes))
            } catch {
                warnings = [
                    "\(source) is not JSON, but the host's inputs are (\(error)); it is passed to the hook unchanged"
                ]
            }
        }
    }

    /// The hook as a host with this profile calls it.
    func called(_ hook: Hook, _ profile: HostProfile, _ session: Session) throws -> CalledHook {
        var called = try CalledHook(hook, of: module(session), store: store(session), profile: profile)
        if wasm == nil { called.project = try session.project() }
        return called
    }

    /// The exact bytes of the input, and what is to be said of them.
    func input(for hook: Hook, _ session: Session) throws -> Input {
        switch input {
        case "-"?:
            let bytes = try WholeFiles.readStandardInput(limit: Self.maximumInputBytes)
            guard !bytes.isEmpty else {
                throw Problem(
                    .invalidInput, "there is nothing on standard input",
                    help: "pipe the input in, or name its file; --query 'SELECT 1' makes a whole input of a query")
            }
            return Input(given: bytes, from: "standard input", for: hook)
        case let path?:
            let path = session.path(path)
            if try FileStatus.of(path, followingLinks: true)?.kind == .other {
                throw Problem(
                    .invalidInput, "\(path) is a pipe or a device, and not a file",
                    help: "pipe the input in with: --input -")
            }
            return Input(
                given: try WholeFiles.read(path, limit: Self.maximumInputBytes), from: path, for: hook)
        case nil:
            do throws(HookInput.Failure) { return Input(filled: try HookInput(try short(hook), for: hook)) } catch {
                throw Problem(.invalidInput, error.description)
            }
        }
    }

    private func short(_ hook: Hook) throws(HookInput.Failure) -> JSONValue {
        var members: [JSONValue.Member] = [], inner: [String: [JSONValue.Member]] = [:]
        if let query { members.append(.init("query", .string(query))) }
        if !table.isEmpty { members.append(.init("tables", .strings(table))) }
        if !attr.isEmpty { members.append(.init("attributes", .object(try attr.map(Self.pair)))) }
        if !header.isEmpty { members.append(.init("headers", .object(try header.map(Self.pair)))) }
        for text in field {
            let pair = try Self.pair(text)
            // A field of a later record stands below the record's name.
            let later = hook.records.dropFirst().first { $0.fields.contains { $0.name == pair.name } }
            let field = hook.inputFields.first { $0.name == pair.name }
            let value = try field.map { (field) throws(HookInput.Failure) in try Self.typed(pair, field) } ?? pair.value
            if let later, !HookInput.keys(of: hook).contains(pair.name) {
                inner[later.name, default: []].append(.init(pair.name, value))
            } else {
                members.append(.init(pair.name, value))
            }
        }
        for (name, fields) in inner.sorted(by: { $0.key < $1.key }) { members.append(.init(name, .object(fields))) }
        return .object(members)
    }

    private static func pair(_ text: String) throws(HookInput.Failure) -> JSONValue.Member {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            throw HookInput.Failure("'\(text.printable)' is not KEY=VALUE")
        }
        return .init(String(text[..<equals]), .string(String(text[text.index(after: equals)...])))
    }

    /// A value that was given as text, in the type of its field.
    private static func typed(
        _ pair: JSONValue.Member, _ field: InputField
    ) throws(HookInput.Failure) -> JSONValue {
        if case (.texts, .string(let text)) = (field.kind, pair.value) { return .strings([text]) }
        guard [.truth, .count].contains(field.kind) else { return pair.value }
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
