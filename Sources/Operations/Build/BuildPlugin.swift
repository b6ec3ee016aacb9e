package import Authoring
package import Basics
internal import Contract
internal import Files
internal import Trust
internal import WebAssembly

/// `pdk build`: runs the manifest's command and takes the module it leaves.
package struct BuildPlugin {
    package let project: PluginProject
    /// Told the compiler's output as it comes.
    package let echo: (@Sendable (String) -> Void)?
    /// Told the command when all that it needs has been found, and it is about to run.
    package let starting: (@Sendable (String) -> Void)?
    /// Whether cancelling the task also ends what the command has started.
    package let isCancellable: Bool
    /// What it works in.
    package let context: Context

    package init(
        project: PluginProject, in context: Context, echo: (@Sendable (String) -> Void)?,
        starting: (@Sendable (String) -> Void)? = nil, isCancellable: Bool = false
    ) {
        self.isCancellable = isCancellable
        self.project = project
        self.echo = echo
        self.starting = starting
        self.context = context
    }

    /// What was built.
    package struct Report: Sendable {
        package let name: String
        package let modulePath: String
        /// Bytes.
        package let size: Int
        /// The declared hooks that the module exports.
        package let hooks: [String]
        /// The declared hooks that it does not export.
        package let missingHooks: [String]
        /// Imports as `module.name`.
        package let imports: [String]
        /// The compiler that was put first in `PATH`, when it is not the first one there.
        package let chosenProgram: String?
        /// What the compiler has said, where there are warnings in it that were not shown as they came; empty where not.
        package let compilerWarnings: String
    }

    /// Builds; the module that was built before stays when this fails.
    package func run() async throws -> Report {
        guard let command = project.manifest.buildCommand, !command.text.isEmpty,
            let output = project.manifest.buildOutput, !output.text.isEmpty
        else {
            throw Problem(
                .noBuild, "\(project.manifestPath) has no build command, or does not name the module that it builds",
                help: "add build: with command: and wasm:, as pdk docs manifest shows")
        }
        let toolchain = try await usableToolchain()
        var environment = context.environment
        if let folder = toolchain?.pathFolder {
            environment["PATH"] = folder + ":" + (environment["PATH"] ?? Toolchain.usualPath)
        }
        // The manifest says where the module is left; the compiler must not be told of another place.
        for name in Self.outputVariables { environment[name] = nil }
        starting?(command.text)
        let before = try BuildRecord.sources(of: project)
        let built = FilePaths.join(project.folder, output.text)
        let earlier = try EarlierOutput(built, isCurrent: try isUpToDate(before, built))
        let outcome = try await ChildProcess(
            program: "/bin/sh", arguments: ["-c", command.text], environment: environment, folder: project.folder,
            endsWithItsChildren: isCancellable
        ).run(echo: echo)
        guard outcome.isSuccess else {
            try earlier.restore()
            throw try failure(outcome, command.text, toolchain)
        }
        guard try earlier.wasReplaced() else {
            try earlier.restore()
            throw Problem(
                .moduleNotWritten,
                "the build succeeded but did not write \(built); the file there is from an earlier build",
                help: "correct build.wasm in \(project.manifestPath), or find out where the command writes the "
                    + "module: a .cargo/config.toml in a parent folder, a setting or another file name may change the path"
            )
        }
        let bytes = try take(built)
        let module = try describe(bytes, built)
        try Folder.create(FilePaths.parent(of: project.modulePath) ?? project.folder)
        try WholeFiles.replace(project.modulePath, with: bytes)
        try note(bytes, command.text, before)
        let exported = project.manifest.knownHooks.filter { module.functionType(ofExport: $0.export) != nil }
        return Report(
            name: project.name.description, modulePath: project.modulePath, size: bytes.count,
            hooks: exported.map(\.name),
            missingHooks: project.manifest.knownHooks.filter { !exported.contains($0) }.map(\.name),
            imports: module.imports.map { "\($0.module).\($0.name)" },
            chosenProgram: toolchain?.pathFolder == nil ? nil : toolchain?.program,
            compilerWarnings: echo == nil ? Self.warnings(in: outcome.output) : "")
    }

    /// The output of a command, if a compiler warns in it.
    private static func warnings(in output: String) -> String {
        let text = output.trimmedEnd
        let warns = text.split(separator: "\n").contains { line in
            line.contains("warning:") || line.hasPrefix("warning[")
        }
        return warns ? text : ""
    }

    private func failure(
        _ outcome: ChildProcess.Outcome, _ command: String, _ toolchain: Toolchain.Status?
    ) throws -> BuildFailure {
        let stays = try FileStatus.of(project.modulePath) != nil
        return BuildFailure(
            output: echo == nil ? outcome.output.trimmedEnd : "",
            message: "the build of \(project.name) failed with \(outcome.status): \(command)"
                + (toolchain?.pathFolder == nil ? "" : toolchain?.program.map { " (compiler: \($0))" } ?? ""),
            commandHelp: outcome.output.contains("was compiled with module cache path")
                ? "the folder was moved or copied with its .build; run: rm -rf .build && pdk build"
                : "fix the compiler's errors above, then run: pdk build"
                    + (stays ? " (dist/\(project.name).wasm is from an earlier build)" : ""))
    }

    /// Variables by which cargo and SwiftPM put their output elsewhere.
    private static let outputVariables = [
        "CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR", "CARGO_BUILD_BUILD_DIR", "CARGO_BUILD_TARGET",
        "SWIFTPM_BUILD_DIR",
    ]

    /// Whether the module that is there was built of these very sources, so that the command may have nothing to do.
    private func isUpToDate(_ sources: [BuildRecord.Source]?, _ built: String) throws -> Bool {
        guard let sources, let record = try BuildRecord.read(of: project), record.change(against: sources) == nil,
            record.command.utf8.elementsEqual((project.manifest.buildCommand?.text ?? "").utf8),
            try FileStatus.of(built, followingLinks: true)?.kind == .regular
        else { return false }
        return try BuildState.digest(of: built) == record.digest
    }

    /// Notes what the module was built of; a file that the command itself made counts as it is now.
    private func note(_ module: [UInt8], _ command: String, _ before: [BuildRecord.Source]?) throws {
        guard let before, let after = try BuildRecord.sources(of: project) else {
            // Too many files to look at: no record is better than one of an earlier build.
            try? Folder(FilePaths.join(project.folder, "dist")).remove(BuildRecord.fileName)
            return
        }
        let known = Dictionary(before.map { (Array($0.path.utf8), $0) }) { first, _ in first }
        try BuildRecord(
            version: project.version, command: command, module: FilePaths.name(of: project.modulePath),
            digest: try SHA256Digest(of: module), signedDigest: nil,
            sources: after.map { known[Array($0.path.utf8)] ?? $0 }
        ).write(to: project)
    }

    private func usableToolchain() async throws -> Toolchain.Status? {
        guard let id = project.manifest.toolchain?.text, !id.isEmpty else { return nil }
        guard let status = try await Toolchain(in: context).probe(id) else {
            throw Problem(
                .unknownToolchain, "\(project.manifestPath) asks for the toolchain '\(id.printable)'",
                help: "pdk knows \(Toolchain.ids.joined(separator: ", ")); leave out build.toolchain for any other")
        }
        guard status.isUsable else {
            throw Problem(.noToolchain, "cannot build \(project.name): \(status.detail)", help: status.fix)
        }
        return status
    }

    private func take(_ path: String) throws -> [UInt8] {
        guard try FileStatus.of(path, followingLinks: true) != nil else {
            throw Problem(
                .noModule, "the build succeeded but wrote no module to \(path)",
                help: "correct build.wasm in \(project.manifestPath), or find out where the command writes the "
                    + "module: a .cargo/config.toml in a parent folder or a setting may change the path")
        }
        let bytes = try WholeFiles.read(path, limit: KitLimits.moduleBytes)
        guard bytes.starts(with: WebAssemblyModule.magic) else {
            throw Problem(
                .notAModule, "\(path) is not a WebAssembly module: it does not begin with \\0asm",
                help: "make the build command compile for wasm32")
        }
        return bytes
    }

    private func describe(_ bytes: [UInt8], _ path: String) throws -> WebAssemblyModule {
        do { return try WebAssemblyModule(reading: bytes) } catch {
            throw Problem(.malformedModule, "\(path) \(error.verdict)", help: error.help)
        }
    }
}

