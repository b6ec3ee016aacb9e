internal import Contract
internal import Running

/// PDK423: fuel not certain.
package enum FuelNotCertain: RuleDefinition {
    package static let rule = Rule(
        "PDK423", "fuel-not-certain", .warning,
        prevents: #"A hook that uses up its fuel is stopped, and the query runs unguarded."#,
        fix: #"Copy or fill less memory, or try the call on a running host."#,
        about: #"""
            The host charges 1 unit for a bulk memory instruction (`memory.copy`, `memory.fill`), whatever its length; the \#
            engine that pdk uses charges 1 for each byte. If a call is within the host's limit only without these \#
            units, pdk continues it and reports this warning instead of PDK404. The share of these units is measured \#
            by 48 calls with less fuel.
            """#,
        example: .c(
            found: #"""
                static char copy[1 << 16];
                __attribute__((target("bulk-memory")))
                EXPORT(pre_query) u64 pre_query(const char *input, u32 size) {
                    u32 sum = 0;
                    for (u32 i = 0; i < 40; i++) {
                        __builtin_memset(copy, (int)i, sizeof copy);
                        sum += ((volatile char *)copy)[i];
                    }
                    return sum == 7 ? 0 : answer("{\"action\":\"continue\"}");
                }
                """#,
            fixed: #"""
                EXPORT(pre_query) u64 pre_query(const char *input, u32 size) { return answer("{\"action\":\"continue\"}"); }
                """#))

    static func findings(in call: HookTrial) -> [Finding] {
        guard let doubt = call.run.fuelDoubt else { return [] }
        return [
            call.finding(
                rule, "\(call.subject) \(doubt)",
                help: "copy or fill less memory, or try the call on a running host: its log shows whether it fails")
        ]
    }
}
