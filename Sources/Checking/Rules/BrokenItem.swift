internal import Authoring
internal import Basics
internal import Contract

/// PDK108: broken item.
package enum BrokenItem: RuleDefinition {
    package static let rule = Rule(
        "PDK108", "broken-item", .error,
        prevents: #"The host silently drops an item that is quoted or has a comment after it."#,
        fix: #"Write the bare name, without quotes and without a comment after it."#,
        about: #"The host takes the text after the dash literally, so `"pre_query"` with its quotes is not a hook."#,
        example: .yaml(
            found: #"""
                hooks:
                  - pre_query
                  - "route"
                """#,
            fixed: #"""
                hooks:
                  - pre_query
                  - route
                """#))

    static func findings(in reading: ManifestReading) -> [Finding] {
        reading.lists.flatMap { list -> [Finding] in
            guard case .broken(let items) = list.flaw else { return [] }
            return items.map { item in
                reading.finding(
                    rule, "the host does not accept the item '\(item.text.printable)' of \(list.key)", item.line,
                    help: "write the bare name, without quotes and without a comment after it")
            }
        }
    }
}
