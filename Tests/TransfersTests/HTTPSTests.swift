import TestSupport
import Testing
import Transfers

/// Makes a self-signed certificate for a name with the real openssl; the file holds key and certificate.
func selfSignedCertificate(for name: String) throws -> String {
    let status = try OpenSSLTool.run([
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
        "-subj", "/CN=test", "-addext", "subjectAltName=\(name)", "-keyout", "key.pem", "-out", "certificate.pem",
    ])
    try #require(status == 0)
    try OpenSSLTool.write(OpenSSLTool.read("key.pem") + OpenSSLTool.read("certificate.pem"), to: "both.pem")
    return Scratch.path("certificate.pem")
}

@Suite("Downloads over https", .scratchFolder)
struct HTTPSTests {
    @Test("a certificate for this host that the given file trusts is taken; without the file it is not")
    func trust() throws {
        let caFile = try selfSignedCertificate(for: "IP:127.0.0.1")
        let server = try LoopbackServer(["/": answer("200 OK", "secret body")], certificate: "both.pem")
        let url = "https://127.0.0.1:\(server.port)/"
        expect(fetch(url, caFile: caFile).body, is: Array("secret body".utf8))

        let untrusted = fetch(url)
        guard case .certificate = untrusted.kind else {
            Issue.record("\(String(describing: untrusted.error))")
            return
        }
        expect(untrusted.body.isEmpty)
    }

    @Test(
        "a trusted certificate of another host is refused",
        arguments: ["DNS:localhost", "IP:127.0.0.2", "DNS:127.0.0.1"])
    func otherHost(name: String) throws {
        let caFile = try selfSignedCertificate(for: name)
        let server = try LoopbackServer(["/": answer("200 OK", "secret body")], certificate: "both.pem")
        let fetched = fetch("https://127.0.0.1:\(server.port)/", caFile: caFile)
        guard case .certificate = fetched.kind else {
            Issue.record("\(String(describing: fetched.error))")
            return
        }
        expect(fetched.body.isEmpty)
    }

    @Test("a file of trusted certificates that is not there is an error")
    func missingFile() throws {
        _ = try selfSignedCertificate(for: "IP:127.0.0.1")
        let server = try LoopbackServer(["/": answer("200 OK", "x")], certificate: "both.pem")
        let fetched = fetch("https://127.0.0.1:\(server.port)/", caFile: "/nonexistent/ca.pem")
        guard case .certificate = fetched.kind else {
            Issue.record("\(String(describing: fetched.error))")
            return
        }
    }

    @Test("a redirect from https to http is refused, one within https followed")
    func downgrade() throws {
        let caFile = try selfSignedCertificate(for: "IP:127.0.0.1")
        let server = try LoopbackServer(
            [
                "/down": redirect(to: "http://127.0.0.1:1/x"), "/across": redirect(to: "/end"),
                "/end": answer("200 OK", "end"),
            ], certificate: "both.pem")
        let base = "https://127.0.0.1:\(server.port)"
        expect(fetch(base + "/down", caFile: caFile).kind, is: .refusedRedirect(to: "http://127.0.0.1:1/x"))
        expect(fetch(base + "/across", caFile: caFile).body, is: Array("end".utf8))
    }
}
