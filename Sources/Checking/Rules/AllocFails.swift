internal import Contract
internal import Running

/// PDK409: alloc fails.
package enum AllocFails: RuleDefinition {
    package static let rule = Rule(
        "PDK409", "alloc-fails", .error,
        prevents: #"The host passes each input through `alloc`: if it fails, the call fails."#,
        fix: #"Let `alloc` grow the memory, and return only memory that exists."#,
        example: .c(
            found: #"""
                EXPORT(alloc) void *alloc(u32 size) {
                    if (size > 65536) __builtin_trap();
                    return grow(size);
                }
                EXPORT(dealloc) void dealloc(void *pointer, u32 size) {}
                EXPORT(pre_query) u64 pre_query(const char *input, u32 size) { return 0; }
                """#,
            fixed: #"""
                EXPORT(alloc) void *alloc(u32 size) { return grow(size); }
                EXPORT(dealloc) void dealloc(void *pointer, u32 size) {}
                EXPORT(pre_query) u64 pre_query(const char *input, u32 size) { return 0; }
                """#))

    static func findings(in allocator: AllocatorTrial) -> [Finding] {
        guard case .failed(let size, let cause) = allocator.flaw else { return [] }
        return [
            allocator.finding(
                rule, "alloc(\(size)) fails: \(cause); the host could not pass an input of that size",
                help: "let alloc grow the memory, and return only memory that exists")
        ]
    }
}
