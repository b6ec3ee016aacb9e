extension RuleBook {
    /// PDK410: alloc outside.
    package static let allocOutside = Rule(
        "PDK410", "alloc-outside", .error,
        prevents: #"The host cannot write an input to memory that is not there."#,
        fix: #"Let `alloc` grow the memory, and return what is really there."#,
        about: #"""
            An allocator that only moves a pointer and never asks for more memory does this from the first long \#
            query on.
            """#,
        example: .init(
            found: [
                .init(
                    .c,
                    #"""
                    extern char __heap_base;
                    static u32 used;
                    EXPORT(alloc) void *alloc(u32 size) {
                        char *block = &__heap_base + used;
                        used += size;
                        return block;
                    }
                    EXPORT(dealloc) void dealloc(void *pointer, u32 size) {}
                    EXPORT(pre_query) u64 pre_query(const char *input, u32 size) { return 0; }
                    """#)
            ],
            fixed: [
                .init(
                    .c,
                    #"""
                    EXPORT(alloc) void *alloc(u32 size) { return grow(size); }
                    EXPORT(dealloc) void dealloc(void *pointer, u32 size) {}
                    EXPORT(pre_query) u64 pre_query(const char *input, u32 size) { return 0; }
                    """#)
            ]))
}
