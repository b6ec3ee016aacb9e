import Basics
import TestSupport
import Testing
import Trust

/// Policies: what they say, how strictly they are read, and what they stand against.
@Suite(.scratchFolder) struct PolicyTests {
    private static let now = 1_800_000_000

    /// A trust root of two keys with a policy that is written as JSON, which is YAML too.
    private func root(_ policy: String) throws -> TrustRoot {
        try Scratch.makeFolder("trust")
        // Public keys of RFC 8032, section 7.1.
        for (label, key) in [
            ("acme", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"),
            ("lab", "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"),
        ] {
            try Scratch.write("trust/\(label).pub", Base64.encode(Hex.decode(key) ?? []))
        }
        try Scratch.write("trust/policy.yaml", policy)
        return try TrustRoot.load(folder: Scratch.path("trust"))
    }

    private func subject(_ name: String, _ version: String = "1.0.0", by label: String?, in root: TrustRoot)
        -> PolicySubject
    {
        let signer = label.flatMap { label in root.keyID(ofLabel: label).map { Signer(label: label, keyID: $0) } }
        return PolicySubject(name: name, version: version, signer: signer, carriesManifest: true)
    }

    private func rules(_ subject: PolicySubject, _ root: TrustRoot) -> [String] {
        root.violations(of: subject, at: Self.now).map { "\($0.rule):\($0.line)" }
    }

    @Test func everyRuleStandsAgainstWhatItSays() throws {
        let root = try root(
            """
            {"version": 1,
             "unembedded": "refuse",
             "unstated": "allow",
             "new_permissions": "refuse",
             "min_age": "48h",
             "origins": ["/srv/registry", "HTTPS://Plugins.example/a"],
             "names": [{"match": "acme-*", "keys": ["acme"],
               "lowest": "1.2.0"},
              {"match": ["lab-?", "x"], "unsigned": "allow"}],
             "keys": {"lab": {
               "not_after": "2030-01-01"}}}
            """)
        func good() -> PolicySubject {
            var subject = subject("acme-a", "1.2.0", by: "acme", in: root)
            subject.isToBeInstalled = true
            subject.publishedAt = Timestamp(seconds: Self.now - 48 * 3600).rfc3339
            subject.origins = ["/srv/registry/index.json", "https://plugins.example/a"]
            return subject
        }
        expect(rules(good(), root), is: [])
        expect(rules(subject("acme-a", "1.1.9", by: "acme", in: root), root), is: ["lowest:8"])
        expect(rules(subject("acme-a", "", by: "acme", in: root), root), is: ["lowest:8"])
        expect(rules(subject("acme-a", "1.2.0", by: "lab", in: root), root), is: ["keys:7"])
        expect(rules(subject("acme-a", "1.2.0", by: nil, in: root), root), is: ["unsigned:0"])
        expect(rules(subject("lab-1", by: nil, in: root), root), is: [])
        expect(rules(subject("lab-12", by: "lab", in: root), root), is: ["names:7"])
        expect(rules(subject("acme", by: "acme", in: root), root), is: ["names:7"])
        expect(
            rules(PolicySubject(name: "x", version: "", signer: nil, carriesManifest: false), root),
            is: ["unembedded:2"])
        for (change, rule) in [
            ({ $0.publishedAt = Timestamp(seconds: Self.now - 48 * 3600 + 1).rfc3339 }, "min_age:5"),
            ({ $0.publishedAt = Timestamp(seconds: Self.now + 60).rfc3339 }, "min_age:5"),
            ({ $0.publishedAt = nil }, "min_age:5"), ({ $0.publishedAt = "yesterday" }, "min_age:5"),
            ({ $0.newPermissions = ["kv_write"] }, "new_permissions:4"),
            ({ $0.origins = ["/srv/registry2/index.json"] }, "origins:6"),
            ({ $0.origins = ["/srv/registry/../other/index.json"] }, "origins:6"),
            ({ $0.origins = ["https://plugins.example/a/%2E%2e/b"] }, "origins:6"),
            ({ $0.origins = ["http://plugins.example/a"] }, "origins:6"),
            ({ $0.origins = ["https://plugins.example/ab"] }, "origins:6"),
            ({ $0.origins = ["https://plugins.example.evil/a"] }, "origins:6"),
        ] as [((inout PolicySubject) -> Void, String)] {
            var subject = good()
            change(&subject)
            expect(rules(subject, root), is: [rule])
            // What is installed already is not asked for its age or origin.
            subject.isToBeInstalled = false
            expect(rules(subject, root), is: [])
        }
        let later = root.violations(of: subject("lab-1", by: "lab", in: root), at: 1_900_000_000)
        expect(later.map(\.rule) == ["not_after"] && later.first?.line == 11)
        expect(later.first?.place, is: "not_after, \(Scratch.path("trust/policy.yaml")):11")
    }

    @Test func revocationsCount() throws {
        func found(_ revoked: String, published: String?) throws -> [String] {
            let root = try root("{\"version\": 1, \"keys\": {\"lab\": {\"revoked\": \(revoked)}}}")
            var subject = subject("a", by: "lab", in: root)
            subject.publishedAt = published
            expect(rules(self.subject("a", by: "acme", in: root), root), is: [])
            return rules(subject, root)
        }
        let since = "{\"since\": \"2026-11-01\", \"reason\": \"stolen\"}"
        expect(try found("true", published: "2020-01-01T00:00:00Z"), is: ["revoked:1"])
        expect(try found(since, published: "2026-10-31T23:59:59Z"), is: [])
        expect(try found(since, published: "2026-11-01T01:30:00+02:00"), is: [])
        expect(try found(since, published: "2026-11-01T00:00:00Z"), is: ["revoked:1"])
        expect(try found(since, published: nil), is: ["revoked:1"])
        // By its fingerprint a key need not be there.
        _ = try root("{\"version\": 1, \"keys\": {\"0123456789abcdef\": {\"revoked\": true}}}")
    }

    @Test(arguments: [
        ("{}", "version: 1"), ("[]", "JSON"), ("", "YAML"), ("version: 1", "JSON"),
        ("{\"version\": 2}", "version must be 1"), ("{\"version\": 1, \"version\": 1}", "given twice"),
        (
            "{\"version\": 1,\n\"min_agee\": \"1h\"}",
            "policy.yaml:2: unknown key 'min_agee' of the policy; did you mean min_age?"
        ),
        ("{\"version\": 1, \"min_age\": \"48\"}", "min_age: '48'"),
        ("{\"version\": 1, \"min_age\": \"-1h\"}", "min_age"),
        ("{\"version\": 1, \"min_age\": \"999999999999999999h\"}", "min_age"),
        ("{\"version\": 1, \"unsigned\": true}", "it must be allow or refuse"),
        ("{\"version\": 1, \"origins\": [\"relative/path\"]}", "neither an absolute path"),
        ("{\"version\": 1, \"origins\": [\"/a/../b\"]}", "neither an absolute path"),
        ("{\"version\": 1, \"names\": {}}", "names is not a list"), ("{\"version\": 1, \"names\": [{}]}", "no match"),
        ("{\"version\": 1, \"names\": [{\"match\": \"a b\"}]}", "is not a name pattern"),
        ("{\"version\": 1, \"names\": [{\"match\": []}]}", "names no pattern"),
        ("{\"version\": 1, \"names\": [{\"match\": \"a\", \"lowest\": \"1.0\"}]}", "lowest"),
        ("{\"version\": 1, \"names\": [{\"match\": \"a\", \"names\": []}]}", "unknown key 'names'"),
        ("{\"version\": 1, \"keys\": {\"acmee\": {\"revoked\": true}}}", "did you mean acme?"),
        ("{\"version\": 1, \"keys\": {\"acme\": {}}}", "'acme' has no settings"),
        ("{\"version\": 1, \"keys\": {\"acme\": {\"revoked\": false}}}", "must be true"),
        ("{\"version\": 1, \"keys\": {\"acme\": {\"not_after\": \"2026-02-29\"}}}", "neither a date"),
        ("{\"version\": 1, \"registries\": [{\"location\": \"/r\"}]}", "needs location"),
        ("{\"version\": 1, \"registries\": [{\"location\": \"/r\", \"key\": \"AAAA\"}]}", "not base64"),
        ("{\"version\": 1, \"rotations\": \"yes\"}", "follow or ignore"),
    ])
    func aMalformedPolicyRefusesEverything(text: String, words: String) throws {
        let error = #expect(throws: RegistryError.self) { try root(text) }
        expect(error?.kind == .policyInvalid && error?.message.contains(words) == true, "\(error?.message ?? "")")
    }

    @Test func aPolicyThatIsNoFileRefusesEverything() throws {
        let large = "{\"version\": 1}" + String(repeating: " ", count: 256 << 10)
        #expect(throws: RegistryError.self) { try root(large) }
        _ = try root("{\"version\": 1}")
        try Scratch.makeFolder("other/policy.yaml")
        try Scratch.write("other/acme.pub", Scratch.text("trust/acme.pub"))
        #expect(throws: RegistryError.self) { try TrustRoot.load(folder: Scratch.path("other")) }
        try Scratch.makeFolder("third")
        try Scratch.write("third/acme.pub", Scratch.text("trust/acme.pub"))
        try Scratch.makeLink("third/policy.yaml", to: "nowhere")
        #expect(throws: RegistryError.self) { try TrustRoot.load(folder: Scratch.path("third")) }
    }

    @Test(arguments: [
        ("*", "a", true), ("*", "", true), ("a*", "b", false), ("a*c", "abbc", true), ("a*c", "abbcd", false),
        ("?", "", false), ("?", "a", true), ("a?c*", "abc", true),
        ("*a*a*a*b", String(repeating: "a", count: 128), false),
        ("A", "a", false), ("a**", "a", true),
    ])
    func patterns(pattern: String, name: String, matches: Bool) {
        expect(NamePattern(pattern)?.matches(name), is: matches)
    }

    @Test func noPatternIsAnything() {
        for text in ["", "a b", "a/b", "[a]", "ü", String(repeating: "a", count: 129)] {
            expect(NamePattern(text) == nil)
        }
    }

    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2026-04-26T12:00:00Z", 1_777_204_800), ("2000-02-29T23:59:59Z", 951_868_799),
        ("2026-04-26t12:00:00.123+02:00", 1_777_197_600), ("1969-12-31T23:59:59Z", -1),
    ])
    func timesAreRead(text: String, seconds: Int) {
        expect(Timestamp(rfc3339: text)?.seconds, is: seconds)
    }

    @Test(arguments: [
        "", "2026-04-26", "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "2026-04-26T24:00:00Z", "2026-04-26T12:00:00",
        "2026-04-26 12:00:00Z", "2026-04-26T12:00:00.Z", "2026-04-26T12:00:00+2:00", "２026-04-26T12:00:00Z",
    ])
    func otherTextsAreNoTimes(text: String) {
        expect(Timestamp(rfc3339: text) == nil)
    }
}
