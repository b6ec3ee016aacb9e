extension RuleBook {
    /// PDK203: missing export.
    package static let missingExport = Rule(
        "PDK203", "missing-export", .error,
        prevents: #"Without `memory`, `alloc` and `dealloc` each call of a hook fails."#,
        fix: #"Export the memory and the two functions; the guest libraries of the templates do."#,
        example: .init(
            found: [
                .init(
                    .c,
                    #"""
                    void *alloc(u32 size) { return grow(size); }
                    EXPORT(dealloc) void dealloc(void *pointer, u32 size) {}
                    EXPORT(pre_query) u64 pre_query(const char *input, u32 size) { return answer("{\"action\":\"continue\"}"); }
                    """#)
            ],
            fixed: [
                .init(
                    .c,
                    #"""
                    EXPORT(alloc) void *alloc(u32 size) { return grow(size); }
                    EXPORT(dealloc) void dealloc(void *pointer, u32 size) {}
                    EXPORT(pre_query) u64 pre_query(const char *input, u32 size) { return answer("{\"action\":\"continue\"}"); }
                    """#)
            ]))
}
