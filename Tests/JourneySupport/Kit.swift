package import Contract
package import TestSupport
internal import Testing

/// The real `pdk` as somebody without a terminal uses it: a home of its own, and nothing else in the environment.
package struct Kit {
    /// The home folder, which need not exist.
    package var home: String
    /// Variables beside `HOME` and `PATH`: the engine that the set-up fetched, one cache of compiled code for all, and one
    /// certificate authority, since Debian's 140 take longer to read than most commands take.
    package var environment = [
        "PDK_WASMTIME": BuiltProduct.repository + "/.build-engine/libwasmtime.so",
        "XDG_CACHE_HOME": Workshop.cacheFolder,
        "SSL_CERT_FILE": "/etc/ssl/certs/ISRG_Root_X1.pem",
    ]
    /// The folder it runs in.
    package var folder: String
    /// The binary.
    package var program = BuiltProduct.pdk

    /// A kit with this home that runs in this folder.
    package init(home: String = Scratch.path("home"), folder: String = Scratch.folder) {
        self.home = home
        self.folder = folder
    }

    /// Where keys and trust are without further settings.
    package var keysFolder: String { home + "/.config/pdk/keys" }

    /// The same kit in another folder.
    package func inside(_ folder: String) -> Kit {
        var kit = self
        kit.folder = folder
        return kit
    }

    /// Gives the plugin in its folder another version; what is signed is not that any more.
    package func setVersion(_ version: String) throws {
        let path = folder + "/plugin.yaml"
        let lines = try Disk.text(path).split(separator: "\n", omittingEmptySubsequences: false)
        try Disk.write(
            path, lines.map { $0.hasPrefix("version:") ? "version: \(version)" : $0 }.joined(separator: "\n"))
    }

    /// The same kit with another variable.
    package func with(_ name: String, _ value: String) -> Kit {
        var kit = self
        kit.environment[name] = value
        return kit
    }

    /// Another program as the same person uses it: with the kit's home and variables, in its folder.
    package func tool(_ name: String) -> Program {
        Program(name, environment: environment.merging(["HOME": home]) { given, _ in given }, folder: folder)
    }

    /// Runs a command to its end.
    package func run(_ arguments: String..., input: String = "") async throws -> Program.Result {
        try await run(arguments, input: input)
    }

    /// Runs a command to its end.
    package func run(_ arguments: [String], input: String = "") async throws -> Program.Result {
        try await tool(program).run(arguments, input: input)
    }

    /// Runs a command to its end; a file holds the number of its process from its start, for who ends it.
    package func run(_ arguments: [String], numberIn file: String) async throws -> Program.Result {
        try await tool("bash").run(["-c", "echo $$ > \"$0\"; exec \"$@\"", file, program] + arguments)
    }

    /// Runs a command where no file may grow past 1 KiB, as if the disk were full (`setrlimit(2)`).
    package func runWithoutRoom(_ arguments: String...) async throws -> Program.Result {
        try await tool("bash").run(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\"", program] + arguments)
    }

    /// Runs a command that must succeed; its standard output.
    @discardableResult
    package func done(_ arguments: String..., file: String = #fileID, line: Int = #line) async throws -> String {
        try await done(arguments, file: file, line: line)
    }

    /// Runs a command that must succeed; its standard output.
    @discardableResult
    package func done(_ arguments: [String], file: String = #fileID, line: Int = #line) async throws -> String {
        let result = try await run(arguments)
        try #require(
            result.status == 0, "pdk \(arguments.joined(separator: " ")): \(result.transcript)",
            sourceLocation: SourceLocation(of: file, line))
        return result.output
    }

    /// Runs a command with `--json`; the one document on its standard output.
    package func document(
        _ arguments: String..., status: Int = 0, file: String = #fileID, line: Int = #line
    ) async throws -> JSONValue {
        try await document(arguments, status: status, file: file, line: line)
    }

    private func document(
        _ arguments: [String], status: Int = 0, file: String, line: Int
    ) async throws -> JSONValue {
        let result = try await run(arguments + ["--json"])
        expect(
            result.status == status, "pdk \(arguments.joined(separator: " ")): \(result.transcript)",
            file: file, line: line)
        return try JSONDocument(parsing: Array(result.output.utf8)).root.value
    }

    /// Runs a command that must fail with status 1; the code of its error, which is also said in words without `--json`.
    package func refusal(
        _ arguments: String..., file: String = #fileID, line: Int = #line
    ) async throws -> Refusal {
        try await refusal(arguments, file: file, line: line)
    }

    /// The same of a list of arguments.
    package func refusal(
        _ arguments: [String], file: String = #fileID, line: Int = #line
    ) async throws -> Refusal {
        let result = try await run(arguments + ["--json"])
        expect(
            result.status == 1, "pdk \(arguments.joined(separator: " ")): \(result.transcript)",
            file: file, line: line)
        return try Refusal(of: result)
    }

    /// Runs `pdk registry verify`, which must find no fault, and as many versions as are given.
    package func verify(
        _ registry: String, versions: Int? = nil, trustRoot: String? = nil, file: String = #fileID, line: Int = #line
    ) async throws {
        let arguments = ["registry", "verify", registry] + (trustRoot.map { ["--trust-root", $0] } ?? [])
        let found = try await document(arguments, file: file, line: line)
        expect(found["faults"]?.elements.isEmpty == true, "\(found.compactText)", file: file, line: line)
        guard let versions else { return }
        expect(found["versions"]?.int == versions, "\(found.compactText)", file: file, line: line)
    }

    /// What `--json` says of an error.
    package struct Refusal {
        package let code: String
        package let message: String
        package let help: String
        package let output: String

        /// What a run with `--json` printed; empty texts for what is not there.
        package init(of result: Program.Result) throws {
            let error = try JSONValue.parse(result.output)["error"]
            code = error?["code"]?.string ?? ""
            message = error?["message"]?.string ?? ""
            help = error?["help"]?.string ?? ""
            output = error?["output"]?.string ?? ""
        }
    }
}

extension JSONValue {
    /// The elements of an array; none for any other value.
    package var elements: [JSONValue] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }

    /// The names of an object's members, in their order.
    package var names: [String] {
        guard case .object(let members) = self else { return [] }
        return members.map(\.name)
    }

    /// The texts of an array of strings.
    package var texts: [String] { elements.compactMap(\.string) }

    /// The whole number.
    package var int: Int? {
        guard case .number(let digits) = self else { return nil }
        return Int(digits)
    }

    /// The JSON value of a text.
    package static func parse(_ text: String) throws -> JSONValue {
        try JSONDocument(parsing: Array(text.utf8), limits: JSONLimits(bytes: 64 << 20)).root.value
    }
}
