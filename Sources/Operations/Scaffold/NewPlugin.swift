package import Authoring
internal import Basics
internal import Contract
internal import Files

/// `pdk new`: a plugin skeleton from a template.
package struct NewPlugin {
    package let name: String
    /// The folder that the plugin's folder is made in.
    package let parent: String
    package let templateID: String
    /// The hooks, by manifest name; `pre_query` when there are none.
    package let hooks: [String]
    package let author: String
    package let license: String
    package let description: String?

    package init(
        name: String, parent: String, templateID: String, hooks: [String], author: String, license: String,
        description: String?
    ) {
        self.name = name
        self.parent = parent
        self.templateID = templateID
        self.hooks = hooks
        self.author = author
        self.license = license
        self.description = description
    }

    /// What was made.
    package struct Report: Sendable {
        package let name: String
        package let folder: String
        package let template: PluginTemplate
        package let hooks: [String]
        /// Paths in the folder, sorted.
        package let files: [String]
    }

    /// Makes the plugin's folder whole or not at all; a folder that is there already is not touched.
    package func run() throws -> Report {
        guard PluginName(name) != nil else {
            throw Problem(
                .invalidName, "invalid plugin name '\(name.prefix(200).description.printable)'",
                help: PluginName.rule)
        }
        let template = try TemplateCatalog.named(templateID)
        let chosen = try chosenHooks()
        let folder = FilePaths.join(parent, name)
        guard try FileStatus.of(folder) == nil else { throw alreadyThere(folder) }
        let renderer = try SkeletonRenderer(plugin: self, hooks: chosen)
        let files = try renderer.render(template)
        try Folder.create(parent)
        var staging = try TemporaryFolder(in: parent, prefix: ".pdk-new-")
        for file in files { try staging.folder.write(file.path, file.bytes) }
        do throws(FileError) { try staging.put(as: name) } catch {
            throw error.isAlreadyThere ? alreadyThere(folder) : error as any Error
        }
        return Report(
            name: name, folder: folder, template: template, hooks: chosen.map(\.name), files: files.map(\.path).sorted()
        )
    }

    private func alreadyThere(_ folder: String) -> Problem {
        Problem(
            .alreadyExists, "\(folder) already exists",
            help: "choose another name, or another folder with --dir")
    }

    private func chosenHooks() throws -> [Hook] {
        var chosen: [Hook] = []
        for name in hooks.isEmpty ? [Hook.preQuery.name] : hooks {
            guard let hook = Hook(manifestName: name), hook.isCalled else {
                let isKnown = Hook(manifestName: name) != nil
                throw Problem(
                    .unknownHook,
                    isKnown
                        ? "the host knows the hook '\(name)' and never calls it"
                        : "there is no hook '\(name.printable)'",
                    help: "choose among \(Hook.called.map(\.name).joined(separator: ", "))")
            }
            if !chosen.contains(hook) { chosen.append(hook) }
        }
        return Hook.called.filter(chosen.contains)
    }
}

/// Renders a template's files and their names for one plugin.
struct SkeletonRenderer {
    private let values: [String: MustacheValue]
    private let manifestValues: [String: MustacheValue]

    init(plugin: NewPlugin, hooks: [Hook]) throws {
        let texts = [
            "name": plugin.name, "version": "0.1.0",
            "description": plugin.description ?? "A plugin with \(hooks.map(\.name).joined(separator: ", "))",
            "author": plugin.author, "license": plugin.license,
        ]
        var values = texts.mapValues(MustacheValue.text)
        for hook in Hook.called { values[hook.name] = .flag(hooks.contains(hook)) }
        values["hooks"] = .list(hooks.map { .table(["name": .text($0.name)]) })
        self.values = values
        for (key, text) in texts {
            guard let spelling = ManifestSpelling.spell(text, for: key) else {
                throw Problem(
                    .unrepresentableValue,
                    "the \(key) '\(text.prefix(200).description.printable)' cannot be written so that the host reads it",
                    help: "leave out line breaks, quotes at the ends, ' #', and the words 'hooks:' and 'permissions:'")
            }
            values[key] = .text(spelling)
        }
        manifestValues = values
    }

    func render(_ template: PluginTemplate) throws -> [(path: String, bytes: [UInt8])] {
        try template.files.map { file in
            let suffix = ".mustache"
            let isTemplate = file.path.hasSuffix(suffix)
            let path = try render(String(file.path.dropLast(isTemplate ? suffix.count : 0)), file.path, values)
            let parts = path.split(separator: "/", omittingEmptySubsequences: false)
            guard !parts.contains(where: { ["", ".", ".."].contains($0) }) else {
                throw Problem(.invalidTemplate, "the template's file name \(file.path) becomes '\(path.printable)'")
            }
            guard isTemplate else { return (path, file.bytes) }
            let text = String(decoding: file.bytes, as: UTF8.self)
            return (path, Array(try render(text, file.path, path == Manifest.fileName ? manifestValues : values).utf8))
        }
    }

    private func render(_ text: String, _ path: String, _ values: [String: MustacheValue]) throws -> String {
        do throws(MustacheTemplate.Failure) {
            return try MustacheTemplate(text).render(values)
        } catch {
            throw Problem(.invalidTemplate, "the template's file \(path) cannot be rendered: \(error)")
        }
    }
}
