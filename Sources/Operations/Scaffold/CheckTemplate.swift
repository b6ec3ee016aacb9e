package import Authoring
internal import Basics
internal import Contract

/// `pdk template check`: reads a template, renders it with every combination of its choices, and says what is wrong.
package struct CheckTemplate {
    /// The most combinations that are rendered.
    package static let maximumCombinations = 512

    package let template: PluginTemplate
    package let kit: String

    package init(template: PluginTemplate, kit: String) {
        self.template = template
        self.kit = kit
    }

    /// What was found.
    package struct Report: Sendable {
        package let id: String
        /// What keeps a plugin from being made.
        package let errors: [String]
        /// What is only odd, such as a variable that nothing uses.
        package let warnings: [String]
        package let combinations: Int
        /// Whether there were more combinations than are rendered.
        package let isPartial: Bool
        package let files: Int
    }

    /// Renders all combinations, at most 512.
    package func run() -> Report {
        // Each fault once, with the first combination that has it and how many do.
        var faults: [(what: String, first: String, count: Int)] = []
        func note(_ what: String, _ values: SkeletonValues) {
            if let known = faults.firstIndex(where: { $0.what == what }) {
                faults[known].count += 1
            } else {
                faults.append((what, shown(values), 1))
            }
        }
        var warnings = unused() + unmatched(), count = 0, files: Set<String> = []
        let (combinations, isPartial) = combinations()
        for values in combinations {
            count += 1
            do throws(Problem) {
                let rendered = try SkeletonRenderer.render(template, values)
                _ = try SkeletonRenderer.closing(template, values)
                for file in rendered { files.insert(file.path) }
                if let manifest = rendered.first(where: { $0.path == Manifest.fileName }), let reason = fault(manifest)
                {
                    note("\(Manifest.fileName): \(reason)", values)
                }
            } catch {
                note(error.message, values)
            }
            guard faults.count < 20 else { break }
        }
        let errors = faults.map { fault in
            let others =
                fault.count == 1 ? "" : fault.count == 2 ? " and one other" : " and \(fault.count - 1) others"
            return "\(fault.what) (with \(fault.first)\(others))"
        }
        if template.description.version == "0.0.0" {
            warnings.append("template.yaml has no version, so pdk upgrade cannot compare versions")
        }
        return Report(
            id: template.id, errors: errors, warnings: warnings, combinations: count, isPartial: isPartial,
            files: files.count)
    }

    private func fault(_ file: SkeletonFile) -> String? {
        do throws(ManifestError) {
            let manifest = try Manifest(reading: String(decoding: file.bytes, as: UTF8.self))
            return manifest.knownHooks.isEmpty ? "the host reads no hooks from it" : nil
        } catch {
            return "\(error)"
        }
    }

    private func shown(_ values: SkeletonValues) -> String {
        (["hooks=" + values.hooks.map(\.name).joined(separator: ",")]
            + values.answers.map { "\($0.name)=\($0.text.printable)" })
            .joined(separator: " ")
    }

    /// Each set of hooks that is one hook or all, with each value of each flag and choice; other variables at their default.
    private func combinations() -> (values: [SkeletonValues], isPartial: Bool) {
        let hooks = HostProfile.standard.calledHooks.map { [$0] } + [HostProfile.standard.calledHooks]
        var answers: [[(name: String, text: String)]] = [[]]
        var isPartial = false
        for variable in template.description.variables {
            let options: [String] =
                switch variable.kind {
                case .flag: ["true", "false"]
                case .choice: variable.choices
                case .text, .list: [variable.defaultText ?? sample(variable)]
                }
            answers = answers.flatMap { before in options.map { before + [(variable.name, $0)] } }
            if answers.count * hooks.count > Self.maximumCombinations {
                isPartial = true
                answers = Array(answers.prefix(Self.maximumCombinations / hooks.count))
            }
        }
        let values = hooks.flatMap { hooks in
            answers.map { answers in
                var values = SkeletonValues(
                    name: "sample-plugin", description: "A sample", author: "A. Author", license: "Apache-2.0",
                    hooks: hooks)
                values.answers = answers
                return values
            }
        }
        return (values, isPartial)
    }

    private func sample(_ variable: TemplateVariable) -> String {
        ["sample", "1", "a", "A", "sample_1", "0.1.0"].first { variable.refusal(of: $0) == nil } ?? "sample"
    }

    /// The settings of files that are not there.
    private func unmatched() -> [String] {
        template.description.files.map(\.path).filter { path in
            !template.files.contains { file in
                file.path == path || file.path == path + ".mustache" || file.path.hasPrefix(path + "/")
            }
        }.map { "template.yaml has settings for '\($0.printable)', which is not in files/" }
    }

    /// The variables that no file, name or condition uses.
    private func unused() -> [String] {
        let used = SkeletonRenderer.usedNames(template)
        let description = template.description
        let sources = Set(description.derived.map(\.source))
        return
            (description.variables.map(\.name).filter { !used.contains($0) && !sources.contains($0) }
            + description.derived.map(\.name).filter { !used.contains($0) })
            .map { "nothing uses the variable '\($0)'" }
    }
}
