import Contract
import JourneySupport
import TestSupport
import Testing

/// `pdk status` against a stand-in for a host, written from the host contract (section 7).
@Suite(.scratchFolder)
struct StatusTests {
    /// Serves one answer on loopback until it is ended by its own process id.
    private static let server = """
        import http.server, json, sys, time
        mode = sys.argv[1]
        plugins = [
            {"name": "guard", "version": "0.1.0", "hooks": ["pre_query"], "state": "Running", "invocations": 3, "errors": 0},
            {"name": "silent", "version": "1.0.0", "hooks": [], "state": "Running", "invocations": 0, "errors": 0},
            {"name": "second", "version": "1", "hooks": ["pre_query"], "state": "Running", "invocations": 0, "errors": 0}]
        if mode == 'odd':
            plugins[1].update(name='guard', hooks=['pre_query', 'route'])
            plugins[2].update(state='Error')
            plugins.append({"name": "watcher", "version": "1", "hooks": ["post_query"], "state": "Running", "invocations": 0, "errors": 0})
            plugins.append({"name": "counter", "version": "1", "hooks": ["post_query"], "state": "Running", "invocations": 9, "errors": 0})
        if mode == 'extreme':
            for plugin in plugins: plugin.update(name='guard', hooks=['pre_query'], invocations=(1 << 64) - 1)
            plugins[0].update(state={"Error": "boom"})
        if mode == 'negative': plugins[0].update(invocations=-1)
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                status, body = 200, json.dumps(plugins).encode()
                if self.path != '/plugins': status = 404
                if mode == 'token' and self.headers.get('Authorization') != 'Bearer s3cret': status = 401
                if mode == 'off': status = 503
                if mode == 'lying': body = b'<html>login</html>'
                if mode == 'huge': body = b'[' + b' ' * (5 << 20) + b']'
                if mode == 'slow': time.sleep(12)
                self.send_response(status)
                self.send_header('Content-Length', str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            def log_message(self, *ignored): pass
        server = http.server.HTTPServer(('127.0.0.1', 0), Handler)
        print(server.server_port, flush=True)
        server.serve_forever()
        """

    private func status(_ mode: String, _ arguments: String = "") async throws -> Program.Result {
        try Disk.write(Scratch.path("server.py"), Self.server)
        let script = """
            rm -f port
            python3 server.py \(mode) >port & pid=$!
            trap 'kill $pid' EXIT
            for _ in $(seq 100); do [ -s port ] && break; sleep 0.1; done
            "$0" status "127.0.0.1:$(cat port)" \(arguments)
            """
        return try await Program("bash", environment: ["HOME": Scratch.path("home")]).run([
            "-c", script, BuiltProduct.pdk,
        ])
    }

    private func kinds(_ result: Program.Result) throws -> [String] {
        try JSONValue.parse(result.output)["remarks"]?.elements.compactMap { remark in
            guard remark["problem"] == .bool(true) else { return nil }
            return [remark["kind"]?.string, remark["plugin"]?.string].compactMap { $0 }.joined(separator: " ")
        } ?? []
    }

    @Test func whatDoesNothingIsNamed() async throws {
        let result = try await status("fine", "--json")
        expect(result.status == 1, "\(result.transcript)")
        expect(try kinds(result) == ["no-hooks silent", "never-reached second"])
        expect(result.output.contains("\"no-log\""))
    }

