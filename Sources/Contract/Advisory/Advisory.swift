/// What an advisory says of one plugin and its versions, after the Open Source Vulnerability format 1.7 (ossf.github.io/osv-schema).
package struct Advisory: Sendable, Equatable {
    /// The identifier; private ones begin with `x_`.
    package let id: String
    /// One line; empty where it says none.
    package let summary: String
    /// Whether it was taken back.
    package let isWithdrawn: Bool
    /// The packages that it is about.
    package let affected: [Affected]

    /// A package and which of its versions are affected.
    package struct Affected: Sendable, Equatable {
        package let ecosystem: String
        package let name: String
        /// Versions that are affected, by their spelling.
        package let versions: [String]
        package let ranges: [Range]
    }

    /// A range of versions, as events along their order.
    package struct Range: Sendable, Equatable {
        /// How versions are ordered.
        package enum Kind: String, Sendable { case semver = "SEMVER", ecosystem = "ECOSYSTEM", git = "GIT" }

        package let kind: Kind
        package let events: [Event]
    }

    /// What happens at a version.
    package struct Event: Sendable, Equatable {
        package enum Kind: String, Sendable, CaseIterable {
            case introduced, fixed, lastAffected = "last_affected", limit
        }

        package let kind: Kind
        package let version: String
    }

    /// What an advisory means for a version.
    package enum Verdict: Sendable, Equatable {
        /// It is affected; the lowest higher version that is fixed, where one is named.
        case affected(fixed: String?)
        case notAffected
        /// Nobody can tell, and why.
        case unknown(String)
    }

    /// Whether a version of a plugin is affected; nil where the advisory is not about the plugin.
    package func verdict(on name: String, version: String) -> Verdict? {
        let entries = affected.filter { $0.name.utf8.elementsEqual(name.utf8) }
        guard !entries.isEmpty, !isWithdrawn else { return nil }
        var unknown: String?
        for entry in entries {
            switch entry.verdict(on: version) {
            case .affected(let fixed): return .affected(fixed: fixed)
            case .unknown(let reason): unknown = unknown ?? reason
            case .notAffected: break
            }
        }
        return unknown.map(Verdict.unknown) ?? .notAffected
    }
}

extension Advisory.Affected {
    fileprivate func verdict(on version: String) -> Advisory.Verdict {
        let order = PluginVersion(version), fixed = fixed(after: order)
        if versions.contains(where: { $0.utf8.elementsEqual(version.utf8) }) { return .affected(fixed: fixed) }
        let known = ranges.filter { $0.kind == .semver }
        guard !known.isEmpty else {
            if ranges.isEmpty, !versions.isEmpty { return .notAffected }
            return .unknown(
                ranges.isEmpty ? "it names no versions" : "its ranges are not those of semantic versions (SEMVER)")
        }
        guard order.hasNumbers else { return .unknown("the version is not a semantic version") }
        if known.contains(where: { $0.holds(order) }) { return .affected(fixed: fixed) }
        // What the others say is not known.
        return known.count == ranges.count || ranges.allSatisfy { $0.kind != .ecosystem }
            ? .notAffected : .unknown("one of its ranges is not that of semantic versions (SEMVER)")
    }

    /// The lowest version after this one that an event calls fixed.
    private func fixed(after version: PluginVersion) -> String? {
        ranges.filter { $0.kind == .semver }.flatMap(\.events).filter { $0.kind == .fixed }
            .filter { PluginVersion($0.version).precedence(against: version) > 0 }
            .min { PluginVersion($0.version).precedence(against: PluginVersion($1.version)) < 0 }?.version
    }
}

extension Advisory.Range {
    /// Whether a version is in the range: the events are walked in the order of their versions, those before it count.
    fileprivate func holds(_ version: PluginVersion) -> Bool {
        let limits = events.filter { $0.kind == .limit }
        guard limits.isEmpty || limits.contains(where: { $0.version == "*" || Self.order($0.version, version) > 0 })
        else { return false }
        let walked = events.filter { $0.kind != .limit }.enumerated().sorted { left, right in
            let order = Self.order(left.element.version, right.element.version)
            return order == 0 ? left.offset < right.offset : order < 0
        }
        var isAffected = false
        for (_, event) in walked {
            let order = Self.order(event.version, version)
            switch event.kind {
            case .introduced where order <= 0: isAffected = true
            case .fixed where order <= 0: isAffected = false
            case .lastAffected where order < 0: isAffected = false
            default: break
            }
        }
        return isAffected
    }

    /// `0` comes before every version.
    private static func order(_ left: String, _ right: String) -> Int {
        if left == "0" || right == "0" { return (left == "0" ? 0 : 1) - (right == "0" ? 0 : 1) }
        return PluginVersion(left).precedence(against: PluginVersion(right))
    }

    private static func order(_ left: String, _ right: PluginVersion) -> Int {
        left == "0" ? -1 : PluginVersion(left).precedence(against: right)
    }
}
