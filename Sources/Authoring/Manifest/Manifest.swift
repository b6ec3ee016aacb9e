package import Basics
package import Contract

/// A plugin's manifest, `plugin.yaml`, as a YAML parser reads it.
package struct Manifest: Sendable, Equatable {
    /// The file's name in a plugin's folder.
    package static let fileName = "plugin.yaml"

    /// A text with the place it stands at.
    package struct Scalar: Sendable, Equatable {
        package let text: String
        package let place: TextPlace
        /// The line, from 1.
        package var line: Int { place.line }
    }

    /// A rule that the author has suppressed, and why.
    package struct Suppression: Sendable, Equatable {
        package let rule: String
        package let reason: String
        /// The line, from 1.
        package let line: Int
    }

    package internal(set) var name = Scalar(text: "", place: .start)
    package internal(set) var version = Scalar(text: "", place: .start)
    package internal(set) var description: Scalar?
    package internal(set) var author: Scalar?
    package internal(set) var license: Scalar?
    package internal(set) var hooks: [Scalar] = []
    package internal(set) var permissions: [Scalar] = []
    /// `resources.min_memory`, as written.
    package internal(set) var minimumMemory: Scalar?
    /// `resources.max_memory`, as written.
    package internal(set) var maximumMemory: Scalar?
    /// The shell command that builds the module.
    package internal(set) var buildCommand: Scalar?
    /// The path, relative to the manifest, that the command leaves the module at.
    package internal(set) var buildOutput: Scalar?
    /// The files and folders that the command reads, relative to the manifest; empty where the kit is to find them.
    package internal(set) var buildSources: [Scalar] = []
    /// The toolchain the command needs: `swift`, `rust` or `c`.
    package internal(set) var toolchain: Scalar?
    /// The toolchains that `build.toolchain` may name.
    package static let toolchains = ["swift", "rust", "c", "cpp", "zig", "wat"]
    package internal(set) var suppressions: [Suppression] = []
    /// The name of the host profile the plugin is for.
    package internal(set) var host: Scalar?
    /// The host profile the plugin is for.
    package var profile = HostProfile.standard
    /// Every key that means something, as dotted paths.
    package static let knownKeys = [
        "name", "version", "description", "author", "license", "hooks", "permissions", "resources",
        "resources.min_memory", "resources.max_memory", "build", "build.command", "build.wasm", "build.toolchain",
        "build.sources",
        "check", "check.suppress", "check.suppress.rule", "check.suppress.reason", "check.silence",
        "check.silence.rule", "check.silence.reason", "host",
    ]
    /// Keys that mean nothing to the kit or the host, as dotted paths.
    package internal(set) var unknownKeys: [Scalar] = []

    /// The hooks that the host would know among those declared, without repeats.
    package var knownHooks: [Hook] {
        var seen: [Hook] = []
        for hook in hooks.compactMap({ profile.hook(named: $0.text) }) where !seen.contains(hook) { seen.append(hook) }
        return seen
    }
}
