internal import Contract
internal import Running

/// PDK402: not instantiated.
package enum NotInstantiated: RuleDefinition {
    package static let rule = Rule(
        "PDK402", "not-instantiated", .error, canBeSuppressed: false,
        prevents: #"A module that cannot be instantiated never runs."#,
        fix:
            #"See the reason in the message: for example, a start function that traps, or data that does not fit into the memory."#
    )

    static func findings(in load: FailedLoad) -> [Finding] {
        guard case .notInstantiated(let reason) = load.cause else { return [] }
        return [Finding(rule, "the host could not instantiate the module: \(reason)", file: load.file)]
    }
}
