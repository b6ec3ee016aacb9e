import TestSupport
import Testing

/// What a Swift host outside of this package can write; it sees only what is public.
@Suite(.scratchFolder) struct PublicInterfaceTests {
    /// Everything a host needs: load, find, trust, fetch, install, verify.
    private static let host = """
        import PluginRegistry

        func embed() throws(RegistryError) -> String {
            var network = Network(certificateFile: nil, userAgent: "host")
            network.progress = { bytes, total in _ = (bytes, total) }
            let location = RegistryLocation("plugins.example", currentFolder: "/srv")
            let registry = try Registry.load(location, network: network)
            let trustRoot = try TrustRoot.load(folder: "/etc/trust")
            let entry = try registry.find("mask", version: nil, includingPreReleases: false)
            let all = registry.entries.count + registry.entries(named: "mask").count + trustRoot.labels.count
            let folder = try PluginsFolder("/srv/plugins")
            let verified = try folder.fetch(entry, from: registry, trustRoot: trustRoot)
            print(verified.sha256, verified.size, verified.signer ?? "", verified.entry.name, all)
            let installed = try folder.install(verified)
            let again = try registry.install("mask", into: "/srv/plugins", trustRoot: trustRoot)
            print(installed == again, installed.modulePath, installed.warnings, entry.hooks ?? [], entry.isPreRelease)
            let checked = try ModuleVerification.verify(installed.modulePath, trustRoot: trustRoot, signatureFile: nil)
            let packed = try PackedPlugin.read("mask-1.0.0.tar.gz").verify(trustRoot: trustRoot)
            print(packed.plugin.name, packed.plugin.version, packed.plugin.hooks, packed.module.count)
            return checked.sha256 + packed.sha256
        }

        func reason(of error: RegistryError) -> String {
            switch error.kind {
            case .noSignature, .signatureInvalid, .digestMismatch: error.message
            default: error.help ?? error.description
            }
        }
        """

    private func typeCheck(_ source: String) async throws -> Program.Result {
        try Scratch.write("Host.swift", source)
        let built = BuiltProduct.pdk.split(separator: "/").dropLast()
        // The C modules come along as they do when a package depends on this one.
        let folders =
            ["CSodium", "CLibCrypto", "CCurl", "CArchive", "CKernel"].map { BuiltProduct.repository + "/Sources/" + $0 }
            + [
                "/" + built.joined(separator: "/") + "/Modules"

            ]
        return try await Program("swiftc", environment: ["HOME": Scratch.folder]).run(
            folders.flatMap { ["-I", $0] } + [
                "-typecheck", "-swift-version", "6", "-warnings-as-errors", "-module-cache-path", Scratch.path("cache"),
                Scratch.path("Host.swift"),
            ])
    }

    @Test func whatIsPublicSufficesForAHost() async throws {
        let result = try await typeCheck(Self.host)
        #expect(result.status == 0, "\(result.transcript)")
    }

    /// Nobody but the verifier makes verified modules, and nothing else is installed.
    @Test func onlyTheVerifierMakesWhatIsInstalled() async throws {
        let result = try await typeCheck(
            """
            import PluginRegistry
            func a(_ e: RegistryEntry, _ f: borrowing PluginsFolder) throws { _ = try f.install(e) }
            func b(_ e: RegistryEntry) { _ = VerifiedModule(entry: e) }
            func c(_ m: borrowing VerifiedModule) { _ = m.file }
            func d(_ p: PackedPlugin) { _ = VerifiedPackedPlugin(plugin: p) }
            func e(_ p: PackedPlugin) { _ = p.unverifiedModule }
            """)
        for reason in [
            "cannot convert value of type 'RegistryEntry'", "'VerifiedModule' initializer is inaccessible",
            "'file' is inaccessible", "'VerifiedPackedPlugin' initializer is inaccessible",
            "'unverifiedModule' is inaccessible",
        ] {
            #expect(result.errors.contains(reason), "\(result.transcript)")
        }
    }
}
