extension HostProfile {
    /// The profile as a page for people, in Markdown, a line each; `Docs/host.md` is this page.
    package var page: [String] {
        var lines = ["# \(id): how the host behaves", ""]
        lines += ["\(name), which runs plugins in \(engine). \(about ?? "")".trimmingEnd, ""]
        lines += [
            "`pdk run`, `pdk test`, `pdk bench` and `pdk check` follow this profile. `pdk host show` prints it, and with"
        ]
        lines += [
            "`--json` as data. `host.yaml` in a plugin's folder, or `--host FILE`, changes any value by its key.", "",
        ]
        lines += hookLines() + inputLines() + answerLines() + importLines() + limitLines() + moduleLines()
        lines += loaderLines() + messageLines() + adminLines()
        while lines.last?.isEmpty ?? false { lines.removeLast() }
        return lines
    }

    private func hookLines() -> [String] {
        var lines = ["## Hooks", "", "| hook | other names | export | called |", "| --- | --- | --- | --- |"]
        for hook in hooks {
            let aliases = hook.aliases.map(Self.code).joined(separator: ", ")
            let called = hook.isCalled ? (hook.isObserver ? "yes, but its answer is ignored" : "yes") : "never"
            lines.append("| `\(hook.name)` | \(aliases) | `\(hook.export)` | \(called) |")
        }
        lines += ["", "Names are not case-sensitive.", ""]
        for hook in hooks { if let about = hook.about { lines.append("- `\(hook.name)`: \(about)") } }
        return lines + [""]
    }

    private func inputLines() -> [String] {
        var lines = ["## Input of a hook", ""], seen: [String] = []
        for hook in calledHooks {
            let records = hook.records.map { "`\($0.name)`" }.joined(separator: " and ")
            lines.append("- `\(hook.name)`: \(hook.isArray ? "an array of \(records)" : records)")
        }
        for record in calledHooks.flatMap(\.records) where !seen.contains(record.name) {
            seen.append(record.name)
            lines += ["", "`\(record.name)`:", "", "| field | type | holds |", "| --- | --- | --- |"]
            for field in record.fields {
                let name = field.container.map { "\($0).\(field.name)" } ?? field.name
                let words = [Self.words(field.source), field.about].compactMap(\.self).joined(separator: " ")
                lines.append("| `\(name)` | \(field.typeWords) | \(words) |")
            }
        }
        return lines + [""]
    }

    private static func words(_ source: InputField.Source) -> String? {
        switch source {
        case .real: nil
        case .constant(let value): "**Always `\(value.compactText)`.**"
        case .copy(let name): "**The same as `\(name)`.**"
        case .prefix(_, let words, let exceptions):
            "**Derived from how the text begins**: \(words.joined(separator: ", "))"
                + (exceptions.isEmpty ? "." : "; not \(exceptions.joined(separator: ", ")).")
        case .tables(let name): "Derived: the names in `\(name)` after FROM, JOIN, INTO, UPDATE and TABLE."
        }
    }

    private func answerLines() -> [String] {
        var lines = ["## Answers of a hook", ""]
        for hook in calledHooks {
            guard let answer = hook.answer else { continue }
            lines += ["`\(hook.name)`:", "", "| action | field | what the host does |", "| --- | --- | --- |"]
            for action in answer.actions {
                var field = ""
                if let name = action.field, let format = answer.fields.first(where: { $0.name == name }) {
                    field = "`\(name)`, \(format.typeWords)"
                    if let fallback = action.fallback { field += "; absent or null: `\(fallback.compactText)`" }
                }
                lines.append("| `\(action.name)` | \(field) | \(action.effect) |")
            }
            let fields = answer.fields.map { Self.code($0.name) }.joined(separator: ", ")
            lines += [
                "", "Fields the host knows, in the order of the array form: \(fields). An unknown action and no result",
            ]
            lines += ["count as `\(answer.otherwise)`.", ""]
            for action in answer.actions {
                if let payload = action.payload, let about = payload.about {
                    lines += ["The bytes of `\(action.name)`: \(about)", ""]
                }
            }
        }
        for note in answerNotes { lines += ["- \(note.text)"] }
        return lines + [""]
    }

