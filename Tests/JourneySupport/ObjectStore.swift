package import Contract
internal import Foundation
package import TestSupport
internal import Testing

/// One SeaweedFS for all tests, with a bucket called `plugins`.
package actor SharedObjectStore {
    package static let shared = SharedObjectStore()
    private static let folder = "/tmp/pdk store " + UUID().uuidString.lowercased()
    private var started: StartedProgram?

    private init() {
        atexit { try? FileManager.default.removeItem(atPath: SharedObjectStore.folder) }
    }

    /// Its port, as soon as it answers.
    package func port() async throws -> Int {
        if started == nil {
            try Disk.makeFolder(Self.folder)
            started = try Program("python3", folder: Self.folder).start(
                [
                    BuiltProduct.repository + "/Tests/Support/s3_store.py",
                    BuiltProduct.repository + "/.build-python/bin/weed", Self.folder, Self.folder + "/ready",
                ], output: "output")
        }
        while true {
            if let port = Int((try? Disk.text(Self.folder + "/ready")) ?? "") { return port }
            try #require(started?.isRunning ?? false, "SeaweedFS did not come up")
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}

extension Scratch {
    /// The port that a server writes into a file when it is ready.
    package static func port(in path: String, of server: StartedProgram?) async throws -> Int {
        while true {
            if let port = Int((try? Disk.text(path)) ?? "") { return port }
            try #require(server?.isRunning ?? false, "the server of \(path) did not come up")
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}

/// The object store as a test sees it: through a server in between that notes every request, and can do wrong.
package struct ObjectStore {
    /// Whose server it is.
    package enum Maker: CaseIterable { case seaweedFS, moto }

    package let endpoint: String
    private let proxy: StartedProgram
    /// moto's server, where it is that.
    private var moto: StartedProgram?
    /// A registry of the test's own in the bucket.
    package let registry = "s3://plugins/the team/" + UUID().uuidString.lowercased()

    package init(_ maker: Maker = .seaweedFS) async throws {
        let store: Int
        switch maker {
        case .seaweedFS: store = try await SharedObjectStore.shared.port()
        case .moto:
            moto = try Program(BuiltProduct.repository + "/.build-python/bin/python").start(
                [BuiltProduct.repository + "/Tests/Support/moto_store.py", Scratch.path("moto ready")], output: "moto")
            store = try await Scratch.port(in: Scratch.path("moto ready"), of: moto)
        }
        proxy = try Program("python3").start([
            BuiltProduct.repository + "/Tests/Support/s3_proxy.py", "\(store)", Scratch.path("proxy ready"),
            Scratch.path("mode"), Scratch.path("requests"),
        ])
        endpoint = "http://127.0.0.1:\(try await Scratch.port(in: Scratch.path("proxy ready"), of: proxy))"
    }

    /// A kit with the key of the publisher.
    package func kit(_ kit: Kit = Kit()) -> Kit {
        kit.with("AWS_ACCESS_KEY_ID", "AKIDPUB").with("AWS_SECRET_ACCESS_KEY", "secret/with+chars=")
            .with("AWS_ENDPOINT_URL", endpoint)
    }

    /// Has the server in between do wrong; JSON of s3_proxy.py.
    package func set(_ mode: String) throws { try Disk.write(Scratch.path("mode"), mode) }

    /// The requests since the last time this was asked.
    package func requests() throws -> [JSONValue] {
        let path = Scratch.path("requests")
        let lines = Disk.exists(path) ? try Disk.text(path).split(separator: "\n") : []
        try Disk.write(path, "")
        return try lines.map { try JSONValue.parse(String($0)) }
    }

    /// Ends the server in between, and moto's.
    package func end() {
        proxy.end()
        moto?.end()
    }
}
