internal import Authoring
internal import Contract
internal import WebAssembly

/// PDK204: wrong export type.
package enum WrongExportType: RuleDefinition {
    package static let rule = Rule(
        "PDK204", "wrong-export-type", .error,
        prevents: #"The host cannot call an `alloc` or `dealloc` of another type."#,
        fix: #"Give the function the type that the host expects."#,
        example: .c(
            found: #"""
                EXPORT(alloc) void *alloc(u64 size) { return grow((u32)size); }
                EXPORT(dealloc) void dealloc(void *pointer, u32 size) {}
                EXPORT(pre_query) u64 pre_query(const char *input, u32 size) { return answer("{\"action\":\"continue\"}"); }
                """#,
            fixed: #"""
                EXPORT(alloc) void *alloc(u32 size) { return grow(size); }
                EXPORT(dealloc) void dealloc(void *pointer, u32 size) {}
                EXPORT(pre_query) u64 pre_query(const char *input, u32 size) { return answer("{\"action\":\"continue\"}"); }
                """#))

    static func findings(in interface: ModuleInterface) -> [Finding] {
        ModuleInterface.allocator(interface.manifest.profile).compactMap { name, type in
            guard let actual = interface.module.functionType(ofExport: name), actual != type else { return nil }
            return interface.finding(
                rule, "'\(name)' has the type \(actual), but the host calls it as \(type)",
                help: "export \(name): \(type)")
        }
    }
}
