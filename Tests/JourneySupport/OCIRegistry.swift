package import Contract
internal import Foundation
internal import TestSupport
internal import Testing

/// One docker-registry for all tests.
package actor SharedOCIRegistry {
    package static let shared = SharedOCIRegistry()
    /// Where it keeps its data.
    package static let folder = "/tmp/pdk oci " + UUID().uuidString.lowercased()
    private var started: StartedProgram?

    private init() {
        atexit { try? FileManager.default.removeItem(atPath: SharedOCIRegistry.folder) }
    }

    /// Its port, as soon as it answers.
    package func port() async throws -> Int {
        if started == nil {
            try Disk.makeFolder(Self.folder)
            started = try Program("python3", folder: Self.folder).start(
                [
                    BuiltProduct.repository + "/Tests/Support/oci_registry.py", Self.folder, Self.folder + "/ready",
                ], output: "output")
        }
        while true {
            if let port = Int((try? Disk.text(Self.folder + "/ready")) ?? "") { return port }
            try #require(started?.isRunning ?? false, "docker-registry did not come up")
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}

/// An OCI registry as a test sees it: through a server in between that notes every request, and can do wrong.
package struct OCIRegistry {
    /// `127.0.0.1:PORT` of the server in between, and of the registry itself.
    package let host: String
    package let upstream: String
    /// A prefix of the test's own.
    package let prefix = "team/" + UUID().uuidString.lowercased()
    private let proxy: StartedProgram

    package var registry: String { "oci://\(host)/\(prefix)" }

    package init() async throws {
        let port = try await SharedOCIRegistry.shared.port()
        proxy = try Program("python3").start([
            BuiltProduct.repository + "/Tests/Support/s3_proxy.py", "\(port)", Scratch.path("proxy ready"),
            Scratch.path("mode"), Scratch.path("requests"),
        ])
        upstream = "127.0.0.1:\(port)"
        host = "127.0.0.1:\(try await Scratch.port(in: Scratch.path("proxy ready"), of: proxy))"
    }

    /// Has the server in between do wrong; JSON of s3_proxy.py.
    package func set(_ mode: String) throws { try Disk.write(Scratch.path("mode"), mode) }

    /// The requests since the last time this was asked.
    package func requests() throws -> [String] {
        let path = Scratch.path("requests")
        let lines = Disk.exists(path) ? try Disk.text(path).split(separator: "\n") : []
        try Disk.write(path, "")
        return try lines.map { try JSONValue.parse(String($0))["request"]?.string ?? "" }
    }

    /// The file of a blob in the registry's storage.
    package func file(of digest: String) -> String {
        let digits = digest.dropFirst(7)
        return SharedOCIRegistry.folder
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

    /// Ends the server in between.
    package func end() { proxy.end() }
}
