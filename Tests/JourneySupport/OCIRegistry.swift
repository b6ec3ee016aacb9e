package import Contract
internal import Foundation
internal import TestSupport
internal import Testing

/// An OCI registry as a test sees it: Debian's docker-registry, through a proxy.
package struct OCIRegistry {
    /// `127.0.0.1:PORT` of the registry itself.
    package let upstream: String
    /// A prefix of the test's own.
    package let prefix = "team/" + UUID().uuidString.lowercased()
    package let proxy: Proxy

    /// `127.0.0.1:PORT` of the proxy.
    package var host: String { proxy.host }
    package var registry: String { "oci://\(host)/\(prefix)" }
    /// The same past the proxy.
    package var direct: String { "oci://\(upstream)/\(prefix)" }

    package init() async throws {
        let port = try await SharedServer.dockerRegistry.port()
        upstream = "127.0.0.1:\(port)"
        proxy = try await Proxy(to: port)
    }

    /// The requests since the last time this was asked.
    package func requests() throws -> [String] { try proxy.requests().map { $0["request"]?.string ?? "" } }

    /// The file of a blob in the registry's storage.
    package func file(of digest: String) -> String {
        let digits = digest.dropFirst(7)
        return SharedServer.dockerRegistry.folder
            + "/data/docker/registry/v2/blobs/sha256/\(digits.prefix(2))/\(digits)/data"
    }

    /// What a tag names, as another client sees it.
    package func manifest(_ repository: String?, _ tag: String) async throws -> JSONValue {
        let whole = prefix + (repository.map { "/" + $0 } ?? "")
        let result = try await Program("skopeo", environment: ["HOME": Scratch.folder]).run([
            "inspect", "--raw", "--tls-verify=false", "docker://\(upstream)/\(whole):\(tag)",
        ])
        try #require(result.status == 0, "\(result.transcript)")
        return try JSONValue.parse(result.output)
    }

    /// Ends the proxy.
    package func end() { proxy.end() }
}
