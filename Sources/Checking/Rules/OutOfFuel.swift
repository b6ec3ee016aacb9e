internal import Contract
internal import Engine
internal import Running

/// PDK404: out of fuel.
package enum OutOfFuel: RuleDefinition {
    package static let rule = Rule(
        "PDK404", "out-of-fuel", .error,
        prevents: #"A hook that uses up its fuel or time is stopped, and the query runs unguarded."#,
        fix: #"Ask for a text's size before its bytes, and block a query that is too large to examine."#,
        about: #"""
            The usual cause is a long query: code that costs more than a dozen units per byte uses up the fuel at \#
            64 KB. The rule tries 64 KB of plain words, and of quotes, line breaks, backslashes, control characters \#
            and non-ASCII letters, whose escapes cost most. \#
            `plugin_field_text_up_to(plugin_query_sql(query), 4096)` in C, `query.sql().text_up_to(4096)` in Rust \#
            and `query.sql.text(upTo: 4096)` in Swift read a text only when it is short. Where only memory copied or filled in bulk is above the limit, it is PDK423.
            """#,
        example: .c(
            found: #"""
                EXPORT(pre_query) u64 pre_query(const char *input, u32 size) {
                    u32 pairs = 0;
                    for (u32 i = 0; i < size; i++)
                        for (u32 j = 0; j < i; j++) pairs += ((volatile const char *)input)[i] == input[j];
                    return pairs == 7 ? 0 : answer("{\"action\":\"continue\"}");
                }
                """#,
            fixed: #"""
                EXPORT(pre_query) u64 pre_query(const char *input, u32 size) {
                    u32 quotes = 0;
                    for (u32 i = 0; i < size && i < 16384; i++) quotes += input[i] == '\'';
                    return quotes == 7 ? 0 : answer("{\"action\":\"continue\"}");
                }
                """#))

    static func findings(in call: HookTrial) -> [Finding] {
        guard let failure = call.run.outcome.failure else { return [] }
        switch failure.kind {
        case .outOfFuel:
            return [
                call.finding(
                    rule,
                    "\(call.subject) uses up the \(call.limits.fuel) units of fuel: the host stops it and the query runs",
                    help: call.kind == .long
                        ? "ask for a text's size before its bytes, and decide about long texts at once; the plugin's README lists what costs fuel"
                        : "look for an endless loop: pdk run \(call.hook.name) shows where the fuel ran out")
            ]
        case .interrupted:
            return [
                call.finding(rule, "\(call.subject) takes too long: the host stops it and the query runs")
            ]
        default: return []
        }
    }
}
