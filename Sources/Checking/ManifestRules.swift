package import Authoring
internal import Basics
package import Contract

/// The manifest rules: each trap of the host's line reader (host contract, section 5).
package struct ManifestRules {
    package let manifest: Manifest
    package let host: HostLineReader
    package let file: String

    package init(manifest: Manifest, text: String, file: String) {
        self.manifest = manifest
        host = HostLineReader(reading: text)
        self.file = file
    }

    /// All findings, in the order of the file.
    package func findings() -> [Finding] {
        let found =
            version() + fields() + list("hooks", manifest.hooks, host.hooks) { manifest.profile.hook(named: $0)?.name }
            + list("permissions", manifest.permissions, host.permissions) {
                manifest.profile.permission(named: $0)?.name ?? $0
            } + repeats() + hooks() + permissions() + memory()
            + manifest.unknownKeys.map { key in
                finding(
                    RuleBook.unknownKey, "the key '\(key.text.printable)' means nothing to the host or the kit",
                    key.line,
                    help: NearWord.to(key.text, among: Manifest.knownKeys).map { "did you mean \($0)?" }
                        ?? "remove it, or correct its spelling")
            } + build() + suppressions()
        return found.sorted { ($0.line ?? 0) < ($1.line ?? 0) }
    }

    private func finding(_ rule: Rule, _ message: String, _ line: Int?, help: String? = nil) -> Finding {
        Finding(rule, message, help: help, file: file, line: line)
    }

    private func version() -> [Finding] {
        let version = PluginVersion(manifest.version.text)
        if version.isAcceptedByHost { return [] }
        if version.isSemantic, version.isPreRelease {
            return [
                finding(
                    RuleBook.preReleaseVersion,
                    "the host refuses the pre-release version '\(version.description.printable)' in a manifest",
                    manifest.version.line,
                    help: "install it with pdk install, which writes a manifest that the host takes")
            ]
        }
        return [
            finding(
                RuleBook.versionNotAccepted,
                "the host refuses the version '\(version.description.printable)': it takes digits and dots only",
                manifest.version.line, help: "write a version such as 1.2.3")
        ]
    }

    private func fields() -> [Finding] {
        let values: [(String, Manifest.Scalar?)] = [
            ("name", manifest.name), ("version", manifest.version), ("description", manifest.description),
            ("author", manifest.author), ("license", manifest.license),
        ]
        return values.compactMap { key, scalar in
            let seen = host.fields[key]
            guard let scalar else {
                return seen.map {
                    finding(
                        RuleBook.fieldOverridden,
                        "the host takes the nested '\(key): \($0.value.printable)' for the plugin's \(key)",
                        $0.line, help: "give the nested key another name, or add \(key): at the top")
                }
            }
            guard let seen else {
                return finding(
                    RuleBook.fieldReadDifferently, "the host finds no \(key) in the manifest", scalar.line,
                    help: "write it on one line: \(key): VALUE")
            }
            if seen.value.utf8.elementsEqual(scalar.text.utf8) { return nil }
            if seen.count > 1 || seen.indentation > 0 {
                return finding(
                    RuleBook.fieldOverridden,
                    "the host takes '\(seen.value.printable)' of line \(seen.line) for the plugin's \(key), not '\(scalar.text.printable)'",
                    seen.line, help: "rename the nested key: the host sets \(key) from every line with that key")
            }
            if let comment = seen.value.firstRange(of: " #") {
                return finding(
                    RuleBook.commentInValue,
                    "the host reads the comment '\(seen.value[comment.lowerBound...].drop { $0 == " " }.description.printable)' as a part of the \(key)",
                    seen.line, help: "put the comment on a line of its own")
            }
            return finding(
                RuleBook.fieldReadDifferently,
                "the host reads the \(key) as '\(seen.value.printable)', not as '\(scalar.text.printable)'", seen.line,
                help: "write it on one line, without escapes and without quotes at its ends")
        }
    }

    private func list(
        _ key: String, _ values: [Manifest.Scalar], _ seen: HostLineReader.List?, _ known: (String) -> String?
    ) -> [Finding] {
        guard let seen else {
            guard let first = values.first else { return [] }
            // `hooks :` and `"hooks":` are the key to a YAML parser, and nothing to the host.
            return [
                finding(
                    RuleBook.fieldReadDifferently, "the host finds no \(key) in the manifest", first.line,
                    help: "write the key as it is, with the colon right behind it: \(key):")
            ]
        }
        // What the host makes of both is what counts, however they are written.
        let meant = values.compactMap { known($0.text) }, read = seen.items.compactMap { known($0.text) }
        let isSame = meant.count == read.count && zip(meant, read).allSatisfy { $0.utf8.elementsEqual($1.utf8) }
        if isSame { return [] }
        guard seen.before.isEmpty else {
            return [
                finding(
                    RuleBook.listElsewhere,
                    "the host reads the \(key) from here, where the text '\(key):' first occurs", seen.line,
                    help: "leave '\(key):' out of comments and texts above the list")
            ]
        }
        if let comment = seen.commentLine {
            return [
                finding(
                    RuleBook.listWithGap, "the host reads the \(key) up to this comment, and none below it", comment,
                    help: "put the comment above the list")
            ]
        }
        if seen.items.isEmpty, let first = values.first {
            return [
                finding(
                    RuleBook.inlineList, "the host finds no \(key) here: it reads only lines that begin with '-'",
                    seen.line, help: "write each item on a line of its own: - \(first.text.printable)")
            ]
        }
        var found: [Finding] = []
        for item in seen.items
        where !values.contains(where: { $0.text.utf8.elementsEqual(item.text.utf8) }) {
            found.append(
                finding(
                    RuleBook.brokenItem, "the host does not take the item '\(item.text.printable)' of \(key)",
                    item.line,
                    help: "write the bare name, without quotes and without a comment behind it"))
        }
        if found.isEmpty {
            found.append(
                finding(
                    RuleBook.fieldReadDifferently,
                    "the host reads the \(key) as \(read.isEmpty ? "none" : read.joined(separator: ", ").printable)",
                    seen.line, help: "write each item on a line of its own below '\(key):', as in: - NAME"))
        }
        return found
    }

    /// Items that are given twice: a hook that is named twice is called twice.
    private func repeats() -> [Finding] {
        var found: [Finding] = [], seen: [String] = []
        for name in manifest.hooks {
            guard let hook = manifest.profile.hook(named: name.text) else { continue }
            if seen.contains(hook.name) {
                found.append(
                    finding(
                        RuleBook.repeatedHook,
                        "'\(name.text.printable)' is the hook '\(hook.name)' once more: the host calls it twice for each query",
                        name.line, help: "remove one"))
            }
            seen.append(hook.name)
        }
        for (index, value) in manifest.permissions.enumerated()
        where manifest.permissions[..<index].contains(where: { $0.text.utf8.elementsEqual(value.text.utf8) }) {
            found.append(
                finding(
                    RuleBook.repeatedItem, "'\(value.text.printable)' stands twice in permissions", value.line,
                    help: "remove one"))
        }
        return found
    }

    private func hooks() -> [Finding] {
        if manifest.hooks.isEmpty {
            return [
                finding(
                    RuleBook.noHooks,
                    "the manifest declares no hooks: the host would load the plugin and never call it",
                    host.hooks?.line,
                    help: "declare at least one of \(manifest.profile.calledHooks.map(\.name).joined(separator: ", "))"
                )
            ]
        }
        return manifest.hooks.compactMap { name in
            guard let hook = manifest.profile.hook(named: name.text) else {
                return finding(
                    RuleBook.unknownHook, "the host does not know the hook '\(name.text.printable)' and drops it",
                    name.line,
                    help: "declare one of \(manifest.profile.calledHooks.map(\.name).joined(separator: ", "))")
            }
            guard !hook.isCalled else { return nil }
            return finding(
                RuleBook.neverCalled, "the host knows the hook '\(hook.name)', and its version 1.5 never calls it",
                name.line)
        }
    }

    private func permissions() -> [Finding] {
        manifest.permissions.compactMap { name in
            guard let permission = manifest.profile.permission(named: name.text) else {
                return finding(
                    RuleBook.unknownPermission, "the host does not know the permission '\(name.text.printable)'",
                    name.line,
                    help: "the known ones are \(manifest.profile.permissions.map(\.name).joined(separator: ", "))")
            }
            guard permission.isDangerous else { return nil }
            return finding(
                RuleBook.dangerousPermission, "the permission '\(permission.name)' counts as dangerous", name.line,
                help: "drop it if the plugin can do without")
        }
    }

    private func memory() -> [Finding] {
        let least = manifest.minimumMemory, most = manifest.maximumMemory
        var found: [Finding] = []
        func bytes(_ scalar: Manifest.Scalar?, orElse fallback: Int) -> Int? {
            guard let scalar else { return fallback }
            if let bytes = MemorySize.bytes(scalar.text), bytes <= manifest.profile.limits.manifestMemoryBytes {
                return bytes
            }
            found.append(
                finding(
                    RuleBook.memoryOutOfRange, "the host refuses the memory size '\(scalar.text.printable)'",
                    scalar.line,
                    help: "write at most 256MB, such as 16MB"))
            return nil
        }
        let limits = manifest.profile.limits
        let low = bytes(least, orElse: limits.defaultMinimumMemoryBytes)
        let high = bytes(most, orElse: limits.defaultMaximumMemoryBytes)
        if let low, let high, low > high {
            found.append(
                finding(
                    RuleBook.memoryOutOfRange, "the least memory is more than the most", least?.line ?? most?.line,
                    help: "the defaults are 1MB and 64MB"))
        }
        return found
    }

    /// A plugin that is built by other means needs no build section; one that is there should work.
    private func build() -> [Finding] {
        let command = manifest.buildCommand, output = manifest.buildOutput, toolchain = manifest.toolchain
        guard let first = [command, output, toolchain].compactMap({ $0?.line }).min() else { return [] }
        var found: [Finding] = []
        for (key, value) in [("command", command), ("wasm", output)] where value?.text.isEmpty ?? true {
            found.append(
                finding(
                    RuleBook.brokenBuild, "pdk build cannot build the plugin: build has no \(key)",
                    value?.line ?? first, help: "add \(key): below build:"))
        }
        if let toolchain, !toolchain.text.isEmpty, !Manifest.toolchains.contains(toolchain.text) {
            found.append(
                finding(
                    RuleBook.brokenBuild,
                    "pdk build cannot build the plugin: there is no toolchain '\(toolchain.text.printable)'",
                    toolchain.line,
                    help: "write one of \(Manifest.toolchains.joined(separator: ", ")), or leave it out for any other"))
        }
        return found
    }

    private func suppressions() -> [Finding] {
        manifest.suppressions.compactMap { suppression in
            guard let rule = RuleBook.rule(suppression.rule) else {
                return finding(
                    RuleBook.badSuppression, "there is no rule '\(suppression.rule.printable)' to suppress",
                    suppression.line,
                    help: "name a rule by its id, such as \(RuleBook.dangerousPermission.id)")
            }
            guard rule.canBeSuppressed else {
                return finding(
                    RuleBook.badSuppression, "\(rule.id) cannot be suppressed", suppression.line,
                    help: "fix what it finds")
            }
            guard suppression.reason.isEmpty else { return nil }
            return finding(
                RuleBook.badSuppression, "the suppression of \(rule.id) gives no reason", suppression.line,
                help: "add reason: with a sentence for the next reader")
        }
    }
}
