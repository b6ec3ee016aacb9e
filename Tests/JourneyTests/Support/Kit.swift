import Contract
import TestSupport
import Testing

/// The real `pdk` as somebody without a terminal uses it: a home of its own, and nothing else in the environment.
struct Kit {
    /// The home folder, which need not exist.
    var home = Scratch.path("home")
    /// Variables beside `HOME` and `PATH`: the engine that the set-up fetched, and one cache of compiled code for all.
    var environment = [
        "PDK_WASMTIME": BuiltProduct.repository + "/.build-engine/libwasmtime.so",
        "XDG_CACHE_HOME": Workshop.cacheFolder,
    ]
    /// The folder it runs in.
    var folder = Scratch.folder
    /// The binary.
    var program = BuiltProduct.pdk

    /// Where keys and trust are without further settings.
    var keysFolder: String { home + "/.config/pdk/keys" }

    /// The same kit in another folder.
    func inside(_ folder: String) -> Kit {
        var kit = self
        kit.folder = folder
        return kit
    }

    /// Gives the plugin in its folder another version; what is signed is not that any more.
    func setVersion(_ version: String) throws {
        let path = folder + "/plugin.yaml"
        let lines = try Disk.text(path).split(separator: "\n", omittingEmptySubsequences: false)
        try Disk.write(
            path, lines.map { $0.hasPrefix("version:") ? "version: \(version)" : $0 }.joined(separator: "\n"))
    }

    /// The same kit with another variable.
    func with(_ name: String, _ value: String) -> Kit {
        var kit = self
        kit.environment[name] = value
        return kit
    }

    /// Another program as the same person uses it: with the kit's home and variables, in its folder.
    func tool(_ name: String) -> Program {
        Program(name, environment: environment.merging(["HOME": home]) { given, _ in given }, folder: folder)
    }

    /// Runs a command to its end.
    func run(_ arguments: String..., input: String = "") async throws -> Program.Result {
        try await run(arguments, input: input)
    }

    /// Runs a command to its end.
    func run(_ arguments: [String], input: String = "") async throws -> Program.Result {
        try await tool(program).run(arguments, input: input)
    }

    /// Runs a command where no file may grow past 1 KiB, as if the disk were full (`setrlimit(2)`).
    func runWithoutRoom(_ arguments: String...) async throws -> Program.Result {
        try await tool("bash").run(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\"", program] + arguments)
    }

    /// Runs a command that must succeed; its standard output.
    @discardableResult
    func done(_ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) async throws -> String {
        let result = try await run(arguments)
        try #require(
            result.status == 0, "pdk \(arguments.joined(separator: " ")): \(result.transcript)",
            sourceLocation: sourceLocation)
        return result.output
    }

    /// Runs a command that must succeed; its standard output.
    @discardableResult
    func done(_ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation) async throws -> String {
        let result = try await run(arguments)
        try #require(
            result.status == 0, "pdk \(arguments.joined(separator: " ")): \(result.transcript)",
            sourceLocation: sourceLocation)
        return result.output
    }

    /// Runs a command with `--json`; the one document on its standard output.
    func document(
        _ arguments: String..., status: Int = 0, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> JSONValue {
        let result = try await run(arguments + ["--json"])
        #expect(
            result.status == status, "pdk \(arguments.joined(separator: " ")): \(result.transcript)",
            sourceLocation: sourceLocation)
        return try JSONDocument(parsing: Array(result.output.utf8)).root.value
    }

    /// Runs a command that must fail with status 1; the code of its error, which is also said in words without `--json`.
    func refusal(
        _ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Refusal {
        let result = try await run(arguments + ["--json"])
        #expect(
            result.status == 1, "pdk \(arguments.joined(separator: " ")): \(result.transcript)",
            sourceLocation: sourceLocation)
        let error = try JSONDocument(parsing: Array(result.output.utf8)).root.value["error"]
        return Refusal(
            code: error?["code"]?.string ?? "", message: error?["message"]?.string ?? "",
            help: error?["help"]?.string ?? "", output: error?["output"]?.string ?? "")
    }

    /// What `--json` says of an error.
    struct Refusal {
        let code: String
        let message: String
        let help: String
        let output: String
    }
}

extension JSONValue {
    /// The elements of an array; none for any other value.
    var elements: [JSONValue] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }

    /// The names of an object's members, in their order.
    var names: [String] {
        guard case .object(let members) = self else { return [] }
        return members.map(\.name)
    }

    /// The texts of an array of strings.
    var texts: [String] { elements.compactMap(\.string) }

    /// The whole number.
    var int: Int? {
        guard case .number(let digits) = self else { return nil }
        return Int(digits)
    }

    /// The JSON value of a text.
    static func parse(_ text: String) throws -> JSONValue {
        try JSONDocument(parsing: Array(text.utf8), limits: JSONLimits(bytes: 64 << 20)).root.value
    }
}
