internal import Basics
internal import Contract
internal import Files
internal import PluginRegistry
internal import Trust

/// A release that has been installed and verified from a staged registry, byte for byte.
///
/// Only the round trip makes one, and only publishing takes one.
struct ProvenRelease {
    let release: Release
    /// The staged registry's folder.
    let staged: String

    private init(release: Release, staged: String) {
        self.release = release
        self.staged = staged
    }

    /// Stages `release` in the empty folder `staged` and installs it from there as an operator would.
    ///
    /// Goes through the same core as `pdk install`, with the publisher's public key as the trust root, into a scratch
    /// folder beside the staged registry, and compares the bytes.
    static func prove(
        _ release: Release, index: RegistryIndex, publisher: Publisher, staged: String, scratch: String
    ) throws -> ProvenRelease {
        try release.stage(in: staged, index: index)
        let trustRoot = try TrustRoot(label: publisher.label, publicKey: publisher.publicKey)
        let registry = try Registry.load(RegistryLocation(staged, currentFolder: staged))
        let installed = try registry.install(
            release.name, version: release.version, into: scratch, trustRoot: trustRoot)
        guard installed.signer == publisher.label else {
            throw Problem(
                .roundTripFailed, "\(release.name) v\(release.version) was installed without its signature checked")
        }
        let bytes = try WholeFiles.read(installed.modulePath, limit: HostLimits.moduleBytes, followingLinks: false)
        guard bytes == release.module else {
            throw Problem(
                .roundTripFailed, "the module installed from the staged registry is not the one that was built")
        }
        let again = try ModuleVerification.verify(installed.modulePath, trustRoot: trustRoot)
        guard again.sha256 == release.entry.sha256, installed.manifestPath != nil else {
            throw Problem(.roundTripFailed, "the plugin installed from the staged registry does not verify")
        }
        return ProvenRelease(release: release, staged: staged)
    }
}
