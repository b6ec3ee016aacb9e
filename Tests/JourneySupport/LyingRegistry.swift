package import Contract
internal import TestSupport
internal import Testing

/// An OCI registry in memory with the referrers API, which lies as a test says (`oci_liar.py`).
package struct LyingRegistry {
    package let host: String
    package let registry: String
    private let server: StartedProgram

    package init() async throws {
        server = try Program("python3").start([
            BuiltProduct.repository + "/Tests/Support/oci_liar.py", Scratch.path("liar ready"), Scratch.path("rules"),
            Scratch.path("liar log"),
        ])
        host = "127.0.0.1:\(try await Scratch.port(in: Scratch.path("liar ready"), of: server))"
        registry = "oci://\(host)/team/p"
    }

    /// Has it lie: rules as `oci_liar.py` has them, in JSON, and its other settings.
    package func lie(_ rules: String..., also: String = "") throws {
        try Disk.write(
            Scratch.path("rules"),
            "{\"rules\": [\(rules.joined(separator: ", "))]\(also), \"number\": \(Int.random(in: 0...Int.max))}")
    }

    /// Has it keep what it holds now.
    package func keep() async throws { _ = try await ask("PUT", "/keep") }

    /// Has it go back to that.
    package func rewind() async throws { _ = try await ask("PUT", "/rewind") }

    /// The requests since the last time this was asked: `server`, `request`, `authorization`, `status`, `sent`, `got`.
    package func requests() throws -> [JSONValue] { try Disk.takeLines(Scratch.path("liar log")).map(JSONValue.parse) }

    /// What a tag or a digest names.
    package func manifest(_ repository: String, _ reference: String) async throws -> String {
        try await ask("GET", "/v2/team/p\(repository)/manifests/\(reference)")
    }

    /// Puts a manifest there, whatever it is.
    package func put(_ manifest: String, _ repository: String, _ reference: String) async throws {
        try Disk.write(Scratch.path("manifest"), manifest)
        _ = try await ask(
            "PUT", "/v2/team/p\(repository)/manifests/\(reference)", "-H",
            "Content-Type: application/vnd.oci.image.manifest.v1+json", "--data-binary",
            "@" + Scratch.path("manifest"))
    }

    /// Puts a blob there and returns its descriptor, as a file of this name.
    package func put(blob: String, type: String, title: String, _ repository: String) async throws -> String {
        try Disk.write(Scratch.path("blob"), blob)
        let script = """
            set -e
            digest=sha256:$(sha256sum < "$1" | cut -d ' ' -f 1)
            place=$(curl -sf -X POST -D - -o /dev/null "$2/blobs/uploads/" | tr -d '\\r' | sed -n 's/^Location: //p')
            curl -sf -X PUT --data-binary "@$1" "http://$3$place&digest=$digest"
            printf %s "$digest"
            """
        let put = try await Program("sh").run([
            "-c", script, "sh", Scratch.path("blob"), "http://\(host)/v2/team/p\(repository)", host,
        ])
        try #require(put.status == 0, "\(put.transcript)")
        return """
            {"mediaType": "\(type)", "digest": "\(put.output)", "size": \(blob.utf8.count), \
            "annotations": {"org.opencontainers.image.title": "\(title)"}}
            """
    }

    private func ask(_ method: String, _ path: String, _ more: String...) async throws -> String {
        let answer = try await Program("curl").run(
            ["-sS", "-f", "--noproxy", "*", "-X", method] + more + ["http://\(host)\(path)"])
        try #require(answer.status == 0, "\(method) \(path): \(answer.transcript)")
        return answer.output
    }

    /// Ends it.
    package func end() { server.end() }
}
