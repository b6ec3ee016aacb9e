internal import Authoring
internal import Basics
internal import Contract

/// PDK113: unknown permission.
package enum UnknownPermission: RuleDefinition {
    package static let rule = Rule(
        "PDK113", "unknown-permission", .warning,
        prevents: #"The host keeps a permission it does not know as a custom one."#,
        fix: #"Fix the spelling, or remove the permission."#,
        about: #"A misspelt one is of no use to anybody."#,
        example: .yaml(
            found: #"""
                permissions:
                  - kv_reed
                """#,
            fixed: #"""
                permissions:
                  - kv_read
                """#))

    static func findings(in reading: ManifestReading) -> [Finding] {
        let profile = reading.manifest.profile
        return reading.manifest.permissions.compactMap { name in
            guard profile.permission(named: name.text) == nil else { return nil }
            return reading.finding(
                rule, "the host does not know the permission '\(name.text.printable)'", name.line,
                help: "the known ones are \(profile.permissions.map(\.name).joined(separator: ", "))")
        }
    }
}
