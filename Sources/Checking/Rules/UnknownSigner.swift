/// PDK312: unknown signer.
package enum UnknownSigner: RuleDefinition {
    package static let rule = Rule(
        "PDK312", "unknown-signer", .warning,
        prevents: #"A signature by an unknown key cannot be distinguished from a wrong one."#,
        fix: #"Give the key with `--key`, or sign again with `pdk sign`."#,
        about:
            #"The rule applies if no key is given, and no key in the key store made the signature."#
    )

    static func findings(in release: ReleaseState) -> [Finding] {
        guard case .unknownSigner(let labels) = release.signature else { return [] }
        return [
            Finding(
                rule,
                labels.isEmpty
                    ? "there is no key here to check the signature with"
                    : "none of the keys \(labels.joined(separator: ", ")) made it for this module",
                help: "give the key with --key, or sign the module again with: pdk sign", file: release.signaturePath)
        ]
    }
}
