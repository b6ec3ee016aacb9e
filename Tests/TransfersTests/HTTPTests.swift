import TestSupport
import Testing
import Transfers

@Suite("Downloads over http", .scratchFolder)
struct HTTPTests {
    @Test("a body arrives whole, in pieces, with its progress")
    func whole() throws {
        let body = String(repeating: "0123456789abcdef", count: 20_000)
        let server = try LoopbackServer(["/file": answer("200 OK", body)])
        let url = "http://127.0.0.1:\(server.port)/file?token=secret"
        let fetched = fetch(url)
        expect(fetched.body, is: Array(body.utf8))
        expect(fetched.response?.finalURL, is: url)
        expect(fetched.response?.bytes, is: 320_000)
        expect(fetched.pieces > 1)
        expect(fetched.progress.last, is: [320_000, 320_000])
        let request = try #require(try server.requests().first)
        expect(request.contains("User-Agent: pdk-tests/1\r\n"))
        expect(request.contains("Accept-Encoding: gzip\r\n"))
        expect(!request.contains("Authorization") && !request.contains("Cookie"))
    }

    @Test("an empty body, and one in pieces, arrive as they were sent; what is not gzip is not taken for it")
    func asSent() throws {
        let server = try LoopbackServer([
            "/empty": answer("200 OK"), "/none": ("HTTP/1.1 204 No Content\r\n\r\n", .close),
            "/gzip": answer("200 OK", "not really gzip", headers: ["Content-Encoding: gzip"]),
            "/chunked": ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", .close),
        ])
        for path in ["empty", "none"] {
            let fetched = fetch("http://127.0.0.1:\(server.port)/\(path)")
            expect(fetched.response?.bytes == 0 && fetched.body.isEmpty, "\(path)")
        }
        let pretended = fetch("http://127.0.0.1:\(server.port)/gzip")
        expect(pretended.error != nil && pretended.body.isEmpty)
        let chunked = fetch("http://127.0.0.1:\(server.port)/chunked")
        expect(chunked.body, is: Array("abc".utf8))
        expect(chunked.progress.last, is: [3, nil])
    }

    @Test(
        "an answer that is no success is an error, and its body stays out",
        arguments: [
            ("404 Not Found", .notFound(404)), ("410 Gone", .notFound(410)),
            ("500 Internal Server Error", .status(500)),
            ("403 Forbidden", .status(403)), ("206 Partial Content", .status(206)), ("304 Not Modified", .status(304)),
            ("300 Multiple Choices", .status(300)), ("302 Found", .status(302)),
        ] as [(String, TransferError.Kind)], ["", "a page that must not be installed"])
    func statuses(expected: (status: String, kind: TransferError.Kind), body: String) throws {
        let server = try LoopbackServer(["/": answer(expected.status, body)])
        let fetched = fetch("http://127.0.0.1:\(server.port)/")
        expect(fetched.kind, is: expected.kind)
        expect(fetched.body.isEmpty)
    }

    @Test("a large error page is not read to its end")
    func largeErrorPage() throws {
        let page = String(repeating: "x", count: 2_000_000)
        let server = try LoopbackServer([
            "/": answer("404 Not Found", page), "/moved": answer("302 Found", page, headers: ["Location: /"]),
        ])
        expect(fetch("http://127.0.0.1:\(server.port)/").kind, is: .notFound(404))
        expect(fetch("http://127.0.0.1:\(server.port)/moved").kind, is: .status(302))
    }

    @Test("a body over the limit is refused, announced or not; one of exactly the limit is not")
    func sizes() throws {
        let body = String(repeating: "x", count: 100_000)
        let server = try LoopbackServer([
            "/announced": answer("200 OK", body), "/silent": ("HTTP/1.0 200 OK\r\n\r\n" + body, .close),
        ])
        for path in ["announced", "silent"] {
            let url = "http://127.0.0.1:\(server.port)/\(path)"
            let small = fetch(url, limits: TransferLimits(maximumBytes: 99_999))
            expect(small.kind, is: .tooLarge(limit: 99_999), "\(path)")
            expect(small.body.count <= 99_999)
            let exact = fetch(url, limits: TransferLimits(maximumBytes: 100_000))
            expect(exact.response?.bytes, is: 100_000, "\(path)")
        }
        let announced = fetch("http://127.0.0.1:\(server.port)/announced", limits: TransferLimits(maximumBytes: 99_999))
        expect(announced.body.isEmpty, "an announced size is judged before the first byte")
    }

