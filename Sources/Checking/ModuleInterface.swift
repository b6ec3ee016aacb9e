package import Authoring
internal import Contract
package import WebAssembly

/// A built module as a file: what PDK200 and PDK201 look at.
package struct BuiltModule {
    package enum State {
        case absent
        /// It cannot be read, for a reason in words.
        case malformed(String)
    }

    package let file: String
    package let state: State

    package init(file: String, state: State) {
        self.file = file
        self.state = state
    }

    /// What the rules of a file find.
    package func findings() -> [Finding] { RuleBook.file.flatMap { $0.findings(in: self) } }
}

/// What a module imports and exports, and what its manifest says: what the interface rules look at (host contract, section 6).
package struct ModuleInterface {
    let manifest: Manifest
    let module: WebAssemblyModule
    private let file: String

    package init(manifest: Manifest, module: WebAssemblyModule, file: String) {
        self.manifest = manifest
        self.module = module
        self.file = file
    }

    /// The type of a hook that answers.
    static let resultHook = WebAssemblyModule.FunctionType(parameters: [.i32, .i32], results: [.i64])
    /// The type of a hook that only observes.
    static let observerHook = WebAssemblyModule.FunctionType(parameters: [.i32, .i32])
    /// The functions that the host calls around each hook, by the names that it looks for.
    static func allocator(_ profile: HostProfile) -> [(name: String, type: WebAssemblyModule.FunctionType)] {
        [
            (profile.module.alloc, WebAssemblyModule.FunctionType(parameters: [.i32], results: [.i32])),
            (profile.module.dealloc, WebAssemblyModule.FunctionType(parameters: [.i32, .i32])),
        ]
    }

    /// Whether the host can call a hook: exported, and of a shape that it calls.
    static func isCallable(_ hook: Hook, in module: WebAssemblyModule) -> Bool {
        guard let type = module.functionType(ofExport: hook.export) else { return false }
        return type == resultHook || (type == observerHook && (hook.isObserver || !hook.isCalled))
    }

    /// Whether the host can pass anything to the module.
    static func hasAllocator(_ module: WebAssemblyModule, _ profile: HostProfile) -> Bool {
        module.export(named: profile.module.memory)?.kind == .memory
            && allocator(profile).allSatisfy { module.functionType(ofExport: $0.name) == $0.type }
    }

    /// The type that the host offers an import with; nil where it offers none of this name.
    func offeredType(of item: WebAssemblyModule.Import) -> WebAssemblyModule.FunctionType? {
        manifest.profile.function(module: item.module, name: item.name)?.type
    }

    /// The permissions in the manifest, by the names the host knows.
    var declaredPermissions: [String] {
        manifest.permissions.map { manifest.profile.permission(named: $0.text)?.name ?? $0.text }
    }

    /// Each permission that an import can need, with the functions of it that the module imports.
    var neededPermissions: [(permission: String, functions: [String])] { manifest.profile.permissions(of: module) }

    func finding(_ rule: Rule, _ message: String, help: String? = nil) -> Finding {
        Finding(rule, message, help: help, file: file)
    }

    /// What all interface rules find.
    package func findings() -> [Finding] { RuleBook.interface.flatMap { $0.findings(in: self) } }
}