    private func importLines() -> [String] {
        var lines = ["## Functions that a module may import", ""]
        lines += ["| function | type | returns | permission |", "| --- | --- | --- | --- |"]
        for item in imports {
            let codes = item.codes.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
            lines.append("| `\(item.module).\(item.name)` | `\(item.type)` | \(codes) | `\(item.permission ?? "")` |")
        }
        lines += [""]
        for item in imports { if let about = item.about { lines.append("- \(about)") } }
        lines += [
            "", "A module that imports anything else is never instantiated. \(store.about ?? "")".trimmingEnd, "",
        ]
        let caps = [
            "\(store.keyBytes) bytes a key", "\(store.valueBytes) bytes a value", "\(store.keys) keys a plugin",
            "\(store.plugins) plugins", "\(store.totalBytes) bytes in all",
        ]
        lines += ["Caps, each a setting of the host: \(caps.joined(separator: ", ")).", ""]
        lines += ["Permissions that the host knows; those in bold are dangerous:"]
        lines += [
            permissions.map { $0.isDangerous ? "**`\($0.name)`**" : "`\($0.name)`" }.joined(separator: ", ") + ".", "",
        ]
        return lines
    }

    private func limitLines() -> [String] {
        func limit(_ number: Int) -> String { number == 0 ? "none" : "\(number)" }
        return [
            "## Limits of a call", "", "| limit | value |", "| --- | --- |", "| fuel, in units | \(limits.fuel) |",
            "| time, in milliseconds | \(limits.milliseconds) |", "| memory, in bytes | \(limit(limits.memoryBytes)) |",
            "| elements of a table | \(limit(limits.tableElements)) |",
            "| `resources.max_memory` of a manifest, in bytes | \(limit(limits.manifestMemoryBytes)) |", "",
            limits.about ?? "", "",
        ]
    }

    private func moduleLines() -> [String] {
        [
            "## Modules", "",
            "A module exports its memory as `\(module.memory)`, `\(module.alloc)(size) -> pointer` and "
                + "`\(module.dealloc)(pointer, size)`. \(module.about ?? "")".trimmingEnd, "",
            "WebAssembly features accepted: \(features.accepted.joined(separator: ", ")).", "",
            "Refused: \(features.refused.joined(separator: ", ")). \(features.about ?? "")".trimmingEnd, "",
        ]
    }

    private func loaderLines() -> [String] {
        ["## The plugins folder", "", loader.about ?? "", ""] + loader.surprises.map { "- \($0)" } + [""]
    }

    private func messageLines() -> [String] {
        ["## What reaches a hook", ""] + messages.reach.map { "- \($0)" } + ["", "What never reaches a hook:", ""]
            + messages.bypass.map { "- \($0)" } + ["", messages.about ?? "", ""]
            + ["What a client sees when a query is blocked:", ""]
            + clientTexts.map { note in
                note.key == "about" ? "- \(note.text)" : "- \(note.key): `\(note.text.trimmingEnd)`"
            } + [""]
    }

    private func adminLines() -> [String] {
        [
            "## Asking a running host", "",
            "At `http://\(admin.address)`\(admin.mayNeedToken ? ", with a bearer token where one is configured" : ""): "
                + "`GET \(admin.plugins)`, and `\(admin.store)`.", "", admin.about ?? "", "",
            "Its log has `\(admin.log.loaded)` for each plugin, then `\(admin.log.complete)`, and for a call that fails a line of "
                + "level \(admin.log.level) with `\(admin.log.failed)`.",
        ]
    }

    private static func code(_ text: String) -> String { "`\(text)`" }
}

extension String {
    /// The text without blanks at its end.
    fileprivate var trimmingEnd: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
