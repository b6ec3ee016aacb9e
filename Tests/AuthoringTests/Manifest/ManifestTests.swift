import Authoring
import Contract
import TestSupport
import Testing

@Suite struct ManifestTests {
    @Test func everyKeyIsReadWithItsLine() throws {
        let manifest = try Manifest(
            reading: """
                # a comment
                name: myplugin
                version: 0.1.0
                description: "What: it does"
                author: 'A. Author'
                license: Apache-2.0
                hooks:
                  - prequery
                  - pre_query
                  - nonsense
                  - route
                permissions: [kv_read, "kv_write"]
                resources:
                  min_memory: 1MB
                  max_memory: 16MB
                  speed: high
                build:
                  command: make all
                  wasm: out/x.wasm
                  toolchain: c
                  shell: zsh
                check:
                  strict: true
                  silence:
                    - rule: PDK101
                      reason: because
                    - rule: PDK102
                      until: 2030
                extra: {a: 1}
                """)
        expect(manifest.name.text == "myplugin" && manifest.name.line == 2)
        expect(manifest.version.text, is: "0.1.0")
        expect(manifest.description?.text, is: "What: it does")
        expect(manifest.author?.text, is: "A. Author")
        expect(manifest.license?.line, is: 6)
        expect(manifest.hooks.map(\.text), is: ["prequery", "pre_query", "nonsense", "route"])
        expect(manifest.hooks.map(\.line), is: [8, 9, 10, 11])
        expect(manifest.knownHooks.map(\.name), is: ["pre_query", "route"])
        expect(manifest.permissions.map(\.text), is: ["kv_read", "kv_write"])
        expect(manifest.minimumMemory?.text == "1MB" && manifest.maximumMemory?.text == "16MB")
        expect(manifest.buildCommand?.text == "make all" && manifest.buildOutput?.text == "out/x.wasm")
        expect(manifest.toolchain?.text, is: "c")
        expect(manifest.suppressions.map(\.rule), is: ["PDK101", "PDK102"])
        expect(manifest.suppressions.map(\.reason), is: ["because", ""])
        expect(manifest.suppressions.map(\.line), is: [25, 27])
        expect(
            manifest.unknownKeys.map { "\($0.text) \($0.line)" },
            is: ["resources.speed 16", "build.shell 21", "check.strict 23", "check.silence.until 28", "extra 29"])
    }

    @Test func numbersAndNullsAreTexts() throws {
        let manifest = try Manifest(reading: "name: 007\nversion: 1.10\nhooks:\nauthor: ~\nlicense: \"null\"\n")
        expect(manifest.name.text == "007" && manifest.version.text == "1.10")
        expect(manifest.hooks.isEmpty)
        expect(manifest.author?.text.isEmpty, is: true)
        expect(manifest.license?.text, is: "null")
    }
}
