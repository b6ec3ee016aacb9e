extension RuleBook {
    /// PDK304: no license.
    package static let noLicense = Rule(
        "PDK304", "no-license", .warning,
        prevents: #"Without a licence nobody may use the plugin."#,
        fix: #"Add `license:` with an SPDX identifier, such as Apache-2.0."#,
        example: .init(
            found: [
                .init(
                    .yaml,
                    #"""
                    description: Masks columns of some tables
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
