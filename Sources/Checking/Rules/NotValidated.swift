internal import Contract
internal import Running

/// PDK401: not validated.
package enum NotValidated: RuleDefinition {
    package static let rule = Rule(
        "PDK401", "not-validated", .error, canBeSuppressed: false,
        prevents: #"The host's engine refuses a module that uses WebAssembly features it does not have."#,
        fix: #"Compile for plain wasm32, without features that the host does not have."#,
        about: #"The message names the feature, as in "not accepted by this host (gc)"."#)

    static func findings(in load: FailedLoad) -> [Finding] {
        guard case .refused(let reason) = load.cause else { return [] }
        return [
            Finding(
                rule, "the host would refuse to load the module: \(reason)",
                help: "compile for plain wasm32, without features that the host does not have", file: load.file)
        ]
    }
}
