internal import Contract
internal import Engine
internal import Running

/// PDK411: alloc overlaps.
package enum AllocOverlaps: RuleDefinition {
    package static let rule = Rule(
        "PDK411", "alloc-overlaps", .error,
        prevents: #"An input written over the module's own data or another block corrupts both."#,
        fix: #"Start the heap at `__heap_base`, and return each byte only once until `dealloc` frees it."#,
        about: #"""
            This happens with an allocator that starts at a fixed address, or that returns the same block twice. If \#
            the module's bytes do not show it (variables that start as zeros, a stack after the data), each hook is \#
            called again after `alloc` has returned 256 KiB, which are then filled: the hook must not write there, \#
            and must behave as before.
            """#,
        example: .c(
            found: #"""
                static char block[2 << 20];
                EXPORT(alloc) void *alloc(u32 size) { return block; }
                EXPORT(dealloc) void dealloc(void *pointer, u32 size) {}
                EXPORT(pre_query) u64 pre_query(const char *input, u32 size) { return 0; }
                """#,
            fixed: #"""
                EXPORT(alloc) void *alloc(u32 size) { return grow(size); }
                EXPORT(dealloc) void dealloc(void *pointer, u32 size) {}
                EXPORT(pre_query) u64 pre_query(const char *input, u32 size) { return 0; }
                """#))

    private static let freeHeapHelp = "start the heap at __heap_base"

    static func findings(in allocator: AllocatorTrial) -> [Finding] {
        switch allocator.flaw {
        case .inData(let block, let end):
            [
                allocator.finding(
                    rule,
                    "alloc(\(block.size)) returns \(block.address), inside the module's own data, which ends at \(end): the host would overwrite it",
                    help: freeHeapHelp)
            ]
        case .inStack(let block, let end):
            [
                allocator.finding(
                    rule,
                    "alloc(\(block.size)) returns \(block.address), inside the module's own stack, which ends at \(end): each would overwrite the other",
                    help: freeHeapHelp)
            ]
        case .taken(let block):
            [
                allocator.finding(
                    rule,
                    "alloc(\(block.size)) returns \(block.address), which it has already returned: the host's input and the plugin's data would overwrite each other",
                    help: "return each byte only once until dealloc frees it")
            ]
        default: []
        }
    }

    /// The same rule, for what only calls of a hook show.
    enum InCall: RuleDefinition {
        static var rule: Rule { AllocOverlaps.rule }

        /// The size of the block that is filled to learn whether the plugin uses it for something else: as a long input's.
        private static let guardedBytes = 256 << 10

        /// Calls once more after `alloc` has given out a block that is then filled: nothing of the plugin may lie there.
        ///
        /// Finds variables that begin as zeros and stacks behind the data, of which a module's bytes say nothing.
        static func findings(in call: HookTrial) -> [Finding] {
            guard call.hasSoundAllocator, call.document != nil else { return [] }
            let again = call.again(
                memoryBytes: call.limits.memoryBytes + 2 * guardedBytes, guardedBytes: guardedBytes)
            guard let block = again.outcome.guardedBlock else { return [] }
            let place = "the \(block.count) bytes at \(block.lowerBound) that alloc has returned"
            if let address = again.outcome.guardDamage {
                return [
                    call.finding(
                        rule,
                        "\(call.subject) writes to \(address), inside \(place): its variables or stack are there, and the host would overwrite them",
                        help: freeHeapHelp)
                ]
            }
            guard again.failure != nil || call.differs(again) else { return [] }
            return [
                call.finding(
                    rule,
                    "\(call.subject) behaves differently when \(place) are filled: its variables are there, and the host would overwrite them",
                    help: freeHeapHelp)
            ]
        }
    }
}
