internal import Basics
package import Contract

/// What a policy has to know of a release, or of a plugin that is installed.
public struct PolicySubject: Sendable {
    /// The plugin's name.
    public let name: String
    /// The version; empty where nobody says it.
    public let version: String
    /// Who signed it, as was verified; nil where it is unsigned or nobody looked.
    public let signer: Signer?
    /// Whether the module carries its manifest.
    public let carriesManifest: Bool
    /// Whether the verified signature covers a statement of the sources it was built from (`BuildStatement.namesSources`).
    public var hasStatement = false
    /// When it was published, RFC 3339; nil where that is not known.
    public var publishedAt: String?
    /// Where it comes from: the registry and the module; empty for what is installed already.
    public var origins: [String] = []
    /// The permissions that it asks for beside those of the installed plugin; none where nothing is installed.
    public var newPermissions: [String] = []
    /// Whether it is to be installed: then its age, its origin and its new permissions count.
    public var isToBeInstalled = false

    /// A plugin of this name and version, with the signer that was verified.
    public init(name: String, version: String, signer: Signer?, carriesManifest: Bool) {
        self.name = name
        self.version = version
        self.signer = signer
        self.carriesManifest = carriesManifest
    }

    /// The same of a module that was read, with the manifest in it.
    package init(name: String, version: String, signer: Signer?, embedded: PluginMetadata?) {
        self.init(name: name, version: version, signer: signer, carriesManifest: embedded != nil)
        hasStatement = signer != nil && embedded?.build?.namesSources == true
    }
}

/// A rule of a policy that stands against a plugin.
public struct PolicyViolation: Sendable, Hashable {
    /// The rule's key in the policy, such as `min_age`.
    public let rule: String
    /// The policy's file.
    public let path: String
    /// The rule's line there; 0 where the policy is silent and that is why.
    public let line: Int
    /// What is wrong, without the plugin's name.
    public let reason: String

    /// The rule with its place, as `min_age, policy.yaml:12`.
    public var place: String { line > 0 ? "\(rule), \(path):\(line)" : "\(rule), \(path)" }
}

extension TrustPolicy {
    /// The rule that refuses unsigned releases of a name; nil where the policy does not say so itself.
    package func unsignedViolation(_ name: String) -> PolicyViolation? {
        guard let rule = settings(for: name).settings.allowsUnsigned, !rule.value else { return nil }
        return PolicyViolation(
            rule: "unsigned", path: path, line: rule.line ?? 0, reason: "no signature of it was verified")
    }
}

extension TrustRoot {
    /// The rules of the policy that stand against a plugin at a time, in seconds since 1970; none where there is no policy.
    ///
    /// What signed it is compared by what was verified alone. Made for installing, checking and auditing alike.
    public func violations(of subject: PolicySubject, at now: Int) -> [PolicyViolation] {
        guard let policy else { return [] }
        let (settings, rule) = policy.settings(for: subject.name)
        var found: [PolicyViolation] = []
        func add(_ name: String, _ line: Int?, _ reason: String) {
            found.append(PolicyViolation(rule: name, path: policy.path, line: line ?? 0, reason: reason))
        }
        if let names = policy.names, rule == nil {
            add("names", names.line, "no pattern matches the name '\(subject.name.printable)'")
        }
        if let signer = subject.signer {
            signerViolations(signer, subject, settings, Timestamp(seconds: now)).forEach { add($0.0, $0.1, $0.2) }
        } else if settings.allowsUnsigned?.value != true {
            add("unsigned", settings.allowsUnsigned?.line, "no signature of it was verified")
        }
        if let allowed = settings.allowsUnembedded, !allowed.value, !subject.carriesManifest {
            add(
                "unembedded", allowed.line,
                "its module has no embedded manifest, so the signature does not cover its name and version")
        }
        if let allowed = settings.allowsUnstated, !allowed.value, !subject.hasStatement {
            add(
                "unstated", allowed.line,
                "its signature covers no statement of the commit that it was built from; pdk sign embeds one where "
                    + "plugin.yaml is in a git repository without uncommitted changes")
        }
        if let lowest = settings.lowest, PluginVersion(subject.version) < lowest.value {
            let version = subject.version.isEmpty ? "it has no version" : "v\(subject.version.printable) is lower"
            add("lowest", lowest.line, "\(version), but the lowest allowed is v\(lowest.value)")
        }
        if subject.isToBeInstalled {
            installViolations(subject, settings, now).forEach { add($0.0, $0.1, $0.2) }
        }
        return found
    }

    private typealias Finding = (String, Int?, String)

    private func signerViolations(
        _ signer: Signer, _ subject: PolicySubject, _ settings: TrustPolicy.Settings, _ now: Timestamp
    ) -> [Finding] {
        var found: [Finding] = []
        let shown = "its key '\(signer.label.printable)' (\(signer.keyID))"
        if let allowed = settings.keys, !accepts(signer, among: allowed.value) {
            let listed = allowed.value.prefix(10).map(\.printable).joined(separator: ", ")
            found.append(("keys", allowed.line, "\(shown) is not one of those that may sign it: \(listed)"))
        }
        guard let policy, let key = keys.first(where: { $0.id == signer.keyID }), let rule = policy.rule(for: key)
        else {
            return found
        }
        if let revoked = rule.revoked {
            let reason = revoked.value.reason.isEmpty ? "" : " (\(revoked.value.reason.printable))"
            let published = subject.publishedAt.flatMap { Timestamp(rfc3339: $0) }
            if let since = revoked.value.since {
                if let published, published < since {
                    // According to the index, it was published before the key was revoked.
                } else {
                    let when =
                        published == nil
                        ? "and it is not known when this was published" : "and this was published later"
                    found.append(
                        (
                            "revoked", revoked.line,
                            "\(shown) is revoked since \(revoked.value.text.printable)\(reason), \(when)"
                        ))
                }
            } else {
                found.append(("revoked", revoked.line, "\(shown) is revoked\(reason)"))
            }
        }
        if let end = rule.notAfter, end.value.time < now {
            found.append(("not_after", end.line, "\(shown) is not valid after \(end.value.text.printable)"))
        }
        return found
    }

