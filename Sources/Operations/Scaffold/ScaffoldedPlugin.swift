package import Authoring
internal import Basics
internal import Contract
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
