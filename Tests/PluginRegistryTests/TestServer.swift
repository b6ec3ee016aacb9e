import TestSupport
import Testing

/// A real web server on the loopback address that serves a folder.
enum TestServer {
    /// Serves `folder` of the scratch folder while `body` runs, which gets the server's address.
    ///
    /// What ends in `/cut-off` breaks off after some of 1000 bytes. With a certificate (a PEM file of key and chain in the
    /// scratch folder), over TLS.
    static func serving<Result>(
        _ folder: String, certificate: String? = nil, _ body: (String) async throws -> Result
    ) async throws -> Result {
        let ready = "server of \(folder) \(certificate ?? "")"
        let server = try Program("python3").start(["-c", script, folder, ready, certificate ?? ""])
        defer { server.end() }
        while true {
            if let port = Int((try? Scratch.text(ready)) ?? "") {
                return try await body("\(certificate == nil ? "http" : "https")://127.0.0.1:\(port)")
            }
            try #require(server.isRunning, "the server of \(folder) did not come up")
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Makes a certificate for the loopback address; `certificate.pem` is the one to trust, `both.pem` the server's.
    static func makeCertificate() async throws {
        let script = """
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=test \
                -addext subjectAltName=IP:127.0.0.1 -keyout key.pem -out certificate.pem &&
            cat key.pem certificate.pem > both.pem
            """
        let made = try await Program("sh").run(["-c", script])
        try #require(made.status == 0, "\(made.transcript)")
    }

    private static let script = """
        import functools, http.server, os, ssl, sys
        class Handler(http.server.SimpleHTTPRequestHandler):
            def log_message(self, *arguments): pass
            def do_GET(self):
                if not self.path.endswith("/cut-off"): return super().do_GET()
                self.send_response(200)
                self.send_header("Content-Length", "1000")
                self.end_headers()
                self.wfile.write(b"\\0asm and no more")
        folder, ready, certificate = sys.argv[1:]
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=folder))
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        with open(ready + " new", "w") as file: file.write(str(server.server_address[1]))
        os.rename(ready + " new", ready)
        server.serve_forever()
        """
}
