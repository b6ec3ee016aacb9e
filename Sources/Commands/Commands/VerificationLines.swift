/// What commands that sign, verify and install say of a module, in the same words.
extension Text {
    /// What was checked of a signature, in the host's words; `signer` is nil where no trust root was given.
    static func signature(verifiedBy signer: String?) -> Text {
        signer.map { "  signature: verified by '\($0)'" } ?? "  signature: not checked (no trust root)"
    }

    /// The release that a module says it is.
    static func release(_ name: String, _ version: String) -> Text { "  release: \(name) v\(version)" }
}
