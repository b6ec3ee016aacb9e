internal import Authoring
internal import Contract
internal import WebAssembly

/// PDK211: undeclared permission.
package enum UndeclaredPermission: RuleDefinition {
    package static let rule = Rule(
        "PDK211", "undeclared-permission", .warning,
        prevents: #"The manifest should tell operators which permissions a plugin needs."#,
        fix: #"Add the permission to `permissions:` in plugin.yaml."#,
        example: .init(
            found: [
                .init(
                    .c,
                    #"""
                    IMPORT(kv_delete) int kv_delete(const char *key, u32 size);
                    EXPORT(pre_query) u64 pre_query(const char *input, u32 size) { kv_delete("seen", 4); return 0; }
                    """#)
            ],
            fixed: [
                .init(
                    .yaml,
                    #"""
                    permissions:
                      - kv_write
                    """#),
                .init(
                    .c,
                    #"""
                    IMPORT(kv_delete) int kv_delete(const char *key, u32 size);
                    EXPORT(pre_query) u64 pre_query(const char *input, u32 size) { kv_delete("seen", 4); return 0; }
                    """#),
            ]))

    static func findings(in interface: ModuleInterface) -> [Finding] {
        interface.neededPermissions.compactMap { permission, functions in
            guard !functions.isEmpty, !interface.declaredPermissions.contains(permission) else { return nil }
            return interface.finding(
                rule, "the module uses \(functions.joined(separator: " and ")) without the permission '\(permission)'",
                help: "add '\(permission)' to the permissions in plugin.yaml")
        }
    }
}
