package import Contract
internal import Foundation
internal import TestSupport

/// The object store as a test sees it: through a proxy.
package struct ObjectStore {
    /// Whose server it is.
    package enum Maker: CaseIterable { case seaweedFS, moto }

    package let endpoint: String
    package let proxy: Proxy
    /// moto's server, where it is that.
    private var moto: StartedProgram?
    /// A registry of the test's own in the bucket.
    package let registry = "s3://plugins/the team/" + UUID().uuidString.lowercased()

    package init(_ maker: Maker = .seaweedFS) async throws {
        let store: Int
        switch maker {
        case .seaweedFS: store = try await SharedServer.seaweedFS.port()
        case .moto:
            moto = try Program(BuiltProduct.repository + "/.build-python/bin/python").start(
                [BuiltProduct.repository + "/Tests/Support/moto_store.py", Scratch.path("moto ready")], output: "moto")
            store = try await Scratch.port(in: Scratch.path("moto ready"), of: moto)
        }
        proxy = try await Proxy(to: store)
        endpoint = "http://" + proxy.host
    }

    /// A kit with the key of the publisher.
    package func kit(_ kit: Kit = Kit()) -> Kit {
        kit.with("AWS_ACCESS_KEY_ID", "AKIDPUB").with("AWS_SECRET_ACCESS_KEY", "secret/with+chars=")
            .with("AWS_ENDPOINT_URL", endpoint)
    }

    /// The requests since the last time this was asked.
    package func requests() throws -> [JSONValue] { try proxy.requests() }

    /// Ends the proxy, and moto's server.
    package func end() {
        proxy.end()
        moto?.end()
    }
}
