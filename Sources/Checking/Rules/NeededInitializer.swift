internal import Contract
internal import Engine
internal import Running

/// PDK213: needed initializer.
package enum NeededInitializer: RuleDefinition {
    package static let rule = Rule(
        "PDK213", "needed-initializer", .error,
        prevents: #"The host never calls `_initialize` or `_start`: what they would set up is not there."#,
        fix: #"Initialise on first use or with constants; for C and C++ without constructors, link with `--no-entry`."#,
        about: #"""
            The rule runs each hook once more after the export, with its own inputs and those of the plugin's \#
            cases, and finds what it does otherwise then.
            """#,
        example: .c(
            found: #"""
                static int is_on;
                EXPORT(_initialize) void initialize(void) { is_on = 1; }
                EXPORT(pre_query) u64 pre_query(const char *input, u32 size) {
                    return is_on ? answer("{\"action\":\"block\",\"value\":\"no\"}") : 0;
                }
                """#,
            fixed: #"""
                static int is_on = 1;
                EXPORT(pre_query) u64 pre_query(const char *input, u32 size) {
                    return is_on ? answer("{\"action\":\"block\",\"value\":\"no\"}") : 0;
                }
                """#))

    static func findings(in call: HookTrial) -> [Finding] {
        for initializer in call.initializers {
            let again = call.again(setUp: initializer)
            // An export that fails by itself sets nothing up.
            if case .export? = again.outcome.failure?.phase { continue }
            guard (again.failure == nil) != (call.run.failure == nil) || call.differs(again) else { continue }
            return [
                call.finding(
                    rule,
                    "\(call.subject) behaves differently after \(initializer), which the module exports but the host never calls",
                    help:
                        "initialise on first use or with constants; for C and C++ without constructors, link with --no-entry"
                )
            ]
        }
        return []
    }
}
