internal import Basics
internal import Contract
internal import Ed25519

extension TrustPolicy {
    /// Reads a policy strictly: an unknown key, a value of another kind or a mistyped time refuses all of it.
    package init(_ root: PolicyNode, path: String) throws(PolicyError) {
        self.init(path: path)
        let members = try root.members("the policy")
        for member in members {
            let value = member.value, line = member.line
            switch member.name {
            case "version":
                guard try value.text("version") == "1" else {
                    throw PolicyError("version must be 1, the only one that this pdk reads", line: value.line)
                }
            case "names": names = Placed(try value.list("names").map(Self.nameRule), line: line)
            case "keys": keys = try value.members("keys").map(Self.keyRule)
            case "rotations":
                followsRotations = Placed(try value.choice("rotations", "follow", "ignore"), line: line)
            case "registries": registries = try value.list("registries").map(Self.registryRule)
            default: try general.take(member, "the policy")
            }
        }
        guard members.contains(where: { $0.name == "version" }) else {
            throw PolicyError("it does not begin with version: 1", line: nil)
        }
    }

    private static func nameRule(_ node: PolicyNode) throws(PolicyError) -> NameRule {
        let members = try node.members("an item of names")
        guard let match = members.first(where: { $0.name == "match" }) else {
            throw PolicyError("an item of names has no match", line: node.line)
        }
        var patterns: [NamePattern] = []
        for text in try match.value.texts("match") {
            guard let pattern = NamePattern(text) else {
                throw PolicyError(
                    "match: '\(text.prefix(140).description.printable)' is not a name pattern: letters, digits, '-', '_', * and ?",
                    line: match.value.line)
            }
            patterns.append(pattern)
        }
        guard !patterns.isEmpty else { throw PolicyError("match names no pattern", line: match.line) }
        var rule = NameRule(patterns: patterns, line: match.line)
        for member in members where member.name != "match" { try rule.settings.take(member, "an item of names") }
        return rule
    }

    private static func keyRule(_ member: PolicyNode.Member) throws(PolicyError) -> KeyRule {
        var rule = KeyRule(key: member.name, line: member.line)
        for part in try member.value.members("keys.\(member.name.printable)") {
            switch part.name {
            case "not_after":
                let text = try part.value.text("not_after")
                rule.notAfter = Placed((try part.value.time("not_after", endOfDay: true), text), line: part.line)
            case "revoked":
                rule.revoked = Placed(try revocation(part.value), line: part.line)
            default: throw unknown(part, "a key", ["not_after", "revoked"])
            }
        }
        guard rule.notAfter != nil || rule.revoked != nil else {
            throw PolicyError("keys: '\(member.name.printable)' has no settings", line: member.line)
        }
        return rule
    }

    private static func revocation(
        _ node: PolicyNode
    ) throws(PolicyError) -> (since: Timestamp?, text: String, reason: String) {
        if case .text("true") = node.kind { return (nil, "", "") }
        var since: Timestamp?, text = "", reason = ""
        guard case .mapping = node.kind else {
            throw PolicyError("revoked must be true, or have since: and reason:", line: node.line)
        }
        for part in try node.members("revoked") {
            switch part.name {
            case "since":
                text = try part.value.text("since")
                since = try part.value.time("since", endOfDay: false)
            case "reason": reason = try part.value.text("reason")
            default: throw unknown(part, "revoked", ["since", "reason"])
            }
        }
        return (since, text, reason)
    }

    private static func registryRule(_ node: PolicyNode) throws(PolicyError) -> RegistryRule {
        var location: String?, key: PublicKey?
        for part in try node.members("an item of registries") {
            switch part.name {
            case "location": location = try part.value.text("location")
            case "key":
                key = PublicKey(text: try part.value.text("key"))
                guard key != nil else {
                    throw PolicyError("key: is not base64 of a 32-byte Ed25519 public key", line: part.value.line)
                }
            default: throw unknown(part, "an item of registries", ["location", "key"])
            }
        }
        guard let location, !location.isEmpty, let key else {
            throw PolicyError("an item of registries needs location: and key:", line: node.line)
        }
        return RegistryRule(location: location, key: key, line: node.line)
    }

    static func unknown(_ member: PolicyNode.Member, _ what: String, _ known: [String]) -> PolicyError {
        let near = NearWord.to(member.name, among: known)
        return PolicyError(
            "unknown key '\(member.name.prefix(80).description.printable)' of \(what); "
                + (near.map { "did you mean \($0)?" } ?? "expected: \(known.joined(separator: ", "))"),
            line: member.line)
    }
}

extension TrustPolicy.Settings {
    /// The keys that stand for settings.
    static let names = [
        "unsigned", "unembedded", "unstated", "new_permissions", "min_age", "origins", "lowest", "keys",
    ]

