import Authoring
import Basics
import Checking
import Operations
import TestSupport
import Testing
import Trust

/// Which private key is used, of all that could be.
@Suite(.scratchFolder)
struct KeySourceTests {
    private func code(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch {
            return (error as? any Diagnostic)?.code.rawValue ?? "\(error)"
        }
    }

    /// Makes a PEM file outside of the key store; its path, text and public key.
    private func pemFile(_ name: String) throws -> (path: String, text: String, key: [UInt8]) {
        let store = KeyStore(configurationFolder: Scratch.path("made for " + name))
        let report = try GenerateKey(label: name, store: store, passphrase: nil).run()
        let text = String(decoding: try Workplace.tree(store.keysFolder)[name + ".pem"] ?? [], as: UTF8.self)
        return (report.privatePath, text, try #require(Base64.decode(report.publicKey.utf8)))
    }

    @Test func theOrderIsOptionFileTextStore() throws {
        try Workplace.makeKey("stored")
        let option = try pemFile("option"), file = try pemFile("file"), text = try pemFile("text")
        let all = Workplace.keys(requested: option.path, file: file.path, pem: text.text)
        expect(try all.publisher().label, is: "option")
        expect(try all.publisher().publicKey.text, is: Base64.encode(option.key))
        var rest = all
        rest.requested = nil
        expect(try rest.publisher().label, is: "file")
        expect(try rest.publisher().publicKey.text, is: Base64.encode(file.key))
        rest.file = ""
        expect(try rest.publisher().label, is: "PDK_KEY_PEM")
        expect(try rest.publisher().publicKey.text, is: Base64.encode(text.key))
        // A secret that a job may not read is an empty text: the user's own key is not meant then.
        rest.pem = ""
        expect(code { _ = try rest.publisher() }, is: "no-key")
        (rest.file, rest.pem) = (nil, nil)
        expect(try rest.publisher().label, is: "stored")
        rest.requested = "stored"
        expect(try rest.publisher().label, is: "stored")
    }

    @Test func aLabelIsNoPathAndAPathIsNoLabel() throws {
        try Workplace.makeKey("mine")
        expect(code { _ = try Workplace.keys(requested: "mine.pem").publisher() }, is: "no-key")
        expect(code { _ = try Workplace.keys(requested: "./mine").publisher() }, is: "no-key")
        expect(code { _ = try Workplace.keys(requested: "..").publisher() }, is: "no-key")
        expect(code { _ = try Workplace.keys(requested: "").publisher() }, is: "no-key")
        expect(try Workplace.keys(requested: "configuration/keys/mine.pem").publisher().label, is: "mine")
    }

    @Test func theConfigurationChoosesAmongSeveral() throws {
        expect(code { _ = try Workplace.keys().publisher() }, is: "no-key")
        try Workplace.makeKey("one")
        expect(try Workplace.keys().publisher().label, is: "one")
        try Workplace.makeKey("two")
        expect(code { _ = try Workplace.keys().publisher() }, is: "several-keys")
        let path = Scratch.path("configuration/config.yaml")
        try Workplace.write(path, Array("key: two\n".utf8))
        expect(try Workplace.keys().publisher().label, is: "two")
        try Workplace.write(path, Array("key: three\n".utf8))
        expect(code { _ = try Workplace.keys().publisher() }, is: "no-key")
        try Workplace.write(path, Array("key: [two]\n".utf8))
        expect(code { _ = try Workplace.keys().publisher() }, is: "invalid-configuration")
    }

    /// The public half is read from its file; the private key and its passphrase are not touched for it.
    @Test func thePublicHalfNeedsNoPassphrase() throws {
        let report = try Workplace.makeKey("locked", phrase: "open sesame")
        expect(report.isEncrypted)
        expect(try Workplace.keys().publisher().publicKey.text, is: report.publicKey)
        let plugin = try Workplace.plugin()
        expect(code { try Workplace.sign(plugin, Workplace.keys()) }, is: "needs-passphrase")
        expect(code { try Workplace.sign(plugin, Workplace.keys(phrase: "wrong")) }, is: "invalid-key")
        expect(code { try Workplace.sign(plugin, Workplace.keys(phrase: "")) }, is: "invalid-key")
        expect(!Workplace.exists(plugin.signaturePath))
        try Workplace.sign(plugin, Workplace.keys(phrase: "open sesame"))
        try Workplace.write(report.publicPath, Array("nonsense\n".utf8))
        expect(code { _ = try Workplace.keys().publisher() }, is: "invalid-key")
    }

    /// A public key beside the private one that does not belong to it signs nothing that is then believed.
    @Test func aForeignPublicHalfIsNoticed() async throws {
        try Workplace.makeKey("mine")
        let other = try pemFile("other")
        try Workplace.write(Scratch.path("configuration/keys/mine.pub"), Array(KeyText.encode(other.key).utf8))
        let plugin = try Workplace.plugin()
        try Workplace.sign(plugin, Workplace.keys())
        let report = try await CheckPlugin(
            project: plugin, registry: nil, key: Workplace.keys(), extent: .roundTrip, in: .ofTest()
        ).run()
        expect(report.findings.map(\.rule.id), is: ["PDK305"])
    }

    @Test(arguments: ["", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n", "x", "\u{0}", "-----BEGIN"])
    func whatIsNoKeyIsRefused(text: String) throws {
        let plugin = try Workplace.plugin()
        let path = Scratch.path("bad.pem")
        try Workplace.write(path, Array(text.utf8))
        let exposed = code { try Workplace.sign(plugin, Workplace.keys(file: path)) }
        expect(exposed, is: "key-exposed")
        try Workplace.close(path)
        expect(code { try Workplace.sign(plugin, Workplace.keys(file: path)) }, is: "invalid-key")
    }

    /// What the help says can be typed as it stands.
    @Test func theHelpOfAnExposedKeyClosesIt() async throws {
        let plugin = try Workplace.plugin()
        let path = Scratch.path("somebody's key.pem")
        try Workplace.write(path, Array("x".utf8))
        let problem = #expect(throws: Problem.self) { try Workplace.sign(plugin, Workplace.keys(file: path)) }
        let command = try #require(problem?.help?.split(separator: ": ").last)
        let run = try await Program("sh").run(["-c", String(command)])
        expect(run.status, is: 0, "\(run.transcript)")
        expect(try Scratch.mode("somebody's key.pem"), is: 0o600)
    }
}
