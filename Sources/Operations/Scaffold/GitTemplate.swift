internal import Authoring
internal import Basics
internal import Files

/// A template in a git repository, read from its objects: nothing is checked out, and nothing of it is run.
struct GitTemplate {
    let url: String
    let ref: String?
    let folder: String
    let context: Context

    /// Fetches the commit and reads the template's files.
    ///
    /// Errors: `no-git`, `template-not-fetched`, `invalid-template`.
    func read() async throws -> PluginTemplate {
        let work = try TemporaryFolder(inShared: context.scratch, prefix: "pdk-template-")
        _ = try await git(work.path, ["init", "-q", "--bare"])
        do {
            _ = try await git(work.path, ["fetch", "-q", "--depth", "1", "--no-tags", "--", url, ref ?? "HEAD"])
        } catch let shallow as Problem {
            // A server may refuse a commit by its id; the whole history holds it then.
            guard let ref, ref.count >= 7, ref.allSatisfy(\.isHexDigit) else { throw shallow }
            _ = try await git(work.path, ["fetch", "-q", "--", url, "+refs/*:refs/fetched/*"])
            _ = try await git(work.path, ["update-ref", "FETCH_HEAD", ref])
        }
        let commit = try await git(work.path, ["rev-parse", "--verify", "FETCH_HEAD^{commit}"]).trimmedEnd
        let tree = commit + (folder.isEmpty ? "" : ":" + folder)
        let kind = folder.isEmpty ? "tree" : (try? await git(work.path, ["cat-file", "-t", tree]))?.trimmedEnd
        guard kind == "tree" else {
            throw Problem(
                .templateNotFetched,
                "there is no folder '\(folder.printable)' in \(Self.withoutSecret(url).printable) at \(commit.prefix(12))",
                help: "name the template's folder after '//', and the branch or tag that has it after '#'")
        }
        let list = FilePaths.join(work.path, "list"), contents = FilePaths.join(work.path, "contents")
        try await shell(work.path, "git --git-dir=. ls-tree -r -z --full-tree \"$1\" > \"$2\"", [tree, list])
        let entries = try Self.entries(WholeFiles.read(list, limit: 4 << 20), origin)
        let wanted = entries.map { $0.object + "\n" }.joined()
        let names = FilePaths.join(work.path, "names")
        try WholeFiles.replace(names, with: Array(wanted.utf8), durably: false)
        try await shell(
            work.path,
            "git --git-dir=. cat-file --batch < \"$1\" | head -c \(SkeletonRenderer.maximumBytes + (4 << 20)) > \"$2\"",
            [names, contents])
        let bytes = try WholeFiles.read(contents, limit: SkeletonRenderer.maximumBytes + (4 << 20))
        let files = try Self.files(entries, bytes, origin)
        return try PluginTemplate(files: files, origin: origin, commit: commit)
    }

    /// The address as it can be typed again, without what may be secret: it is kept in the plugin's folder.
    private var origin: String {
        let prefix = url.hasPrefix("git@") ? "" : "git+"
        let end = folder.isEmpty ? "" : "//" + folder
        return prefix + Self.withoutSecret(url) + (ref == nil && end.isEmpty ? "" : "#" + (ref ?? "") + end)
    }

    /// An address without a password, and on the web without a user's name, which may be a token.
    private static func withoutSecret(_ url: String) -> String {
        let bare = url.withoutLogin, scheme = "ssh://"
        guard bare != url, url.hasPrefix(scheme) else { return bare }
        let host = bare.dropFirst(scheme.count)
        let login = url.dropFirst(scheme.count).dropLast(host.count + 1)
        return scheme + login.prefix { $0 != ":" } + "@" + host
    }

    private struct Entry {
        let path: String
        let object: String
        let isExecutable: Bool
    }

    /// The files of `git ls-tree -z`: `MODE TYPE OBJECT<tab>PATH<nul>`.
    private static func entries(_ bytes: [UInt8], _ origin: String) throws(Problem) -> [Entry] {
        var entries: [Entry] = []
        for line in bytes.split(separator: 0) {
            let parts = line.split(separator: UInt8(ascii: "\t"), maxSplits: 1)
            guard parts.count == 2, let path = String(validating: parts[1], as: UTF8.self),
                let head = String(validating: parts[0], as: UTF8.self)?.split(separator: " "), head.count == 3
            else { throw refused(origin, "a file's name in it is not UTF-8") }
            guard path == TemplateDescription.fileName || path.hasPrefix("files/") else { continue }
            guard ["100644", "100664", "100755"].contains(head[0]) else {
                throw refused(origin, "\(path.printable) is a link or a submodule")
            }
            entries.append(Entry(path: path, object: String(head[2]), isExecutable: head[0] == "100755"))
        }
        guard entries.count <= SkeletonRenderer.maximumFiles + 100 else {
            throw refused(origin, "it has too many files")
        }
        return entries
    }

    /// The contents that `git cat-file --batch` writes: `OBJECT blob SIZE<newline>`, the bytes, a newline.
    private static func files(_ entries: [Entry], _ bytes: [UInt8], _ origin: String) throws(Problem) -> [PluginTemplate
        .File]
    {
        var files: [PluginTemplate.File] = [], at = 0
        for entry in entries {
            guard let end = bytes[at...].firstIndex(of: UInt8(ascii: "\n")),
                let head = String(validating: bytes[at..<end], as: UTF8.self)?.split(separator: " "), head.count == 3,
                head[0] == entry.object, let size = Int(head[2]), size >= 0, size <= bytes.count - end - 1
            else { throw refused(origin, "\(entry.path.printable) is too large or cannot be read") }
            files.append(
                PluginTemplate.File(
                    path: entry.path, bytes: Array(bytes[(end + 1)..<(end + 1 + size)]),
                    isExecutable: entry.isExecutable))
            at = end + 1 + size + 1
        }
        return files
    }

    private static func refused(_ origin: String, _ reason: String) -> Problem {
        Problem(
            .invalidTemplate, "\(origin.printable) is not a template: \(reason)",
            help: "a template contains plain files only")
    }

    private func git(_ folder: String, _ arguments: [String]) async throws -> String {
        let outcome = try await program().run(arguments, in: folder)
        guard outcome.isSuccess else { throw failure(outcome) }
        return outcome.output
    }

    private func shell(_ folder: String, _ command: String, _ arguments: [String]) async throws {
        let outcome = try await program().shell(command, arguments, in: folder)
        guard outcome.isSuccess else { throw failure(outcome) }
    }

    private func program() throws(Problem) -> GitProgram {
        try GitProgram(environment: context.environment, purpose: "a template from a git repository")
    }

    private func failure(_ outcome: ChildProcess.Outcome) -> Problem {
        // ssh ends its lines with a carriage return as well.
        let reason = outcome.output.split(whereSeparator: \.isNewline).last {
            $0.hasPrefix("fatal:") || $0.hasPrefix("error:")
        }
        return Problem(
            .templateNotFetched,
            "cannot fetch the template \(origin.printable): \(reason.map { String($0).printable } ?? outcome.status)",
            help:
                "check the address, the branch or tag after '#', and that git can reach it: git ls-remote \(url.shellWord)"
        )
    }
}