    fileprivate mutating func take(_ member: PolicyNode.Member, _ what: String) throws(PolicyError) {
        let value = member.value, line = member.line, name = member.name
        func placed(_ flag: Bool) -> TrustPolicy.Placed<Bool> { TrustPolicy.Placed(flag, line: line) }
        switch name {
        case "unsigned": allowsUnsigned = placed(try value.choice(name, "allow", "refuse"))
        case "unembedded": allowsUnembedded = placed(try value.choice(name, "allow", "refuse"))
        case "unstated": allowsUnstated = placed(try value.choice(name, "allow", "refuse"))
        case "new_permissions": allowsNewPermissions = placed(try value.choice(name, "allow", "refuse"))
        case "min_age": minimumAge = TrustPolicy.Placed(try value.duration(name), line: line)
        case "origins":
            let texts = try value.texts(name)
            for text in texts { try Self.checkOrigin(text, line: value.line) }
            origins = TrustPolicy.Placed(texts, line: line)
        case "lowest":
            let version = PluginVersion(try value.text(name))
            guard version.isSemantic else {
                throw PolicyError(
                    "lowest: '\(version.description.printable)' is not a version such as 1.2.0", line: value.line)
            }
            lowest = TrustPolicy.Placed(version, line: line)
        case "keys" where what != "the policy": keys = TrustPolicy.Placed(try value.texts(name), line: line)
        default:
            let others = what == "the policy" ? ["version", "names", "keys", "rotations", "registries"] : ["match"]
            throw TrustPolicy.unknown(member, what, others + Self.names)
        }
    }

    /// An absolute folder or file, or an address; what has `..` in it could lead anywhere.
    private static func checkOrigin(_ text: String, line: Int) throws(PolicyError) {
        let isAddress = Array(text.utf8).firstPlace(of: Array("://".utf8)) != nil
        guard isAddress || text.hasPrefix("/"), !text.split(separator: "/").contains("..") else {
            throw PolicyError(
                "origins: '\(text.prefix(200).description.printable)' is neither an absolute path nor an address",
                line: line)
        }
    }
}

extension PolicyNode {
    func members(_ what: String) throws(PolicyError) -> [Member] {
        guard case .mapping(let members) = kind else {
            throw PolicyError("\(what) is not a mapping of keys to values", line: line)
        }
        guard members.count <= TrustPolicy.maximumRules else { throw tooMany(what) }
        return members
    }

    func list(_ what: String) throws(PolicyError) -> [PolicyNode] {
        guard case .list(let items) = kind else { throw PolicyError("\(what) is not a list", line: line) }
        guard items.count <= TrustPolicy.maximumRules else { throw tooMany(what) }
        return items
    }

    private func tooMany(_ what: String) -> PolicyError {
        PolicyError("\(what) has more than \(TrustPolicy.maximumRules) items", line: line)
    }

    func text(_ what: String) throws(PolicyError) -> String {
        guard case .text(let text) = kind, !text.isEmpty else {
            throw PolicyError("\(what) is not a string", line: line)
        }
        return text
    }

    /// A list of texts, or one text.
    func texts(_ what: String) throws(PolicyError) -> [String] {
        if case .text(let text) = kind { return [text] }
        var texts: [String] = []
        for item in try list(what) { texts.append(try item.text("an item of \(what)")) }
        return texts
    }

    /// Whether the value is the first word; anything but the two is an error.
    func choice(_ what: String, _ yes: String, _ no: String) throws(PolicyError) -> Bool {
        let text = try text(what)
        guard text == yes || text == no else {
            throw PolicyError(
                "\(what) is '\(text.prefix(80).description.printable)'; it must be \(yes) or \(no)", line: line)
        }
        return text == yes
    }

    /// A length of time: digits and `m`, `h`, `d` or `w`.
    func duration(_ what: String) throws(PolicyError) -> TrustPolicy.Duration {
        let text = try text(what), units: [Character: Int] = ["m": 60, "h": 3600, "d": 86_400, "w": 604_800]
        guard let unit = text.last.flatMap({ units[$0] }), let count = Int(text.dropLast()),
            (0...100_000).contains(count),
            text.first != "+"
        else {
            throw PolicyError(
                "\(what): '\(text.prefix(80).description.printable)' is not a duration such as 30m, 48h, 7d or 2w",
                line: line)
        }
        return TrustPolicy.Duration(text: text, seconds: count * unit)
    }

    /// A time of RFC 3339, or a date: its beginning, or its last second.
    func time(_ what: String, endOfDay: Bool) throws(PolicyError) -> Timestamp {
        let text = try text(what)
        if let time = Timestamp(rfc3339: text) { return time }
        if let date = Timestamp(date: text) { return Timestamp(seconds: date.seconds + (endOfDay ? 86_399 : 0)) }
        throw PolicyError(
            "\(what): '\(text.prefix(80).description.printable)' is neither a date, 2027-06-30, nor a time, 2027-06-30T12:00:00Z",
            line: line)
    }
}
