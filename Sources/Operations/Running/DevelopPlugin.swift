internal import Authoring
internal import Basics
internal import Contract
internal import Ed25519
internal import Files
internal import LibCrypto
package import PluginRegistry
package import Running

/// `pdk dev`: watches the sources, builds, runs the cases, and installs into a running host's folder.
package struct DevelopPlugin {
    package let folder: String
    package let environment: [String: String]
    package let scratch: String
    package let engine: EngineSource
    /// The plugins folder of a running host; nil for none.
    package let pluginsFolder: String?
    /// A shell command that restarts the host after an install; nil for none.
    package let restart: String?
    package let workers: Int
    /// Seconds since 1970.
    package let now: @Sendable () -> Int
    /// Whether the user has asked to stop.
    package let isStopped: @Sendable () -> Bool

    package init(
        folder: String, environment: [String: String], scratch: String, engine: EngineSource, pluginsFolder: String?,
        restart: String? = nil, workers: Int, now: @escaping @Sendable () -> Int,
        isStopped: @escaping @Sendable () -> Bool
    ) {
        self.folder = folder
        self.environment = environment
        self.scratch = scratch
        self.engine = engine
        self.pluginsFolder = pluginsFolder
        self.restart = restart
        self.workers = workers
        self.now = now
        self.isStopped = isStopped
    }

    /// Something that has happened.
    package enum Event: Sendable {
        case watching(String)
        case changed([String])
        case built(BuildPlugin.Report)
        case tested(TestPlugin.Report)
        /// There are no cases to run.
        case untested
        case installed(InstalledPlugin)
        /// The command that restarts the host has run.
        case restarted(String)
        /// A step failed; the next change starts anew.
        case failed(any Error)
    }

    /// Runs until the user stops it; every step is told to `report` as it happens.
    package func run(report: (Event) -> Void) async throws {
        var watch = try FolderWatch(folder, ignoring: isIgnored)
        try watch.add()
        var builds = BuildChanges(folder: folder)
        try await settle(&watch, &builds, report)
        if !isStopped() { report(.watching(folder)) }
        while !isStopped() {
            var changed = try watch.changes(waitingMilliseconds: 200)
            guard !changed.isEmpty else { continue }
            // An editor saves in several steps: wait until nothing has changed for a moment.
            while !isStopped() {
                let more = try watch.changes(waitingMilliseconds: 150)
                if more.isEmpty { break }
                changed += more
            }
            if isStopped() { break }
            report(.changed(Array(Set(changed)).sorted()))
            try await settle(&watch, &builds, report)
            if !isStopped() { report(.watching(folder)) }
        }
    }

    /// Whether a path of the folder is no source: also the host's own plugins, when they are kept there.
    private func isIgnored(_ path: String) -> Bool {
        if PluginProject.isIgnored(path) || PluginProject.isReport(path, in: folder) { return true }
        guard let pluginsFolder, pluginsFolder.hasPrefix(folder + "/") else { return false }
        let inside = pluginsFolder.dropFirst(folder.count + 1).drop { $0 == "/" }
        return !inside.isEmpty && (path + "/").hasPrefix(inside.hasSuffix("/") ? inside : inside + "/")
    }

    /// Builds, and once more for what the author has saved meanwhile, but not for what the build itself writes.
    private func settle(
        _ watch: inout FolderWatch, _ builds: inout BuildChanges, _ report: (Event) -> Void
    ) async throws {
        // A build that writes something new each time must not run for ever.
        for _ in 0..<3 where !isStopped() {
            await cycle(report)
            guard try builds.count(watch.changes(waitingMilliseconds: 50)) else { return }
        }
    }

    /// Runs `body` to its end, or cancels it when the user asks to stop.
    private func stoppable<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value
    {
        try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask { try await body() }
            group.addTask {
                while !isStopped() { try await Task.sleep(for: .milliseconds(100)) }
                throw CancellationError()
            }
            defer { group.cancelAll() }
            for try await value in group { return value }
            throw CancellationError()
        }
    }

    private func cycle(_ report: (Event) -> Void) async {
        do {
            let project = try PluginProject(folder: folder)
            let build = BuildPlugin(
                project: project, environment: environment, scratch: scratch, echo: nil, isCancellable: true)
            report(.built(try await stoppable { try await build.run() }))
            if isStopped() { return }
            if try CaseFiles.read(of: project).isEmpty {
                report(.untested)
            } else {
                let test = TestPlugin(project: project, source: engine, filter: nil, workers: workers)
                let tested = try await stoppable { try await test.run() }
                report(.tested(tested))
                guard tested.failedCount == 0 else { return }
            }
            if let pluginsFolder, !isStopped() {
                let installed = try install(project, into: pluginsFolder)
                report(.installed(installed))
                // Where nothing was changed, the host has it already.
                if let restart, !installed.isUnchanged { try await restartHost(restart, report) }
            }
        } catch {
            // A broken build must not end the loop: the next save may correct it.
            if !isStopped() { report(.failed(error)) }
        }
    }

    /// Runs the command that makes the host read its folder anew.
    private func restartHost(_ command: String, _ report: (Event) -> Void) async throws {
        let process = ChildProcess(
            program: "/bin/sh", arguments: ["-c", command], environment: environment, folder: folder,
            endsWithItsChildren: true)
        let outcome = try await stoppable { try await process.run(within: .seconds(60)) }
        guard outcome.isSuccess else {
            throw Problem(
                .cannotRun, "the restart failed with \(outcome.status): \(command.printable)",
                help: "correct the command of --restart; it has 60 seconds and must not wait for the host to end")
        }
        report(.restarted(command))
    }

    /// Installs through a scratch registry, so that the order of the files is that of `pdk install`.
    private func install(_ project: PluginProject, into plugins: String) throws -> InstalledPlugin {
        let module = try project.readModule()
        let staging = try TemporaryFolder(in: scratch, prefix: "pdk-dev-")
        let release = try Release(
            project: project, module: module, signature: try currentSignature(project),
            publishedAt: Timestamp(seconds: now()))
        let index: RegistryIndex
        do { index = try RegistryIndex.empty.adding(release.entry) } catch {
            throw Problem(.indexMalformed, "\(error)")
        }
        try release.stage(in: staging.path, index: index)
        let registry = Registry(RegistryLocation(staging.path, currentFolder: staging.path))
        return try registry.blockingInstall(
            release.name.description, version: release.version, recordsRegistry: false, into: PluginsFolder(plugins),
            trust: .digestOnly)
    }

    /// The signature beside the module when it was made after the module; a rebuilt module has none yet.
    private func currentSignature(_ project: PluginProject) throws -> String? {
        guard let module = try FileStatus.of(project.modulePath),
            let signature = try FileStatus.of(project.signaturePath),
            signature.modified >= module.modified
        else { return nil }
        let text = try WholeFiles.read(project.signaturePath, limit: KeyText.maximumFileBytes)
        return KeyText.decode(text, count: Signature.byteCount).map(Base64.encode)
    }
}
