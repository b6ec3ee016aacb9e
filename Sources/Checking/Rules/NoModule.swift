/// PDK201: no module.
package enum NoModule: RuleDefinition {
    package static let rule = Rule(
        "PDK201", "no-module", .error, canBeSuppressed: false,
        prevents: #"There is nothing to release before a build."#,
        fix: #"Build it: `pdk build`."#)

    static func findings(in module: BuiltModule) -> [Finding] {
        guard case .absent = module.state else { return [] }
        return [
            Finding(rule, "there is no module to release", help: "build it with: pdk build", file: module.file)
        ]
    }
}
