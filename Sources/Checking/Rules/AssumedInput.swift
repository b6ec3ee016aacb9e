extension RuleBook {
    /// PDK501: assumed input.
    package static let assumedInput = Rule(
        "PDK501", "assumed-input", .error,
        prevents: #"A case that gives the hook what the host never sends says nothing about the host."#,
        fix: #"Take the field out of the case, or say why the host will send it: `assume: "REASON"`."#,
        about: #"""
            helios-1.5, for one, sends no tables, no attributes and no identity: `pdk host show` lists what each \#
            field holds. `pdk test` only warns.
            """#)
}
