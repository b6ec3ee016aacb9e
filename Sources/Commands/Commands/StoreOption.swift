internal import Arguments
internal import Basics
internal import PluginRegistry
internal import Trust

/// How the store of a registry is reached that is neither a folder nor a web server.
struct StoreOption: ParsableArguments, Sendable {
    @Option(
        name: .long,
        help: "The address of the object store of an s3:// registry. (default: AWS_ENDPOINT_URL, else AWS)")
    var endpoint: String?

    @Option(name: .long, help: "The region of the object store. (default: AWS_REGION, else that of the AWS profile)")
    var region: String?

    @Flag(name: .long, help: "Use http, not https, for an oci:// registry on another machine.")
    var plainHttp = false

    func validate() throws {
        if let endpoint {
            let lower = endpoint.lowercased()
            guard lower.hasPrefix("https://") || lower.hasPrefix("http://") else {
                throw ValidationError(
                    "Give --endpoint an address such as https://s3.example.org, not '\(endpoint.printable)'.")
            }
        }
        if region?.isEmpty ?? false { throw ValidationError("Give --region a region, not an empty text.") }
    }
}

extension Session {
    /// How to fetch from the web and from object stores, with progress on a terminal.
    func network(_ console: Console, _ store: StoreOption, showsProgress: Bool = true) -> Network {
        var network = network(console, showsProgress: showsProgress)
        if let endpoint = store.endpoint { network.objectStore.endpoint = endpoint }
        network.allowsPlainHTTP = store.plainHttp
        if let region = store.region { network.objectStore.region = region }
        return network
    }

    /// The same, with the signatures of indexes that the policy of a trust root demands.
    func network(_ console: Console, _ store: StoreOption, demanding trust: Trust) -> Network {
        var network = network(console, store)
        if let root = trust.root { network.demandSignatures(of: root) }
        return network
    }
}
