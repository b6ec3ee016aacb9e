extension RuleBook {
    /// PDK303: no description.
    package static let noDescription = Rule(
        "PDK303", "no-description", .warning,
        prevents: #"Operators choose by the description in the registry's list."#,
        fix: #"Add `description:` with one sentence."#,
        example: .init(
            found: [
                .init(
                    .yaml,
                    #"""
                    license: Apache-2.0
                    """#)
            ],
            fixed: [
                .init(
                    .yaml,
                    #"""
                    description: Masks columns of some tables
                    license: Apache-2.0
                    """#)
            ]))
}
