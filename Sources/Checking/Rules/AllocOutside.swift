internal import Contract
internal import Running

/// PDK410: alloc outside.
package enum AllocOutside: RuleDefinition {
    package static let rule = Rule(
        "PDK410", "alloc-outside", .error,
        prevents: #"The host cannot write an input to memory that is not there."#,
        fix: #"Let `alloc` grow the memory, and return only memory that exists."#,
        about: #"""
            An allocator that only moves a pointer and never asks for more memory does this from the first long \#
            query on.
            """#,
        example: .c(
            found: #"""
                extern char __heap_base;
                static u32 used;
                EXPORT(alloc) void *alloc(u32 size) {
                    char *block = &__heap_base + used;
                    used += size;
                    return block;
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
        let help = "let alloc grow the memory, and return only memory that exists"
        switch allocator.flaw {
        case .noMemory(let block):
            return [
                allocator.finding(
                    rule,
                    "alloc(\(block.size)) returns 0, which means no memory: the host could not pass an input of that size",
                    help: help)
            ]
        case .outside(let block):
            return [
                allocator.finding(
                    rule,
                    "alloc(\(block.size)) returns \(block.pointer), which is not inside the memory of \(block.memoryBytes) bytes: the host could not write an input there",
                    help: help)
            ]
        default: return []
        }
    }
}
