internal import Basics

/// PDK501: assumed input.
package enum AssumedInput: RuleDefinition {
    package static let rule = Rule(
        "PDK501", "assumed-input", .error,
        prevents: #"A case with input that the host never sends tests nothing real."#,
        fix: #"Remove the field from the case, or explain why the host will send it: `assume: "REASON"`."#,
        about: #"""
            For example, helios-1.5 sends no tables, no attributes and no identity: `pdk host show` lists the \#
            contents of each field. `pdk test` only warns.
            """#)

    static func findings(in cases: CaseReading) -> [Finding] {
        cases.assumptions.map { assumption in
            Finding(
                rule,
                "the case '\(assumption.name.printable)' assumes input that the host never sends: \(assumption.words)",
                help: "remove the field, or give the reason: assume: \"REASON\"", file: assumption.file,
                line: assumption.line
            )
        }
    }
}
