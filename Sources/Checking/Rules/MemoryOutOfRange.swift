extension RuleBook {
    /// PDK115: memory out of range.
    package static let memoryOutOfRange = Rule(
        "PDK115", "memory-out-of-range", .error,
        prevents: #"""
            The host refuses memory limits that it cannot read, over 256 MB, or with the least above the most.
            """#,
        fix: #"Write at most 256MB, such as 16MB, and no less for the most than for the least."#,
        about: #"The defaults are 1 MB and 64 MB."#,
        example: .init(
            found: [
                .init(
                    .yaml,
                    #"""
                    resources:
                      min_memory: 128MB
                    """#)
            ],
            fixed: [
                .init(
                    .yaml,
                    #"""
                    resources:
                      min_memory: 16MB
                      max_memory: 128MB
                    """#)
            ]))
}
