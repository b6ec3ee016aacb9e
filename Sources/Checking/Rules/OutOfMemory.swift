extension RuleBook {
    /// PDK413: out of memory.
    package static let outOfMemory = Rule(
        "PDK413", "out-of-memory", .error,
        prevents: #"A hook that needs more memory than the host gives fails there, and the query goes on unguarded."#,
        fix: #"Look for an allocation that does not end, or one that is larger than what it is for."#,
        about: #"A host without a limit of its own gives what there is; the kit tries 1 GiB."#)
}
