internal import Contract
internal import Engine
internal import Running

/// PDK405: output outside.
package enum OutputOutside: RuleDefinition {
    package static let rule = Rule(
        "PDK405", "output-outside", .error,
        prevents: #"An answer outside the memory is an error on each call."#,
        fix: #"Return `(pointer << 32) | length` of bytes that are inside the memory, below 2 GiB."#,
        about: #"The host reads the pointer as a signed number."#,
        example: .c(
            found: #"""
                EXPORT(pre_query) u64 pre_query(const char *input, u32 size) { return (u64)0x7000000 << 32 | 21; }
                """#,
            fixed: #"""
                EXPORT(pre_query) u64 pre_query(const char *input, u32 size) { return answer("{\"action\":\"continue\"}"); }
                """#))

    static func findings(in call: HookTrial) -> [Finding] {
        guard let failure = call.run.outcome.failure, case .outputOutOfRange = failure.kind
        else {
            return []
        }
        return [
            call.finding(
                rule, "\(call.subject): \(failure.cause); the host logs an error and the query runs",
                help: "return (pointer << 32) | length of bytes that are inside the memory, below 2 GiB")
        ]
    }
}
