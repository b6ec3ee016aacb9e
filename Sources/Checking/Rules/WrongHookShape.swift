internal import Authoring
internal import Contract
internal import WebAssembly

/// PDK206: wrong hook shape.
package enum WrongHookShape: RuleDefinition {
    package static let rule = Rule(
        "PDK206", "wrong-hook-shape", .error,
        prevents: #"A hook of another type fails on each call, and the query runs unguarded."#,
        fix: #"Give the hook the type `(i32, i32) -> i64`."#,
        about: #"""
            A hook that returns nothing where an answer is expected cannot decide anything.
            """#,
        example: .c(
            found: #"""
                EXPORT(pre_query) const char *pre_query(const char *input, u32 size) { return "{\"action\":\"continue\"}"; }
                """#,
            fixed: #"""
                EXPORT(pre_query) u64 pre_query(const char *input, u32 size) { return answer("{\"action\":\"continue\"}"); }
                """#))

    static func findings(in interface: ModuleInterface) -> [Finding] {
        interface.manifest.knownHooks.compactMap { hook in
            guard let type = interface.module.functionType(ofExport: hook.export),
                !ModuleInterface.isCallable(hook, in: interface.module)
            else { return nil }
            return interface.finding(
                rule,
                "the hook '\(hook.export)' has the type \(type)"
                    + (type == ModuleInterface.observerHook
                        ? ", which only observes: it could never decide anything"
                        : ", so each call of it fails and the query runs"),
                help: "give it the type \(hook.isObserver ? ModuleInterface.observerHook : ModuleInterface.resultHook)")
        }
    }
}
