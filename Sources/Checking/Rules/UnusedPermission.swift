internal import Authoring
internal import Contract
internal import WebAssembly

/// PDK212: unused permission.
package enum UnusedPermission: RuleDefinition {
    package static let rule = Rule(
        "PDK212", "unused-permission", .warning,
        prevents: #"A permission that the plugin does not need worries operators without reason."#,
        fix: #"Remove the permission from plugin.yaml."#,
        example: .init(
            found: [
                .init(
                    .yaml,
                    #"""
                    permissions:
                      - kv_write
                    """#),
                .init(
                    .c,
                    #"""
                    EXPORT(pre_query) u64 pre_query(const char *input, u32 size) { return 0; }
                    """#),
            ],
            fixed: [
                .init(
                    .c,
                    #"""
                    EXPORT(pre_query) u64 pre_query(const char *input, u32 size) { return 0; }
                    """#)
            ]))

    static func findings(in interface: ModuleInterface) -> [Finding] {
        interface.neededPermissions.compactMap { permission, functions in
            guard functions.isEmpty, interface.declaredPermissions.contains(permission) else { return nil }
            return interface.finding(
                rule, "the manifest asks for the permission '\(permission)', but the module does not need it",
                help: "remove it from plugin.yaml")
        }
    }
}
