internal import Basics
package import Contract
internal import YAML

/// A template's `template.yaml`: what it is called, what it needs, what it asks for, and which files it writes when.
package struct TemplateDescription: Sendable, Equatable {
    /// The file's name in a template's folder.
    package static let fileName = "template.yaml"

    /// A tool that the author's machine needs.
    package struct Requirement: Sendable, Equatable {
        package let tool: String
        /// A command that succeeds where the tool is there; shown, and never run by `pdk new`.
        package var probe: String?
        package var install: String?
    }

    /// A variable that follows from another one.
    package struct Derived: Sendable, Equatable {
        package let name: String
        package let source: String
        package let wordCase: WordCase
    }

    /// What is special about a file or folder of the skeleton.
    package struct FileRule: Sendable, Equatable {
        /// Relative to `files`, without a `.mustache` ending.
        package let path: String
        /// The flag or hook that must be true for it to be written; `!name` for one that must not.
        package var condition: String?
        package var isExecutable = false
    }

    package var id = ""
    package var version = "0.0.0"
    package var language = ""
    package var summary = ""
    package var toolchain = ""
    /// The oldest pdk that renders it; nil for any.
    package var minimumKit: String?
    package var requires: [Requirement] = []
    package var variables: [TemplateVariable] = []
    package var derived: [Derived] = []
    package var files: [FileRule] = []
    /// Steps from older versions that no merge can take, by their number.
    package var migrations: [TemplateMigration] = []
    /// What is printed at the end; rendered like a file.
    package var next: String?

    /// The largest `template.yaml`, in bytes.
    package static let maximumBytes = 64 << 10
    package static let keys = [
        "id", "version", "language", "summary", "toolchain", "min_pdk", "requires", "variables", "derived", "files",
        "migrations", "next",
    ]

    /// Reads a `template.yaml`, at most 64 KiB; `id`, `language` and `summary` are required.
    package init(reading text: String) throws(ManifestError) {
        for (key, value) in try YAMLMapping(parsing: text, limit: Self.maximumBytes, what: "the template").entries {
            switch key.text {
            case "id": id = try YAMLMapping.text(value, "id")
            case "version": version = try YAMLMapping.text(value, "version")
            case "language": language = try YAMLMapping.text(value, "language")
            case "summary": summary = try YAMLMapping.text(value, "summary")
            case "toolchain": toolchain = try YAMLMapping.text(value, "toolchain")
            case "min_pdk": minimumKit = try YAMLMapping.text(value, "min_pdk")
            case "requires": requires = try Self.requirements(value)
            case "variables": variables = try Self.variables(value)
            case "derived": derived = try Self.derived(value)
            case "files": files = try Self.files(value)
            case "migrations": migrations = try TemplateMigration.list(value)
            case "next": next = try YAMLMapping.text(value, "next")
            default: throw YAMLMapping.unknown(key, in: "the template", Self.keys)
            }
        }
        for (key, text) in [("id", id), ("language", language), ("summary", summary)] where text.isEmpty {
            throw ManifestError(message: "the template has no \(key)", line: nil)
        }
        guard PluginName(id) != nil else {
            throw ManifestError(
                message: "the template's id '\(id.printable)' is not a name: \(PluginName.rule)", line: nil)
        }
        for (key, text) in [("version", version), ("min_pdk", minimumKit ?? "0.0.0")]
        where text.utf8.first.map({ !(0x30...0x39).contains($0) }) ?? true {
            throw ManifestError(
                message: "the template's \(key) is '\(text.prefix(80).description.printable)', which is not a version",
                line: nil)
        }
        try refuseClashes()
    }

    private static func requirements(_ node: YAMLNode) throws(ManifestError) -> [Requirement] {
        var requirements: [Requirement] = []
        for item in try YAMLMapping.items(node, "requires") {
            if case .scalar = item.kind {
                requirements.append(Requirement(tool: try YAMLMapping.text(item, "an item of requires")))
                continue
            }
            let mapping = try YAMLMapping(item, "an item of requires")
            var texts: [String: String] = [:]
            for (key, value) in mapping.entries {
                guard ["tool", "probe", "install"].contains(key.text) else {
                    throw YAMLMapping.unknown(key, in: "requires", ["tool", "probe", "install"])
                }
                texts[key.text] = try YAMLMapping.text(value, key.text)
            }
            guard let tool = texts["tool"], !tool.isEmpty else {
                throw ManifestError(message: "an item of requires has no tool", line: mapping.line)
            }
            requirements.append(Requirement(tool: tool, probe: texts["probe"], install: texts["install"]))
        }
        return requirements
    }

    private static func variables(_ node: YAMLNode) throws(ManifestError) -> [TemplateVariable] {
        var variables: [TemplateVariable] = []
        for (name, value) in try YAMLMapping(node, "variables").entries {
            try check(name)
            var variable = TemplateVariable(name: name.text)
            let known = ["type", "prompt", "default", "pattern", "choices"]
            for (key, value) in try YAMLMapping(value, "the variable \(name.text)").entries {
                let what = "\(key.text) of \(name.text)"
                switch key.text {
                case "type":
                    let type = try YAMLMapping.text(value, what)
                    guard let kind = TemplateVariable.Kind(rawValue: type) else {
                        throw ManifestError(
                            message: "the type of \(name.text) is '\(type.printable)'; expected: "
                                + TemplateVariable.Kind.allCases.map(\.rawValue).joined(separator: ", "), line: key.line
                        )
                    }
                    variable.kind = kind
                case "prompt": variable.prompt = try YAMLMapping.text(value, what)
                case "default": variable.defaultText = try defaultText(value, what)
                case "pattern": variable.pattern = try YAMLMapping.text(value, what)
                case "choices":
                    variable.choices = try YAMLMapping.scalars(value, what).map(\.text)
                    variable.kind = .choice
                default: throw YAMLMapping.unknown(key, in: "the variable \(name.text)", known)
                }
            }
            try check(variable, line: name.line)
            variables.append(variable)
        }
        return variables
    }

    /// A default as it would be typed: a list's texts are joined by commas, as in a file of values.
    private static func defaultText(_ node: YAMLNode, _ what: String) throws(ManifestError) -> String {
        guard case .sequence = node.kind else { return try YAMLMapping.text(node, what) }
        return try YAMLMapping.scalars(node, what).map(\.text).joined(separator: ", ")
    }

    private static func check(_ variable: TemplateVariable, line: Int) throws(ManifestError) {
        if variable.kind == .choice, variable.choices.isEmpty {
            throw ManifestError(message: "the variable \(variable.name) has no choices", line: line)
        }
        if let pattern = variable.pattern, !TemplateVariable.isPattern(pattern) {
            throw ManifestError(
                message:
                    "the pattern of \(variable.name) is not a POSIX extended regular expression of at most 200 bytes, or its repetitions multiply too much",
                line: line)
        }
        if let text = variable.defaultText, let reason = variable.refusal(of: text) {
            throw ManifestError(message: "the default of \(variable.name) is not valid: \(reason)", line: line)
        }
    }

    private static func derived(_ node: YAMLNode) throws(ManifestError) -> [Derived] {
        var derived: [Derived] = []
        for (name, value) in try YAMLMapping(node, "derived").entries {
            try check(name)
            var source = "", wordCase: WordCase?
            for (key, value) in try YAMLMapping(value, "the derived variable \(name.text)").entries {
                switch key.text {
                case "from": source = try YAMLMapping.text(value, "from")
                case "case": wordCase = WordCase(rawValue: try YAMLMapping.text(value, "case"))
                default: throw YAMLMapping.unknown(key, in: "the derived variable \(name.text)", ["from", "case"])
                }
            }
            guard !source.isEmpty, let wordCase else {
                throw ManifestError(
                    message: "the derived variable \(name.text) needs from: and case: (one of "
                        + WordCase.allCases.map(\.rawValue).joined(separator: ", ") + ")", at: name.place)
            }
            derived.append(Derived(name: name.text, source: source, wordCase: wordCase))
        }
        return derived
    }

    private static func files(_ node: YAMLNode) throws(ManifestError) -> [FileRule] {
        var rules: [FileRule] = []
        for item in try YAMLMapping.items(node, "files") {
            let mapping = try YAMLMapping(item, "an item of files")
            var path = "", condition: String?, isExecutable = false
            for (key, value) in mapping.entries {
                switch key.text {
                case "path": path = try YAMLMapping.text(value, "path")
                case "when": condition = try YAMLMapping.text(value, "when")
                case "executable": isExecutable = try YAMLMapping.text(value, "executable") == "true"
                default: throw YAMLMapping.unknown(key, in: "files", ["path", "when", "executable"])
                }
            }
            guard !path.isEmpty else {
                throw ManifestError(message: "an item of files has no path", line: mapping.line)
            }
            rules.append(FileRule(path: path, condition: condition, isExecutable: isExecutable))
        }
        return rules
    }

    /// Names are words of templates: letters, digits and underscores.
    private static func check(_ name: Manifest.Scalar) throws(ManifestError) {
        let isWord = name.text.utf8.allSatisfy {
            PluginName(String(UnicodeScalar($0))) != nil && $0 != UInt8(ascii: "-")
        }
        guard isWord, (1...64).contains(name.text.utf8.count) else {
            throw ManifestError(
                message:
                    "'\(name.text.prefix(80).description.printable)' is not a variable's name: letters, digits and '_'",
                at: name.place)
        }
    }

    private func refuseClashes() throws(ManifestError) {
        var seen = Set(SkeletonValues.names)
        for name in variables.map(\.name) + derived.map(\.name) {
            guard seen.insert(name).inserted else {
                throw ManifestError(
                    message: "the variable \(name) is defined twice, or is built in", line: nil)
            }
        }
        for item in derived where !seen.contains(item.source) || derived.contains(where: { $0.name == item.source }) {
            let reason = seen.contains(item.source) ? "itself derived; name a variable" : "not a variable"
            throw ManifestError(message: "\(item.name) follows from \(item.source), which is \(reason)", line: nil)
        }
    }
}
