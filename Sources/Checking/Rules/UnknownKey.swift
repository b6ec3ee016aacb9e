internal import Authoring
internal import Basics
internal import Contract

/// PDK116: unknown key.
package enum UnknownKey: RuleDefinition {
    package static let rule = Rule(
        "PDK116", "unknown-key", .warning,
        prevents: #"A misspelt key has no effect."#,
        fix: #"Fix the spelling, or remove the key."#,
        example: .yaml(
            found: #"""
                licence: MIT
                """#,
            fixed: #"""
                license: MIT
                """#))

    static func findings(in reading: ManifestReading) -> [Finding] {
        reading.manifest.unknownKeys.map { key in
            reading.finding(
                rule, "the key '\(key.text.printable)' is unknown to the host and pdk", key.line,
                help: NearWord.to(key.text, among: Manifest.knownKeys).map { "did you mean \($0)?" }
                    ?? "remove it, or fix its spelling")
        }
    }
}
