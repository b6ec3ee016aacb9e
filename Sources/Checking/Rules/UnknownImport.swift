internal import Authoring
internal import Basics
internal import Contract
internal import WebAssembly

/// PDK208: unknown import.
package enum UnknownImport: RuleDefinition {
    package static let rule = Rule(
        "PDK208", "unknown-import", .error,
        prevents: #"A module that imports what the host does not offer is never instantiated."#,
        fix: #"Import only the host's functions: `pdk host show` lists them."#,
        about: #"The host offers `kv_get`, `kv_set`, `kv_delete` and `sha256_hex`, all in `env`; there is no WASI."#,
        example: .c(
            found: #"""
                IMPORT(current_time) u64 current_time(void);
                EXPORT(pre_query) u64 pre_query(const char *input, u32 size) {
                    return current_time() ? answer("{\"action\":\"continue\"}") : 0;
                }
                """#,
            fixed: #"""
                EXPORT(pre_query) u64 pre_query(const char *input, u32 size) { return answer("{\"action\":\"continue\"}"); }
                """#))

    static func findings(in interface: ModuleInterface) -> [Finding] {
        let profile = interface.manifest.profile
        return interface.module.imports.compactMap { item in
            guard profile.function(module: item.module, name: item.name) == nil else { return nil }
            return interface.finding(
                rule, "the module imports \("\(item.module).\(item.name)".printable), which no host provides",
                help: "the host provides \(profile.imports.map { "\($0.module).\($0.name)" }.joined(separator: ", "))")
        }
    }
}
