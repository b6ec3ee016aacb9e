internal import Authoring
internal import Contract
internal import WebAssembly

/// PDK207: undeclared hook.
package enum UndeclaredHook: RuleDefinition {
    package static let rule = Rule(
        "PDK207", "undeclared-hook", .error,
        prevents: #"The host never calls a hook that the manifest does not declare."#,
        fix: #"Add the hook to `hooks:` in plugin.yaml."#,
        example: .init(
            found: [
                .init(
                    .yaml,
                    #"""
                    hooks:
                      - pre_query
                    """#),
                .init(
                    .c,
                    #"""
                    EXPORT(pre_query) u64 pre_query(const char *input, u32 size) { return answer("{\"action\":\"continue\"}"); }
                    EXPORT(route) u64 route(const char *input, u32 size) { return answer("{\"action\":\"standby\"}"); }
                    """#),
            ],
            fixed: [
                .init(
                    .yaml,
                    #"""
                    hooks:
                      - pre_query
                      - route
                    """#),
                .init(
                    .c,
                    #"""
                    EXPORT(pre_query) u64 pre_query(const char *input, u32 size) { return answer("{\"action\":\"continue\"}"); }
                    EXPORT(route) u64 route(const char *input, u32 size) { return answer("{\"action\":\"standby\"}"); }
                    """#),
            ]))

    static func findings(in interface: ModuleInterface) -> [Finding] {
        let declared = interface.manifest.knownHooks
        // Where none is declared, that is the finding (PDK110), and one of each hook would bury it.
        guard !declared.isEmpty else { return [] }
        return interface.manifest.profile.calledHooks.compactMap { hook in
            guard !declared.contains(hook), interface.module.functionType(ofExport: hook.export) != nil else {
                return nil
            }
            return interface.finding(
                rule,
                "the module exports the hook '\(hook.name)', but the manifest does not declare it, so it is never called",
                help: "add it to the hooks in plugin.yaml")
        }
    }
}
