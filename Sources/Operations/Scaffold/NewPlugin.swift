package import Authoring
package import Basics
internal import Contract
internal import Files

/// `pdk new`: a plugin skeleton from a template.
package struct NewPlugin {
    package let template: PluginTemplate
    package let values: SkeletonValues
    /// The plugin's folder.
    package let folder: String
    /// Whether `folder` is there already, and must be empty but for hidden files.
    package let isHere: Bool
    /// The version of pdk, for the record.
    package let kit: String

    package init(template: PluginTemplate, values: SkeletonValues, folder: String, isHere: Bool, kit: String) {
        self.template = template
        self.values = values
        self.folder = folder
        self.isHere = isHere
        self.kit = kit
    }

    /// What was made.
    package struct Report: Sendable {
        package let name: String
        package let folder: String
        package let template: PluginTemplate
        package let hooks: [String]
        /// Paths in the folder, sorted.
        package let files: [String]
        /// What the template says at the end.
        package let closing: String?
    }

    /// The files that would be written.
    package func render() throws -> [SkeletonFile] {
        try template.requireKit(kit)
        let record = TemplateRecord(template, values, kit: kit)
        let files = try SkeletonRenderer.render(template, values)
        return files + [
            SkeletonFile(path: TemplateRecord.path, bytes: Array(record.text.utf8)),
            SkeletonFile(path: SkeletonBase.path, bytes: Array(SkeletonBase(files: files).text.utf8)),
        ]
    }

    /// Makes the plugin's folder whole or not at all; a folder that is there already is not touched.
    package func run() throws -> Report {
        guard PluginName(values.name) != nil else { throw Self.invalidName(values.name) }
        let files = try render(), closing = try SkeletonRenderer.closing(template, values)
        if isHere { try fill(files) } else { try make(files) }
        return Report(
            name: values.name, folder: folder, template: template, hooks: values.hooks.map(\.name),
            files: files.map(\.path).sorted(), closing: closing)
    }

    package static func invalidName(_ name: String, isTheFolders: Bool = false) -> Problem {
        Problem(
            .invalidName, PluginName.refusal(of: name),
            help: PluginName.rule + (isTheFolders ? "; give one with: pdk new NAME --here" : ""))
    }

    private func make(_ files: [SkeletonFile]) throws {
        guard try FileStatus.of(folder) == nil else { throw alreadyThere() }
        do throws(FileError) { try SkeletonWriter.make(files, at: folder) } catch {
            throw error.isAlreadyThere ? alreadyThere() : error as any Error
        }
    }

    /// Writes into a folder that is there: what a new repository holds (`.git`, a licence, a README) may stay.
    private func fill(_ files: [SkeletonFile]) throws {
        let there = try Folder(folder).names()
        let allowed = ["LICENSE", "LICENSE.md", "LICENSE.txt"]
        if let other = there.first(where: { !$0.hasPrefix(".") && !allowed.contains($0) }) {
            throw Problem(
                .folderNotEmpty, "\(folder) is not empty: it contains \(other.printable)",
                help: "use an empty folder, or leave out --here; for an existing project use pdk init")
        }
        for file in files where try FileStatus.of(FilePaths.join(folder, file.path)) != nil {
            throw Problem(
                .alreadyExists, "\(FilePaths.join(folder, file.path)) already exists",
                help: "remove it, or leave out --here")
        }
        // Staged beside, so that nothing is half-written when rendering or writing fails.
        let target = try Folder(folder)
        let staging = try SkeletonWriter.hiddenFolder(in: target)
        try SkeletonWriter.write(files, to: staging.folder)
        let heads = Set(files.compactMap { $0.path.split(separator: "/").first.map(String.init) }).sorted()
        for name in heads {
            try staging.folder.move(name, exclusivelyTo: target, as: name)
        }
    }

    private func alreadyThere() -> Problem {
        Problem(
            .alreadyExists, "\(folder) already exists",
            help: "choose another name, or another folder with --dir")
    }
}
