internal import Authoring
internal import Basics
internal import Contract
internal import Files

/// A plugin skeleton, as `pdk new` writes it.
///
///     let scaffold = PluginScaffold(name: "guard", hooks: ["pre_query"])
///     try scaffold.write(toFolder: "/srv/plugins/guard")
public struct PluginScaffold: Sendable {
    /// Where the skeleton's files come from.
    public enum Template: Sendable {
        /// A template that is part of the library: see `builtInTemplates`.
        case builtIn(String)
        /// A folder with `template.yaml` and `files/` (Docs/templates.md).
        case folder(String)
    }

    /// A file of the skeleton.
    public struct File: Sendable {
        /// Relative to the plugin's folder, with `/` between its parts.
        public let path: String
        /// Its contents.
        public let bytes: [UInt8]
        /// Whether its mode lets everybody run it.
        public let isExecutable: Bool
    }

    /// A built-in template.
    public struct TemplateDescription: Sendable {
        /// Its name for `Template.builtIn`.
        public let id: String
        /// The language that plugins made from it are written in.
        public let language: String
        /// One sentence.
        public let summary: String
        /// The tools that the plugin's author needs.
        public let requires: [String]
    }

    /// The plugin's name: 1 to 128 of `A-Z a-z 0-9 - _`.
    public var name: String
    /// The template.
    public var template: Template
    /// The hooks by their names or aliases; at least one that the host calls.
    public var hooks: [String]
    /// The author's name.
    public var author: String
    /// An SPDX identifier.
    public var license: String
    /// One sentence; nil for one that names the hooks.
    public var description: String?
    /// Values for the template's own variables, by name.
    public var values: [String: String]

    /// The hook of a skeleton for which none is named: `pre_query`.
    public static var defaultHook: String { HostProfile.standard.calledHooks[0].name }

    /// Describes a skeleton.
    public init(
        name: String, template: Template = .builtIn("swift"), hooks: [String] = [defaultHook],
        author: String = "unknown", license: String = "Apache-2.0", description: String? = nil,
        values: [String: String] = [:]
    ) {
        self.name = name
        self.template = template
        self.hooks = hooks
        self.author = author
        self.license = license
        self.description = description
        self.values = values
    }

    /// The templates that are part of the library, the default one first.
    public static var builtInTemplates: [TemplateDescription] {
        get throws(ScaffoldError) {
            do throws(Problem) {
                return try TemplateCatalog.builtIn().map {
                    TemplateDescription(id: $0.id, language: $0.language, summary: $0.summary, requires: $0.requires)
                }
            } catch { throw ScaffoldError(error) }
        }
    }

    /// The files, rendered in memory; nothing of a template is run.
    ///
    /// Errors have the codes of `Docs/errors.md`, such as `invalid-name`, `unknown-hook` and `missing-value`.
    public func files() throws(ScaffoldError) -> [File] {
        do {
            return try rendered().map { File(path: $0.path, bytes: $0.bytes, isExecutable: $0.isExecutable) }
        } catch { throw ScaffoldError(error) }
    }

    /// Makes the plugin's folder whole or not at all; what is there already is not touched.
    ///
    /// Error: `already-exists`.
    public func write(toFolder path: String) throws(ScaffoldError) {
        do {
            let files = try rendered()
            guard !path.isEmpty else {
                throw Problem(.failed, "there is no folder to write to", help: "give the path of the new folder")
            }
            guard try FileStatus.of(path) == nil else {
                throw Problem(.alreadyExists, "\(path) already exists", help: "choose another folder")
            }
            try SkeletonWriter.make(files, at: path)
        } catch { throw ScaffoldError(error) }
    }

    private func rendered() throws -> [SkeletonFile] {
        _ = try PluginName(typed: name)
        let template = try found()
        guard !hooks.isEmpty else {
            throw Problem(.unknownHook, "a plugin needs a hook", help: "give one, such as \(Self.defaultHook)")
        }
        let chosen = try SkeletonValues.hooks(named: hooks)
        var skeleton = SkeletonValues(
            name: name, description: description ?? SkeletonValues.description(with: chosen), author: author,
            license: license, hooks: chosen)
        skeleton.answers = try answers(template)
        return try SkeletonRenderer.render(template, skeleton)
    }

    private func found() throws -> PluginTemplate {
        switch template {
        case .folder(let path): return try TemplateFolder.read(path, origin: path)
        case .builtIn(let id):
            let all = try TemplateCatalog.builtIn()
            guard let template = all.first(where: { $0.id == id }) else {
                throw Problem(
                    .noTemplate, "there is no template '\(id.printable)'",
                    help: "choose one of \(all.map(\.id).joined(separator: ", "))")
            }
            return template
        }
    }

    private func answers(_ template: PluginTemplate) throws -> [(name: String, text: String)] {
        let known = template.description.variables.map(\.name)
        if let other = values.keys.sorted().first(where: { !known.contains($0) }) {
            throw Problem(
                .unknownVariable, "the template has no variable '\(other.printable)'",
                help: known.isEmpty ? "leave values empty" : "choose among \(known.joined(separator: ", "))")
        }
        return try resolved(template)
    }

    private func resolved(_ template: PluginTemplate) throws -> [(name: String, text: String)] {
        try template.description.variables.map { variable in
            guard let text = values[variable.name] ?? variable.defaultText else {
                throw Problem(
                    .missingValue, "the template needs a value for '\(variable.name)'", help: "give it in values")
            }
            if let reason = variable.refusal(of: text) {
                throw Problem(
                    .invalidValue,
                    "'\(text.prefix(200).description.printable)' is not valid for '\(variable.name)': \(reason)"
                )
            }
            return (variable.name, text)
        }
    }
}

/// Why a skeleton cannot be made.
public struct ScaffoldError: Error, Sendable, CustomStringConvertible {
    /// A stable word: see `Docs/errors.md`.
    public let code: String
    /// One lower-case sentence.
    public let message: String
    /// What to do next, where there is something.
    public let help: String?

    /// The message.
    public var description: String { message }

    init(_ error: any Error) {
        let known = error as? any Diagnostic
        code = known?.code.rawValue ?? "failed"
        message = known?.message ?? "\(error)"
        help = known?.commandHelp
    }
}