    @Test(
        "a body that ends early is an error",
        arguments: [
            ("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", 10),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nabc", nil),
        ] as [(String, Int?)])
    func truncated(bytes: String, expected: Int?) throws {
        let server = try LoopbackServer(["/": (bytes, .close)])
        expect(fetch("http://127.0.0.1:\(server.port)/").kind, is: .interruptedBody(got: 3, expected: expected))
    }

    @Test(
        "a server that stops answering is left",
        arguments: ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"])
    func stalled(bytes: String) throws {
        let server = try LoopbackServer(["/": (bytes, .stall)])
        expect(fetch("http://127.0.0.1:\(server.port)/").kind, is: .timedOut)
    }

    @Test("a server that does not speak http, or floods with headers, is refused")
    func nonsense() throws {
        let flood = (0..<3_000).map { "X-\($0): " + String(repeating: "y", count: 100) }
        let server = try LoopbackServer([
            "/": ("hello, this is no http\n", .close), "/nothing": ("", .close),
            "/flood": answer("200 OK", "x", headers: flood),
        ])
        for path in ["", "nothing", "flood"] {
            let fetched = fetch("http://127.0.0.1:\(server.port)/\(path)")
            guard case .connection = fetched.kind else {
                Issue.record("\(path): \(String(describing: fetched.error))")
                continue
            }
            expect(fetched.body.isEmpty)
        }
    }

    @Test("nobody listening is an error that names the address and not its secrets")
    func nobody() throws {
        let fetched = fetch("http://127.0.0.1:1/a/b?token=secret#part")
        let error = try #require(fetched.error as? TransferError)
        expect(error.url, is: "http://127.0.0.1:1/a/b")
        expect(error.description.hasPrefix("cannot download http://127.0.0.1:1/a/b: "))
        expect(!error.description.contains("secret"))
    }

    @Test("the sink's own error comes out as it was, and nothing follows it")
    func sinkError() throws {
        struct Full: Error, Equatable {}
        let server = try LoopbackServer(["/": answer("200 OK", String(repeating: "x", count: 500_000))])
        var pieces = 0
        #expect(throws: Full()) {
            let settings = TransferSettings(limits: shortLimits, userAgent: "pdk-tests/1")
            return try Download.fetch("http://127.0.0.1:\(server.port)/", settings) { _ in
                pieces += 1
                throw Full()
            }
        }
        expect(pieces, is: 1)
    }

    @Test(
        "an address that is not plain http or https is refused",
        arguments: [
            ("ftp://127.0.0.1/x", .unsupportedScheme), ("file:///etc/hostname", .unsupportedScheme),
            ("gopher://127.0.0.1/x", .unsupportedScheme), ("javascript://127.0.0.1/x", .unsupportedScheme),
            ("http://user@127.0.0.1/x", .userInfo), ("http://user:hunter2@127.0.0.1/x", .userInfo),
            ("http://:hunter2@127.0.0.1/x", .userInfo), ("127.0.0.1/x", .invalidRequest("the address is malformed")),
            ("", .invalidRequest("the address is malformed")), ("http://", .invalidRequest("the address is malformed")),
            ("http://127.0.0.1:99999/", .invalidRequest("the address is malformed")),
            ("http://127.0.0.1/a b", .invalidRequest("the address contains a space or a control character")),
            ("http://127.0.0.1/\0", .invalidRequest("the address contains a space or a control character")),
            ("http://127.0.0.1/\r\nX: y", .invalidRequest("the address contains a space or a control character")),
        ] as [(String, TransferError.Kind)])
    func addresses(url: String, kind: TransferError.Kind) throws { try refuses(url, kind) }

    @Test("an address without end is refused")
    func longAddress() throws {
        try refuses(
            "http://127.0.0.1/" + String(repeating: "x", count: 9_000), .invalidRequest("the address is too long"))
    }

    private func refuses(_ url: String, _ kind: TransferError.Kind) throws {
        let error = try #require(fetch(url).error as? TransferError)
        expect(error.kind, is: kind)
        expect(!error.description.contains("hunter2"))
    }

    @Test("a user agent that would add a header is refused")
    func userAgent() {
        #expect(throws: TransferError.self) {
            let settings = TransferSettings(limits: shortLimits, userAgent: "a\r\nX: y")
            return try Download.fetch("http://127.0.0.1:1/", settings) { _ in }
        }
    }
}
