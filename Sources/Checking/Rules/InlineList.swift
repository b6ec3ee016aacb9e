internal import Authoring
internal import Basics

/// PDK107: inline list.
package enum InlineList: RuleDefinition {
    package static let rule = Rule(
        "PDK107", "inline-list", .error,
        prevents: #"The host finds no items in `[a, b]`: the plugin would load but never be called."#,
        fix: #"Write each item on its own line: `- pre_query`."#,
        example: .yaml(
            found: #"""
                hooks: [pre_query]
                """#,
            fixed: #"""
                hooks:
                  - pre_query
                """#))

    static func findings(in reading: ManifestReading) -> [Finding] {
        reading.lists.compactMap { list in
            guard case .inline(let first, let line) = list.flaw else { return nil }
            return reading.finding(
                rule, "the host finds no \(list.key) here: it reads only lines that begin with '-'", line,
                help: "write each item on its own line: - \(first.text.printable)")
        }
    }
}
