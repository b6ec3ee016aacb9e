internal import Contract
internal import Engine
internal import Running

/// PDK413: out of memory.
package enum OutOfMemory: RuleDefinition {
    package static let rule = Rule(
        "PDK413", "out-of-memory", .error,
        prevents: #"A hook that needs more memory than the host allows fails there, and the query runs unguarded."#,
        fix: #"Look for an endless or oversized allocation."#,
        about: #"""
            A host without a limit, such as helios-1.5, gives a hook up to 4 GiB. pdk does not: it allows 1 GiB, \#
            and more only to a module whose declared minimum is above 512 MiB. Suppress the rule if a hook really needs more.
            """#)

    static func findings(in call: HookTrial) -> [Finding] {
        guard let failure = call.run.outcome.failure, call.wantsMoreMemory else { return [] }
        let limit = call.run.memoryLimit == nil ? ", the most that pdk gives a hook (this host has no limit)" : ""
        return [
            call.finding(
                rule,
                "\(call.subject) asks for more than \(call.limits.memoryBytes >> 20) MiB of memory\(limit), and fails: \(failure.cause); the host logs an error and the query runs",
                help: "look for an endless or oversized allocation")
        ]
    }
}
