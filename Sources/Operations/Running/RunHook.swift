internal import Authoring
internal import Basics
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
    package let store: [String: String]
    package let source: EngineSource
    /// The memory of a call, in bytes; nil for the host's own limit.
    package let memoryBytes: Int?
    /// Fuel and time to allow in place of the host's own.
    package let fuel: UInt64?
    package let milliseconds: Int?

    package init(
        modulePath: String, hook: Hook, input: [UInt8], store: [String: String], source: EngineSource,
        memoryBytes: Int?, fuel: UInt64?, milliseconds: Int?
    ) {
        self.modulePath = modulePath
        self.hook = hook
        self.input = input
        self.store = store
        self.source = source
        self.memoryBytes = memoryBytes
        self.fuel = fuel
        self.milliseconds = milliseconds
    }

    /// Compiles the module and calls the hook once.
    package func run() throws -> HookRun {
        let module = try RunnableModule(
            try PluginProject.readModule(modulePath), path: modulePath, source: source)
        return module.call(hook, input: input, store: KeyValueStore(texts: store), limits: limits)
    }

    private var limits: CallLimits {
        var limits = CallLimits()
        if let memoryBytes { limits.memoryBytes = memoryBytes }
        if let fuel { limits.fuel = fuel }
        if let milliseconds { limits.timeMilliseconds = UInt32(clamping: milliseconds) }
        return limits
    }

    /// Reads a store from a JSON file: one object of texts.
    package static func readStore(_ path: String) throws -> [String: String] {
        let bytes = try WholeFiles.read(path, limit: 128 << 20)
        let root: JSONNode
        do { root = try JSONDocument(parsing: bytes, limits: JSONLimits(bytes: 128 << 20)).root } catch {
            throw Problem(.invalidStore, "\(path) is not JSON: \(error)")
        }
        let help = "write an object of texts, such as {\"key\": \"value\"}"
        guard root.kind == .object else {
            throw Problem(.invalidStore, "\(path) is not a JSON object", help: help)
        }
        var store: [String: String] = [:]
        for (key, value) in root.members {
            guard let name = key.string, let text = value.string else {
                throw Problem(
                    .invalidStore, "\(path): the value of '\(key.string?.printable ?? "")' is not a text", help: help)
            }
            store[name] = text
        }
        return store
    }
}

extension KeyValueStore {
    /// A store of texts.
    init(texts: [String: String]) {
        var entries: [[UInt8]: [UInt8]] = [:]
        for (key, value) in texts { entries[Array(key.utf8)] = Array(value.utf8) }
        self.init(entries)
    }
}
