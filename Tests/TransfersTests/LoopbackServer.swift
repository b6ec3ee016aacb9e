import Foundation
import Glibc
import TestSupport
import Testing

/// A real http server on a free port of the loopback address, ended with this value.
///
/// A small Python script answers every path with the bytes the test gave for it, as they are: status line, headers and
/// body, so that it can break every rule of http. It prints its port once it listens.
final class LoopbackServer {
    let port: Int
    private let server: StartedProgram
    /// What the names of this server's own files begin with: a test may have several servers.
    private let name = "server-\(UInt32.random(in: .min ... .max))-"

    /// What the server does after the bytes of an answer.
    enum Ending: String {
        case close, stall
    }

    /// Serves the answers by path.
    ///
    /// `%PORT%` in one stands for the port. With a certificate (PEM, key and chain) over TLS.
    init(_ answers: [String: (bytes: String, ending: Ending)], certificate: String? = nil) throws {
        let table = answers.map { path, answer in [path, answer.bytes, answer.ending.rawValue] }
        try Scratch.write(name + "answers.json", [UInt8](JSONSerialization.data(withJSONObject: table)))
        try Scratch.write("server.py", Self.script)
        server = try Program("python3").start(
            ["server.py", name] + (certificate.map { [$0] } ?? []), output: name + "port")
        var line = ""
        while !line.hasSuffix("\n") {
            guard server.isRunning else { throw ServerFailure(line: line) }
            usleep(5_000)
            line = try Scratch.text(name + "port")
        }
        guard let port = Int(line.dropLast()) else { throw ServerFailure(line: line) }
        self.port = port
    }

    struct ServerFailure: Error {
        let line: String
    }

    /// The requests seen so far, as `path|header lines`, one a connection.
    func requests() throws -> [String] {
        let log = URL(filePath: Scratch.folder).appending(path: name + "requests.json")
        guard let data = try? Data(contentsOf: log) else { return [] }
        return String(decoding: data, as: UTF8.self).split(separator: "\u{1e}").map(String.init)
    }

    private static let script = #"""
        import json, socket, ssl, sys, threading, time
        answers = {path: (data, ending) for path, data, ending in json.load(open(sys.argv[1] + "answers.json"))}
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen(16)
        port = listener.getsockname()[1]
        context = None
        if len(sys.argv) > 2:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(sys.argv[2])
        print(port, flush=True)
        def serve(connection):
            try:
                if context: connection = context.wrap_socket(connection, server_side=True)
                connection.settimeout(20)
                request = b""
                while b"\r\n\r\n" not in request and len(request) < 65536:
                    piece = connection.recv(4096)
                    if not piece: return
                    request += piece
                with open(sys.argv[1] + "requests.json", "ab") as log: log.write(request + b"\x1e")
                path = request.split(b" ")[1].decode().split("?")[0]
                data, ending = answers.get(path, ("HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nnone\n", "close"))
                connection.sendall(data.replace("%PORT%", str(port)).encode())
                if ending == "stall": time.sleep(20)
                if context: connection = connection.unwrap()
            except OSError: pass
            finally: connection.close()
        for _ in range(200):
            connection, _ = listener.accept()
            threading.Thread(target=serve, args=(connection,), daemon=True).start()
        """#
}
