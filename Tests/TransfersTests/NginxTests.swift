import Foundation
import Glibc
import TestSupport
import Testing
import Transfers

/// A server of the kind that plugin files are really served by: TLS, HTTP/2, keep-alive, redirects of its own.
@Suite("Downloads from nginx", .scratchFolder)
struct NginxTests {
    @Test("a file arrives over https, a missing one does not, a stranger's certificate is refused")
    func files() throws {
        let folder = URL(filePath: Scratch.folder)
        let caFile = try selfSignedCertificate(for: "IP:127.0.0.1")
        let port = try freePort()
        let body = [UInt8](repeating: 0x61, count: 300_000)
        try Data(body).write(to: folder.appending(path: "file.wasm"))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
        let configuration = """
            daemon off; master_process off; pid nginx.pid; error_log stderr; events {}
            http {
                access_log off; client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
                uwsgi_temp_path uwsgi; scgi_temp_path scgi;
                server {
                    listen 127.0.0.1:\(port) ssl http2; root "\(folder.path)";
                    ssl_certificate certificate.pem; ssl_certificate_key key.pem;
                    location = /packed.wasm { alias "\(folder.path)/file.wasm"; gzip on; gzip_types *; }
                    location /down { return 302 http://127.0.0.1:\(port)/file.wasm; }
                }
            }
            """
        try Data(configuration.utf8).write(to: folder.appending(path: "nginx.conf"))
        let nginx = try Program("/usr/sbin/nginx").start(
            ["-p", folder.path, "-c", folder.appending(path: "nginx.conf").path])
        defer { nginx.end() }

        let base = "https://127.0.0.1:\(port)"
        var fetched = fetch(base + "/file.wasm", caFile: caFile)
        for _ in 0..<50 where fetched.response == nil {
            usleep(100_000)
            fetched = fetch(base + "/file.wasm", caFile: caFile)
        }
        expect(fetched.body, is: body)
        expect(fetched.progress.last, is: [300_000, 300_000])
        // Compressed on the way, which is seen by the length that is not said.
        let packed = fetch(base + "/packed.wasm", caFile: caFile)
        expect(packed.body == body && packed.progress.last == [300_000, nil], "\(packed.progress.last ?? [])")
        expect(fetch(base + "/other.wasm", caFile: caFile).kind, is: .notFound(404))
        expect(
            fetch(base + "/down", caFile: caFile).kind, is: .refusedRedirect(to: "http://127.0.0.1:\(port)/file.wasm"))
        guard case .certificate = fetch(base + "/file.wasm").kind else {
            Issue.record("an untrusted certificate was taken")
            return
        }
    }

    /// A port that was free a moment ago.
    private func freePort() throws -> Int {
        let server = try LoopbackServer([:])
        return server.port
    }
}
