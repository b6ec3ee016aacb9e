import Authoring
import Basics
import Checking
import Contract
import Foundation
import TestSupport
import Testing

/// The manifest rules held to 254 manifests as the running host read them.
struct RecordedManifestTests {
    private struct Recording {
        let text: String
        let host: JSONNode

        var isRefused: Bool { host["error"] != nil }
        func text(_ key: String) -> String { host[key]?.string ?? "" }
        func texts(_ key: String) -> [String] { host[key]?.elements.compactMap(\.string) ?? [] }
    }

    private static func recordings() throws -> [Recording] {
        try String(
            contentsOfFile: BuiltProduct.repository + "/Tests/Fixtures/host-1.5/manifests.jsonl", encoding: .utf8
        )
        .split(separator: "\n").map { line in
            let root = try JSONDocument(parsing: String(line)).root
            let bytes = try #require(Base64.decode(Array((root["manifest_base64"]?.string ?? "").utf8)))
            return Recording(text: String(decoding: bytes, as: UTF8.self), host: try #require(root["host"]))
        }
    }

    private let profile = HostProfile.standard

    /// What the host refuses is refused for a reason, and nothing else is.
    @Test func theLoaderRefusesWhatTheHostRefuses() throws {
        for recording in try Self.recordings() {
            let loaded = LoadedManifest(Array(recording.text.utf8), .yaml, profile)
            expect((loaded.refusal != nil), is: recording.isRefused, "\(loaded.refusal ?? "") \(recording.text)")
            guard !recording.isRefused else { continue }
            expect(loaded.name, is: recording.text("name"))
            expect(loaded.version ?? "0.0.0" == recording.text("version"))
        }
    }

    /// Manifests in both formats, and why the host refuses them.
    @Test(
        arguments: [
            ("{\"name\":\"a\",\"version\":\"1.0\"}", nil), ("{\"name\":\"é-1_\",\"version\":\"١.½\"}", nil),
            ("{}", "no name"),
            ("[]", "no name"), ("{\"name\":\"\"}", "no name"), ("{\"name\":5}", "no name"),
            ("{\"name\":\"a\"", "not JSON"),
            ("{\"name\":\"\\ud800\"}", "not JSON"), ("{\"name\":\"a b\"}", "its name 'a b'"),
            ("{\"name\":\"a.b\"}", "its name"),
            ("{\"name\":\"a\",\"version\":\"1.0-rc.1\"}", "its version '1.0-rc.1'"),
            ("{\"name\":\"a\",\"version\":\"v1\"}", "its version"),
            ("{\"name\":\"a\",\"resources\":{\"max_memory\":\"256 mb\"}}", nil),
            ("{\"name\":\"a\",\"resources\":{\"max_memory\":\"257MB\"}}", "larger than 256MB"),
            ("{\"name\":\"a\",\"resources\":{\"max_memory\":\"16MiB\"}}", "min_memory is larger"),
            ("{\"name\":\"a\",\"resources\":{\"min_memory\":\"65MB\"}}", "min_memory is larger"),
            ("{\"name\":\"a\",\"resources\":{\"min_memory\":7,\"max_memory\":\"1048576\"}}", nil),
            ("{\"name\":\"\(String(repeating: "a", count: 128))\"}", nil),
            ("{\"name\":\"\(String(repeating: "é", count: 65))\"}", "longer than 128 bytes"),
        ] as [(String, String?)])
    func theLoaderReadsJSON(text: String, refusal: String?) {
        let found = LoadedManifest(Array(text.utf8), .json, profile).refusal
        expect(refusal.map { found?.contains($0) == true } ?? (found == nil), "\(text): \(found ?? "taken")")
    }

    @Test func theLoaderWantsUTF8() {
        for format in [ManifestFormat.yaml, .json] {
            let loaded = LoadedManifest(Array("name: a\n".utf8) + [0xFF], format, profile)
            expect(loaded.refusal, is: "it is not UTF-8")
        }
    }

    /// The line reader reads each as the host did.
    @Test func theLineReaderIsTheHosts() throws {
        let recordings = try Self.recordings()
        expect(recordings.count, is: 254)
        for recording in recordings where !recording.isRefused {
            let read = HostLineReader(reading: recording.text)
            for key in HostLineReader.fieldNames {
                expect(read.fields[key]?.value ?? "" == recording.text(key), "\(key) of \(recording.text)")
            }
            let hooks = (read.hooks?.items ?? []).compactMap { profile.hook(named: $0.text)?.export }
            expect(
                hooks, is: recording.texts("hooks").map { profile.hook(named: $0)?.export ?? $0 }, "\(recording.text)")
            let permissions = (read.permissions?.items ?? []).map {
                profile.permission(named: $0.text)?.name ?? $0.text
            }
            expect(permissions, is: recording.texts("permissions").map(Self.name), "\(recording.text)")
        }
    }

    /// What the host refuses or reads otherwise is found; what both read alike is no error.
    @Test func nothingIsMissedAndNothingIsAFalseAlarm() throws {
        var missed = 0, falseAlarms = 0, same = 0, refused = 0
        // These are true of a manifest that both readers read alike.
        let own: Set = ["PDK109", "PDK110", "PDK115", "PDK120", "PDK301"]
        for recording in try Self.recordings() {
            var manifest: Manifest?, findings: [Finding] = [], reason = ""
            do throws(ManifestError) {
                let read = try Manifest(reading: recording.text)
                manifest = read
                findings = ManifestReading(manifest: read, text: recording.text, file: "plugin.yaml").findings()
                if PluginName(read.name.text) == nil { reason = "invalid name" }
            } catch {
                reason = error.description
            }
            let isFound = !reason.isEmpty || !findings.isEmpty
            if recording.isRefused {
                refused += 1
                if !isFound { missed += 1 }
                expect(isFound, "the host refuses, nothing is found: \(recording.text)")
                continue
            }
            guard let manifest else { continue }
            let hooks = manifest.hooks.map { profile.hook(named: $0.text)?.name ?? $0.text }
            let hostHooks = recording.texts("hooks").map { profile.hook(named: $0)?.name ?? $0 }
            if hooks != hostHooks, !isFound { missed += 1 }
            expect(hooks == hostHooks || isFound, "other hooks, nothing is found: \(recording.text)")
            let permissions = manifest.permissions.map { profile.permission(named: $0.text)?.name ?? $0.text }
            let isSame =
                hooks == hostHooks && permissions == recording.texts("permissions").map(Self.name)
                && manifest.name.text == recording.text("name") && manifest.version.text == recording.text("version")
                && (manifest.description?.text ?? "") == recording.text("description")
                && (manifest.author?.text ?? "") == recording.text("author")
                && (manifest.license?.text ?? "") == recording.text("license")
            guard isSame, reason.isEmpty else { continue }
            same += 1
            let errors = findings.filter { $0.isError && !own.contains($0.rule.id) }
            if !errors.isEmpty { falseAlarms += 1 }
            expect(errors.isEmpty, "\(errors.map { "\($0.rule.id) \($0.message)" }): \(recording.text)")
        }
        expect(missed == 0 && falseAlarms == 0)
        expect(same > 80 && refused > 20, "\(same) read alike, \(refused) refused")
    }

    private static func name(_ recorded: String) -> String {
        HostProfile.standard.permission(named: recorded)?.name ?? recorded
    }

    @Test(arguments: [
        ("blank-line-after-hooks.yaml", []), ("blank-line-in-hooks.yaml", []), ("comment-on-hooks-line.yaml", []),
        ("hook-twice-by-alias.yaml", ["PDK120"]), ("quoted-hook.yaml", ["PDK108"]),
    ])
    func theCasesAreFoundOrFine(file: String, rules: [String]) throws {
        let path = BuiltProduct.repository + "/Tests/Fixtures/cases/manifests/" + file
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let found = ManifestReading(manifest: try Manifest(reading: text), text: text, file: file).findings()
        expect(found.filter(\.isError).map(\.rule.id), is: rules)
    }
}
