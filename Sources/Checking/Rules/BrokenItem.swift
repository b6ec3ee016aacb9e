internal import Authoring
internal import Basics
internal import Contract

/// PDK108: broken item.
package enum BrokenItem: RuleDefinition {
    package static let rule = Rule(
        "PDK108", "broken-item", .error,
        prevents: #"The host drops an item that is quoted or has a comment behind it, without a word."#,
        fix: #"Write the bare name, without quotes and without a comment behind it."#,
        about: #"An item is the text behind the dash as it stands, so `"pre_query"` with its quotes is no hook."#,
        example: .init(
            found: [
                .init(
                    .yaml,
                    #"""
                    hooks:
                      - pre_query
                      - "route"
                    """#)
            ],
            fixed: [
                .init(
                    .yaml,
                    #"""
                    hooks:
                      - pre_query
                      - route
                    """#)
            ]))

    static func findings(in reading: ManifestReading) -> [Finding] {
        reading.lists.flatMap { list -> [Finding] in
            guard case .broken(let items) = list.flaw else { return [] }
            return items.map { item in
                reading.finding(
                    rule, "the host does not take the item '\(item.text.printable)' of \(list.key)", item.line,
                    help: "write the bare name, without quotes and without a comment behind it")
            }
        }
    }
}
