/// PDK307: round trip.
package enum RoundTrip: RuleDefinition {
    package static let rule = Rule(
        "PDK307", "round-trip", .error, canBeSuppressed: false,
        prevents: #"A plugin that cannot be published, installed and verified here would fail elsewhere too."#,
        fix: #"The message says which step failed; fix what it names."#,
        about: #"""
            When there are no other errors, `pdk check` publishes the plugin into a scratch registry, installs \#
            it from there with a trust root, and compares the bytes, with a throw-away key where the module is \#
            not signed yet. The message is that of the step that failed.
            """#)

    static func findings(in trial: ReleaseTrial) -> [Finding] {
        guard let failure = trial.failure else { return [] }
        return [
            Finding(
                rule, "the plugin cannot be published, installed and verified: \(failure.message)", help: failure.help,
                file: trial.file)
        ]
    }
}
