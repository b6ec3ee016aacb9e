package import Authoring
internal import Basics
package import Contract
internal import Files

/// A plugin that was made from a template, with what is recorded of that.
package struct ScaffoldedPlugin: Sendable {
    package let folder: String
    package private(set) var record: TemplateRecord
    /// The skeleton as it was written; nil where it is not recorded.
    package let base: SkeletonBase?

    /// Reads `.pdk/template.yaml` and `.pdk/base.json`.
    ///
    /// Errors: `no-template-record`, `invalid-template-record`.
    package init(folder: String) throws {
        self.folder = folder
        let path = FilePaths.join(folder, TemplateRecord.path)
        guard try FileStatus.of(path) != nil else {
            throw Problem(
                .noTemplateRecord,
                "\(folder) has no \(TemplateRecord.path): it was not created from a template by pdk",
                help: "change the files by hand")
        }
        do throws(ManifestError) {
            record = try TemplateRecord(reading: String(decoding: try Self.read(path, 64 << 10), as: UTF8.self))
        } catch {
            throw Problem(.invalidTemplateRecord, "\(path): \(error)", help: "restore it from version control")
        }
        let basePath = FilePaths.join(folder, SkeletonBase.path)
        guard try FileStatus.of(basePath) != nil else {
            base = nil
            return
        }
        let bytes = try WholeFiles.read(basePath, limit: SkeletonBase.maximumBytes)
        do { base = try SkeletonBase(reading: bytes) } catch {
            throw Problem(.invalidTemplateRecord, "\(basePath): \(error)", help: "restore it from version control")
        }
    }

    private static func read(_ path: String, _ limit: Int) throws(ManifestError) -> [UInt8] {
        do { return try WholeFiles.read(path, limit: limit) } catch {
            throw ManifestError(message: "\(error)", line: nil)
        }
    }

    /// The recorded answers as values for a template; `version` is the plugin's own.
    func values(version: String, hooks: [Hook], extra: TemplateAnswers, _ template: PluginTemplate) throws
        -> SkeletonValues
    {
        func answer(_ name: String) -> String? { record.answers.last { $0.name == name }?.text }
        var values = SkeletonValues(
            name: answer("name") ?? FilePaths.name(of: folder), description: answer("description") ?? "A plugin",
            author: answer("author") ?? "unknown", license: answer("license") ?? "Apache-2.0", hooks: hooks)
        values.version = version
        var answers = TemplateAnswers()
        for variable in template.description.variables {
            if let text = extra.text(variable.name) ?? answer(variable.name) {
                try answers.set("\(variable.name)=\(text)")
            }
        }
        values.answers = try answers.resolve(template, ask: nil)
        return values
    }

    /// The same plugin with answers under other names, unless those have answers already.
    func renamingAnswers(_ renamings: [TemplateMigration.Renaming]) -> ScaffoldedPlugin {
        var plugin = self
        for renaming in renamings where !plugin.record.answers.contains(where: { $0.name == renaming.to }) {
            for place in plugin.record.answers.indices where plugin.record.answers[place].name == renaming.from {
                plugin.record.answers[place].name = renaming.to
            }
        }
        return plugin
    }

    /// What is at a path in the folder; nil where there is nothing.
    func ours(_ path: String) throws -> [UInt8]? {
        let full = FilePaths.join(folder, path)
        guard try FileStatus.of(full)?.kind == .regular else { return nil }
        return try WholeFiles.read(full, limit: SkeletonRenderer.maximumBytes, followingLinks: false)
    }

    /// Writes the record and the base anew.
    func records(_ record: TemplateRecord, _ files: [SkeletonFile]) -> [(path: String, text: String)] {
        [(TemplateRecord.path, record.text), (SkeletonBase.path, SkeletonBase(files: files).text)]
    }
}

