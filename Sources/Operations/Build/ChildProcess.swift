internal import Basics
internal import Subprocess
internal import SystemPackage

/// A program run to its end, with nothing on its standard input.
struct ChildProcess {
    /// What came of it.
    struct Outcome: Sendable {
        let isSuccess: Bool
        /// `exited(1)`, `signaled(9)` and the like, in words.
        let status: String
        /// Standard output and error, interleaved; only the last 256 KiB of a long one.
        let output: String
    }

    /// The absolute path of the program.
    let program: String
    let arguments: [String]
    let environment: [String: String]
    let folder: String?
    /// Whether the program gets a session of its own, so that all it has started ends with it when the task is cancelled.
    ///
    /// A terminal's Ctrl-C then reaches only the kit, which must be one that cancels.
    var endsWithItsChildren = false

    /// Runs the program, and ends it when it takes longer than `limit`; that is a failure, told in `status`.
    func run(within limit: Duration) async throws -> Outcome {
        try await withThrowingTaskGroup(of: Outcome?.self) { group in
            group.addTask { try await run() }
            group.addTask {
                try await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            if let first = try await group.next(), let outcome = first { return outcome }
            return Outcome(isSuccess: false, status: "no answer within \(limit.components.seconds) seconds", output: "")
        }
    }

    /// Runs the program; each piece of its output also goes to `echo` as it comes.
    func run(echo: (@Sendable (String) -> Void)? = nil) async throws -> Outcome {
        var variables: [Environment.Key: String] = [:]
        // Keys and passphrases are for signing, and no compiler's or build script's business.
        for (name, value) in environment where !name.hasPrefix("PDK_KEY_") {
            if let key = Environment.Key(rawValue: name) { variables[key] = value }
        }
        let kept = 256 << 10
        var options = PlatformOptions()
        options.createSession = endsWithItsChildren
        // When the task is cancelled: first asked to end, then killed.
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: endsWithItsChildren, allowedDurationToNextStep: .seconds(2))
        ]
        let result: ExecutionResult<[UInt8], SequenceOutput, CombinedErrorOutput>
        do {
            result = try await Subprocess.run(
                .path(FilePath(program)), arguments: Arguments(arguments), environment: .custom(variables),
                workingDirectory: folder.map { FilePath($0) }, platformOptions: options, input: .none,
                output: .sequence,
                error: .combinedWithOutput
            ) { execution in
                var tail: [UInt8] = []
                for try await piece in execution.standardOutput {
                    let bytes = unsafe piece.withUnsafeBytes { unsafe Array($0) }
                    echo?(String(decoding: bytes, as: UTF8.self))
                    tail.append(contentsOf: bytes)
                    if tail.count > 2 * kept { tail.removeFirst(tail.count - kept) }
                }
                return tail
            }
        } catch let error as SubprocessError {
            throw Problem(.cannotRun, "cannot run \(program): \(error)")
        }
        let status: String
        switch result.terminationStatus {
        case .exited(let code): status = "exit status \(code)"
        case .signaled(let signal): status = "signal \(signal)"
        }
        return Outcome(
            isSuccess: result.terminationStatus.isSuccess, status: status,
            output: String(decoding: result.closureResult.suffix(kept), as: UTF8.self))
    }
}
