internal import Authoring
package import Basics
package import Contract
internal import Engine
internal import Files
package import Running

/// `pdk run`: one call of a hook in the engine.
package struct RunHook {
    package let modulePath: String
    package let hook: Hook
    /// The exact bytes of the input.
    package let input: [UInt8]
    /// The store before the call.
    package let store: [ByteText: ByteText]
    package let source: EngineSource
    package let profile: HostProfile
    /// Fuel and time to allow in place of the host's own.
    package let fuel: UInt64?
    package let milliseconds: Int?

    package init(
        modulePath: String, hook: Hook, input: [UInt8], store: [ByteText: ByteText], source: EngineSource,
        profile: HostProfile, fuel: UInt64?, milliseconds: Int?
    ) {
        self.modulePath = modulePath
        self.hook = hook
        self.input = input
        self.store = store
        self.source = source
        self.profile = profile
        self.fuel = fuel
        self.milliseconds = milliseconds
    }

    /// Compiles the module and calls the hook once.
    package func run() throws -> HookRun {
        let module = try RunnableModule(
            try PluginProject.readModule(modulePath), path: modulePath, source: source, profile: profile)
        return module.call(hook, input: input, store: KeyValueStore(texts: store), limits: limits)
    }

    private var limits: CallLimits {
        var limits = CallLimits(profile)
        if let fuel { limits.fuel = fuel }
        if let milliseconds { limits.timeMilliseconds = UInt32(clamping: milliseconds) }
        return limits
    }

    /// Reads a store from a JSON file: one object of texts.
    package static func readStore(_ path: String) throws -> [ByteText: ByteText] {
        let bytes = try WholeFiles.read(path, limit: 128 << 20)
        let root: JSONNode
        do { root = try JSONDocument(parsing: bytes, limits: JSONLimits(bytes: 128 << 20)).root } catch {
            throw error.problem(.invalidStore, in: path, bytes)
        }
        let help = "write an object of strings, such as {\"key\": \"value\"}"
        guard root.kind == .object else {
            throw Problem(.invalidStore, "\(path) is not a JSON object", help: help)
        }
        var store: [ByteText: ByteText] = [:]
        for (key, value) in root.members {
            guard let name = key.string, let text = value.string else {
                throw Problem(
                    .invalidStore, "\(path): the value of '\(key.string?.printable ?? "")' is not a string", help: help)
            }
            store[ByteText(name)] = ByteText(text)
        }
        return store
    }
}

extension KeyValueStore {
    /// A store of texts.
    init(texts: [ByteText: ByteText]) {
        var entries: [[UInt8]: [UInt8]] = [:]
        for (key, value) in texts { entries[key.bytes] = value.bytes }
        self.init(entries)
    }
}
