import PluginRegistry
import TestSupport
import Testing

/// Installs from a registry of the scratch folder into `plugins`, trusting `trust` where asked.
func install(
    _ plugin: String, version: String? = nil, from registry: String = "registry", trusting trust: String? = nil,
    network: Network = Network(), into destination: String = "plugins", acceptingNewKey: Bool = false
) throws -> InstalledPlugin {
    let location = RegistryLocation(registry, currentFolder: Scratch.folder)
    let root = try trust.map { try TrustRoot.load(folder: Scratch.path($0)) }
    let registry = Registry(location, network: network)
    var options = InstallOptions()
    options.version = version
    options.acceptsNewKey = acceptingNewKey
    return try registry.blockingInstall(
        registry.blockingContents(of: plugin).find(plugin, options), options,
        into: PluginsFolder(Scratch.path(destination)), trust: Trust(root))
}

/// What a refused install came to.
struct Refusal {
    let kind: RegistryError.Kind
    let message: String
}

/// Expects that an install is refused and leaves every file outside of the registry as it was.
func expectRefusal(
    _ kind: RegistryError.Kind, _ words: String..., sourceLocation: SourceLocation = #_sourceLocation,
    _ action: () throws -> InstalledPlugin
) async throws {
    let before = try await listing()
    let error = #expect(throws: RegistryError.self, sourceLocation: sourceLocation) { _ = try action() }
    #expect(error?.kind == kind, "\(error?.message ?? "")", sourceLocation: sourceLocation)
    for word in words {
        #expect(
            error?.message.contains(word) == true, "\(error?.message ?? "") lacks \(word)",
            sourceLocation: sourceLocation)
    }
    #expect(try await listing() == before, sourceLocation: sourceLocation)
}

/// Every file of the scratch folder with its kind, digest or target; an empty plugins folder counts as none.
private func listing() async throws -> String {
    let script = """
        find . -name plugins -prune -o -type f -exec sha256sum {} + -o -printf '%p %y %l\\n' | sort
        [ -d plugins ] && find plugins -mindepth 1 -type f -exec sha256sum {} + -o -mindepth 1 -printf '%p %y %l\\n' | sort
        exit 0
        """
    let result = try await Program("sh").run(["-c", script])
    try #require(result.status == 0 && result.errors.isEmpty, "\(result.transcript)")
    return result.output
}

extension InstalledPlugin {
    /// The label of the key that made the signature, where that was checked.
    var signer: String? { signature.signer?.label }

    /// The warnings beside those that nothing was signed or checked.
    var otherWarnings: [String] {
        warnings.filter { !$0.hasSuffix(" is unsigned") && !$0.contains("no signature was checked") }
    }
}

extension ModuleInspection {
    /// The label of the key that made the signature, where that was checked.
    var signer: String? { signature.signer?.label }
}

extension CheckedPackedPlugin {
    /// The label of the key that made the signature, where that was checked.
    var signer: String? { signature.signer?.label }
}
