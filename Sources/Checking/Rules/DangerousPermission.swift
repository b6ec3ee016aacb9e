internal import Authoring
internal import Contract

/// PDK114: dangerous permission.
package enum DangerousPermission: RuleDefinition {
    package static let rule = Rule(
        "PDK114", "dangerous-permission", .warning,
        prevents: #"Operators are warned of permissions that reach beyond the plugin."#,
        fix: #"Remove the permission if the plugin does not need it; otherwise suppress the rule with the reason."#,
        about: #"Host 1.5 offers nothing that they would be needed for."#,
        example: .yaml(
            found: #"""
                permissions:
                  - network
                """#,
            fixed: #"""
                permissions:
                  - crypto
                """#))

    static func findings(in reading: ManifestReading) -> [Finding] {
        reading.manifest.permissions.compactMap { name in
            guard let permission = reading.manifest.profile.permission(named: name.text), permission.isDangerous else {
                return nil
            }
            return reading.finding(
                rule, "the permission '\(permission.name)' is dangerous", name.line,
                help: "remove it if the plugin does not need it")
        }
    }
}
