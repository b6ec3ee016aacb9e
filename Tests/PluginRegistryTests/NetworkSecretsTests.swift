import PluginRegistry
import TestSupport
import Testing

/// A host that logs its settings logs no token, login or key.
@Suite struct NetworkSecretsTests {
    @Test func nothingSecretIsShown() {
        var network = Network(userAgent: "host/1")
        network.token = "s3cret-token"
        network.netrc = "machine a login b password s3cret-word"
        network.objectStore.endpoint = "https://s3.example.org"
        network.objectStore.accessKeyID = "s3cret-id"
        network.objectStore.secretAccessKey = "s3cret-key"
        network.objectStore.sessionToken = "s3cret-session"
        network.containerLogins.helperEnvironment = ["PASSWORD": "s3cret-variable"]
        var dumped = ""
        dump(network, to: &dumped)
        dump(network.objectStore, to: &dumped)
        dump(network.containerLogins, to: &dumped)
        let printed = "\(network) \(network.objectStore) \(network.containerLogins) " + String(reflecting: network)
        expect(!(dumped + printed).contains("s3cret"), "\(dumped)\n\(printed)")
        expect(printed.contains("host/1") && dumped.contains("https://s3.example.org"))
    }

    /// An address of another kind is refused, and not taken for a folder of that name.
    @Test(arguments: [
        "ftp://host/registry", "git+ssh://host/registry", "S4://bucket/prefix", "file+x://host/index.json",
    ])
    func unknownSchemes(address: String) async {
        let location = RegistryLocation(address, currentFolder: "/tmp")
        expect(location.folder == nil && location.indexPath == nil)
        let registry = Registry(location)
        let refusal = await #expect(throws: RegistryError.self) { try await registry.load() }
        expect(refusal?.kind, is: .indexUnavailable)
        expect(refusal?.message.contains("only http and https"), is: true, "\(refusal?.message ?? "")")
        expect(refusal?.help, is: "give a folder, or an address of https, http, s3 or oci")
    }

    @Test(arguments: ["./ftp://host", "a:80", "://x", "1x://y", "s3:/bucket"])
    func folders(path: String) {
        expect(RegistryLocation(path, currentFolder: "/tmp").folder != nil)
    }
}