    private func installViolations(
        _ subject: PolicySubject, _ settings: TrustPolicy.Settings, _ now: Int
    ) -> [Finding] {
        var found: [Finding] = []
        if let young = Self.tooYoung(subject.publishedAt, settings, now) { found.append(young) }
        if let allowed = settings.origins {
            for origin in subject.origins where !allowed.value.contains(where: { Self.contains(origin, in: $0) }) {
                found.append(("origins", allowed.line, "\(origin.printable) is not in an allowed origin"))
            }
        }
        if let allowed = settings.allowsNewPermissions, !allowed.value, !subject.newPermissions.isEmpty {
            let listed = subject.newPermissions.prefix(20).map(\.printable).joined(separator: ", ")
            found.append(
                ("new_permissions", allowed.line, "it asks for \(listed), which the installed version does not have"))
        }
        return found
    }

    private static func tooYoung(_ publishedAt: String?, _ settings: TrustPolicy.Settings, _ now: Int) -> Finding? {
        guard let age = settings.minimumAge, age.value.seconds > 0 else { return nil }
        let least = "but the minimum age is \(age.value.text)"
        guard let published = publishedAt.flatMap({ Timestamp(rfc3339: $0) }) else {
            return ("min_age", age.line, "it is not known when it was published, \(least)")
        }
        let old = now - published.seconds
        guard old < age.value.seconds else { return nil }
        return ("min_age", age.line, "it was published \(old < 0 ? "in the future" : "\(length(old)) ago"), \(least)")
    }

    /// The rule against a release for its age, by when it was published; nil where it is old enough.
    package func ageViolation(_ name: String, publishedAt: String?, at now: Int) -> PolicyViolation? {
        guard let policy else { return nil }
        return Self.tooYoung(publishedAt, policy.settings(for: name).settings, now).map { rule, line, reason in
            PolicyViolation(rule: rule, path: policy.path, line: line ?? 0, reason: reason)
        }
    }

    /// Seconds in words.
    private static func length(_ seconds: Int) -> String {
        for (unit, size) in [("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1)] where seconds >= size {
            let count = seconds / size
            return "\(count) \(unit)\(count == 1 ? "" : "s")"
        }
        return "0 seconds"
    }

    /// Whether a place is an origin or lies in it: the same text, or that and what follows a slash.
    private static func contains(_ place: String, in origin: String) -> Bool {
        func spelled(_ text: String) -> [UInt8] {
            var bytes = Array(text.utf8)
            // Scheme and host of an address know no case.
            if let slashes = bytes.firstPlace(of: Array("://".utf8)) {
                let end = bytes[slashes.upperBound...].firstIndex(of: UInt8(ascii: "/")) ?? bytes.endIndex
                for index in 0..<end where (0x41...0x5A).contains(bytes[index]) { bytes[index] |= 0x20 }
            }
            while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
            return bytes
        }
        let place = spelled(place), origin = spelled(origin)
        guard !place.split(separator: UInt8(ascii: "/")).contains(where: Self.leavesFolder) else { return false }
        return place == origin || origin == [UInt8(ascii: "/")] || place.starts(with: origin + [UInt8(ascii: "/")])
    }

    /// `..` as it stands, or with its dots escaped.
    private static func leavesFolder(_ part: ArraySlice<UInt8>) -> Bool {
        String(decoding: part, as: UTF8.self).lowercased().replacing2e == ".."
    }
}

extension String {
    /// With every `%2e` as the dot that it stands for.
    fileprivate var replacing2e: String {
        var shown = "", rest = self[...]
        while let first = rest.first {
            if rest.hasPrefix("%2e") {
                shown += "."
                rest = rest.dropFirst(3)
            } else {
                shown.append(first)
                rest = rest.dropFirst()
            }
        }
        return shown
    }
}

extension TrustRoot {
    /// Whether a signer is one of these keys, by label or fingerprint, or follows one of them by statements.
    package func accepts(_ signer: Signer, among listed: [String]) -> Bool {
        let ids = predecessors(of: signer.keyID)
        let accepted =
            keys.filter { key in
                listed.contains { $0.utf8.elementsEqual(key.label.utf8) || $0.lowercased() == key.id }
            }.map(\.id) + listed.map { $0.lowercased() }
        return ids.contains { accepted.contains($0) }
    }

    /// A key's fingerprint and those of the keys that it follows by rotation statements that count.
    package func predecessors(of keyID: String) -> Set<String> {
        var found: Set = [keyID], open = [keyID]
        while let next = open.popLast() {
            for statement in followedStatements where KeyID.of(statement.newKey) == next {
                let old = KeyID.of(statement.oldKey)
                if found.insert(old).inserted { open.append(old) }
            }
        }
        return found
    }

    /// The statements of the trust root that are followed: none that a revoked key has signed.
    package var followedStatements: [RotationStatement] {
        guard policy?.followsRotations.value ?? true else { return [] }
        return statements.filter { statement in
            let id = KeyID.of(statement.oldKey)
            let known = keys.first { $0.id == id }
            return policy?.keys.contains { rule in
                rule.revoked != nil && (rule.key.lowercased() == id || known.map { $0.label == rule.key } ?? false)
            } != true
        }
    }
}
