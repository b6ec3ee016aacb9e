internal import Authoring
internal import Basics
internal import Contract
internal import WebAssembly

/// PDK203: missing export.
package enum MissingExport: RuleDefinition {
    package static let rule = Rule(
        "PDK203", "missing-export", .error,
        prevents: #"Without `memory`, `alloc` and `dealloc` each call of a hook fails."#,
        fix: #"Export the memory and the two functions; the guest libraries of the templates do."#,
        example: .c(
            found: #"""
                void *alloc(u32 size) { return grow(size); }
                EXPORT(dealloc) void dealloc(void *pointer, u32 size) {}
                EXPORT(pre_query) u64 pre_query(const char *input, u32 size) { return answer("{\"action\":\"continue\"}"); }
                """#,
            fixed: #"""
                EXPORT(alloc) void *alloc(u32 size) { return grow(size); }
                EXPORT(dealloc) void dealloc(void *pointer, u32 size) {}
                EXPORT(pre_query) u64 pre_query(const char *input, u32 size) { return answer("{\"action\":\"continue\"}"); }
                """#))

    static func findings(in interface: ModuleInterface) -> [Finding] {
        var found: [Finding] = []
        let profile = interface.manifest.profile, memory = profile.module.memory
        if interface.module.export(named: memory)?.kind != .memory {
            found.append(
                interface.finding(
                    rule,
                    "the module exports no memory called '\(memory.printable)', so the host cannot pass it anything",
                    help: "link with the memory exported"))
        }
        for (name, type) in ModuleInterface.allocator(profile)
        where interface.module.functionType(ofExport: name) == nil {
            found.append(
                interface.finding(
                    rule, "the module exports no function '\(name)', which the host calls around each hook",
                    help: "export \(name): \(type)"))
        }
        return found
    }
}
