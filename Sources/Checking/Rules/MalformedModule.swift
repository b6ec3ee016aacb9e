/// PDK202: malformed module.
package enum MalformedModule: RuleDefinition {
    package static let rule = Rule(
        "PDK202", "malformed-module", .error, canBeSuppressed: false,
        prevents: #"The host cannot load a malformed module."#,
        fix: #"Build it again: `pdk build`."#,
        about: #"The message has the byte offset. The usual cause is a truncated file."#)

    static func findings(in module: BuiltModule) -> [Finding] {
        guard case .malformed(let reason) = module.state else { return [] }
        return [
            Finding(
                rule, "the host cannot load the module: \(reason)", help: "build it again with: pdk build",
                file: module.file)
        ]
    }
}
