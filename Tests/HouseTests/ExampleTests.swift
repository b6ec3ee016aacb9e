import TestSupport
import Testing

/// The examples are what `pdk new` writes today, with other code.
struct ExampleTests {
    /// The first line of a text that begins so, without that and what surrounds it.
    private func value(_ key: String, in text: String) throws -> String {
        let line = try #require(text.split(separator: "\n").first { $0.drop { $0 == " " }.hasPrefix(key + ":") })
        return String(line.drop { $0 == " " }.dropFirst(key.count + 1).drop { $0 == " " })
    }

    @Test func examplesAreBuiltAsTheTemplatesAre() throws {
        let manifests = try Repository.files(below: "Examples", ending: "/plugin.yaml")
        expect(manifests.count, is: 8)
        for path in manifests {
            let manifest = try Repository.text(path)
            let toolchain = try value("toolchain", in: manifest)
            let template = try Repository.text("Templates/\(toolchain)/files/plugin.yaml.mustache")
            let hooks = try #require(manifest.firstMatch(of: /\nhooks:\n((?:  - .*\n)+)/)).1
                .split(separator: "\n").map { $0.dropFirst(4) }
            let command = try value("command", in: template).replacing(/\{\{#hooks\}\}(.*?)\{\{\/hooks\}\}/) { match in
                hooks.map { match.1.replacing("{{name}}", with: $0) }.joined()
            }
            expect(try value("command", in: manifest), is: command, "\(path)")
        }
    }
}
