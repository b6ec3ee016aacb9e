extension RuleBook {
    /// PDK411: alloc overlaps.
    package static let allocOverlaps = Rule(
        "PDK411", "alloc-overlaps", .error,
        prevents: #"An input written over the module's own data or another block corrupts both."#,
        fix: #"Begin the heap at `__heap_base`, and give out each byte once until `dealloc` takes it back."#,
        about: #"""
            An allocator that begins at a fixed address does this; so does one that hands out the same block \#
            twice. Where a module's bytes do not tell (variables that begin as zeros, a stack behind the data), \#
            each hook is called once more after `alloc` has given out 256 KiB that are then filled: it must not \#
            write there, and must do the same as before.
            """#,
        example: .init(
            found: [
                .init(
                    .c,
                    #"""
                    static char block[2 << 20];
                    EXPORT(alloc) void *alloc(u32 size) { return block; }
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
