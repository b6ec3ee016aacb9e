import Foundation
import TestSupport
import Testing
import Transfers

/// What is said of who asks, to whom, and that a passing failure is tried once more.
@Suite("Credentials and retries", .scratchFolder)
struct CredentialTests {
    private func authorizations(_ server: LoopbackServer) throws -> [String?] {
        try server.requests().map { request in
            request.split(separator: "\r\n").first { $0.hasPrefix("Authorization: ") }.map { String($0.dropFirst(15)) }
        }
    }

    private func basic(_ text: String) -> String { "Basic " + Data(text.utf8).base64EncodedString() }

    @Test(
        "a login of .netrc goes to its own host alone",
        arguments: [
            ("machine 127.0.0.1 login me password secret", "me:secret"),
            (
                "machine other.invalid login x password y\nmachine 127.0.0.1\n  login me\n  password \"se cret\"\n",
                "me:se cret"
            ),
            ("# machine 127.0.0.1 login no password no\nmachine 127.0.0.1 login me password p#1", "me:p#1"),
            ("machine other.invalid login me password secret", nil), ("default login me password secret", nil),
            ("machine 127.0.0.1", nil), ("", nil), ("machine", nil), ("login me password secret", nil),
        ] as [(String, String?)])
    func netrc(text: String, expected: String?) throws {
        let server = try LoopbackServer(["/": answer("200 OK", "x")])
        _ = fetch("http://127.0.0.1:\(server.port)/", credentials: Credentials(netrc: text))
        let seen = try authorizations(server)
        expect(seen, is: [expected.map(basic)], "\(seen)")
    }

    @Test(
        "a token goes to the first server alone, and neither it nor a login is shown")
    func redirects() throws {
        let other = try LoopbackServer(["/": answer("401 Unauthorized")])
        let server = try LoopbackServer([
            "/": redirect(to: "http://127.0.0.1:\(other.port)/"), "/here": redirect(to: "/there"),
            "/there": answer("200 OK", "x"),
        ])
        let credentials = Credentials(token: "secret-token")
        let fetched = fetch("http://127.0.0.1:\(server.port)/", credentials: credentials)
        expect(fetched.kind, is: .status(401))
        expect("\(String(describing: fetched.error))".contains("secret"), is: false)
        _ = fetch("http://127.0.0.1:\(server.port)/here", credentials: credentials)
        expect(try authorizations(other), is: [nil])
        let seen = try authorizations(server)
        expect(seen, is: Array(repeating: "Bearer secret-token", count: 3), "\(seen)")
        // What would begin another header is no token.
        let bad = Credentials(token: "x\r\nHost: evil")
        _ = fetch("http://127.0.0.1:\(server.port)/there", credentials: bad)
        expect(try authorizations(server).last, is: .some(nil))
    }

    @Test(
        "a redirect to another server is refused where that is asked for")
    func staying() throws {
        let other = try LoopbackServer(["/": answer("200 OK", "x")])
        let server = try LoopbackServer([
            "/": redirect(to: "http://127.0.0.1:\(other.port)/"), "/here": redirect(to: "/there"),
            "/there": answer("200 OK", "x"),
        ])
        var limits = shortLimits
        limits.staysOnServer = true
        let refused = fetch("http://127.0.0.1:\(server.port)/", limits: limits)
        guard case .refusedRedirect = refused.kind else {
            Issue.record("\(String(describing: refused.error))")
            return
        }
        expect(try other.requests().isEmpty)
        expect(fetch("http://127.0.0.1:\(server.port)/here", limits: limits).body, is: [0x78])
    }

    @Test(
        "a busy server and one that hangs up are asked once more; a clear answer is not",
        arguments: [
            ("503 Service Unavailable", 2), ("429 Too Many Requests", 2), ("408 Request Timeout", 2),
            ("502 Bad Gateway", 2), ("504 Gateway Timeout", 2), ("500 Internal Server Error", 1),
            ("404 Not Found", 1), ("", 2),
        ])
    func retries(status: String, expected: Int) throws {
        let server = try LoopbackServer(["/": status.isEmpty ? ("", .close) : answer(status, "no")])
        let fetched = fetch("http://127.0.0.1:\(server.port)/")
        expect(fetched.error != nil && fetched.body.isEmpty)
        expect(try server.requests().count, is: expected)
        // What is to take no longer than two seconds is not tried again after one.
        var hasty = shortLimits
        hasty.totalSeconds = 2
        _ = fetch("http://127.0.0.1:\(server.port)/", limits: hasty)
        expect(try server.requests().count, is: expected + 1)
    }
}
