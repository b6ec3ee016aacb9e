internal import Authoring
internal import Contract
internal import WebAssembly

/// PDK205: missing hook.
package enum MissingHook: RuleDefinition {
    package static let rule = Rule(
        "PDK205", "missing-hook", .error,
        prevents: #"A declared hook that the module does not export fails on each query, so all queries pass."#,
        fix: #"Export the function, or remove the hook from the manifest; then `pdk build`."#,
        example: .c(
            found: #"""
                EXPORT(on_query) u64 on_query(const char *input, u32 size) { return answer("{\"action\":\"continue\"}"); }
                """#,
            fixed: #"""
                EXPORT(pre_query) u64 pre_query(const char *input, u32 size) { return answer("{\"action\":\"continue\"}"); }
                """#))

    static func findings(in interface: ModuleInterface) -> [Finding] {
        interface.manifest.knownHooks.compactMap { hook in
            guard interface.module.functionType(ofExport: hook.export) == nil else { return nil }
            return interface.finding(
                rule,
                "the manifest declares the hook '\(hook.name)', but the module exports no function '\(hook.export)'",
                help: "export it, or remove it from the manifest; then run pdk build")
        }
    }
}
