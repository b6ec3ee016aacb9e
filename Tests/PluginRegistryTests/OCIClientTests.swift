import Basics
import Contract
import LibCrypto
import TestSupport
import Testing
import Trust

@testable import PluginRegistry
@testable import Transfers

/// Requests to registries that are busy, broken, or lie.
@Suite(.scratchFolder) struct OCIClientTests {
    private typealias Server = OCIServer

    private func refusal(_ body: () throws -> Void) -> RegistryError? {
        do { try body() } catch { return error as? RegistryError }
        return nil
    }

    private func digest(_ text: String) throws -> String {
        let bytes = Array(text.utf8)
        return "sha256:" + Hex.encode(try unsafe SHA256.digest(of: bytes.span.bytes))
    }

    private func blob(_ client: OCIClient, _ digest: String, most: Int = 2000) throws -> String {
        var bytes: [UInt8] = []
        try client.readBlob(repository: "team/guard", digest: digest, maximumBytes: most) { bytes.append($0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func aBusyRegistryIsAskedAgain() async throws {
        let server = try await Server(
            Server.answers([
                "GET /v2/team/guard/manifests/1.0.0": [
                    Server.answer(429, headers: [("Retry-After", "0")]), Server.answer(503), Server.answer(200, "here"),
                ],
                "GET /v2/team/guard/manifests/2.0.0": [Server.answer(429, headers: [("Retry-After", "3600")])],
                "PATCH /upload": [Server.answer(500)],
            ]))
        defer { server.end() }
        let client = server.client()
        let answer = try client.send("GET", repository: "team/guard", "manifests/1.0.0", scope: .pull)
        expect(String(decoding: answer.body, as: UTF8.self), is: "here")
        // Nobody waits an hour.
        let late = refusal { _ = try client.send("GET", repository: "team/guard", "manifests/2.0.0", scope: .pull) }
        expect(late?.message.contains("too many requests (status 429)"), is: true)
        expect(late?.help, is: "try again in 3600 seconds")
        // What may have arrived is not sent again.
        let part = refusal {
            _ = try client.sendUpload("PATCH", to: "/upload?state=1", repository: "team/guard", body: [1])
        }
        expect(
            part?.kind == .storeRefused
                && part?.message.contains("overloaded or has an internal error (status 500)") == true)
        let requests = try server.requests()
        expect(requests.count { $0["path"]?.string == "/upload" }, is: 1)
        expect(requests.count { $0["path"]?.string?.hasSuffix("2.0.0") == true }, is: 1)
    }

    /// Who is still too busy after all tries is to be asked later, whatever status says so.
    @Test(arguments: [408, 429, 500, 502, 503, 504, 507])
    func whoIsBusyIsToBeAskedLater(status: Int) throws {
        let store = S3Client(Network(), bucket: "plugins").refusal(status, [], [:], "read index.json")
        expect(store.help == "try again later" && store.message.contains("status \(status)"), "\(store)")
        let answer = Exchange.Answer(status: status, headers: [:], body: [], redirect: nil)
        let registry = OCIClient(Network(), host: "registry.example", isPlain: false)
            .refusal(
                answer,
                OCIRequest(method: "GET", path: "/v2/", scope: OCIScope("team/guard", .pull), what: "team/guard"))
        expect(registry.help == "try again later" && registry.message.contains("status \(status)"), "\(registry)")
    }

    /// An index that was made long ago is not pushed over what has become of the registry since.
    @Test func anOldIndexIsNotPushed() async throws {
        let index = "PUT /v2/team/manifests/index"
        let server = try await Server(
            Server.answers([
                index: [Server.answer(201)], "HEAD /v2/team/blobs/\(try digest("{}"))": [Server.answer(200)],
            ]))
        defer { server.end() }
        let location = RegistryLocation("oci://\(server.host)/team", currentFolder: "/")
        guard case .oci(let place) = location.place else {
            Issue.record("\(location) is not in an OCI registry")
            return
        }
        let transaction = OCITransaction(OCIStore(location, place, network: Network()))
        var state = OCIIndexState()
        let text = Array("{}".utf8), manifest = try OCIIndexState.manifest(text, signature: nil, applied: [])
        state.time -= .seconds(3000)
        let refused = refusal { try transaction.pushIndex(manifest, text, state, to: "team") }
        expect(refused?.kind, is: .changedMeanwhile, "\(String(describing: refused))")
        expect(try !server.requests().contains { $0["method"]?.string == "PUT" })
        try transaction.pushIndex(manifest, text, OCIIndexState(), to: "team")
        expect(try server.requests().contains { $0["method"]?.string == "PUT" })
    }

    /// Of two signatures within a second, or by clocks that differ, the second one counts.
    @Test func aNoteIsLaterThanTheNotesBeforeIt() {
        var state = OCIIndexState(), ids: [String] = []
        for time in [1000, 1000, 1000, 400, 2000] {
            let id = OCISealNote.id(at: time, after: state)
            expect(OCISealNote.isOne(id) && ids.allSatisfy { OCISealNote.precedes($0, id) }, "\(ids) \(id)")
            ids.append(id)
            state.applied.insert(id)
        }
        expect(ids.compactMap { OCIRecord.time(of: $0) }, is: [1000, 1001, 1002, 1003, 2000])
        state.closed.insert(OCISealNote.id(at: .max, after: OCIIndexState()))
        expect(OCISealNote.isOne(OCISealNote.id(at: 3000, after: state)))
    }

    /// A registry that stores pieces elsewhere may want them longer than they would be; nonsense does not count.
    @Test func piecesAreAsLongAsTheRegistryWants() async throws {
        let wishes = [("1500", [1500, 1500, 1000, 0]), ("400", [1000, 1000, 1000, 1000, 0])]
        let nonsense = [("-1", [1000, 1000, 1000, 1000, 0]), ("much", [1000, 1000, 1000, 1000, 0])]
        // So long that the blob goes in one piece.
        let cases = wishes + nonsense + [("4000", [4000]), ("99999999999999999999", [4000])]
        let server = try await Server(
            Server.answers([
                "POST /v2/team/guard/blobs/uploads/": cases.map {
                    Server.answer(202, headers: [("Location", "/upload"), ("OCI-Chunk-Min-Length", $0.0)])
                },
                "PATCH /upload": [Server.answer(202, headers: [("Location", "/upload")])],
                "PUT /upload": [Server.answer(201)],
            ]))
        defer { server.end() }
        var client = server.client()
        client.chunkBytes = 1000
        var seen = 0
        for (wish, pieces) in cases {
            try client.push(Array(String(repeating: "x", count: 4000).utf8), to: "team/guard")
            let requests = try server.requests()[(seen + 1)...]
            seen += 1 + requests.count
            expect(requests.map { $0["body"]?.string?.utf8.count }, is: pieces, "\(wish)")
            expect(requests.last?["query"]?.string?.hasPrefix("digest=sha256%3A"), is: true, "\(wish)")
        }
    }

    @Test(arguments: [
        (401, "", "the registry requires a login (status 401)"),
        (
            403, #"{"errors":[{"code":"DENIED","message":"no\u001b[31m way"}]}"#,
            #"(status 403 DENIED: no\u{1b}[31m way)"#
        ),
        (404, #"{"errors":[{"code":"NAME_UNKNOWN"}]}"#, "there is no such repository (status 404 NAME_UNKNOWN)"),
        (404, "<html>", "the registry does not have it, or the server is not an OCI registry (status 404)"),
        (413, "", "it is too large for the registry (status 413)"),
        (
            405, #"{"errors":[{"code":"UNSUPPORTED"}]}"#,
            "the registry does not support this request (status 405 UNSUPPORTED)"
        ),
        (302, "", "a redirect to another server is not followed (status 302)"),
    ])
    func refusalsAreInWords(status: Int, body: String, words: String) async throws {
        let server = try await Server(
            Server.answers([
                "PUT /v2/team/guard/manifests/1.0.0": [
                    Server.answer(status, body, headers: status == 302 ? [("Location", "%OTHER%/else?secret=1")] : [])
                ]
            ]))
        defer { server.end() }
        let error = refusal {
            _ = try server.client().send(
                "PUT", repository: "team/guard", "manifests/1.0.0", body: Array("{}".utf8), scope: .push)
        }
        expect(error?.message.contains(words), is: true, "\(error?.message ?? "")")
        expect(error?.message.hasPrefix("cannot write manifests/1.0.0 of \(server.host)/team/guard: "), is: true)
        expect(error?.message.contains("secret"), is: false)
        // What is asked for is an answer.
        let answer = try server.client().send(
            "PUT", repository: "team/guard", "manifests/1.0.0", body: [], accepting: [status], scope: .push)
        expect(answer.status, is: status)
    }

    @Test func nothingButABlobComesFromAnotherHostAndNothingOfTheLoginGoesThere() async throws {
        let good = try digest("a blob"), lie = try digest("another blob")
        let server = try await Server(
            Server.answers([
                "GET /v2/team/guard/blobs/\(good)": [Server.answer(307, headers: [("Location", "%OTHER%/b?sig=1")])],
                "GET /v2/team/guard/blobs/\(lie)": [Server.answer(307, headers: [("Location", "%OTHER%/b")])],
                "GET /b": [Server.answer(200, "a blob")],
                "GET /v2/team/guard/manifests/1.0.0": [Server.answer(307, headers: [("Location", "%OTHER%/m")])],
                "GET /v2/team/guard/manifests/2.0.0": [Server.answer(307, headers: [("Location", "%HERE%/m")])],
                "GET /v2/team/guard/manifests/3.0.0": [
                    Server.answer(307, headers: [("Location", "/v2/team/guard/manifests/3.0.0")])
                ],
                "GET /m": [Server.answer(200, "{}")],
                "GET /v2/team/guard/tags/list": [
                    Server.answer(200, #"{"tags":["1.0.0"]}"#, headers: [("Link", "<%OTHER%/t>; rel=\"next\"")])
                ],
            ]))
        defer { server.end() }
        let client = server.client(token: "the-token")
        expect(try blob(client, good), is: "a blob")
        let refused = refusal { _ = try blob(client, lie) }
        expect(refused?.kind == .digestMismatch && refused?.message.hasPrefix("sha256 mismatch for a blob of") == true)
        let manifest = { (version: String) in
            try client.send("GET", repository: "team/guard", "manifests/\(version)", scope: .pull)
        }
        expect(refusal { _ = try manifest("1.0.0") }?.message.contains("is not followed"), is: true)
        expect(try manifest("2.0.0").body, is: Array("{}".utf8))
        expect(refusal { _ = try manifest("3.0.0") }?.message.contains("is not followed"), is: true)
        expect(refusal { _ = try client.tags("team/guard") }?.message.contains("on another server"), is: true)
        let upload = refusal {
            _ = try client.sendUpload("PUT", to: "http://127.0.0.1:1/u", repository: "team/guard", body: [1])
        }
        expect(upload?.message.contains("it redirects the upload to http://127.0.0.1:1/u"), is: true)

        let requests = try server.requests()
        let elsewhere = requests.filter { $0["server"]?.string == "other" }
        expect(elsewhere.map { $0["path"]?.string }, is: ["/b", "/b"])
        expect(elsewhere.allSatisfy { $0["authorization"]?.string == nil })
        expect(
            requests.filter { $0["server"]?.string == "here" }.allSatisfy {
                $0["authorization"]?.string == "Bearer the-token"
            })
    }

    @Test func blobsThatAreCutLongOrMalformedAreRefused() async throws {
        let good = try digest("a blob")
        let server = try await Server(
            Server.answers([
                "GET /v2/team/guard/blobs/\(good)": [
                    Server.answer(200, "a bl", also: [JSONValue.Member("cut", .bool(true))]),
                    Server.answer(200, "x", also: [JSONValue.Member("repeat", .int(3000))]),
                    Server.answer(206, "a blob"),
                    Server.answer(404, #"{"errors":[{"code":"BLOB_UNKNOWN"}]}"#), Server.answer(200, "a blob"),
                ]
            ]))
        defer { server.end() }
        let client = server.client()
        for words in [
            "was interrupted", "larger than the limit of 2000 bytes", "status 206", "the registry does not have it",
        ] {
            let error = refusal { _ = try blob(client, good) }
            expect(error?.message.contains(words), is: true, "\(words): \(error?.message ?? "")")
        }
        expect(try blob(client, good), is: "a blob")
        let digits = good.dropFirst(7)
        for wrong in ["sha256:abc", "sha256:" + digits.dropLast() + "G", "sha512:" + digits, "../x"] {
            expect(refusal { _ = try blob(client, wrong) }?.message.contains("is not a SHA-256 digest"), is: true)
        }
        expect(try server.requests().count, is: 5)
    }

    @Test func tagsComePageByPageAndEnd() async throws {
        let page = { (tags: String, link: String?) in
            Server.answer(200, #"{"name":"x","tags":\#(tags)}"#, headers: link.map { [("Link", $0)] } ?? [])
        }
        let server = try await Server(
            Server.answers([
                "GET /v2/a/tags/list": [
                    page(#"["1.0.0","2.0.0"]"#, "</v2/a/tags/list?last=2.0.0&n=2>; rel=\"next\""),
                    page(#"["3.0.0"]"#, nil),
                ],
                "GET /v2/none/tags/list": [Server.answer(404, #"{"errors":[{"code":"NAME_UNKNOWN"}]}"#)],
                "GET /v2/empty/tags/list": [page("null", nil)],
                "GET /v2/round/tags/list": [page(#"["1"]"#, "</v2/round/tags/list?n=1000>; rel=\"next\"")],
                "GET /v2/odd/tags/list": [page(#"["../x"]"#, nil)],
                "GET /v2/huge/tags/list": [Server.answer(200, "x", also: [JSONValue.Member("repeat", .int(5 << 20))])],
                "GET /v2/html/tags/list": [Server.answer(200, "<html>")],
            ]))
        defer { server.end() }
        let client = server.client()
        expect(try client.tags("a"), is: ["1.0.0", "2.0.0", "3.0.0"])
        expect(try client.tags("none") == [] && client.tags("empty") == [])
        for (name, words) in [
            ("round", "does not end"), ("odd", "malformed"), ("huge", "larger than the limit"), ("html", "malformed"),
        ] {
            let error = refusal { _ = try client.tags(name) }
            expect(error?.message.contains(words), is: true, "\(error?.message ?? "")")
        }
    }

    @Test func namesThatLeadElsewhereAreRefused() {
        let client = { (host: String) in OCIClient(Network(), host: host, isPlain: true) }
        for host in ["a/b", "u@h", "", "h:0", "h:99999", "h:80:90", "a b", "[::1", "h?x"] {
            let error = refusal { _ = try client(host).send("GET", repository: "a", "manifests/x", scope: .pull) }
            expect(error?.kind, is: .notARegistry, "\(host)")
        }
        for name in ["A", "a//b", "../b", "a.", "a..b", "-a", "a___b", "a/", "", String(repeating: "a", count: 256)] {
            expect(!OCINames.isRepository(name), "\(name)")
        }
        for name in ["a", "a-b_c.d/e__f/g--h", "0"] { expect(OCINames.isRepository(name), "\(name)") }
        for path in ["manifests/../x", "manifests/a b", "manifests/a?x", "manifests/a%2f", "./a"] {
            expect(!OCINames.isPath(path), "\(path)")
        }
        for host in ["127.0.0.1:5000", "localhost", "LOCALHOST:1", "[::1]:5000", "127.9.9.9"] {
            expect(OCINames.isHost(host) && OCINames.isLoopback(host), "\(host)")
        }
        for host in ["127.0.0.1.example.org", "localhost.example.org", "128.0.0.1", "[::2]", "127.0.0.1x"] {
            expect(!OCINames.isLoopback(host), "\(host)")
        }
    }

    @Test func tlsAndPlainHTTPAreToldApart() async throws {
        try await TestServer.makeCertificate()
        let table = Server.answers(["GET /v2/a/manifests/x": [Server.answer(200, "{}")]])
        let secure = try await Server(table, certificate: "both.pem")
        defer { secure.end() }
        let read = { (client: OCIClient) in _ = try client.send("GET", repository: "a", "manifests/x", scope: .pull) }
        try read(secure.client(certificates: "certificate.pem"))
        // A certificate that nobody trusts is no reason to do without TLS.
        let untrusted = refusal { try read(secure.client()) }
        expect(untrusted?.message.contains("certificate was refused"), is: true, "\(untrusted?.message ?? "")")
        expect(untrusted?.help?.contains("Network.certificateFile"), is: true, "\(untrusted?.help ?? "")")
        expect(untrusted?.help?.contains("SSL_CERT_FILE"), is: false)
        expect(untrusted?.commandHelp?.contains("SSL_CERT_FILE"), is: true)
        secure.end()

        try Scratch.write("ready", "")
        let plain = try await Server(table)
        defer { plain.end() }
        try read(plain.client())
        // Another name of this machine is not known to be one, and so gets no plain http by itself.
        let port = plain.host.split(separator: ":")[1]
        let other = refusal { try read(OCIClient(Network(), host: "0.0.0.0:\(port)", isPlain: false)) }
        expect(other?.message.contains("the server does not speak https"), is: true, "\(other?.message ?? "")")
        expect(other?.commandHelp?.contains("--plain-http"), is: true)
        try read(OCIClient(Network(), host: "0.0.0.0:\(port)", isPlain: true))
    }
}
