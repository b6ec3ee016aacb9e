internal import Basics

/// PDK501: assumed input.
package enum AssumedInput: RuleDefinition {
    package static let rule = Rule(
        "PDK501", "assumed-input", .error,
        prevents: #"A case that gives the hook what the host never sends says nothing about the host."#,
        fix: #"Take the field out of the case, or say why the host will send it: `assume: "REASON"`."#,
        about: #"""
            helios-1.5, for one, sends no tables, no attributes and no identity: `pdk host show` lists what each \#
            field holds. `pdk test` only warns.
            """#)

    static func findings(in cases: CaseReading) -> [Finding] {
        cases.assumptions.map { assumption in
            Finding(
                rule,
                "the case '\(assumption.name.printable)' assumes what the host never sends: \(assumption.words)",
                help: "take the field out, or say why: assume: \"REASON\"", file: assumption.file, line: assumption.line
            )
        }
    }
}
