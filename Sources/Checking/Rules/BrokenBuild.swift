internal import Authoring
internal import Basics
internal import Contract

/// PDK119: broken build.
package enum BrokenBuild: RuleDefinition {
    package static let rule = Rule(
        "PDK119", "broken-build", .warning,
        prevents: #"A plugin with a built module passes every other rule, but its next version cannot be built."#,
        fix: #"Add `command:` and `wasm:` below `build:`, and a toolchain that `pdk doctor` knows."#,
        example: .yaml(
            found: #"""
                build:
                  comand: make
                  wasm: plugin.wasm
                """#,
            fixed: #"""
                build:
                  command: make
                  wasm: plugin.wasm
                """#))

    static func findings(in reading: ManifestReading) -> [Finding] {
        // A plugin that is built by other means needs no build section; one that is there should work.
        let manifest = reading.manifest
        let command = manifest.buildCommand, output = manifest.buildOutput, toolchain = manifest.toolchain
        guard let first = [command, output, toolchain].compactMap({ $0?.line }).min() else { return [] }
        var found: [Finding] = []
        for (key, value) in [("command", command), ("wasm", output)] where value?.text.isEmpty ?? true {
            found.append(
                reading.finding(
                    rule, "pdk build cannot build the plugin: build has no \(key)", value?.line ?? first,
                    help: "add \(key): below build:"))
        }
        if let toolchain, !toolchain.text.isEmpty, !Manifest.toolchains.contains(toolchain.text) {
            found.append(
                reading.finding(
                    rule, "pdk build cannot build the plugin: there is no toolchain '\(toolchain.text.printable)'",
                    toolchain.line,
                    help: "write one of \(Manifest.toolchains.joined(separator: ", ")), or leave it out for any other"))
        }
        return found
    }
}