    @Test func theLogAndTheFolderAreCompared() async throws {
        let failing =
            "2026-11-26T04:01:00.1Z  \u{1B}[33mWARN\u{1B}[0m heliosdb_proxy::plugins: Pre-query hook failed plugin=guard error=Execution error: hook pre_query call: trap\n"
        let start =
            "2026-11-26T04:00:00.1Z  INFO x: Plugin loaded plugin=guard version=0.1.0 hooks=[PreQuery]\n2026-11-26T04:00:00.2Z  INFO x: Plugin loading complete dir=p loaded=3 failed=1\n"
        // What an earlier process logged does not count.
        try Disk.write(
            Scratch.path("log"),
            String(repeating: failing, count: 9) + start + start + String(repeating: failing, count: 3))
        try Disk.write(Scratch.path("plugins/guard.wasm"), "\0asm")
        try Disk.write(Scratch.path("plugins/guard.json"), "{\"name\": \"guard\", \"version\": \"0.2.0\"}")
        try Disk.write(Scratch.path("plugins/new.wasm"), "\0asm")
        try Disk.write(Scratch.path("plugins/packed.tar.gz"), "x")
        let result = try await status("fine", "--log log --plugins-dir plugins --json")
        expect(
            try Set(kinds(result)) == [
                "no-hooks silent", "never-reached second", "ignored-file", "not-loaded new", "other-version guard",
                "no-file silent", "no-file second", "always-fails guard", "failed-to-load", "newer-file guard",
            ], "\(result.output)")
        expect(try JSONValue.parse(result.output)["plugins"]?.elements.first?["failures"] == .number("3"))
        let words = try await status("fine", "--log log")
        expect(words.output.contains("guard fails on every call") && words.output.contains("3 calls, 3 failed"))
    }

    /// A file that the host will refuse, one that pdk.lock names with other bytes, and one without its signature.
    @Test func filesAreComparedWithTheLockAndTheirManifests() async throws {
        let module = "\0asm\u{1}\0\0\0", digest = "93a44bbb96c751218e4c00d479e4c14358122a389acca16205b1e4d0dc5f9476"
        func locked(_ name: String, _ sha256: String, signed: Bool) -> String {
            """
            {"name": "\(name)", "version": "0.1.0", "sha256": "\(sha256)", "signed": \(signed), "verified": false}
            """
        }
        for name in ["guard", "silent", "second"] {
            try Disk.write(Scratch.path("plugins/\(name).wasm"), module)
            try Disk.write(
                Scratch.path("plugins/\(name).json"),
                "{\"name\": \"\(name)\", \"version\": \"\(name == "silent" ? "1.0.0-rc.1" : "0.1.0")\"}")
        }
        try Disk.write(Scratch.path("plugins/second.json"), "{\"name\": \"second\"}")
        try Disk.write(Scratch.path("plugins/guard.sig"), "x")
        let other = String(repeating: "0", count: 64)
        try Disk.write(
            Scratch.path("plugins/pdk.lock"),
            "{\"lock_version\": 1, \"plugins\": [\(locked("guard", other, signed: true)), \(locked("second", digest, signed: true))]}\n"
        )
        let result = try await status("fine", "--plugins-dir plugins --json")
        expect(
            try Set(kinds(result)) == [
                "no-hooks silent", "never-reached second", "refused silent", "other-bytes guard", "no-signature second",
            ], "\(result.output)")
        let files = try JSONValue.parse(result.output)["files"]?.elements ?? []
        expect(files.map { $0["sha256"]?.string } == [digest, digest, digest])
        expect(files.map { $0["name"]?.string } == ["guard", "second", "silent"])
        expect(files.map { $0["signed"] } == [.bool(true), .bool(false), .bool(false)])
        expect(files.map { $0["version"]?.string } == ["0.1.0", nil, "1.0.0-rc.1"])
        expect(result.output.contains("its version '1.0.0-rc.1'"))
    }

    /// A host that starts loads every file of a name, also where it has loaded one so far.
    @Test func twoFilesOfOneNameAreNamedBeforeTheHostHasBoth() async throws {
        for file in ["guard", "other"] {
            try Disk.write(Scratch.path("plugins/\(file).wasm"), "\0asm\u{1}\0\0\0")
            try Disk.write(Scratch.path("plugins/\(file).json"), "{\"name\": \"guard\", \"version\": \"0.1.0\"}")
        }
        let result = try await status("fine", "--plugins-dir plugins --json")
        expect(try kinds(result).contains("same-name guard"), "\(result.output)")
        expect(result.output.contains("2 files in"))
    }

