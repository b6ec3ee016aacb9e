internal import Authoring
internal import Basics
internal import Contract

/// PDK117: repeated item.
package enum RepeatedItem: RuleDefinition {
    package static let rule = Rule(
        "PDK117", "repeated-item", .warning,
        prevents: #"An item that is listed twice is probably a mistake."#,
        fix: #"Remove one of the two."#,
        example: .yaml(
            found: #"""
                permissions:
                  - metrics
                  - metrics
                """#,
            fixed: #"""
                permissions:
                  - metrics
                """#))

    static func findings(in reading: ManifestReading) -> [Finding] {
        let items = reading.manifest.permissions
        return items.enumerated().compactMap { index, value in
            guard items[..<index].contains(where: { $0.text.utf8.elementsEqual(value.text.utf8) }) else { return nil }
            return reading.finding(
                rule, "'\(value.text.printable)' is listed twice in permissions", value.line, help: "remove one")
        }
    }
}
