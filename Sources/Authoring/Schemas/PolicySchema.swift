internal import Contract

extension JSONSchemas {
    /// The schema of `policy.yaml`, the policy of a trust root.
    static let policySchema: JSONValue = {
        func allow(_ description: String) -> JSONValue { JSONSchemas.choice(["allow", "refuse"], description) }
        func texts(_ description: String, _ item: JSONValue) -> JSONValue {
            .object([
                "description": .string(description),
                "oneOf": .array([item, .object(["type": .string("array"), "items": item, "maxItems": .int(1000)])]),
            ])
        }
        let text = JSONValue.object(["type": .string("string"), "minLength": .int(1)])
        let shared: KeyValuePairs<String, JSONValue?> = [
            "unsigned": allow("Whether unsigned releases may be installed; refused by default."),
            "unembedded": allow("Whether modules may lack an embedded manifest, which the signature covers."),
            "unstated": allow("Whether modules may lack a signed statement of the commit that they were built from."),
            "new_permissions": allow("Whether an update may ask for more than the installed version has."),
            "min_age": JSONSchemas.text(
                "The minimum age of a release, such as 48h.", pattern: "^[0-9]{1,6}[mhdw]$"),
            "origins": texts(
                "Where registries and modules may be: absolute paths and address prefixes.",
                .object(["type": .string("string"), "pattern": .string("^(/|[A-Za-z][A-Za-z0-9+.-]*://)")])),
            "lowest": JSONSchemas.text(
                "The lowest allowed version.", pattern: "^[0-9]+\\.[0-9]+\\.[0-9]+([-+][0-9A-Za-z.+-]+)?$"),
        ]
        guard case .object(let sharedMembers) = JSONValue.object(shared) else { return .null }
        let name: [JSONValue.Member] =
            [
                .init(
                    "match",
                    texts(
                        "Names: '*' stands for any characters, '?' for one.",
                        .object(["type": .string("string"), "pattern": .string("^[A-Za-z0-9_*?-]{1,128}$")]))),
                .init("keys", texts("Labels or fingerprints of the keys that may sign.", text)),
            ] + sharedMembers
        let time = "^[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt][0-9:.]+([Zz]|[+-][0-9]{2}:[0-9]{2}))?$"
        let key = closed(
            "Settings of a key, by its label or fingerprint.",
            [
                "not_after": JSONSchemas.text("The last day or time at which its signatures are valid.", pattern: time),
                "revoked": .object([
                    "description": .string(
                        "Which of its signatures are no longer valid: all, or those on releases published since a date."
                    ),
                    "oneOf": .array([
                        .object(["const": .bool(true)]),
                        closed(
                            nil,
                            [
                                "since": JSONSchemas.text("A day or a time.", pattern: time),
                                "reason": JSONSchemas.text("The reason, shown with the refusal."),
                            ]),
                    ]),
                ]),
            ])
        let registry = closed(
            "A registry whose index must be signed.", required: ["location", "key"],
            [
                "location": JSONSchemas.text("As given on the command line."),
                "key": JSONSchemas.text("Base64 of the raw 32-byte public key.", pattern: "^[A-Za-z0-9+/]{43}=$"),
            ])
        let own: [JSONValue.Member] = [
            .init("version", .object(["const": .int(1), "description": .string("The version of this format.")])),
            .init(
                "names",
                list(
                    .object([
                        .init("type", .string("object")), .init("required", .strings(["match"])),
                        .init("properties", .object(name)), .init("additionalProperties", .bool(false)),
                    ]), "Rules for names; the first match applies, and a name without a match is refused.")),
            .init(
                "keys",
                .object([
                    "type": .string("object"), "description": .string("Settings of single keys."),
                    "additionalProperties": key,
                ])),
            .init(
                "rotations",
                JSONSchemas.choice(["follow", "ignore"], "Whether rotation statements next to the keys are accepted.")),
            .init("registries", list(registry, "Registries that must be signed.")),
        ]
        return schema(
            "The policy of a trust root (policy.yaml)",
            [
                "type": .string("object"), "required": .strings(["version"]),
                "properties": .object(own + sharedMembers), "additionalProperties": .bool(false),
            ])
    }()
}
