extension RuleBook {
    /// PDK312: unknown signer.
    package static let unknownSigner = Rule(
        "PDK312", "unknown-signer", .warning,
        prevents: #"A signature by a key that is not here cannot be told from a wrong one."#,
        fix: #"Name the key with `--key`, or sign again with `pdk sign`."#,
        about:
            #"It is found when no key is named, the key store holds none or several, and none of them made the signature."#
    )
}
