import Basics
import Contract
import TestSupport
import Testing
import Transfers
import Trust

@testable import PluginRegistry

/// Logging in to Debian's docker-registry and to servers that are after a password.
@Suite(.scratchFolder) struct OCILoginTests {
    private func refusal(_ body: () throws -> Void) -> RegistryError? {
        do { try body() } catch { return error as? RegistryError }
        return nil
    }

    /// Writes an `auth.json` for a server, and returns the environment that names it.
    private func environment(_ server: OCIServer, _ entry: String) throws -> [String: String] {
        try Scratch.write("auth.json", #"{"auths": {"\#(server.host)": \#(entry)}}"#)
        return ["REGISTRY_AUTH_FILE": "auth.json"]
    }

    private func password(_ login: String) -> String { #"{"auth": "\#(Base64.encode(Array(login.utf8)))"}"# }

    private static let digest = "sha256:5570a3cf02207f1d352d2cfea385be4bc0b2b9414f606baa6f55db60b232f221"

    /// Uploads a blob in one piece and reads it back.
    private func roundTrip(_ client: OCIClient, _ repository: String = "team/guard") throws {
        let bytes = Array("a blob".utf8), digest = Self.digest
        let begun = try client.send("POST", repository: repository, "blobs/uploads/", scope: .push)
        let location = try #require(begun.headers["location"])
        _ = try client.sendUpload("PUT", to: location, repository: repository, query: [("digest", digest)], body: bytes)
        let there = try client.send("HEAD", repository: repository, "blobs/\(digest)", scope: .pull)
        expect(there.status, is: 200)
        var read: [UInt8] = []
        try client.readBlob(repository: repository, digest: digest, maximumBytes: 100) { read.append($0) }
        expect(read, is: bytes)
    }

    @Test(arguments: ["tls-basic", "tls-token", "token"]) func aRegistryTakesTheLogin(kind: String) async throws {
        let server = try await OCIServer(login: kind)
        defer { server.end() }
        let authority = kind.hasPrefix("tls") ? "registry/ca.pem" : nil
        let right = try environment(server, password("publisher:correct horse"))
        try roundTrip(server.client(right, certificates: authority))
        // The .netrc of the kit works too.
        try roundTrip(
            server.client(
                netrc: "machine 127.0.0.1 login publisher password \"correct horse\"", certificates: authority),
            "team/other")

        let begin = { (client: OCIClient) in
            _ = try client.send("POST", repository: "team/guard", "blobs/uploads/", scope: .push)
        }
        let none = refusal { try begin(server.client(certificates: authority)) }
        expect(none?.kind, is: .storeRefused)
        expect(none?.message.contains("the registry requires a login"), is: true, "\(none?.message ?? "")")
        expect(none?.help, is: "log in with: docker login \(server.host), or podman login \(server.host)")
        let wrong = try environment(server, password("publisher:wrong battery"))
        let refused = refusal { try begin(server.client(wrong, certificates: authority)) }
        expect(refused?.message.contains("refused the login of 'publisher' ("), is: true, "\(refused?.message ?? "")")
        expect(refused?.message.contains("auth.json)") == true && refused?.help?.hasPrefix("log in again") == true)
        // Not even where the server repeats it.
        expect(refused?.message.contains("battery"), is: false)
    }

    /// A blob in pieces, with a token that is asked for once, and one that is short enough to be sent at once.
    @Test func blobsAreSentInPieces() async throws {
        let server = try await OCIServer(login: "token")
        defer { server.end() }
        var client = server.client(try environment(server, password("publisher:correct horse")))
        client.chunkBytes = 1000
        for count in [0, 1, 1000, 1001, 2000, 2500] {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ count) }
            try client.push(bytes, to: "team/pieces")
            let layer = try OCIDescriptor("application/wasm", bytes)
            expect(try client.blob("team/pieces", layer, maximumBytes: 5000), is: bytes)
        }
        expect(try server.requests().count, is: 2)
    }

    @Test func scopesAreAskedForAndTokensUsedAgain() async throws {
        let server = try await OCIServer(login: "token")
        defer { server.end() }
        let right = try environment(server, password("publisher:correct horse"))
        try roundTrip(server.client(right))
        var asked = try server.requests()
        expect(
            asked.map { $0["scopes"] },
            is: [
                .strings(["repository:team/guard:pull,push"]), .strings(["repository:team/guard:pull"]),
            ], "\(asked)")
        expect(asked.allSatisfy { $0["user"]?.string == "publisher" && $0["account"]?.string == "publisher" })

        // Taking a blob over from another repository needs leave to read it; removing something a leave of its own.
        let client = server.client(right)
        let digest = Self.digest
        let mounted = try client.send(
            "POST", repository: "team/copy", "blobs/uploads/", query: [("mount", digest), ("from", "team/guard")],
            scope: .mount(from: "team/guard"))
        expect(mounted.status, is: 201)
        let removed = try client.send("DELETE", repository: "team/copy", "blobs/\(digest)", scope: .push)
        expect(removed.status, is: 202)
        asked = Array(try server.requests()[2...])
        expect(
            asked.map { $0["scopes"] },
            is: [
                .strings(["repository:team/copy:pull,push", "repository:team/guard:pull"]),
                .strings(["repository:team/copy:pull,push,delete"]),
            ], "\(asked)")

        // Anybody may read what is public, and a reader may not write.
        try roundTrip(server.client(right), "public/guard")
        let read = try server.client().send("HEAD", repository: "public/guard", "blobs/\(digest)", scope: .pull)
        expect(read.status, is: 200)
        let reader = try environment(server, password("reader:read only"))
        let denied = refusal {
            _ = try server.client(reader).send("POST", repository: "team/guard", "blobs/uploads/", scope: .push)
        }
        expect(denied?.message.contains("the login of 'reader' ("), is: true, "\(denied?.message ?? "")")
        expect(denied?.message.contains("does not have permission (status 401"), is: true)
        let stranger = refusal {
            _ = try server.client().send("GET", repository: "team/guard", "blobs/\(digest)", scope: .pull)
        }
        expect(stranger?.message.contains("the registry requires a login"), is: true, "\(stranger?.message ?? "")")
    }

