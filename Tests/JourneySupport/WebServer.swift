internal import Foundation
internal import TestSupport
internal import Testing

/// nginx with TLS on the loopback address: what registries are really served by, with ETags and conditional answers.
package struct WebServer {
    /// `https://127.0.0.1:PORT`.
    package let address: String
    /// The certificate to trust, for `SSL_CERT_FILE`.
    package let certificate: String
    private let logPath: String

    /// Serves a folder while `body` runs; `locations` are further parts of nginx's configuration.
    package static func serving<Result>(
        _ folder: String, locations: String = "", _ body: (WebServer) async throws -> Result
    ) async throws -> Result {
        let place = Scratch.path("nginx \(UUID().uuidString)")
        try Disk.makeFolder(place)
        let made = try await Program("openssl", folder: place).run([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
            "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out", "certificate.pem",
        ])
        try #require(made.status == 0, "\(made.transcript)")
        let port = try await freePort()
        try Disk.write(
            place + "/nginx.conf",
            """
            daemon off; master_process off; pid nginx.pid; error_log stderr; events {}
            http {
                log_format short "$status $request_uri"; access_log "\(place)/access.log" short;
                client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
                uwsgi_temp_path uwsgi; scgi_temp_path scgi;
                server {
                    listen 127.0.0.1:\(port) ssl; root "\(folder)";
                    ssl_certificate certificate.pem; ssl_certificate_key key.pem;
                    \(locations)
                }
            }
            """)
        var path = folder
        // nginx drops root's rights for nobody's only with a master process; the folders are the test's own.
        while path.hasPrefix(Scratch.folder) {
            try Disk.setMode(path, 0o755)
            path = (path as NSString).deletingLastPathComponent
        }
        let nginx = try Program("/usr/sbin/nginx", folder: place).start(["-p", place, "-c", place + "/nginx.conf"])
        defer { nginx.end() }
        // Written when it listens.
        while !Disk.exists(place + "/nginx.pid") {
            try #require(nginx.isRunning, "nginx did not come up")
            try await Task.sleep(for: .milliseconds(20))
        }
        return try await body(
            WebServer(
                address: "https://127.0.0.1:\(port)", certificate: place + "/certificate.pem",
                logPath: place + "/access.log"))
    }

    /// What `body` asks of the server, each as `STATUS PATH`.
    package func requests(of body: () async throws -> Void) async throws -> [String] {
        let before = lines.count
        try await body()
        return Array(lines.dropFirst(before))
    }

    private var lines: [String] { ((try? Disk.text(logPath)) ?? "").split(separator: "\n").map(String.init) }

    /// A port that was free a moment ago.
    private static func freePort() async throws -> Int {
        let script = "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1])"
        let result = try await Program("python3").run(["-c", script])
        return try #require(Int(result.output.dropLast()), "\(result.transcript)")
    }
}
