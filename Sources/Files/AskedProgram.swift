internal import CKernel
internal import Glibc

/// A small program that is asked one thing: text on its standard input, an answer on its standard output.
///
/// No shell is involved, and what it writes to standard error goes nowhere.
package struct AskedProgram: Sendable {
    /// The absolute path.
    package let path: String
    package let arguments: [String]
    /// The whole environment that it gets.
    package let environment: [String: String]
    /// The longest that it may take, in seconds.
    package var seconds = 60
    /// The longest answer, in bytes.
    package var maximumBytes = 64 << 10

    /// What has come of it.
    package struct Outcome: Sendable {
        /// Whether it has ended with exit status 0.
        package let isSuccess: Bool
        package var output: [UInt8]
    }

    package init(path: String, arguments: [String], environment: [String: String]) {
        self.path = path
        self.arguments = arguments
        self.environment = environment
    }

    /// Where a program is, by its name, in the absolute folders of a `PATH`; nil where it is nowhere.
    package static func find(_ name: String, in searchPath: String) -> String? {
        searchPath.split(separator: ":").lazy.filter { $0.hasPrefix("/") }.map { "\($0)/\(name)" }.first { path in
            unsafe access(path, X_OK) == 0 && (try? FileStatus.of(path, followingLinks: true))?.kind == .regular
        }
    }

    /// Runs it to its end (`posix_spawn(3)`); error: it cannot be started, takes too long or says too much.
    ///
    /// `input` has at most 4 KiB, so that it fits a pipe before anybody reads it.
    package func run(input: [UInt8]) throws(FileError) -> Outcome {
        precondition(input.count <= 4096)
        let (questions, ask) = try pipe()
        // The reading end is open, so this neither waits nor raises a signal.
        let isAsked = input.isEmpty || (unsafe write(ask, input, input.count) == input.count)
        close(ask)
        defer { close(questions) }
        guard isAsked else { throw FileError.last("write to", path) }
        let (answers, say) = try pipe()
        defer { close(answers) }
        let child: pid_t
        do throws(FileError) {
            child = try start(questions, say)
        } catch {
            close(say)
            throw error
        }
        close(say)
        var output: [UInt8] = []
        let deadline = ContinuousClock.now + .seconds(seconds)
        let isWhole = collect(answers, into: &output, until: deadline)
        var status: Int32 = 0, ended = unsafe waitpid(child, &status, WNOHANG)
        while isWhole, ended == 0 || (ended < 0 && errno == EINTR), ContinuousClock.now < deadline {
            usleep(2000)
            ended = unsafe waitpid(child, &status, WNOHANG)
        }
        if ended == 0 {
            kill(child, SIGKILL)
            while unsafe waitpid(child, &status, 0) < 0, errno == EINTR {}
        }
        guard isWhole, ended != 0 else {
            let isLong = output.count > maximumBytes
            throw FileError(
                action: "run", path: path,
                reason: isLong
                    ? "its output is longer than \(maximumBytes) bytes" : "it has not ended within \(seconds) seconds")
        }
        return Outcome(isSuccess: ended == child && status == 0, output: output)
    }

    /// Reads until the end; false where time or room ran out before.
    private func collect(_ descriptor: Int32, into output: inout [UInt8], until deadline: ContinuousClock.Instant)
        -> Bool
    {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while output.count <= maximumBytes {
            let left = (deadline - ContinuousClock.now) / .milliseconds(1)
            guard left > 0 else { return false }
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let ready = unsafe poll(&waiting, 1, Int32(min(left, 1000)) + 1)
            if ready == 0 || (ready < 0 && errno == EINTR) { continue }
            let count = unsafe read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return true }
            output += buffer[..<count]
            buffer.replaceSubrange(..<count, with: repeatElement(0, count: count))
        }
        return false
    }

    private func pipe() throws(FileError) -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [0, 0]
        guard unsafe ckernel_pipe(&ends, O_CLOEXEC) == 0 else { throw FileError.last("make a pipe to", path) }
        return (ends[0], ends[1])
    }

    private func start(_ input: Int32, _ output: Int32) throws(FileError) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t(), attributes = posix_spawnattr_t()
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawnattr_init(&attributes)
        defer {
            unsafe posix_spawn_file_actions_destroy(&actions)
            unsafe posix_spawnattr_destroy(&attributes)
        }
        unsafe posix_spawn_file_actions_adddup2(&actions, input, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
        unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        // What this process ignores or holds back is its own business.
        var none = sigset_t(), usual = sigset_t()
        unsafe sigemptyset(&none)
        unsafe sigemptyset(&usual)
        for signal in [SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM, SIGCHLD] { unsafe sigaddset(&usual, signal) }
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &usual)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        var words = unsafe ([path] + arguments).map { unsafe strdup($0) } + [nil]
        var variables = unsafe environment.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
        defer {
            unsafe words.forEach { unsafe free($0) }
            unsafe variables.forEach { unsafe free($0) }
        }
        var child: pid_t = 0
        let code = unsafe posix_spawn(&child, path, &actions, &attributes, &words, &variables)
        guard code == 0 else { throw FileError(action: "run", path: path, code: code) }
        return child
    }
}