    @Test func anIdentityTokenIsExchanged() async throws {
        let server = try await OCIServer(login: "tls-token")
        defer { server.end() }
        let right = try environment(server, #"{"identitytoken": "refresh one"}"#)
        try roundTrip(server.client(right, certificates: "registry/ca.pem"))
        let asked = try server.requests()
        expect(asked.allSatisfy { $0["method"]?.string == "POST" && $0["status"] == .int(200) } && !asked.isEmpty)
        let wrong = try environment(server, #"{"identitytoken": "refresh two"}"#)
        let refused = refusal {
            _ = try server.client(wrong, certificates: "registry/ca.pem").send(
                "GET", repository: "a", "manifests/x", scope: .pull)
        }
        expect(refused?.message.contains("refused the identity token ("), is: true, "\(refused?.message ?? "")")
        expect(refused?.message.contains("refresh two"), is: false)
    }

    private func challenge(_ text: String) -> JSONValue {
        OCIServer.answers([
            "GET /v2/a/manifests/x": [OCIServer.answer(401, headers: [("WWW-Authenticate", text)])],
            "GET /token": [OCIServer.answer(302, headers: [("Location", "%OTHER%/token")])],
            "GET /none": [OCIServer.answer(200, "{}")], "GET /busy": [OCIServer.answer(503)],
            "GET /lines": [OCIServer.answer(200, #"{"token": "a\r\nX-Evil: 1"}"#)],
        ])
    }

    /// Who names a token server gets no password by it, unless it is one that a login may go to.
    @Test(arguments: [
        ("Bearer realm=\"http://192.0.2.1/token\"", "logins are sent only over https"),
        ("Bearer realm=\"ftp://127.0.0.1/token\"", "logins are sent only over https"),
        ("Bearer realm=\"https://u:p@127.0.0.1/token\"", "logins are sent only over https"),
        ("Bearer realm=\"%HERE%/token\"", "redirects, and a login is not sent on"),
        ("Bearer realm=\"%HERE%/none\"", "returned no token"),
        ("Bearer realm=\"%HERE%/lines\"", "returned no token"),
        ("Bearer realm=\"%HERE%/busy\"", "returned no token (status 503)"),
        ("Negotiate", "a login of a kind that pdk does not know (negotiate)"),
        ("Basic realm=\"x\"", "the registry refused the login of 'u'"),
    ])
    func noPasswordGoesAstray(header: String, words: String) async throws {
        let server = try await OCIServer(challenge(header))
        defer { server.end() }
        let client = server.client(try environment(server, password("u:a password")))
        let error = refusal { _ = try client.send("GET", repository: "a", "manifests/x", scope: .pull) }
        expect(error?.message.contains(words), is: true, "\(error?.message ?? "")")
        expect(error?.message.contains("a password"), is: false)
        expect(try server.requests().allSatisfy { $0["server"]?.string == "here" })
    }

    @Test func noPasswordGoesOverPlainHTTP() async throws {
        let server = try await OCIServer(challenge("Basic realm=\"x\""))
        defer { server.end() }
        // Another name of this machine is not known to be one.
        let host = "0.0.0.0:" + server.host.split(separator: ":")[1]
        try Scratch.write("auth.json", #"{"auths": {"\#(host)": \#(password("u:p"))}}"#)
        var network = Network()
        network.containerLogins = ContainerLogins(
            environment: ["REGISTRY_AUTH_FILE": "auth.json"], home: nil, currentFolder: Scratch.folder)
        for token in [nil, "a-token"] {
            network.token = token
            let error = refusal {
                _ = try OCIClient(network, host: host, isPlain: true).send(
                    "GET", repository: "a", "manifests/x", scope: .pull)
            }
            expect(
                error?.message.contains("logins are not sent over plain http to another machine"), is: true,
                "\(error?.message ?? "")")
        }
        expect(try server.requests().allSatisfy { $0["authorization"]?.string == nil })
    }

    @Test func aTokenThatHasEndedIsReplaced() async throws {
        let wish = "Bearer realm=\"%HERE%/token\",service=\"s\""
        let server = try await OCIServer(
            OCIServer.answers([
                "GET /v2/a/manifests/x": [
                    OCIServer.answer(401, headers: [("WWW-Authenticate", wish)]),
                    OCIServer.answer(200, "one"),
                    OCIServer.answer(401, headers: [("WWW-Authenticate", wish + ",error=\"invalid_token\"")]),
                    OCIServer.answer(200, "two"),
                ],
                "GET /token": [
                    OCIServer.answer(200, #"{"access_token": "first", "expires_in": 300}"#),
                    OCIServer.answer(200, #"{"token": "second"}"#),
                ],
            ]))
        defer { server.end() }
        let client = server.client()
        for body in ["one", "two"] {
            let answer = try client.send("GET", repository: "a", "manifests/x", scope: .pull)
            expect(String(decoding: answer.body, as: UTF8.self), is: body)
        }
        expect(
            try server.requests().map { $0["authorization"]?.string },
            is: [
                nil, nil, "Bearer first", "Bearer first", nil, "Bearer second",
            ])
        expect(try server.requests()[1]["query"]?.string, is: "service=s&scope=repository%3Aa%3Apull")
    }
}
