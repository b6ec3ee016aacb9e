internal import Arguments
internal import Basics
internal import Checking
internal import Contract

struct ExplainCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Explain a rule of pdk check: what it prevents, how to fix it, an example.")

    @Argument(help: "The rule's id or name, such as PDK404 or out-of-fuel.")
    var rule: String?

    @Flag(name: .long, help: "Print the page of all rules, in Markdown.")
    var all = false

    @OptionGroup var globals: GlobalOptions

    func validate() throws {
        if (rule == nil) != all { throw ValidationError("Name a rule, or give --all.") }
    }

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        guard let name = rule else {
            return Outcome(
                text: RuleBook.page.map { Text($0) }, isData: true, json: .array(RuleBook.all.map(\.json)))
        }
        guard let rule = RuleBook.rule(name) else {
            let near = NearWord.to(name.lowercased(), among: RuleBook.all.map(\.name))
            throw Problem(
                .unknownRule, "there is no rule '\(name.printable)'",
                help: near.map { "did you mean: pdk explain \($0)" } ?? "pdk explain --all shows every rule")
        }
        var lines = rule.page
        while lines.last?.isEmpty ?? false { lines.removeLast() }
        return Outcome(text: lines.map { Text($0) }, isData: true, json: rule.json)
    }
}

extension Rule {
    var json: JSONValue {
        func blocks(_ blocks: [Example.Block]) -> JSONValue {
            .array(
                blocks.map { .object(["language": .string($0.language.rawValue), "text": .string($0.text)]) })
        }
        return .object([
            "rule": .string(id), "name": .string(name), "severity": .string(severity.rawValue),
            "can_be_suppressed": .bool(canBeSuppressed), "prevents": .string(prevents), "fix": .string(fix),
            "about": about.map(JSONValue.string),
            "example": example.map { .object(["found": blocks($0.found), "fixed": blocks($0.fixed)]) },
        ])
    }
}
