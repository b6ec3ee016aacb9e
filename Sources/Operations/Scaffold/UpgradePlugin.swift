package import Authoring
internal import Basics
internal import Contract

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
        /// Whether the template is of a lower version than the one that the plugin was made from.
        package let isOlder: Bool
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
        try template.requireKit(context.toolVersion)
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
            from: plugin.record.version, to: template.description.version, isOlder: isOlder, changes: changes,
            diff: diff, isApplied: isApplied, migrations: migrations)
    }

    private var isOlder: Bool {
        (plugin.record.id ?? template.id) == template.id
            && PluginVersion(template.description.version) < PluginVersion(plugin.record.version)
    }

    /// The migrations between what the plugin was made from and the template; none where it is another template.
    private var pending: [TemplateMigration] {
        guard plugin.record.id ?? template.id == template.id else { return [] }
        return template.description.migrations.filter { $0.number > plugin.record.migration }
    }
}
