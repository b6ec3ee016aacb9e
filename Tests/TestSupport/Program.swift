internal import Glibc
internal import Subprocess
internal import SystemPackage

/// A real program run by a test, without a terminal.
public struct Program: Sendable {
    /// What a run came to.
    public struct Result: Sendable {
        /// The exit status; minus the signal's number when a signal ended it.
        public let status: Int
        /// Standard output.
        public let output: String
        /// Standard error.
        public let errors: String
        /// Output and errors, for messages of failed expectations.
        public var transcript: String { "status \(status)\n--- output\n\(output)\n--- errors\n\(errors)" }
    }

    /// The program's name in `PATH`, or its path.
    public let name: String
    /// Variables set beside the process's own `PATH`; nothing else of the environment goes in.
    public var environment: [String: String]
    /// The folder it runs in.
    public var folder: String

    /// A program to run in `folder`, by default the test's scratch folder.
    public init(_ name: String, environment: [String: String] = [:], folder: String? = nil) {
        self.name = name
        self.environment = environment
        self.folder = folder ?? Scratch.folder
    }

    /// How many programs run at once in all tests together; a program must not wait for another test's.
    private static let slots = Slots(12)
    /// Whether the running test's programs go before those of others (`.firstInLine`).
    @TaskLocal static var goesFirst = false

    /// Runs the program to its end; at most 16 MiB of output and of errors are kept.
    public func run(_ arguments: [String], input: String = "") async throws -> Result {
        try await Self.slots.use(goesFirst: Self.goesFirst) { try await runNow(arguments, input: input) }
    }

    private func runNow(_ arguments: [String], input: String) async throws -> Result {
        var variables: [Environment.Key: String] = [:]
        variables["PATH"] = unsafe getenv("PATH").map { unsafe String(cString: $0) } ?? "/usr/bin:/bin"
        for (name, value) in environment { if let key = Environment.Key(rawValue: name) { variables[key] = value } }
        let executable: Executable = name.contains("/") ? .path(FilePath(name)) : .name(name)
        let record = try await Subprocess.run(
            executable, arguments: Arguments(arguments), environment: .custom(variables),
            workingDirectory: FilePath(folder),
            input: .fileDescriptor(try Self.holding(Array(input.utf8)), closeAfterSpawningProcess: true),
            output: .bytes(limit: 16 << 20),
            error: .bytes(limit: 16 << 20))
        let status: Int
        switch record.terminationStatus {
        case .exited(let code): status = Int(code)
        case .signaled(let signal): status = -Int(signal)
        }
        return Result(
            status: status, output: String(decoding: record.standardOutput, as: UTF8.self),
            errors: String(decoding: record.standardError, as: UTF8.self))
    }

    /// A file without a name that holds the input and ends with it.
    ///
    /// Not a pipe: who writes to a program that has ended is ended by SIGPIPE (`pipe(7)`), and with it all the tests.
    private static func holding(_ input: [UInt8]) throws -> FileDescriptor {
        let file = try unnamedFile()
        try file.writeAll(input)
        _ = try file.seek(offset: 0, from: FileDescriptor.SeekOrigin.start)
        return file
    }

    /// An open file that ends with its descriptor.
    static func unnamedFile() throws -> FileDescriptor {
        let path = "\(Scratch.parent)/pdk-test-file-\(getpid())-\(UInt64.random(in: .min ... .max))"
        let file = try FileDescriptor.open(
            FilePath(path), .readWrite, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .ownerReadWrite
        )
        unsafe unlink(path)
        return file
    }
}