/// `pdk upgrade`: brings a plugin to the template as it is now, by a three-way merge that keeps the author's changes.
package struct UpgradePlugin {
    package let plugin: ScaffoldedPlugin
    package let template: PluginTemplate
    /// Values for variables that the template did not have before.
    package let answers: TemplateAnswers
    package let isApplied: Bool
    /// What it works in.
    package let context: Context

    package init(
        plugin: ScaffoldedPlugin, template: PluginTemplate, answers: TemplateAnswers, isApplied: Bool,
        in context: Context
    ) {
        self.plugin = plugin
        self.template = template
        self.answers = answers
        self.isApplied = isApplied
        self.context = context
    }

    /// What has changed.
    package struct Report: Sendable {
        package let from: String
        package let to: String
        package let changes: [SkeletonMerge.Change]
        /// A unified diff, empty where nothing changes.
        package let diff: String
        package let isApplied: Bool
        /// The template's migrations that the plugin did not have yet.
        package let migrations: [TemplateMigration]
        /// The files whose conflicts the author must resolve.
        package var conflicts: [SkeletonMerge.Change] { changes.filter { $0.kind == .conflict } }
    }

    /// Merges; writes only where it is to be applied.
    ///
    /// Errors: `no-template-base`, `migration-conflict`, and those of rendering and merging.
    package func run() async throws -> Report {
        guard let base = plugin.base else {
            throw Problem(
                .noTemplateBase,
                "\(plugin.folder) has no \(SkeletonBase.path), so pdk cannot tell your changes from the template's",
                help: "create a new plugin with pdk new, and copy your changes to it")
        }
        let version = try PluginProject.manifest(in: plugin.folder).manifest.version.text
        let hooks = HostProfile.standard.calledHooks.filter { plugin.record.hooks.contains($0.name) }
        let migrations = pending
        let renamed = plugin.renamingAnswers(migrations.flatMap(\.answers))
        // Both sides bear the version of the base: the author's own version is a change of the author's.
        let first = base.files.first { $0.path == Manifest.fileName }
        let baseVersion = first.flatMap {
            try? Manifest(reading: String(decoding: $0.bytes, as: UTF8.self)).version.text
        }
        let values = try renamed.values(version: baseVersion ?? version, hooks: hooks, extra: answers, template)
        let theirs = try SkeletonRenderer.render(template, values)
        let merge = try SkeletonMerge(in: context)
        var skeleton = MigratedSkeleton(folder: plugin.folder, base: base.files)
        for migration in migrations { try skeleton.apply(migration) }
        let merged = try await merge.merge(base: skeleton.base, theirs: theirs, ours: skeleton.ours)
        let changes = try skeleton.completed(merged)
        _ = try SkeletonMerge.inTheWay(changes, in: plugin.folder)
        let diff = try await merge.diff(changes)
        if isApplied {
            let records = plugin.records(TemplateRecord(template, values, kit: context.toolVersion), theirs)
            try await merge.apply(changes, records: records, to: plugin.folder)
        }
        return Report(
            from: plugin.record.version, to: template.description.version, changes: changes, diff: diff,
            isApplied: isApplied, migrations: migrations)
    }

    /// The migrations between what the plugin was made from and the template; none where it is another template.
    private var pending: [TemplateMigration] {
        guard plugin.record.id ?? template.id == template.id else { return [] }
        return template.description.migrations.filter { $0.number > plugin.record.migration }
    }
}

