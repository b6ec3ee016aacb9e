import TestSupport
import Testing
import Transfers

@Suite("Downloads: redirects", .scratchFolder)
struct RedirectTests {
    @Test(
        "a redirect is followed, absolute or relative",
        arguments: [
            "301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect",
        ],
        ["http://127.0.0.1:%PORT%/dir/new", "/dir/new", "dir/new", "//127.0.0.1:%PORT%/dir/new"])
    func followed(status: String, target: String) throws {
        let server = try LoopbackServer(["/old": redirect(to: target, status), "/dir/new": answer("200 OK", "here")])
        let fetched = fetch("http://127.0.0.1:\(server.port)/old")
        expect(fetched.body, is: Array("here".utf8), "the redirect's own body stays out")
        expect(fetched.response?.finalURL, is: "http://127.0.0.1:\(server.port)/dir/new")
        expect(try server.requests().allSatisfy { !$0.contains("Referer") })
    }

    @Test("a loop ends at the limit")
    func loop() throws {
        let server = try LoopbackServer(["/a": redirect(to: "/b"), "/b": redirect(to: "/a")])
        expect(fetch("http://127.0.0.1:\(server.port)/a").kind, is: .tooManyRedirects(limit: 5))
        expect(try server.requests().count, is: 6)
    }

    @Test("as many redirects as allowed are followed", arguments: 0...3)
    func chain(length: Int) throws {
        var answers = ["/\(length)": answer("200 OK", "end")]
        for step in 0..<length { answers["/\(step)"] = redirect(to: "/\(step + 1)") }
        let server = try LoopbackServer(answers)
        var limits = shortLimits
        limits.maximumRedirects = length
        expect(fetch("http://127.0.0.1:\(server.port)/0", limits: limits).body, is: Array("end".utf8))
        limits.maximumRedirects = length - 1
        let kind = fetch("http://127.0.0.1:\(server.port)/0", limits: limits).kind
        expect(length == 0 ? kind == nil : kind == .tooManyRedirects(limit: length - 1))
    }

    @Test(
        "a redirect to anything but a plain http or https address is refused",
        arguments: [
            ("file:///etc/hostname", "file:///etc/hostname"), ("ftp://127.0.0.1/x", "ftp://127.0.0.1/x"),
            ("http://user:word@127.0.0.1/x?token=secret", "http://127.0.0.1/x"),
        ])
    func refused(target: String, named: String) throws {
        let server = try LoopbackServer(["/": redirect(to: target)])
        let fetched = fetch("http://127.0.0.1:\(server.port)/")
        expect(fetched.kind, is: .refusedRedirect(to: named))
        expect(fetched.body.isEmpty)
    }
}
