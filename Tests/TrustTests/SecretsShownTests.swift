import Basics
import Ed25519
import TestSupport
import Testing
import Trust

/// Values about keys show none of their bytes, whoever prints or dumps them.
@Suite(.scratchFolder) struct SecretsShownTests {
    private func texts(_ value: some Any) -> [String] {
        var dumped = ""
        dump(value, to: &dumped)
        return ["\(value)", String(reflecting: value), dumped]
    }

    @Test func keysOfFiles() throws {
        let key = try SigningKey.generate(), publicKey = key.publicKey.bytes
        let opened = OpenedKey(key: key, form: .minisign, isEncrypted: false, keyNumber: Array(1...8))
        let file = try KeyWriter.privateKey(opened, as: .openssl, passphrase: nil, label: "x")
        let described = try PrivateKeyFile.describe(file)
        expect(described.publicKey, is: publicKey)
        let record = try KeyStore(configurationFolder: Scratch.path("pdk")).add(opened, label: "acme", passphrase: nil)
        for text in texts(described) + texts(record) {
            expect(!text.contains(publicKey.prefix(4).map(String.init).joined(separator: ", ")), "\(text)")
            expect(!text.contains("\(publicKey[0])\n") || !text.contains("32 elements"), "\(text)")
        }
        expect("\(record)", is: "acme (\(KeyID.of(publicKey)))")
    }

    @Test func keysOfTheEnvironment() {
        let source = KeySource(
            requested: nil, file: nil, pem: "-----BEGIN PRIVATE KEY-----", store: nil, currentFolder: "/",
            configuredLabel: { nil }, passphrase: { _ in nil })
        for text in texts(source) { expect(!text.contains("BEGIN"), "\(text)") }
    }
}
