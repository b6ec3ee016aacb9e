internal import Basics
internal import Files

/// The user's git, run without prompts, hooks and settings of an outer repository.
struct GitProgram: Sendable {
    private let path: String
    private let environment: [String: String]

    /// Finds git in `PATH`; `purpose` says what it is needed for.
    ///
    /// Error: `no-git`.
    init(environment: [String: String], purpose: String) throws(Problem) {
        guard let git = GitProgram(environment: environment) else {
            throw Problem(.noGit, "git is not in PATH; it is needed for \(purpose)", help: "apt-get install -y git")
        }
        self = git
    }

    /// Finds git in `PATH`; nil where there is none.
    init?(environment: [String: String]) {
        let folders = (environment["PATH"] ?? Toolchain.usualPath).split(separator: ":").filter { $0.hasPrefix("/") }
        let found = folders.map { FilePaths.join(String($0), "git") }.first { path in
            // A folder of PATH that cannot be examined has no programs for us.
            (try? FileStatus.of(path, followingLinks: true)).map { $0.kind == .regular && $0.mode & 0o111 != 0 }
                ?? false
        }
        guard let found else { return nil }
        path = found
        var settings = environment
        settings["GIT_TERMINAL_PROMPT"] = "0"
        settings["GIT_OPTIONAL_LOCKS"] = "0"
        settings["GIT_ALLOW_PROTOCOL"] = "https:http:ssh:file"
        for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX"] {
            settings[name] = nil
        }
        settings["PATH"] = (FilePaths.parent(of: found) ?? "/usr/bin") + ":" + Toolchain.usualPath
        self.environment = settings
    }

    /// Runs git in `folder`.
    func run(_ arguments: [String], in folder: String?) async throws -> ChildProcess.Outcome {
        try await ChildProcess(
            program: path, arguments: ["-c", "core.hooksPath=/dev/null"] + arguments, environment: environment,
            folder: folder
        ).run(within: .seconds(300))
    }

    /// What git answers to a question, without blanks at its end; nil when it fails or says nothing.
    func answer(_ arguments: String..., in folder: String? = nil) async -> String? {
        guard let outcome = try? await run(arguments, in: folder), outcome.isSuccess else { return nil }
        return outcome.output.trimmedEnd
    }

    /// Runs a shell command, for redirections; `git` in it is this one, `$1` and so on are `arguments`.
    func shell(_ command: String, _ arguments: [String], in folder: String) async throws -> ChildProcess.Outcome {
        try await ChildProcess(
            program: "/bin/sh", arguments: ["-c", command, "sh"] + arguments, environment: environment, folder: folder
        ).run(within: .seconds(300))
    }
}
