/// PDK312: unknown signer.
package enum UnknownSigner: RuleDefinition {
    package static let rule = Rule(
        "PDK312", "unknown-signer", .warning,
        prevents: #"A signature by a key that is not here cannot be told from a wrong one."#,
        fix: #"Name the key with `--key`, or sign again with `pdk sign`."#,
        about:
            #"It is found when no key is named, the key store holds none or several, and none of them made the signature."#
    )

    static func findings(in release: ReleaseState) -> [Finding] {
        guard case .unknownSigner(let labels) = release.signature else { return [] }
        return [
            Finding(
                rule,
                labels.isEmpty
                    ? "there is no key here to tell whose signature it is"
                    : "none of the keys \(labels.joined(separator: ", ")) made it over this module",
                help: "name the key with --key, or sign the module again with: pdk sign", file: release.signaturePath)
        ]
    }
}
