/// PDK311: stale signature.
package enum StaleSignature: RuleDefinition {
    package static let rule = Rule(
        "PDK311", "stale-signature", .warning,
        prevents: #"The signature of an earlier build does not verify, and `pdk publish` refuses it."#,
        fix: #"Sign the module again: `pdk sign`."#,
        about: #"The rule applies if `dist/NAME.wasm` is from the last build and `dist/NAME.sig` is older."#)

    static func findings(in release: ReleaseState) -> [Finding] {
        guard case .earlierBuild = release.signature else { return [] }
        return [
            Finding(
                rule, "it is the signature of an earlier build", help: "sign the module again with: pdk sign",
                file: release.signaturePath)
        ]
    }
}
