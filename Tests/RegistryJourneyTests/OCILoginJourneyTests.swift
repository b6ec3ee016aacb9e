import Basics
import Contract
import JourneySupport
import TestSupport
import Testing

/// Logins as docker and podman keep them, with the real program, at Debian's docker-registry and its token server.
@Suite(.scratchFolder) struct OCILoginJourneyTests {
    private static let publishing = ["publish", "--no-test", "--no-build-check"]

    @Test func everyKindOfLogin() async throws {
        let server = try Program("python3").start(
            [BuiltProduct.repository + "/Tests/Support/oci_login.py", Scratch.path("registry"), "token"])
        defer { server.end() }
        let host = "127.0.0.1:\(try await Scratch.port(in: Scratch.path("registry/ready"), of: server))"
        let kit = Kit(), registry = "oci://\(host)/team/p"
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        let bin = Scratch.path("bin"), path = try await Program("sh").run(["-c", "printf %s \"$PATH\""]).output
        try Disk.write(
            bin + "/docker-credential-test",
            "#!/bin/sh\ncat > asked\nprintf '{\"Username\": \"publisher\", \"Secret\": \"correct horse\"}'\n")
        try Disk.write(
            bin + "/docker-credential-token",
            "#!/bin/sh\ncat > /dev/null\nprintf '{\"Username\": \"<token>\", \"Secret\": \"refresh one\"}'\n")
        for name in ["test", "token"] {
            try #require(
                try await Program("chmod").run(["755", "\(bin)/docker-credential-\(name)"]).status == 0)
        }
        let right = "{\"auth\": \"\(Base64.encode(Array("publisher:correct horse".utf8)))\"}"
        let reader = "{\"auth\": \"\(Base64.encode(Array("reader:read only".utf8)))\"}"
        let wrong = "{\"auth\": \"\(Base64.encode(Array("publisher:wrong battery".utf8)))\"}"
        func file(_ path: String, _ text: String) throws -> String {
            try Disk.write(Scratch.path(path), text)
            return Scratch.path(path)
        }
        let none = try await plugin.run(Self.publishing + [registry])
        expect(none.status == 1 && none.errors.contains("requires a login"), "\(none.transcript)")
        expect(none.errors.contains("docker login \(host)"))
        _ = try file("docker/config.json", "{\"auths\": {\"\(host)\": \(right)}}")
        try await plugin.with("DOCKER_CONFIG", Scratch.path("docker")).done(Self.publishing + [registry])

        let list = ["list", "--registry", registry]
        let helped = kit.with("PATH", bin + ":" + path)
        _ = try file("run/containers/auth.json", "{\"auths\": {\"\(host)/team\": \(reader)}}")
        let ways = [
            ("auth.json", kit.with("XDG_RUNTIME_DIR", Scratch.path("run"))),
            (
                "credHelpers",
                helped.with("REGISTRY_AUTH_FILE", try file("a.json", "{\"credHelpers\": {\"\(host)\": \"test\"}}"))
            ),
            ("credsStore", helped.with("REGISTRY_AUTH_FILE", try file("b.json", "{\"credsStore\": \"test\"}"))),
            (
                "identity token",
                kit.with(
                    "REGISTRY_AUTH_FILE",
                    try file("c.json", "{\"auths\": {\"\(host)\": {\"identitytoken\": \"refresh one\"}}}"))
            ),
            (
                "identity token of a helper",
                helped.with("REGISTRY_AUTH_FILE", try file("d.json", "{\"credsStore\": \"token\"}"))
            ),
            (".netrc", kit.with("NETRC", try file("netrc", "machine 127.0.0.1 login reader password \"read only\""))),
        ]
        try #require(try await Program("chmod").run(["600", Scratch.path("netrc")]).status == 0)
        for (way, kit) in ways {
            let listed = try await kit.run(list)
            expect(listed.status == 0 && listed.output.contains("guard  0.1.0"), "\(way): \(listed.transcript)")
        }
        expect(try Disk.text(Scratch.path("asked")).contains(host))
        // A good login in another registry's name is none here.
        let other = kit.with(
            "REGISTRY_AUTH_FILE", try file("e.json", "{\"auths\": {\"127.0.0.1:1\": \(right)}}"))
        expect(try await other.run(list).errors.contains("requires a login"))
        let false_ = kit.with("REGISTRY_AUTH_FILE", try file("f.json", "{\"auths\": {\"\(host)\": \(wrong)}}"))
        let refused = try await false_.run(list)
        expect(refused.status == 1 && refused.errors.contains("refused the login of 'publisher'"))
        expect(!refused.errors.contains("battery"), "\(refused.transcript)")
        // A reader reads, and may not publish.
        try await Parties.setVersion("0.2.0", of: plugin)
        let may = try await plugin.with("XDG_RUNTIME_DIR", Scratch.path("run")).run(Self.publishing + [registry])
        expect(may.status == 1 && may.errors.contains("the login of 'reader'"), "\(may.transcript)")
        expect(try await ways[0].1.document("list", "--registry", registry).elements.count == 1)
    }
}
