internal import Contract
internal import Transfers

/// A registry on a web server: it can be read only.
package struct HTTPStore: RegistryStore {
    package let location: RegistryLocation
    let network: Network

    package init(_ location: RegistryLocation, network: Network) {
        self.location = location
        self.network = network
    }

    package func readIndex(into sink: (RawSpan) throws -> Void) throws -> Revision? {
        guard case .address(let address) = location.place else { return nil }
        try network.fetch(address, maximumBytes: network.limits.indexBytes, into: sink)
        return Revision("")
    }

    package func stream(_ artifact: String, maximumBytes: Int, into sink: (RawSpan) throws -> Void) throws {
        guard case .address(let address) = try location.artifact(artifact) else {
            throw RegistryError(.artifactUnavailable, "\(location) names a file of this machine")
        }
        try network.fetch(address, maximumBytes: maximumBytes, home: location.webAddress, into: sink)
    }

    package func list(_ path: String) throws -> [StoredFile] { throw readOnly("list the files of") }

    package func begin() throws -> any StoreTransaction { throw readOnly("change") }

    private func readOnly(_ action: String) -> RegistryError {
        RegistryError(
            .registryOnTheWeb, "cannot \(action) \(location): a registry on the web can only be read",
            help: "use the folder that the server serves, or a copy that you upload")
    }
}
