package import Authoring
internal import Basics
package import Contract
internal import Files

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
        try template.requireKit(context.toolVersion)
        let path = FilePaths.join(plugin.folder, Manifest.fileName)
        let manifest = try PluginProject.manifest(in: plugin.folder).manifest
        let before = Self.hooks(of: manifest)
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
        // The manifest and the cases are lists with rules of their own; in a source what is only added goes in.
        for (place, change) in changes.enumerated()
        where change.path != Manifest.fileName && !change.path.hasPrefix("cases/") {
            changes[place] = try await merge.keepingInsertions(change)
        }
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

    /// The hooks of a manifest that templates have code for, in the host's order.
    private static func hooks(of manifest: Manifest) -> [Hook] {
        let names = manifest.knownHooks.map(\.name)
        return HostProfile.standard.calledHooks.filter { names.contains($0.name) }
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
            Self.hooks(of: edited) == after
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
