internal import Files

/// The author's name for a new plugin, where none is given.
package enum AuthorName {
    /// `$GIT_AUTHOR_NAME`, else git's `user.name`, else `$USER`, else `unknown`.
    package static func detect(environment: [String: String]) async -> String {
        if let name = environment["GIT_AUTHOR_NAME"], !name.isEmpty { return name }
        for folder in (environment["PATH"] ?? "").split(separator: ":") where folder.hasPrefix("/") {
            let program = FilePaths.join(String(folder), "git")
            // Without git, or without a name in its configuration, the next source counts.
            guard let status = try? FileStatus.of(program, followingLinks: true), status.mode & 0o111 != 0 else {
                continue
            }
            let git = ChildProcess(
                program: program, arguments: ["config", "--get", "user.name"], environment: environment, folder: nil)
            guard let outcome = try? await git.run(), outcome.isSuccess, !outcome.output.trimmedEnd.isEmpty else {
                break
            }
            return outcome.output.trimmedEnd
        }
        return environment["USER"].flatMap { $0.isEmpty ? nil : $0 } ?? "unknown"
    }
}