/// The output of an earlier build, moved aside while the command runs: what is there afterwards, the command has written.
///
/// Where the sources have not changed since, the output stays, for the command may have nothing to do.
private struct EarlierOutput {
    private let path: String
    private let aside: String
    private let isMoved: Bool

    init(_ path: String, isCurrent: Bool) throws {
        self.path = path
        aside = path + ".before"
        // A build that was interrupted has left the output before it.
        if try FileStatus.of(aside)?.kind == .regular {
            if try FileStatus.of(path) == nil {
                try Folder.move(aside, to: path)
            } else {
                try Self.remove(aside)
            }
        }
        guard !isCurrent, let status = try FileStatus.of(path), status.kind != .folder else {
            isMoved = false
            return
        }
        try Folder.move(path, to: aside)
        isMoved = true
    }

    /// Whether the command has written the output, or had nothing to do.
    func wasReplaced() throws -> Bool {
        guard isMoved else { return true }
        guard try FileStatus.of(path) != nil else { return false }
        try Self.remove(aside)
        return true
    }

    private static func remove(_ path: String) throws {
        try Folder(FilePaths.parent(of: path) ?? ".").remove(FilePaths.name(of: path))
    }

    /// Puts the earlier output back where the command has left none.
    func restore() throws {
        guard isMoved, try FileStatus.of(path) == nil, try FileStatus.of(aside) != nil else { return }
        try Folder.move(aside, to: path)
    }
}

/// A build command that failed, with what it printed.
package struct BuildFailure: Diagnostic {
    /// The command's own output, empty when it was shown already.
    package let output: String
    package let message: String
    package var code: ErrorCode { .buildFailed }
    package let commandHelp: String?
}

extension String {
    /// The text without line breaks and spaces at its end.
    var trimmedEnd: String {
        var rest = self[...]
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return String(rest)
    }
}
