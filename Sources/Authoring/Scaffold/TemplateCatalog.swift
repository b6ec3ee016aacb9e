internal import Basics
internal import Templates

/// A template that `pdk new` can start from.
package struct PluginTemplate: Sendable, Equatable {
    package let id: String
    package let language: String
    package let summary: String
    /// What the author's machine needs, in words.
    package let requires: [String]
    /// The toolchain that `pdk doctor` looks for.
    package let toolchain: String
    /// The skeleton's files, by their path in the template.
    package let files: [(path: String, bytes: [UInt8])]

    package static func == (left: PluginTemplate, right: PluginTemplate) -> Bool { left.id == right.id }
}

/// The templates that are part of the program.
package enum TemplateCatalog {
    /// The template that is used when none is named.
    package static let defaultID = "swift"

    /// All built-in templates, the default first, then by id.
    package static func builtIn() throws -> [PluginTemplate] {
        var files: [String: [(path: String, bytes: [UInt8])]] = [:], descriptions: [String: [UInt8]] = [:]
        for file in BuiltInFiles.all {
            let parts = file.path.split(separator: "/", maxSplits: 2).map(String.init)
            if parts.count == 2, parts[1] == "template.yaml" {
                descriptions[parts[0]] = file.bytes
            } else if parts.count == 3, parts[1] == "files" {
                files[parts[0], default: []].append((parts[2], file.bytes))
            }
        }
        let templates = try descriptions.map { id, bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            let description = try TemplateDescription(reading: text)
            guard description.id == id else {
                throw Problem(.invalidTemplate, "template.yaml of the template \(id) calls it \(description.id)")
            }
            return PluginTemplate(
                id: id, language: description.language, summary: description.summary, requires: description.requires,
                toolchain: description.toolchain, files: files[id] ?? [])
        }
        return templates.sorted { ($0.id == defaultID ? "" : $0.id) < ($1.id == defaultID ? "" : $1.id) }
    }

    /// The built-in template called `id`.
    package static func named(_ id: String) throws -> PluginTemplate {
        let all = try builtIn()
        guard let template = all.first(where: { $0.id == id }) else {
            throw Problem(
                .noTemplate, "there is no template '\(id.printable)'",
                help: "choose one of \(all.map(\.id).joined(separator: ", ")); pdk new --list tells them apart")
        }
        return template
    }
}
