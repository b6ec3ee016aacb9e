import Contract
import TestSupport
import Testing

@testable import PluginRegistry

/// A registry for a test: one that answers as it is told, or docker-registry with a login.
struct OCIServer {
    let host: String
    private let server: StartedProgram
    private let log: String

    /// Answers requests by `METHOD /path`; see oci_stub.py.
    init(_ answers: JSONValue, certificate: String? = nil) async throws {
        try Scratch.write("answers.json", answers.compactText)
        log = "requests"
        server = try Program("python3").start(
            [
                BuiltProduct.repository + "/Tests/Support/oci_stub.py", Scratch.path("answers.json"),
                Scratch.path("ready"), Scratch.path(log),
            ] + (certificate.map { [Scratch.path($0)] } ?? []))
        host = try await Self.host("ready", server)
    }

    /// Debian's docker-registry with a login of a kind; see oci_login.py.
    init(login kind: String) async throws {
        log = "registry/log"
        server = try Program("python3").start(
            [BuiltProduct.repository + "/Tests/Support/oci_login.py", Scratch.path("registry"), kind], output: "said")
        host = try await Self.host("registry/ready", server)
    }

    private static func host(_ ready: String, _ server: StartedProgram) async throws -> String {
        while true {
            if let port = Int((try? Scratch.text(ready)) ?? "") { return "127.0.0.1:\(port)" }
            try #require(server.isRunning, "the registry did not come up")
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    func end() { server.end() }

    /// The requests so far.
    func requests() throws -> [JSONValue] {
        guard Scratch.exists(log) else { return [] }
        return try Scratch.text(log).split(separator: "\n").map { try JSONDocument(parsing: String($0)).root.value }
    }

    /// A client of it, with the logins that this environment names.
    func client(
        _ environment: [String: String] = [:], token: String? = nil, netrc: String = "", isPlain: Bool = false,
        certificates: String? = nil
    ) -> OCIClient {
        var network = Network(certificateFile: certificates.map { Scratch.path($0) })
        network.containerLogins = ContainerLogins(
            environment: environment, home: Scratch.path("home"), currentFolder: Scratch.folder)
        network.token = token
        network.netrc = netrc
        return OCIClient(network, host: host, isPlain: isPlain)
    }

    /// One answer.
    static func answer(
        _ status: Int, _ body: String = "", headers: [(String, String)] = [], also: [JSONValue.Member] = []
    ) -> JSONValue {
        .object(
            [
                JSONValue.Member("status", .int(status)), JSONValue.Member("body", .string(body)),
                JSONValue.Member("headers", .array(headers.map { .strings([$0.0, $0.1]) })),
            ] + also)
    }

    /// A table of answers.
    static func answers(_ table: [String: [JSONValue]]) -> JSONValue {
        .object(table.map { JSONValue.Member($0.key, .array($0.value)) })
    }
}
