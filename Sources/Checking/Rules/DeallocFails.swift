extension RuleBook {
    /// PDK420: dealloc fails.
    package static let deallocFails = Rule(
        "PDK420", "dealloc-fails", .warning,
        prevents: #"The host ignores a `dealloc` that fails, and the fuel is spent."#,
        fix: #"Let `dealloc` take back what `alloc` has given out, or do nothing."#,
        example: .init(
            found: [
                .init(
                    .c,
                    #"""
                    EXPORT(alloc) void *alloc(u32 size) { return grow(size); }
                    EXPORT(dealloc) void dealloc(void *pointer, u32 size) { __builtin_trap(); }
                    EXPORT(pre_query) u64 pre_query(const char *input, u32 size) {
                        return answer("{\"action\":\"continue\"}");
                    }
                    """#)
            ],
            fixed: [
                .init(
                    .c,
                    #"""
                    EXPORT(alloc) void *alloc(u32 size) { return grow(size); }
                    EXPORT(dealloc) void dealloc(void *pointer, u32 size) {}
                    EXPORT(pre_query) u64 pre_query(const char *input, u32 size) {
                        return answer("{\"action\":\"continue\"}");
                    }
                    """#)
            ]))
}
