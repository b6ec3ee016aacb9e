internal import Contract
internal import Engine
internal import Running

/// PDK413: out of memory.
package enum OutOfMemory: RuleDefinition {
    package static let rule = Rule(
        "PDK413", "out-of-memory", .error,
        prevents: #"A hook that needs more memory than the host allows fails there, and the query runs unguarded."#,
        fix: #"Look for an endless or oversized allocation."#,
        about: #"For a host without a limit, pdk allows 1 GiB."#)

    static func findings(in trial: PluginTrial) -> [Finding] {
        guard let call = trial.call, let failure = call.run.outcome.failure, call.wantsMoreMemory else { return [] }
        return [
            call.finding(
                rule,
                "\(call.subject) asks for more than \(call.limits.memoryBytes >> 20) MiB of memory, and fails: \(failure.cause); the host logs an error and the query runs",
                help: "look for an endless or oversized allocation")
        ]
    }
}
