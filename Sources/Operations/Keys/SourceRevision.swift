internal import Basics

/// Where a plugin's sources come from, as git knows it.
package struct SourceRevision: Sendable, Equatable {
    /// The address of the repository, without a user's name or password; nil when there is none.
    package let source: String?
    /// The commit, with `-dirty` behind it when files differ from it; nil outside of a repository.
    package let revision: String?

    /// Asks the git in `PATH`; nothing is known where there is none.
    package static func detect(folder: String, environment: [String: String]) async -> SourceRevision {
        guard let git = GitProgram(environment: environment),
            let commit = await git.answer("rev-parse", "--verify", "HEAD", in: folder), commit.utf8.count <= 64
        else { return SourceRevision(source: nil, revision: nil) }
        let isClean =
            await git.answer(
                "diff", "--quiet", "--no-ext-diff", "--no-textconv", "HEAD", "--", in: folder) != nil
        let remote = await git.answer("remote", "get-url", "origin", in: folder)
        return SourceRevision(source: remote.flatMap(address), revision: isClean ? commit : commit + "-dirty")
    }

    /// The address of a remote that others can use; nil for a path of this machine.
    static func address(_ remote: String) -> String? {
        guard !remote.isEmpty, remote.utf8.count <= 2048, remote.printable == remote else { return nil }
        if let scheme = ["https://", "http://", "ssh://", "git://"].first(where: remote.lowercased().hasPrefix) {
            let rest = remote.dropFirst(scheme.count)
            let host = rest.prefix { $0 != "/" }
            guard let at = host.lastIndex(of: "@") else { return remote }
            return String(remote.prefix(scheme.count)) + String(rest[rest.index(after: at)...])
        }
        // `user@host:path`, as ssh has it.
        guard !remote.hasPrefix("/"), !remote.hasPrefix("."), let colon = remote.firstIndex(of: ":"),
            !remote[..<colon].contains("/")
        else { return nil }
        let host = remote[..<colon].split(separator: "@").last ?? ""
        return "ssh://\(host)/\(remote[remote.index(after: colon)...])"
    }
}
