extension RuleBook {
    /// PDK404: out of fuel.
    package static let outOfFuel = Rule(
        "PDK404", "out-of-fuel", .error,
        prevents: #"A hook that uses up its fuel or time is stopped, and the query goes on unguarded."#,
        fix: #"Ask for a text's size before its bytes, and block what is too large to examine."#,
        about: #"""
            A long query is the usual way there: whatever costs more than a dozen units a byte gets there at 64 \#
            KB. The texts that are tried are 64 KB of plain words, and of quotes, line breaks, backslashes, \#
            control characters and letters beyond ASCII, whose escapes cost most. `query_sql_up_to(query, 4096)` \#
            in C, `query.sql_up_to(4096)` in Rust and `query.sql(upTo: 4096)` in Swift read a text only when it \#
            is short.
            """#,
        example: .init(
            found: [
                .init(
                    .c,
                    #"""
                    EXPORT(pre_query) u64 pre_query(const char *input, u32 size) {
                        u32 pairs = 0;
                        for (u32 i = 0; i < size; i++)
                            for (u32 j = 0; j < i; j++) pairs += ((volatile const char *)input)[i] == input[j];
                        return pairs == 7 ? 0 : answer("{\"action\":\"continue\"}");
                    }
                    """#)
            ],
            fixed: [
                .init(
                    .c,
                    #"""
                    EXPORT(pre_query) u64 pre_query(const char *input, u32 size) {
                        u32 quotes = 0;
                        for (u32 i = 0; i < size && i < 16384; i++) quotes += input[i] == '\'';
                        return quotes == 7 ? 0 : answer("{\"action\":\"continue\"}");
                    }
                    """#)
            ]))
}