    /// Failures of every hook are counted; two plugins of one name and one that does not run are named.
    @Test func oddPluginsAndFailuresOfOtherHooksAreNamed() async throws {
        let lines = ["Route", "Route", "Post-query", "Authenticate"].map { hook in
            "2026-11-26T04:01:00.1Z  WARN heliosdb_proxy::plugins: \(hook) hook failed plugin=guard error=Execution error: x\n"
        }
        try Disk.write(Scratch.path("log"), lines.joined())
        let result = try await status("odd", "--log log --json")
        // An observer never ends a chain, so another observer does not hide it.
        expect(
            try Set(kinds(result)) == ["not-running second", "same-name guard", "always-fails guard"],
            "\(result.output)")
        expect(try JSONValue.parse(result.output)["plugins"]?.elements.first?["failures"] == .number("4"))
    }

    /// A host counts in 64 bits without a sign, and a state may hold a reason.
    @Test func greatNumbersAndStatesWithReasonsAreTaken() async throws {
        let line = "2026-11-26T04:01:00.1Z  WARN heliosdb_proxy::plugins: Route hook failed plugin=guard error=x\n"
        try Disk.write(Scratch.path("log"), line)
        let result = try await status("extreme", "--log log --json")
        expect(
            try Set(kinds(result)) == ["not-running guard", "same-name guard", "fails guard"], "\(result.transcript)")
        let first = try JSONValue.parse(result.output)["plugins"]?.elements.first
        expect(first?["invocations"]?.int == .max && first?["state"]?.string == #"{"Error":"boom"}"#)
    }

    /// Address and words come from the host's profile.
    @Test func theProfileSaysWhereAndWhat() async throws {
        try Disk.write(
            Scratch.path("host.yaml"), "admin:\n  address: 127.0.0.1:1\n  plugins: /v2/plugins\n")
        let result = try await Kit().run("status", "--host", "host.yaml")
        expect(result.errors.contains("http://127.0.0.1:1/v2/plugins"), "\(result.transcript)")
        let help = try await Kit().done("status", "--help")
        expect(help.contains("(default: http://\(HostProfile.standard.admin.address))"))
        try Disk.write(Scratch.path("host.yaml"), "admin:\n  log:\n    failed: call broke\n    level: ERROR\n")
        try Disk.write(Scratch.path("log"), "2026-11-26T04:01:00.1Z ERROR x: Route call broke plugin=guard error=x\n")
        let other = try await status("fine", "--log log --host host.yaml --json")
        expect(try kinds(other).contains("fails guard"), "\(other.output)")
    }

    @Test(arguments: [
        ("token", "", "host-refused"), ("off", "", "host-without-plugins"), ("lying", "", "host-answer-malformed"),
        ("negative", "", "host-answer-malformed"),
        ("huge", "", "host-unreachable"), ("slow", "", "host-unreachable"),
    ])
    func whatIsNoAnswerIsSaid(mode: String, arguments: String, code: String) async throws {
        let result = try await status(mode, "--json")
        expect(result.status == 1)
        expect(try JSONValue.parse(result.output)["error"]?["code"]?.string == code, "\(result.transcript)")
    }

    @Test func theTokenIsReadFromAFileAndNeverShown() async throws {
        try Disk.write(Scratch.path("token"), "s3cret\n")
        let result = try await status("token", "--token-file token")
        expect(result.output.contains("guard") && !result.transcript.contains("s3cret"), "\(result.transcript)")
        try Disk.write(Scratch.path("token"), "wrong\n")
        let wrong = try await status("token", "--token-file token")
        expect(
            wrong.errors.contains("check the token") && !wrong.transcript.contains("wrong\n"), "\(wrong.transcript)")
    }

    @Test func noHostIsSaid() async throws {
        let result = try await Kit().refusal("status", "127.0.0.1:1")
        expect(result.code == "host-unreachable", "\(result)")
    }
}
