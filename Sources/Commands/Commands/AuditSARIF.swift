internal import Contract
internal import Files
internal import Operations

/// What `pdk audit` found, in the Static Analysis Results Interchange Format (OASIS SARIF 2.1.0).
struct AuditSARIF {
    let report: AuditFolder.Report
    let folder: String

    /// The document (section 3.13): one run, with every kind of finding as a rule.
    var json: JSONValue {
        let kinds = AuditFinding.Kind.allCases
        return .object([
            "$schema": .string(
                "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"),
            "version": .string("2.1.0"),
            "runs": .array([
                .object([
                    "tool": .object([
                        "driver": .object([
                            "name": .string("pdk"), "version": .string(KitVersion.text),
                            "semanticVersion": .string(KitVersion.text),
                            "rules": .array(
                                kinds.map { kind in
                                    .object([
                                        "id": .string(Self.id(kind)), "name": .string(kind.rawValue),
                                        "shortDescription": Self.message(kind.meaning),
                                        "defaultConfiguration": .object(["level": .string(Self.level(kind))]),
                                    ])
                                }),
                        ])
                    ]),
                    "automationDetails": .object(["id": .string("pdk audit/")]),
                    "columnKind": .string("unicodeCodePoints"),
                    "results": .array(report.findings.map { result($0, kinds) }),
                ])
            ]),
        ])
    }

    private func result(_ finding: AuditFinding, _ kinds: [AuditFinding.Kind]) -> JSONValue {
        .object([
            "ruleId": .string(Self.id(finding.kind)),
            "ruleIndex": kinds.firstIndex(of: finding.kind).map(JSONValue.int),
            "level": .string(Self.level(finding.kind)),
            "message": Self.message(finding.message + (finding.help.map { "\nhelp: \($0)" } ?? "")),
            "locations": .array([
                .object([
                    "physicalLocation": .object(["artifactLocation": .object(["uri": .string(reference(finding.file))])]
                    )
                ])
            ]),
            "properties": finding.plugin.map { .object(["plugin": .string($0)]) },
        ])
    }

    private static func id(_ kind: AuditFinding.Kind) -> String { "audit/\(kind.rawValue)" }

    private static func level(_ kind: AuditFinding.Kind) -> String { kind.isError ? "error" : "warning" }

    private static func message(_ text: String) -> JSONValue { .object(["text": .string(text)]) }

    /// A file of the folder relative to it, anything else as it is, as a URI reference (RFC 3986).
    private func reference(_ file: String) -> String {
        let base = folder.hasSuffix("/") ? folder : folder + "/"
        if file.hasPrefix(base) { return Self.encoded(String(file.dropFirst(base.count))) }
        if file.hasPrefix("/") { return "file://" + Self.encoded(file) }
        return file.contains("://") ? file : Self.encoded(file)
    }

    private static func encoded(_ path: String) -> String {
        path.utf8.map { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                String(UnicodeScalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }
}
