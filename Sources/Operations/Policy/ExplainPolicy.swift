internal import Basics
internal import Contract
internal import Files
package import Trust

/// `pdk policy explain`: what a trust root's policy says of a name, and where.
package struct ExplainPolicy {
    package let name: String
    package let root: TrustRoot
    /// Seconds since 1970.
    package let now: Int

    package init(name: String, root: TrustRoot, now: Int) {
        self.name = name
        self.root = root
        self.now = now
    }

    /// A setting that counts.
    package struct Line: Sendable, Equatable {
        /// The key in the policy.
        package let rule: String
        /// What it says, in words.
        package let says: String
        /// The line in the policy; nil for what counts because the policy is silent.
        package let line: Int?
    }

    /// A key of the trust root.
    package struct KeyLine: Sendable, Equatable {
        package let label: String
        package let keyID: String
        /// Whether a release of the name that it signs is taken now.
        package let isAccepted: Bool
        /// Why not, or what else is said of it; with the line.
        package let notes: [Line]
    }

    /// What was found.
    package struct Report: Sendable {
        /// The policy's file; nil where there is none.
        package let path: String?
        /// The patterns of the rule that counts, and its line; nil where no rule is for the name.
        package let pattern: (text: String, line: Int)?
        /// Whether releases of the name are refused because no pattern is for it.
        package let isUnlisted: Bool
        package let settings: [Line]
        package let keys: [KeyLine]
    }

    /// Reads nothing more: the trust root has been read.
    package func run() throws -> Report {
        guard PluginName(name) != nil else {
            throw Problem(
                .invalidName, PluginName.refusal(of: name), help: PluginName.rule)
        }
        let found = root.policy?.settings(for: name)
        let rule = found?.rule
        let unlisted = root.policy?.names != nil && rule == nil
        return Report(
            path: root.policy?.path,
            pattern: rule.map { ($0.patterns.map(\.description).joined(separator: ", "), $0.line) },
            isUnlisted: unlisted, settings: found.map { settings($0.settings) } ?? [],
            keys: root.keys.map { key($0, found?.settings.keys, isUnlisted: unlisted) })
    }

    private func settings(_ settings: TrustPolicy.Settings) -> [Line] {
        func choice(_ rule: String, _ value: TrustPolicy.Placed<Bool>?, _ silent: String) -> Line {
            Line(rule: rule, says: value.map { $0.value ? "allowed" : "refused" } ?? silent, line: value?.line)
        }
        var lines = [
            choice("unsigned", settings.allowsUnsigned, "refused"),
            choice("unembedded", settings.allowsUnembedded, "allowed"),
            choice("unstated", settings.allowsUnstated, "allowed"),
            choice("new_permissions", settings.allowsNewPermissions, "refused without --allow-new-permissions"),
        ]
        if let keys = settings.keys {
            lines.append(
                Line(
                    rule: "keys",
                    says: keys.value.isEmpty ? "none" : keys.value.map(\.printable).joined(separator: ", "),
                    line: keys.line))
        } else {
            lines.append(Line(rule: "keys", says: "every key of the trust root", line: nil))
        }
        if let lowest = settings.lowest {
            lines.append(Line(rule: "lowest", says: "v\(lowest.value)", line: lowest.line))
        }
        if let age = settings.minimumAge { lines.append(Line(rule: "min_age", says: age.value.text, line: age.line)) }
        if let origins = settings.origins {
            lines.append(
                Line(rule: "origins", says: origins.value.map(\.printable).joined(separator: ", "), line: origins.line))
        }
        return lines
    }

    private func key(_ key: TrustRoot.Key, _ allowed: TrustPolicy.Placed<[String]>?, isUnlisted: Bool) -> KeyLine {
        var notes: [Line] = []
        let signer = Signer(label: key.label, keyID: key.id)
        var subject = PolicySubject(name: name, version: "", signer: signer, carriesManifest: true)
        // What is published now is not published before any revocation.
        subject.publishedAt = Timestamp(seconds: now).rfc3339
        let about: Set = ["keys", "revoked", "not_after"]
        let against = root.violations(of: subject, at: now).filter { about.contains($0.rule) }
        notes += against.map { Line(rule: $0.rule, says: $0.reason, line: $0.line > 0 ? $0.line : nil) }
        let older = root.predecessors(of: key.id).subtracting([key.id])
        let followed = root.keys.filter { older.contains($0.id) }.map(\.label)
        if !followed.isEmpty {
            notes.append(
                Line(rule: "rotations", says: "follows \(followed.map(\.printable).joined(separator: ", "))", line: nil)
            )
        }
        return KeyLine(label: key.label, keyID: key.id, isAccepted: against.isEmpty && !isUnlisted, notes: notes)
    }
}
