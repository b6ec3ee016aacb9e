internal import Contract

/// Findings in the Static Analysis Results Interchange Format (OASIS SARIF 2.1.0).
struct SARIFDocument {
    /// What tells the runs of one tool apart, such as `pdk audit/`.
    let category: String
    /// What can be found (section 3.49).
    let rules: [JSONValue]
    /// What was found (section 3.27).
    let results: [JSONValue]

    /// The document (section 3.13): one run.
    var json: JSONValue {
        .object([
            "$schema": .string(
                "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"),
            "version": .string("2.1.0"),
            "runs": .array([
                .object([
                    "tool": .object([
                        "driver": .object([
                            "name": .string("pdk"), "version": .string(KitVersion.text),
                            "semanticVersion": .string(KitVersion.text), "rules": .array(rules),
                        ])
                    ]),
                    "automationDetails": .object(["id": .string(category)]),
                    "columnKind": .string("unicodeCodePoints"),
                    "results": .array(results),
                ])
            ]),
        ])
    }

    /// A message object (section 3.11), with a help below it where there is one.
    static func message(_ text: String, help: String? = nil) -> JSONValue {
        .object(["text": .string(text + (help.map { "\nhelp: \($0)" } ?? ""))])
    }

    /// The places of a finding (section 3.28): one, with its line where that is known.
    static func locations(_ reference: String, line: Int? = nil) -> JSONValue {
        .array([
            .object([
                "physicalLocation": .object([
                    "artifactLocation": .object(["uri": .string(reference)]),
                    "region": line.map { .object(["startLine": .int(max(1, $0))]) },
                ])
            ])
        ])
    }
}
