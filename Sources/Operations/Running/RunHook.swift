package import Authoring
package import Basics
package import Contract
internal import Engine
internal import Files
package import Running

/// A hook of a module that is called as a host calls it.
package struct CalledHook: Sendable {
    package let modulePath: String
    package let hook: Hook
    /// The store before a call.
    package let store: [ByteText: ByteText]
    package let profile: HostProfile
    /// The plugin that the module is built from; nil for a module that was named.
    package var project: PluginProject?

    package init(_ hook: Hook, of modulePath: String, store: [ByteText: ByteText], profile: HostProfile) {
        self.modulePath = modulePath
        self.hook = hook
        self.store = store
        self.profile = profile
    }

    /// The module, compiled, and what is to be said of it.
    func module(in context: Context) throws -> (module: RunnableModule, warnings: [String]) {
        let bytes = try PluginProject.readModule(modulePath)
        return (
            try RunnableModule(bytes, path: modulePath, source: context.engine, profile: profile),
            try project.map { try BuildState.warnings(of: $0, module: bytes) } ?? []
        )
    }
}

/// `pdk run`: one call of a hook in the engine.
package struct RunHook {
    package let call: CalledHook
    /// The exact bytes of the input.
    package let input: [UInt8]
    /// Fuel and time to allow in place of the host's own.
    package let fuel: UInt64?
    package let milliseconds: Int?
    /// What it works in.
    package let context: Context

    package init(_ call: CalledHook, input: [UInt8], fuel: UInt64?, milliseconds: Int?, in context: Context) {
        self.call = call
        self.input = input
        self.fuel = fuel
        self.milliseconds = milliseconds
        self.context = context
    }

    /// Compiles the module and calls the hook once.
    package func run() throws -> (run: HookRun, warnings: [String]) {
        let (module, warnings) = try call.module(in: context)
        let run = module.call(call.hook, input: input, store: KeyValueStore(texts: call.store), limits: limits)
        return (run, warnings)
    }

    private var limits: CallLimits {
        var limits = CallLimits(call.profile)
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
