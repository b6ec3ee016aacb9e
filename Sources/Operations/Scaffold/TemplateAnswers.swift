package import Authoring
package import Basics
internal import Contract
internal import Files

/// The values of a template's own variables: what was given, asked for, or is the default.
package struct TemplateAnswers: Sendable {
    /// Texts by name, as the user gave them; the last one of a name counts.
    package private(set) var given: [(name: String, text: String)] = []

    package init() {}

    /// Takes `KEY=VALUE`.
    package mutating func set(_ text: String) throws(Problem) {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            throw Problem(
                .invalidValue, "'\(text.printable)' is not KEY=VALUE", help: "write it like this: --set table=secrets")
        }
        given.append((String(text[..<equals]), String(text[text.index(after: equals)...])))
    }

    /// Takes a YAML or JSON file of keys and values, at most 64 KiB; lists are joined by commas.
    package mutating func read(_ path: String) throws {
        let bytes = try WholeFiles.read(path, limit: 64 << 10)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Problem(.invalidValue, "\(path) is not UTF-8", help: "save it as UTF-8")
        }
        do throws(ManifestError) { given = try TemplateValuesFile.read(text) + given } catch {
            throw Problem(
                .invalidValue, "\(path)\(error.line.map { ":\($0)" } ?? ""): \(error.message)",
                help: "write one value per line, such as: table: secrets")
        }
    }

    /// The text given for a name; nil for none.
    package func text(_ name: String) -> String? { given.last { $0.name == name }?.text }

    /// Removes and returns what was given for a name that is not the template's own, such as `description`.
    package mutating func take(_ name: String) -> String? {
        defer { given.removeAll { $0.name == name } }
        return text(name)
    }

    /// The values of all variables of the template; those without a value are asked for, where `ask` is given.
    ///
    /// Errors: `unknown-variable`, `invalid-value`, `missing-value`.
    package func resolve(
        _ template: PluginTemplate, ask: ((TemplateVariable) throws -> String)?
    ) throws -> [(name: String, text: String)] {
        let variables = template.description.variables
        for (name, _) in given where !variables.contains(where: { $0.name == name }) {
            let known = variables.map(\.name)
            throw Problem(
                .unknownVariable, "the template \(template.origin.printable) has no variable '\(name.printable)'",
                help: known.isEmpty ? "it has no variables" : "it has \(known.joined(separator: ", "))")
        }
        var answers: [(name: String, text: String)] = []
        for variable in variables {
            guard let text = try text(variable.name) ?? variable.defaultText ?? ask?(variable) else {
                throw Problem(
                    .missingValue, "the template \(template.origin.printable) needs a value for '\(variable.name)'",
                    help: "give it with --set \(variable.name)=VALUE, or in a file with --values FILE")
            }
            if let reason = variable.refusal(of: text) {
                throw Problem(
                    .invalidValue,
                    "'\(text.prefix(200).description.printable)' is not valid for '\(variable.name)': \(reason)",
                    help: "give another value with --set \(variable.name)=VALUE")
            }
            answers.append((variable.name, text))
        }
        return answers
    }
}
