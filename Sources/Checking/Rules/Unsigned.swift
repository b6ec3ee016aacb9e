/// PDK306: unsigned.
package enum Unsigned: RuleDefinition {
    package static let rule = Rule(
        "PDK306", "unsigned", .warning,
        prevents: #"A host with a trust root refuses an unsigned plugin, and so does `pdk publish`."#,
        fix: #"Sign it: `pdk sign`."#)

    static func findings(in release: ReleaseState) -> [Finding] {
        guard case .absent = release.signature else { return [] }
        return [
            Finding(rule, "the module is not signed", help: "sign it with: pdk sign", file: release.modulePath)
        ]
    }
}
