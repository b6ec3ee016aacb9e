internal import Contract
internal import Engine
internal import Running

/// PDK420: dealloc fails.
package enum DeallocFails: RuleDefinition {
    package static let rule = Rule(
        "PDK420", "dealloc-fails", .warning,
        prevents: #"The host ignores a `dealloc` that fails, but its fuel is used."#,
        fix: #"Let `dealloc` free what `alloc` returned, or do nothing."#,
        example: .c(
            found: #"""
                EXPORT(alloc) void *alloc(u32 size) { return grow(size); }
                EXPORT(dealloc) void dealloc(void *pointer, u32 size) { __builtin_trap(); }
                EXPORT(pre_query) u64 pre_query(const char *input, u32 size) {
                    return answer("{\"action\":\"continue\"}");
                }
                """#,
            fixed: #"""
                EXPORT(alloc) void *alloc(u32 size) { return grow(size); }
                EXPORT(dealloc) void dealloc(void *pointer, u32 size) {}
                EXPORT(pre_query) u64 pre_query(const char *input, u32 size) {
                    return answer("{\"action\":\"continue\"}");
                }
                """#))

    static func findings(in call: HookTrial) -> [Finding] {
        guard let failure = call.run.outcome.deallocFailure else { return [] }
        return [
            call.finding(
                rule, "\(call.subject): dealloc fails: \(failure.cause); the host ignores it, but the fuel is used",
                help: "let dealloc free what alloc returned, or do nothing")
        ]
    }
}
