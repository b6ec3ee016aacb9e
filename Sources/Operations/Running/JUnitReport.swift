extension TestPlugin.Report {
    /// The report as JUnit XML, for continuous integration.
    package var junit: String {
        func escape(_ text: String) -> String {
            var out = ""
            for scalar in text.unicodeScalars {
                switch scalar {
                case "&": out += "&amp;"
                case "<": out += "&lt;"
                case ">": out += "&gt;"
                case "\"": out += "&quot;"
                case "\n", "\t": out += "&#\(scalar.value);"
                case "\u{0}"..<"\u{20}", "\u{FFFE}", "\u{FFFF}": out += "?"
                default: out.unicodeScalars.append(scalar)
                }
            }
            return out
        }
        // Not as a floating-point number, which would be written `1e-06`.
        func seconds(_ nanoseconds: UInt64) -> String {
            let fraction = String(nanoseconds / 1000 % 1_000_000)
            return "\(nanoseconds / 1_000_000_000)." + String(repeating: "0", count: 6 - fraction.count) + fraction
        }
        var lines = ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>"]
        let total = results.reduce(0) { $0 + $1.nanoseconds }
        lines.append(
            "<testsuite name=\"\(escape(name))\" tests=\"\(results.count)\" failures=\"\(failedCount)\" errors=\"0\" "
                + "skipped=\"0\" time=\"\(seconds(total))\">")
        for result in results {
            let head =
                "  <testcase classname=\"\(escape(result.file))\" name=\"\(escape(result.name))\" "
                + "file=\"\(escape(result.file))\" line=\"\(result.line)\" time=\"\(seconds(result.nanoseconds))\""
            guard let first = result.failures.first else {
                lines.append(head + "/>")
                continue
            }
            lines.append(head + ">")
            let body = result.failures.map { "\($0.what): expected \($0.expected), got \($0.got)" }
            lines.append(
                "    <failure type=\"\(escape(first.what))\" message=\"\(escape(first.what)): expected \(escape(first.expected))\">"
                    + "\(escape(body.joined(separator: "\n")))</failure>")
            lines.append("  </testcase>")
        }
        return (lines + ["</testsuite>", ""]).joined(separator: "\n")
    }
}
