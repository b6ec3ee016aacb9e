internal import Contract
internal import PluginRegistry

/// What commands that sign, verify and install say of a module, in the same words.
extension Text {
    /// What was checked of a signature, in the host's words; `signer` is nil where no trust root was given.
    static func signature(verifiedBy signer: String?) -> Text {
        signer.map { "  signature: verified by '\($0)'" } ?? "  signature: not checked (no trust root)"
    }

    /// The release that a module says it is.
    static func release(_ name: String, _ version: String) -> Text { "  release: \(name) v\(version)" }
}

/// What scripts are told of a signature by every command that looks at one.
struct SignatureMembers {
    /// Whether there is a signature, whoever made it.
    let isSigned: Bool
    /// The label of the key that made it; nil where none was checked.
    let signer: String?
    let trustRoot: TrustRoot?

    var members: [JSONValue.Member] {
        [
            .init("signed", .bool(isSigned)), .init("verified", .bool(signer != nil)),
            .init("signer", .string(orNull: signer)),
            .init("key_id", .string(orNull: signer.flatMap { trustRoot?.keyID(ofLabel: $0) })),
            .init("verified_by", .string(orNull: signer)),
        ]
    }
}
