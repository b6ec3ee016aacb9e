internal import Glibc
internal import SystemPackage

/// A real program that is under way beside a test, such as a server; it is ended with this value.
public final class StartedProgram {
    private let process: pid_t
    private var status: Int?

    fileprivate init(process: pid_t) { self.process = process }

    deinit { end() }

    /// Whether it is still running (`waitpid(2)`).
    public var isRunning: Bool {
        reap(WNOHANG)
        return status == nil
    }

    /// Waits for its end; the exit status, minus the signal's number when a signal ended it.
    @discardableResult
    public func wait() -> Int {
        while status == nil { reap(0) }
        return status ?? 0
    }

    /// Ends it by its own number, and no other program.
    public func end() {
        guard isRunning else { return }
        kill(process, SIGKILL)
        wait()
    }

    private func reap(_ options: Int32) {
        guard status == nil else { return }
        var code: Int32 = 0
        guard unsafe waitpid(process, &code, options) == process else { return }
        status = code & 0x7F == 0 ? Int(code >> 8 & 0xFF) : -Int(code & 0x7F)
    }
}

extension Program {
    /// Why a program could not be started.
    public struct NotStarted: Error, CustomStringConvertible {
        /// The program's name and the system's reason.
        public let description: String
    }

    /// Starts the program without input; what it prints goes into the file `output` of its folder, or nowhere.
    public func start(_ arguments: [String], output: String? = nil) throws -> StartedProgram {
        let path = output.map { folder + "/" + $0 } ?? "/dev/null"
        let file = try FileDescriptor.open(
            FilePath(path), .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: .ownerReadWrite)
        return try file.closeAfter {
            let nowhere = try FileDescriptor.open(FilePath("/dev/null"), .writeOnly, options: .closeOnExec)
            return try nowhere.closeAfter { try spawn(arguments, output: file, errors: nowhere) }
        }
    }

    /// Runs the program to its end without suspending, for fixtures that are made where nothing can be awaited.
    public func runBlocking(_ arguments: [String]) throws -> Result {
        // Files, not pipes: nobody needs to read while the program writes.
        let output = try Self.unnamedFile(), errors = try Self.unnamedFile()
        return try output.closeAfter {
            try errors.closeAfter {
                let status = try spawn(arguments, output: output, errors: errors).wait()
                return Result(
                    status: status, output: try Self.contents(of: output), errors: try Self.contents(of: errors))
            }
        }
    }

    /// Starts the program with these files as its output and errors (`posix_spawnp(3)`); `env` fails where there is none.
    private func spawn(
        _ arguments: [String], output: FileDescriptor, errors: FileDescriptor
    ) throws -> StartedProgram {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, output.rawValue, 1)
        unsafe posix_spawn_file_actions_adddup2(&actions, errors.rawValue, 2)

        // The thread of a test may hold signals back, and its children would, too.
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

        let path = unsafe getenv("PATH").map { unsafe String(cString: $0) } ?? "/usr/bin:/bin"
        let variables = environment.merging(["PATH": path]) { given, _ in given }.map { $0.key + "=" + $0.value }
        // `env` goes into the folder first: Swift does not see the function that would.
        var words = unsafe (["env", "-C", folder, name] + arguments).map { unsafe strdup($0) } + [nil]
        var settings = unsafe variables.map { unsafe strdup($0) } + [nil]
        defer { unsafe (words + settings).forEach { unsafe free($0) } }
        var process: pid_t = 0
        let code = unsafe posix_spawnp(&process, "env", &actions, &attributes, &words, &settings)
        guard code == 0 else {
            throw NotStarted(description: "cannot start \(name): \(unsafe String(cString: strerror(code)))")
        }
        return StartedProgram(process: process)
    }

    private static func contents(of file: FileDescriptor) throws -> String {
        _ = try file.seek(offset: 0, from: FileDescriptor.SeekOrigin.start)
        var all: [UInt8] = [], piece = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = try unsafe piece.withUnsafeMutableBytes { try unsafe file.read(into: $0) }
            if count == 0 { return String(decoding: all, as: UTF8.self) }
            all += piece[..<count]
        }
    }
}
