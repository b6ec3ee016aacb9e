package import Basics
internal import Contract
internal import Templates

/// A template that `pdk new` can start from.
package struct PluginTemplate: Sendable {
    /// A file of the template: its path below `files`, with a `.mustache` ending where it is rendered.
    package struct File: Sendable {
        package let path: String
        package let bytes: [UInt8]
        package let isExecutable: Bool

        package init(path: String, bytes: [UInt8], isExecutable: Bool = false) {
            self.path = path
            self.bytes = bytes
            self.isExecutable = isExecutable
        }
    }

    package let description: TemplateDescription
    package let files: [File]
    /// All of the template's files, as they were read.
    package let sources: [File]
    /// Where it comes from, as it is recorded: a built-in id, a path or an address.
    package let origin: String
    /// The commit, for a template from git.
    package let commit: String?
    package let isBuiltIn: Bool

    package var id: String { description.id }
    package var language: String { description.language }
    package var summary: String { description.summary }
    package var toolchain: String { description.toolchain }
    /// What the author's machine needs, in words.
    package var requires: [String] { description.requires.map(\.tool) }

    /// Takes a template apart: `template.yaml` and what lies below `files`.
    ///
    /// Error: `invalid-template`.
    package init(
        files all: [File], origin: String, commit: String? = nil, isBuiltIn: Bool = false
    ) throws(Problem) {
        func invalid(_ reason: String) -> Problem {
            Problem(
                .invalidTemplate, "\(origin.printable) is not a template: \(reason)",
                help: "a template is a folder with template.yaml and files/; see pdk docs templates")
        }
        guard let text = all.first(where: { $0.path == TemplateDescription.fileName }) else {
            throw invalid("there is no template.yaml")
        }
        guard let yaml = String(validating: text.bytes, as: UTF8.self) else {
            throw invalid("template.yaml is not UTF-8")
        }
        do throws(ManifestError) { description = try TemplateDescription(reading: yaml) } catch {
            throw invalid("template.yaml\(error.line.map { ":\($0)" } ?? ""): \(error.message)")
        }
        let prefix = "files/"
        files = all.filter { $0.path.hasPrefix(prefix) }.map {
            File(path: String($0.path.dropFirst(prefix.count)), bytes: $0.bytes, isExecutable: $0.isExecutable)
        }
        guard !files.isEmpty else { throw invalid("there is nothing in files/") }
        sources = all
        self.origin = origin
        self.commit = commit
        self.isBuiltIn = isBuiltIn
    }
}

/// The templates that are part of the program.
package enum TemplateCatalog {
    /// The template that is used when none is named.
    package static let defaultID = "swift"

    /// The folder of files that every built-in template writes, unless it has its own of that name.
    static let common = "common"

    /// All built-in templates, the default first, then by id.
    package static func builtIn() throws(Problem) -> [PluginTemplate] {
        var files: [String: [PluginTemplate.File]] = [:]
        for file in BuiltInFiles.all {
            let parts = file.path.split(separator: "/", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { continue }
            // Embedded files have no mode: what names its interpreter is a program.
            files[parts[0], default: []].append(
                PluginTemplate.File(
                    path: parts[1], bytes: file.bytes, isExecutable: file.bytes.starts(with: "#!".utf8)))
        }
        let shared = files.removeValue(forKey: common) ?? []
        func written(_ path: String) -> String { path.hasSuffix(".mustache") ? String(path.dropLast(9)) : path }
        var templates: [PluginTemplate] = []
        for (id, own) in files {
            let taken = Set(own.map { written($0.path) })
            let all = own + shared.filter { !taken.contains(written($0.path)) }
            let template = try PluginTemplate(files: all, origin: id, isBuiltIn: true)
            guard template.id == id else {
                throw Problem(.invalidTemplate, "template.yaml of the template \(id) calls it \(template.id)")
            }
            templates.append(template)
        }
        return templates.sorted { ($0.id == defaultID ? "" : $0.id) < ($1.id == defaultID ? "" : $1.id) }
    }
}

extension PluginTemplate {
    /// Refuses a template for a newer pdk than this one; error `pdk-too-old`.
    package func requireKit(_ version: String) throws(Problem) {
        guard let minimum = description.minimumKit, PluginVersion(version) < PluginVersion(minimum) else { return }
        throw Problem(
            .pdkTooOld, "the template \(origin.printable) needs pdk \(minimum.printable), and this is \(version)",
            help: "install a newer version of pdk")
    }
}
