/// PDK305: signature mismatch.
package enum SignatureMismatch: RuleDefinition {
    package static let rule = Rule(
        "PDK305", "signature-mismatch", .error, canBeSuppressed: false,
        prevents: #"A signature over other bytes makes every host with a trust root refuse the plugin."#,
        fix: #"Sign the module again: `pdk sign`."#,
        about: #"""
            It is found when `dist/NAME.sig` is there and is not the signature of your key over \#
            `dist/NAME.wasm`: usually because the module was built again since.
            """#)

    static func findings(in release: ReleaseState) -> [Finding] {
        guard case .wrong(let reason) = release.signature else { return [] }
        return [
            Finding(rule, reason, help: "sign the module again with: pdk sign", file: release.signaturePath)
        ]
    }
}
