internal import Arguments
internal import Basics
internal import PluginRegistry

/// How a release is laid out in an OCI registry.
struct CompatOption: ParsableArguments, Sendable {
    @Option(
        name: .long,
        help: "The layout of the release in an oci:// registry: envoy, which Istio reads. (default: the CNCF's layout)")
    var compat: String?

    /// Refuses a layout that there is not, and one for a registry of another kind.
    func check(_ location: RegistryLocation) throws {
        guard let compat else { return }
        guard compat == OCILayout.envoy.rawValue else {
            throw ValidationError("--compat takes envoy, not '\(compat.printable)'.")
        }
        guard location.isInOCIRegistry else {
            throw ValidationError("--compat is for a registry at oci://HOST/PREFIX.")
        }
    }

    /// What releases are laid out like.
    var layout: OCILayout { compat == nil ? .wasm : .envoy }
}
