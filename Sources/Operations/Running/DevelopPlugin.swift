internal import Authoring
internal import Basics
internal import Contract
internal import Ed25519
internal import Files
internal import LibCrypto
package import PluginRegistry
internal import Running

/// `pdk dev`: watches the sources, builds, runs the cases, and installs into a running host's folder.
package struct DevelopPlugin {
    package let folder: String
    /// The plugins folder of a running host; nil for none.
    package let pluginsFolder: String?
    /// A shell command that restarts the host after an install; nil for none.
    package let restart: String?
    /// Whether the user has asked to stop.
    package let isStopped: @Sendable () -> Bool
    /// What it works in.
    package let context: Context

    package init(
        folder: String, pluginsFolder: String?, restart: String?, isStopped: @escaping @Sendable () -> Bool,
        in context: Context
    ) {
        self.folder = folder
        self.pluginsFolder = pluginsFolder
        self.restart = restart
        self.isStopped = isStopped
        self.context = context
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
        /// What was installed under an earlier name of the plugin was removed: the module's path.
        case removed(String)
        /// A module under an earlier name of the plugin lies there still, and is not known to be of this run.
        case leftover(String, name: String)
        /// Changes of what these links lead to are not all seen.
        case unwatched([String])
        /// The plugin's folder was moved to this path, and is watched there.
        case moved(String)
        /// The command that restarts the host has run.
        case restarted(String)
        /// A step failed; the next change starts anew.
        case failed(any Error)
    }

    /// Runs until the user stops it; every step is told to `report` as it happens.
    package func run(report: (Event) -> Void) async throws {
        var names = EarlierNames()
        var develop = self
        while let moved = try await develop.runInPlace(&names, report) {
            report(.moved(moved))
            develop = self.moved(to: moved)
        }
    }

    /// Runs until the user stops it, or the plugin's folder is moved; where it is then.
    private func runInPlace(_ names: inout EarlierNames, _ report: (Event) -> Void) async throws -> String? {
        let place = try Folder(folder)
        var watch = try FolderWatch(folder, ignoring: isIgnored)
        try watch.add()
        var builds = BuildChanges(folder: folder), unwatched: Set<String> = []
        while true {
            try await settle(&watch, &builds, &names, report)
            if !watch.unwatched.isSubset(of: unwatched) {
                report(.unwatched(watch.unwatched.subtracting(unwatched).sorted()))
                unwatched.formUnion(watch.unwatched)
            }
            if !isStopped() { report(.watching(folder)) }
            var changed: [String] = []
            while !isStopped(), changed.isEmpty, !watch.isRootGone {
                changed = try watch.changes(waitingMilliseconds: 200)
            }
            // An editor saves in several steps: wait until nothing has changed for a moment.
            // A file that is written without end must not keep the build from beginning.
            let end = ContinuousClock.now + .seconds(5)
            while !isStopped(), !watch.isRootGone, ContinuousClock.now < end {
                let more = try watch.changes(waitingMilliseconds: 150)
                if more.isEmpty { break }
                changed = Array(Set(changed).union(more))
            }
            if isStopped() { return nil }
            if watch.isRootGone {
                guard let now = place.currentPath() else {
                    throw Problem(
                        .noPluginFolder, "\(folder) was removed",
                        help: "go into the plugin's folder, then: pdk dev")
                }
                return now
            }
            report(.changed(Array(Set(changed)).sorted()))
        }
    }

    /// The same for the folder's new place; a plugins folder inside has moved with it.
    private func moved(to place: String) -> DevelopPlugin {
        let plugins = pluginsFolder.map { $0.hasPrefix(folder + "/") ? place + $0.dropFirst(folder.count) : $0 }
        return DevelopPlugin(
            folder: place, pluginsFolder: plugins, restart: restart, isStopped: isStopped, in: context)
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
        _ watch: inout FolderWatch, _ builds: inout BuildChanges, _ names: inout EarlierNames,
        _ report: (Event) -> Void
    ) async throws {
        // A build that writes something new each time must not run for ever.
        for _ in 0..<3 where !isStopped() && !watch.isRootGone {
            // A manifest that cannot be read lists nothing; the build says so.
            try watch.declare((try? PluginProject(folder: folder))?.manifest.buildSources.map(\.text) ?? [])
            await cycle(&names, report)
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

    private func cycle(_ names: inout EarlierNames, _ report: (Event) -> Void) async {
        do {
            let project = try PluginProject(folder: folder)
            names.note(try BuildRecord.read(of: project))
            let build = BuildPlugin(project: project, in: context, echo: nil, isCancellable: true)
            report(.built(try await stoppable { try await build.run() }))
            if isStopped() { return }
            if try CaseFiles.read(of: project).isEmpty {
                report(.untested)
            } else {
                let test = TestPlugin(project: project, filter: nil, in: context)
                let tested = try await stoppable { try await test.run() }
                report(.tested(tested))
                guard tested.failedCount == 0 else { return }
            }
            if let pluginsFolder, !isStopped() {
                let installed = try install(project, into: pluginsFolder)
                report(.installed(installed))
                let hasRemoved = try names.clear(in: pluginsFolder, after: installed, report)
                // Where nothing was changed, the host has it already.
                if let restart, hasRemoved || !installed.isUnchanged { try await restartHost(restart, report) }
            }
        } catch {
            // A broken build must not end the loop: the next save may correct it.
            if !isStopped() { report(.failed(error)) }
        }
    }

    /// Runs the command that makes the host read its folder anew.
    private func restartHost(_ command: String, _ report: (Event) -> Void) async throws {
        let process = ChildProcess(
            program: "/bin/sh", arguments: ["-c", command], environment: context.environment, folder: folder,
            endsWithItsChildren: true)
        let outcome = try await stoppable { try await process.run(within: .seconds(60)) }
        guard outcome.isSuccess else {
            throw Problem(
                .cannotRun, "the restart failed with \(outcome.status): \(command.printable)",
                help:
                    "correct the --restart command; it must end within 60 seconds, so it must not wait for the host to end"
            )
        }
        report(.restarted(command))
    }

    /// Installs through a scratch registry, so that the order of the files is that of `pdk install`.
    private func install(_ project: PluginProject, into plugins: String) throws -> InstalledPlugin {
        let module = try project.readModule()
        let staging = try TemporaryFolder(inShared: context.scratch, prefix: "pdk-dev-")
        let release = try Release(
            project: project, module: module, signature: try currentSignature(project),
            publishedAt: Timestamp(seconds: WallClock.seconds))
        let registry = try release.registry(in: staging.path)
        var options = InstallOptions()
        options.version = release.version
        options.recordsRegistry = false
        // What was built here is meant, whatever was installed before.
        options.acceptsNewKey = true
        options.allowsUnverifiedUpdates = true
        return try registry.blockingInstall(
            release.name.description, options, into: PluginsFolder(plugins), trust: .digestOnly)
    }

    /// The signature beside the module when it was made after the module; a rebuilt module has none yet.
    private func currentSignature(_ project: PluginProject) throws -> Signature? {
        guard let module = try FileStatus.of(project.modulePath),
            let signature = try FileStatus.of(project.signaturePath),
            signature.modified >= module.modified
        else { return nil }
        return Signature(text: try WholeFiles.read(project.signaturePath, limit: KeyText.maximumFileBytes))
    }
}
