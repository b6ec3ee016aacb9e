extension CommandShape {
    /// What is the same for every command, and not an option of this one that only has the name.
    package func isCommon(_ argument: ArgumentShape, _ common: Set<String>) -> Bool {
        !common.isDisjoint(with: argument.names)
            && (argument.names != ArgumentShape.versionFlag.names || argument.kind == .flag)
    }

    /// The usage line: what must be given, what may be, and `[OPTIONS]` for what every command takes.
    package func usage(common: Set<String>) -> String {
        if let usage = configuration.usage { return usage }
        var parts = path
        if !configuration.groups.isEmpty { return (parts + ["COMMAND", "[OPTIONS]"]).joined(separator: " ") }
        for argument in arguments where argument.kind == .positional {
            let part = argument.placeholder + (argument.isRepeating ? "..." : "")
            parts.append(argument.isOptional ? "[\(part)]" : part)
        }
        for argument in arguments where argument.kind != .positional && !isCommon(argument, common) {
            parts.append(
                (argument.isOptional ? "[\(argument.spelled)]" : argument.spelled) + (argument.isRepeating ? "..." : "")
            )
        }
        return (parts + ["[OPTIONS]"]).joined(separator: " ")
    }

    /// The help, in lines of at most `width` columns; `common` are the options of every command, which come last.
    package func helpText(width: Int, common: Set<String>) -> String {
        var sections: [String] = []
        if !configuration.abstract.isEmpty { sections.append(Self.filled(configuration.abstract, width: width)) }
        if !configuration.discussion.isEmpty { sections.append(Self.filled(configuration.discussion, width: width)) }
        sections.append(Self.filledUsage(usage(common: common), width: width))
        let positionals = allArguments.filter { $0.kind == .positional }
        let own = allArguments.filter { $0.kind != .positional && !isCommon($0, common) }
        let shared = allArguments.filter { $0.kind != .positional && isCommon($0, common) }
        let parts = [("Arguments", positionals), ("Options", own), ("Options of every command", shared)]
        for (title, list) in parts where !list.isEmpty {
            sections.append(
                Self.table(title, list.map { ($0.names.isEmpty ? $0.spelled : Self.spellings($0), $0.meaning) }, width))
        }
        for group in groups where !group.commands.isEmpty {
            let title = group.name.isEmpty ? "Commands" : "\(group.name) commands"
            sections.append(Self.table(title, group.commands.map { ($0.name, $0.configuration.abstract) }, width))
        }
        if isRoot { sections.append(Self.filled("For more about a command, run: pdk help COMMAND", width: width)) }
        return sections.joined(separator: "\n\n")
    }

    /// `-q, --quiet`, `--dir DIR`.
    package static func spellings(_ argument: ArgumentShape) -> String {
        let names = argument.names.sorted { $0.count < $1.count }.joined(separator: ", ")
        return argument.kind == .flag ? names : names + " " + argument.placeholder
    }

    /// The usage line, broken between its parts and not between an option and its value.
    private static func filledUsage(_ usage: String, width: Int) -> String {
        var parts: [String] = []
        for word in usage.split(separator: " ") {
            let open = parts.last.map { $0.hasPrefix("[") && !$0.hasSuffix("]") && !$0.hasSuffix("]...") } ?? false
            let takesValue = parts.last.map { $0.hasPrefix("-") && !$0.contains(" ") } ?? false
            if let last = parts.last, open || (takesValue && word.allSatisfy { $0.isUppercase || $0 == "_" }) {
                parts[parts.count - 1] = last + " " + word
            } else {
                parts.append(String(word))
            }
        }
        var lines = ["Usage:"]
        for part in parts {
            if lines[lines.count - 1].count + 1 + part.count > width, lines[lines.count - 1] != "Usage:" {
                lines.append("      ")
            }
            lines[lines.count - 1] += " " + part
        }
        return lines.joined(separator: "\n")
    }

    private static func table(_ title: String, _ rows: [(term: String, text: String)], _ width: Int) -> String {
        let longest = rows.map(\.term.count).max() ?? 0
        let column = min(longest + 4, 28, max(12, width / 3))
        let lines = rows.map { row in
            let text = filled(row.text, width: width - column)
                .split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
            let indented = text.map { String(repeating: " ", count: column) + $0 }
            guard row.term.count + 4 <= column, let first = text.first else {
                return (["  " + row.term] + indented).joined(separator: "\n")
            }
            let gap = String(repeating: " ", count: column - 2 - row.term.count)
            return (["  " + row.term + gap + first] + indented.dropFirst()).joined(separator: "\n")
        }
        return ([title + ":"] + lines).joined(separator: "\n")
    }

    /// A text in lines of at most `width` columns; indented lines are kept as they are.
    private static func filled(_ text: String, width: Int) -> String {
        var lines: [String] = [], current = ""
        func end() {
            if !current.isEmpty { lines.append(current) }
            current = ""
        }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            guard let first = line.first, first != " " else {
                end()
                lines.append(String(line))
                continue
            }
            for word in line.split(separator: " ") {
                if !current.isEmpty, current.count + 1 + word.count > width {
                    end()
                    current = String(word)
                } else {
                    current += (current.isEmpty ? "" : " ") + word
                }
            }
        }
        end()
        return lines.joined(separator: "\n")
    }
}
