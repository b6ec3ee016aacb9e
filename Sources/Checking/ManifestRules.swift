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
            version() + fields() + list("hooks", manifest.hooks, host.hooks)
            + list("permissions", manifest.permissions, host.permissions) + hooks() + permissions() + memory()
            + manifest.unknownKeys.map { key in
                finding(
                    RuleBook.unknownKey, "the key '\(key.text.printable)' means nothing to the host or the kit",
                    key.line,
                    help: NearWord.to(key.text, among: Manifest.knownKeys).map { "did you mean \($0)?" }
                        ?? "remove it, or correct its spelling")
            } + build() + silences()
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
            if seen.value == scalar.text, seen.count == 1 { return nil }
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

    private func list(_ key: String, _ values: [Manifest.Scalar], _ seen: HostLineReader.List?) -> [Finding] {
        guard let seen else {
            guard let first = values.first else { return [] }
            // `hooks :` and `"hooks":` are the key to a YAML parser, and nothing to the host.
            return [
                finding(
                    RuleBook.fieldReadDifferently, "the host finds no \(key) in the manifest", first.line,
                    help: "write the key as it is, with the colon right behind it: \(key):")
            ]
        }
        let isTopLevel = seen.before.isEmpty
        guard isTopLevel else {
            return [
                finding(
                    RuleBook.listElsewhere,
                    "the host reads the \(key) from here, where the text '\(key):' first occurs", seen.line,
                    help: "leave '\(key):' out of comments and texts above the list")
            ]
        }
        if seen.items.isEmpty, !values.isEmpty {
            return [
                finding(
                    RuleBook.inlineList, "the host finds no \(key) here: it reads only lines that begin with '-'",
                    seen.line,
                    help: "write each item on a line of its own: - \(values[0].text.printable)")
            ]
        }
        var found: [Finding] = []
        if !seen.after.isEmpty, !seen.items.isEmpty {
            found.append(
                finding(
                    RuleBook.brokenItem, "there is text behind '\(key):' on its line", seen.line,
                    help: "begin the items on the next line"))
        }
        if let late = seen.itemsAfterGap.first {
            found.append(
                finding(
                    RuleBook.listWithGap,
                    "the host may not read the \(key) from here on: a blank line or a comment interrupts them",
                    late.line, help: "keep the items together"))
        }
        let texts = values.map(\.text)
        for item in seen.items where !texts.contains(item.text) {
            found.append(
                finding(
                    RuleBook.brokenItem, "the host drops the item '\(item.text.printable)' of \(key)", item.line,
                    help: "write the bare name, without quotes and without a comment behind it"))
        }
        for (index, value) in values.enumerated() where values[..<index].contains(where: { $0.text == value.text }) {
            found.append(
                finding(
                    RuleBook.repeatedItem, "'\(value.text.printable)' stands twice in \(key)", value.line,
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
                    host.hooks?.line, help: "declare at least one of \(Hook.called.map(\.name).joined(separator: ", "))"
                )
            ]
        }
        return manifest.hooks.compactMap { name in
            guard let hook = Hook(manifestName: name.text) else {
                return finding(
                    RuleBook.unknownHook, "the host does not know the hook '\(name.text.printable)' and drops it",
                    name.line,
                    help: "declare one of \(Hook.called.map(\.name).joined(separator: ", "))")
            }
            guard !hook.isCalled else { return nil }
            return finding(
                RuleBook.neverCalled, "the host knows the hook '\(hook.name)', and its version 1.5 never calls it",
                name.line)
        }
    }

    private func permissions() -> [Finding] {
        manifest.permissions.compactMap { name in
            guard let permission = Permission.named(name.text) else {
                return finding(
                    RuleBook.unknownPermission, "the host does not know the permission '\(name.text.printable)'",
                    name.line,
                    help: "the known ones are \(Permission.known.map(\.name).joined(separator: ", "))")
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
            if let bytes = MemorySize.bytes(scalar.text), bytes <= HostLimits.maximumManifestMemory { return bytes }
            found.append(
                finding(
                    RuleBook.memoryOutOfRange, "the host refuses the memory size '\(scalar.text.printable)'",
                    scalar.line,
                    help: "write at most 256MB, such as 16MB"))
            return nil
        }
        let low = bytes(least, orElse: 1 << 20), high = bytes(most, orElse: 64 << 20)
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

    private func silences() -> [Finding] {
        manifest.silences.compactMap { silence in
            guard let rule = RuleBook.rule(silence.rule) else {
                return finding(
                    RuleBook.badSilence, "there is no rule '\(silence.rule.printable)' to silence", silence.line,
                    help: "name a rule by its id, such as \(RuleBook.dangerousPermission.id)")
            }
            guard rule.canBeSilenced else {
                return finding(
                    RuleBook.badSilence, "\(rule.id) cannot be silenced", silence.line, help: "mend what it finds")
            }
            guard silence.reason.isEmpty else { return nil }
            return finding(
                RuleBook.badSilence, "the silence of \(rule.id) gives no reason", silence.line,
                help: "add reason: with a sentence for the next reader")
        }
    }
}
