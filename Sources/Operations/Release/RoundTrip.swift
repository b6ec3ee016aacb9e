internal import Basics
internal import Contract
internal import Files
internal import PluginRegistry
internal import Trust

/// The proof that a release installs and verifies from a registry, byte for byte.
enum ProvenRelease {
    /// Puts `release` into a registry of its own in the empty folder `folder`, and installs it as an operator would.
    ///
    /// Goes through the same core as `pdk install`, with the publisher's public key as the trust root, and compares the bytes.
    static func prove(_ release: Release, publisher: Publisher, in folder: String) throws {
        let staged = FilePaths.join(folder, "registry"), scratch = FilePaths.join(folder, "plugins")
        try Folder.create(staged)
        let registry = try release.registry(in: staged)
        let trustRoot = try TrustRoot(label: publisher.label, publicKey: publisher.publicKey)
        let name = release.name.description
        var options = InstallOptions()
        options.version = release.version
        let installed = try registry.blockingInstall(
            name, options, into: PluginsFolder(scratch), trust: .root(trustRoot))
        guard installed.signature.signer?.label == publisher.label else {
            throw Problem(
                .roundTripFailed, "\(name) v\(release.version) was installed without its signature checked")
        }
        let bytes = try WholeFiles.read(installed.modulePath, limit: KitLimits.moduleBytes, followingLinks: false)
        guard bytes == release.module else {
            throw Problem(
                .roundTripFailed, "the module installed from the staged registry differs from the one that was built")
        }
        let again = try ModuleInspection.blockingInspect(installed.modulePath, trust: .root(trustRoot))
        guard again.digest == release.digest, installed.manifestPath != nil else {
            throw Problem(.roundTripFailed, "the plugin installed from the staged registry does not verify")
        }
    }
}