/// `pdk hook add` and `remove`: manifest, source and cases together, by a merge of what the template writes without and with it.
package struct ChangeHooks {
    package let plugin: ScaffoldedPlugin
    package let template: PluginTemplate
    package let hook: Hook
    package let isAdded: Bool
    /// What it works in.
    package let context: Context

    package init(
        plugin: ScaffoldedPlugin, template: PluginTemplate, hook: Hook, isAdded: Bool, in context: Context
    ) {
        self.plugin = plugin
        self.template = template
        self.hook = hook
        self.isAdded = isAdded
        self.context = context
    }

    /// What has changed.
    package struct Report: Sendable {
        package let hooks: [String]
        package let changes: [SkeletonMerge.Change]
    }

    /// Changes the files; where the author's own changes stand in the way, nothing is written.
    ///
    /// Errors: `hook-declared`, `hook-not-declared`, `hook-conflict`.
    package func run() async throws -> Report {
        let path = FilePaths.join(plugin.folder, Manifest.fileName)
        let manifest = try PluginProject.manifest(in: plugin.folder).manifest
        let before = HostProfile.standard.calledHooks.filter(manifest.knownHooks.contains)
        guard before.contains(hook) != isAdded else {
            let words =
                "\(path) \(isAdded ? "declares" : "does not declare") the hook '\(hook.name)'\(isAdded ? " already" : "")"
            let help = "its hooks are \(before.map(\.name).joined(separator: ", "))"
            throw isAdded ? Problem(.hookDeclared, words, help: help) : Problem(.hookNotDeclared, words, help: help)
        }
        let after = HostProfile.standard.calledHooks.filter { $0 == hook ? isAdded : before.contains($0) }
        guard !after.isEmpty else {
            throw Problem(.hookConflict, "'\(hook.name)' is the plugin's only hook", help: "add another hook first")
        }
        // The description that a skeleton without one has names the hooks; it stays the author's.
        var values = try plugin.values(
            version: manifest.version.text, hooks: before, extra: TemplateAnswers(), template)
        let base = try SkeletonRenderer.render(template, values)
        values.hooks = after
        let theirs = try SkeletonRenderer.render(template, values)
        let merge = try SkeletonMerge(in: context)
        var changes = try await merge.merge(base: base, theirs: theirs, ours: plugin.ours)
        values.hooks = [hook]
        try keepCasesApart(&changes, SkeletonRenderer.render(template, values))
        editManifest(&changes, base, theirs, after)
        let conflicts = changes.filter { $0.kind == .conflict }.map(\.path)
        guard conflicts.isEmpty else {
            throw Problem(
                .hookConflict,
                "your changes in \(conflicts.joined(separator: ", ")) conflict with \(isAdded ? "adding" : "removing") '\(hook.name)'; nothing was written",
                help: "\(isAdded ? "add" : "remove") it by hand there, in \(Manifest.fileName) and in cases/")
        }
        let recorded = try await merge.merge(base: base, theirs: theirs) { path in
            plugin.base?.files.first { $0.path == path }?.bytes
        }
        var files = Dictionary((plugin.base?.files ?? []).map { ($0.path, $0) }) { $1 }
        for change in recorded {
            files[change.path] = change.merged.map {
                SkeletonFile(
                    path: change.path, bytes: change.kind == .conflict ? change.theirs ?? $0 : $0,
                    isExecutable: change.isExecutable)
            }
        }
        var record = plugin.record
        record.hooks = after.map(\.name)
        let records = plugin.records(
            record, files.values.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) })
        try await merge.apply(changes, records: records, to: plugin.folder, manifestLast: true)
        return Report(hooks: after.map(\.name), changes: changes)
    }

    /// Changes only the lines of the hook where the author's changes to the manifest stand next to them.
    private func editManifest(
        _ changes: inout [SkeletonMerge.Change], _ base: [SkeletonFile], _ theirs: [SkeletonFile], _ after: [Hook]
    ) {
        guard let place = changes.firstIndex(where: { $0.path == Manifest.fileName && $0.kind == .conflict }),
            let ours = changes[place].ours.flatMap({ String(validating: $0, as: UTF8.self) })
        else { return }
        func permissions(_ files: [SkeletonFile]) -> [String] {
            let file = files.first { $0.path == Manifest.fileName }
            let manifest = file.flatMap { try? Manifest(reading: String(decoding: $0.bytes, as: UTF8.self)) }
            return manifest?.permissions.map(\.text) ?? []
        }
        var lines = HookLines(ours)
        guard isAdded ? lines.add(hook) : lines.remove(hook) else { return }
        let known = (try? Manifest(reading: ours))?.permissions.map(\.text) ?? []
        for permission in permissions(theirs)
        where !permissions(base).contains(permission) && !known.contains(permission) {
            guard lines.permit(permission) else { return }
        }
        guard let edited = try? Manifest(reading: lines.text),
            HostProfile.standard.calledHooks.filter(edited.knownHooks.contains) == after
        else { return }
        let change = changes[place]
        changes[place] = SkeletonMerge.Change(
            path: change.path, kind: .updated, ours: change.ours, base: change.base, theirs: change.theirs,
            merged: Array(lines.text.utf8), isExecutable: change.isExecutable)
    }

    /// Gives the hook's cases a file of their own where the author's changes conflict, and removes it with the hook.
    ///
    /// - Parameter alone: What the template writes for this hook only.
    private func keepCasesApart(_ changes: inout [SkeletonMerge.Change], _ alone: [SkeletonFile]) throws {
        let path = "cases/\(hook.name).yaml"
        for (place, change) in changes.enumerated().reversed() where change.path.hasPrefix("cases/") {
            guard let cases = alone.first(where: { $0.path == change.path })?.bytes else { continue }
            let ours = try plugin.ours(path)
            if isAdded, change.kind == .conflict, ours == nil {
                changes[place] = SkeletonMerge.Change(
                    path: path, kind: .added, base: nil, theirs: cases, merged: cases, isExecutable: false)
            } else if !isAdded, ours == cases {
                let own = String(decoding: change.ours ?? [], as: UTF8.self)
                if change.kind == .conflict, !own.contains("hook: \(hook.name)") { changes.remove(at: place) }
                changes.append(
                    SkeletonMerge.Change(
                        path: path, kind: .removed, ours: ours, base: cases, theirs: nil, merged: nil,
                        isExecutable: false))
            }
        }
    }
}
