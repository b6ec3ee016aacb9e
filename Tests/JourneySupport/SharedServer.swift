package import TestSupport
internal import Testing

/// One server for all tests, which the first that asks for its port starts.
package actor SharedServer {
    /// Debian's docker-registry.
    package static let dockerRegistry = SharedServer("oci_registry.py")
    /// The stand-in for the plugin host, with the tests' own Python, which has wasmtime's bindings.
    package static let pluginHost = SharedServer(
        "wasmtime_host.py", python: BuiltProduct.repository + "/.build-python/bin/python")
    /// SeaweedFS, with a bucket called `plugins`.
    package static let seaweedFS = SharedServer("s3_store.py", BuiltProduct.repository + "/.build-python/bin/weed")

    /// Where it keeps its data.
    package let folder: String
    private let python: String
    private let words: [String]
    private var started: StartedProgram?

    /// A script of `Tests/Support`, which is given these words, the folder, and the file for its port.
    private init(_ script: String, _ words: String..., python: String = "python3") {
        self.python = python
        folder = Scratch.ofRun + "/servers/" + script
        self.words = [BuiltProduct.repository + "/Tests/Support/" + script] + words
    }

    /// Its port, as soon as it answers.
    package func port() async throws -> Int {
        let ready = folder + "/ready"
        if started == nil {
            try Disk.makeFolder(folder)
            started = try Program(python, folder: folder).start(words + [folder, ready], output: "output")
        }
        return try await Scratch.port(in: ready, of: started)
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
