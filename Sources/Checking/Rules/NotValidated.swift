extension RuleBook {
    /// PDK401: not validated.
    package static let notValidated = Rule(
        "PDK401", "not-validated", .error, canBeSuppressed: false,
        prevents: #"The host's engine refuses a module that uses WebAssembly features it does not have."#,
        fix: #"Compile for plain wasm32, without features that the host does not have."#,
        about: #"What it needs is named, as in "not accepted by this host (gc)"."#)
}
