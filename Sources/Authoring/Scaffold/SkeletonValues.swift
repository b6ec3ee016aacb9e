package import Basics
package import Contract

/// The answers that a skeleton is rendered with.
package struct SkeletonValues: Sendable, Equatable {
    package var name: String
    package var version = "0.1.0"
    package var description: String
    package var author: String
    package var license: String
    /// In the order of the host's hooks.
    package var hooks: [Hook]
    /// The values of the template's own variables, as texts.
    package var answers: [(name: String, text: String)] = []

    package init(name: String, description: String, author: String, license: String, hooks: [Hook]) {
        self.name = name
        self.description = description
        self.author = author
        self.license = license
        self.hooks = hooks
    }

    /// The hooks called so, in the host's order; its first one when there are none.
    ///
    /// Error: `unknown-hook`.
    ///
    /// - Parameter own: The profile of a plugin that has one of its own, for which templates have no code.
    package static func hooks(
        named names: [String], own: HostProfile = .standard
    ) throws(Problem) -> [Hook] {
        let called = HostProfile.standard.calledHooks
        guard !names.isEmpty else { return Array(called.prefix(1)) }
        var chosen: [Hook] = []
        for name in names {
            guard let hook = HostProfile.standard.hook(named: name), hook.isCalled else {
                let known = own.hook(named: name)
                if let known, known.isCalled {
                    throw Problem(
                        .unknownHook, "no template has code for the hook '\(known.name)', which host.yaml adds",
                        help: "export '\(known.export)' from your source, and add the hook to hooks: in plugin.yaml")
                }
                throw Problem(
                    .unknownHook,
                    known == nil
                        ? "there is no hook '\(name.printable)'"
                        : "the host knows the hook '\(name.printable)' but never calls it",
                    help: "choose one of \(called.map(\.name).joined(separator: ", "))")
            }
            chosen.append(hook)
        }
        return called.filter(chosen.contains)
    }

    /// The description of a plugin whose author gives none.
    package static func description(with hooks: [Hook]) -> String {
        "A plugin with \(hooks.map(\.name).joined(separator: ", "))"
    }

    package static func == (left: SkeletonValues, right: SkeletonValues) -> Bool {
        left.texts == right.texts && left.hooks == right.hooks && left.answers.map(\.name) == right.answers.map(\.name)
            && left.answers.map(\.text) == right.answers.map(\.text)
    }

    /// The variables that every template has.
    static let names =
        ["name", "version", "description", "author", "license", "hooks", "examines"]
        + HostProfile.standard.calledHooks.map(\.name)
        + WordCase.allCases.map { "name_" + $0.rawValue } + Manifest.toolchains.map { "toolchain_" + $0 }

    private var texts: [String: String] {
        ["name": name, "version": version, "description": description, "author": author, "license": license]
    }

    /// The values of all variables, for the skeleton's files and, spelled so that the host reads them, for its manifest.
    ///
    /// Error: `unrepresentable-value` where a text cannot be written so that both readers of a manifest read it.
    func tables(_ template: TemplateDescription) throws(Problem) -> (
        files: [String: MustacheValue], manifest: [String: MustacheValue]
    ) {
        var values = texts.mapValues(MustacheValue.text)
        for hook in HostProfile.standard.calledHooks { values[hook.name] = .flag(hooks.contains(hook)) }
        // Whether a hook is there that reads SQL.
        values["examines"] = .flag(hooks.contains { ["pre_query", "route"].contains($0.name) })
        values["hooks"] = .list(hooks.map { .table(["name": .text($0.name)]) })
        for wordCase in WordCase.allCases { values["name_" + wordCase.rawValue] = .text(wordCase.spell(name)) }
        for id in Manifest.toolchains { values["toolchain_" + id] = .flag(template.toolchain == id) }
        for variable in template.variables {
            guard let answer = answers.first(where: { $0.name == variable.name }) else { continue }
            values[variable.name] = variable.value(answer.text)
        }
        for item in template.derived {
            guard case .text(let source)? = values[item.source] else { continue }
            values[item.name] = .text(item.wordCase.spell(source))
        }
        var manifest = values
        for (key, text) in texts {
            guard let spelling = ManifestSpelling.spell(text, for: key) else {
                throw Problem(
                    .unrepresentableValue,
                    "the \(key) '\(text.prefix(200).description.printable)' cannot be written so that the host reads it",
                    help: "leave out line breaks, quotes at the ends, ' #', and the words 'hooks:' and 'permissions:'")
            }
            manifest[key] = .text(spelling)
        }
        return (values, manifest)
    }
}
