internal import Basics
internal import Contract
internal import Running

/// PDK400: no engine.
package enum NoEngine: RuleDefinition {
    package static let rule = Rule(
        "PDK400", "no-engine", .warning, stopsRelease: true,
        prevents: #"Without the engine, the plugin is not run before it is released."#,
        fix: #"`pdk doctor` shows where pdk looks for the engine; [engine.md](engine.md) explains how to install it."#,
        about: #"`pdk publish` and `pdk release` fail unless `--no-engine` is given."#)

    static func findings(in load: FailedLoad) -> [Finding] {
        guard case .withoutEngine(let problem) = load.cause else { return [] }
        return [
            Finding(
                rule, "the rules that run the plugin were not checked: \(problem.message)", help: problem.help,
                file: load.file)
        ]
    }
}
