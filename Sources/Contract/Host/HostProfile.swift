package import WebAssembly

/// What a plugin host really does, as data: every room of the kit reads it here, and none knows a host by itself.
///
/// Profiles are JSON (`Sources/Contract/Host`), part of the program. An author or operator changes single values in
/// `host.yaml`, which is merged over a profile (RFC 7396).
package struct HostProfile: Equatable, Sendable {
    /// The name that `plugin.yaml` and `host.yaml` use.
    package let id: String
    /// The host's own name and version.
    package let name: String
    /// The engine that the host runs plugins in.
    package let engine: String
    package let about: String?
    /// All hooks the host's loader knows.
    package let hooks: [Hook]
    /// All permissions the host knows; any other name is kept as a custom one.
    package let permissions: [Permission]
    /// All functions the host offers.
    package let imports: [HostImport]
    package let store: StoreCaps
    package let limits: HostLimits
    package let features: HostFeatures
    package let module: ModuleConvention
    package let loader: HostLoader
    package let messages: HostMessages
    package let admin: HostAdministration
    /// Sentences on answers, by what they are about.
    package let answerNotes: [HostNote]
    /// The texts that a client gets in front of a reason, by hook.
    package let clientTexts: [HostNote]
    /// The profile as it was read, with every change merged in.
    package let json: JSONValue

    /// The hooks that the host calls.
    package var calledHooks: [Hook] { hooks.filter(\.isCalled) }

    /// The hook that a manifest means by `text`, by name or alias in any case; nil when the host drops it.
    package func hook(named text: String) -> Hook? { hooks.first { $0.isNamed(text) } }

    /// The permission a manifest means by `text`, by name or alias in any case; nil for a custom one.
    package func permission(named text: String) -> Permission? { permissions.first { $0.isNamed(text) } }

    /// The function that a module imports by these names; nil when the host has none.
    package func function(module: String, name: String) -> HostImport? {
        imports.first { $0.module.utf8.elementsEqual(module.utf8) && $0.name.utf8.elementsEqual(name.utf8) }
    }

    /// Each permission that an import can need, with the functions of it that a module imports.
    package func permissions(of module: WebAssemblyModule) -> [(permission: String, functions: [String])] {
        var needed: [(permission: String, functions: [String])] = []
        for offered in imports {
            guard let permission = offered.permission else { continue }
            let place = needed.firstIndex { $0.permission == permission } ?? needed.endIndex
            if place == needed.endIndex { needed.append((permission, [])) }
            if module.imports.contains(where: { $0.module == offered.module && $0.name == offered.name }) {
                needed[place].functions.append("\(offered.module).\(offered.name)")
            }
        }
        return needed
    }

    /// Whether two names are the same to the host, which ignores the case of ASCII letters.
    static func isSameName(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count
            && zip(left.utf8, right.utf8).allSatisfy { lowercase($0) == lowercase($1) }
    }

    private static func lowercase(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
}

/// The WebAssembly features that the host's engine takes, by their names in LLVM's `target_features` section.
package struct HostFeatures: Equatable, Sendable {
    package let accepted: [String]
    package let refused: [String]
    /// Units of fuel that a bulk memory instruction costs, whatever its length.
    package let bulkMemoryFuel: Int
    package let about: String?
}

/// What the host calls in a module beside hooks, and what it never calls.
package struct ModuleConvention: Equatable, Sendable {
    /// The names of the exported memory, of `alloc(size) -> pointer` and of `dealloc(pointer, size)`.
    package let memory: String
    package let alloc: String
    package let dealloc: String
    /// Exports that set a module up elsewhere, and that the host never calls.
    package let neverCalled: [String]
    package let about: String?
}

/// A format of manifests beside a module, by the ending of its files.
package enum ManifestFormat: String, Sendable {
    /// Read line by line, not as YAML.
    case yaml
    case json
}

/// What the host reads in its plugins folder, and when.
package struct HostLoader: Equatable, Sendable {
    /// Whether it takes up changes while it runs.
    package let watches: Bool
    /// Whether it reads packed plugins (`.tar.gz`).
    package let readsPacked: Bool
    /// The manifests beside a module, of which the first that is there counts.
    package let manifests: [ManifestFormat]
    /// The longest plugin name, in bytes.
    package let nameBytes: Int
    package let about: String?
    package let surprises: [String]
}

/// Which messages of a client reach the hooks.
package struct HostMessages: Equatable, Sendable {
    package let reach: [String]
    package let bypass: [String]
    package let about: String?
}

/// Where a running host can be asked.
package struct HostAdministration: Equatable, Sendable {
    /// The address it listens at unless told otherwise.
    package let address: String
    /// The path of the list of plugins.
    package let plugins: String
    /// The path of a key, with `{plugin}` and `{key}` to be filled in.
    package let store: String
    /// Whether it may ask for a bearer token.
    package let mayNeedToken: Bool
    package let log: HostLogWords
    package let about: String?
}

/// The words that stand in the host's log lines about plugins.
package struct HostLogWords: Equatable, Sendable {
    /// In the line of each plugin that was loaded.
    package let loaded: String
    /// In the last line of loading, which has the number of those that failed.
    package let complete: String
    /// In the line of a failed call, behind the hook's name, and the level of such a line.
    package let failed: String
    package let level: String
}

/// A sentence of a profile, by what it is about.
package struct HostNote: Equatable, Sendable {
    package let key: String
    package let text: String
}
