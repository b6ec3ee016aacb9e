package import Authoring
internal import Basics
package import Contract
package import WebAssembly

/// The interface rules: what the host needs of a module before it can call it (host contract, section 6).
package struct InterfaceRules {
    package let manifest: Manifest
    package let module: WebAssemblyModule
    package let file: String

    package init(manifest: Manifest, module: WebAssemblyModule, file: String) {
        self.manifest = manifest
        self.module = module
        self.file = file
    }

    private static let resultHook = WebAssemblyModule.FunctionType(parameters: [.i32, .i32], results: [.i64])
    private static let observerHook = WebAssemblyModule.FunctionType(parameters: [.i32, .i32])

    package static let alloc = WebAssemblyModule.FunctionType(parameters: [.i32], results: [.i32])
    package static let dealloc = WebAssemblyModule.FunctionType(parameters: [.i32, .i32])

    /// Whether the host can call a hook: exported, and of a shape that it calls.
    package static func isCallable(_ hook: Hook, in module: WebAssemblyModule) -> Bool {
        guard let type = module.functionType(ofExport: hook.export) else { return false }
        return type == resultHook || (type == observerHook && (hook.isObserver || !hook.isCalled))
    }

    private static func number(_ name: String) -> WebAssemblyModule.ValueType? {
        switch name {
        case "i32": .i32
        case "i64": .i64
        case "f32": .f32
        case "f64": .f64
        default: nil
        }
    }

    /// All findings.
    package func findings() -> [Finding] { exports() + hooks() + imports() + memory() + permissions() }

    private func finding(_ rule: Rule, _ message: String, help: String? = nil) -> Finding {
        Finding(rule, message, help: help, file: file)
    }

    private func exports() -> [Finding] {
        var found: [Finding] = []
        if module.export(named: "memory")?.kind != .memory {
            found.append(
                finding(
                    RuleBook.missingExport,
                    "the module exports no memory called 'memory', so the host cannot pass it anything",
                    help: "link with the memory exported"))
        }
        for (name, type) in [("alloc", Self.alloc), ("dealloc", Self.dealloc)] {
            guard let actual = module.functionType(ofExport: name) else {
                found.append(
                    finding(
                        RuleBook.missingExport,
                        "the module exports no function '\(name)', which the host calls around each hook",
                        help: "export \(name): \(type)"))
                continue
            }
            if actual != type {
                found.append(
                    finding(
                        RuleBook.wrongExportType, "'\(name)' has the type \(actual), and the host calls it as \(type)",
                        help: "export \(name): \(type)"))
            }
        }
        return found
    }

    private func hooks() -> [Finding] {
        var found: [Finding] = []
        let declared = manifest.knownHooks
        for hook in declared {
            guard let type = module.functionType(ofExport: hook.export) else {
                found.append(
                    finding(
                        RuleBook.missingHook,
                        "the manifest declares the hook '\(hook.name)', and the module exports no function '\(hook.export)'",
                        help: "export it, or take it out of the manifest; then pdk build"))
                continue
            }
            if !Self.isCallable(hook, in: module) {
                found.append(
                    finding(
                        RuleBook.wrongHookShape,
                        "the hook '\(hook.export)' has the type \(type)"
                            + (type == Self.observerHook
                                ? ", which only observes: it could never decide anything"
                                : ", so each call of it fails and the query goes on"),
                        help: "give it the type \(hook.isObserver ? Self.observerHook : Self.resultHook)"))
            }
        }
        // Where none is declared, that is the finding (PDK110), and one of each hook would bury it.
        for hook in manifest.profile.calledHooks
        where !declared.isEmpty && !declared.contains(hook) && module.functionType(ofExport: hook.export) != nil {
            found.append(
                finding(
                    RuleBook.undeclaredHook,
                    "the module exports the hook '\(hook.name)', and the manifest does not declare it: it is never called",
                    help: "add it to the hooks in plugin.yaml"))
        }
        return found
    }

    private func imports() -> [Finding] {
        module.imports.compactMap { item in
            let shown = "\(item.module).\(item.name)".printable
            let profile = manifest.profile
            guard let offered = profile.function(module: item.module, name: item.name) else {
                return finding(
                    RuleBook.unknownImport, "the module imports \(shown), which no host offers",
                    help: "the host offers \(profile.imports.map { "\($0.module).\($0.name)" }.joined(separator: ", "))"
                )
            }
            let wanted = WebAssemblyModule.FunctionType(
                parameters: offered.parameters.compactMap(Self.number),
                results: [offered.result].compactMap { $0.flatMap(Self.number) })
            guard let type = module.functionType(of: item) else {
                return finding(RuleBook.wrongImportType, "\(shown) is imported as something other than a function")
            }
            guard type != wanted else { return nil }
            return finding(
                RuleBook.wrongImportType, "\(shown) is imported with the type \(type), and the host offers \(wanted)",
                help: "declare it as \(wanted)")
        }
    }

    private func memory() -> [Finding] {
        var found: [Finding] = []
        if module.memories.count > 1 {
            found.append(finding(RuleBook.memoryTooLarge, "the module has \(module.memories.count) memories"))
        }
        for memory in module.memories {
            if memory.is64 || memory.isShared {
                found.append(
                    finding(
                        RuleBook.memoryTooLarge,
                        "the module's memory is \(memory.is64 ? "64-bit" : "shared between threads"), which the host refuses",
                        help: "compile for plain wasm32"))
            }
            let pages = UInt64(manifest.profile.limits.memoryBytes >> 16)
            if pages > 0, memory.size.minimum > pages {
                found.append(
                    finding(
                        RuleBook.memoryTooLarge,
                        "the module asks for \(memory.size.minimum >> 4) MiB of memory at once, and the host gives \(pages >> 4) MiB",
                        help: "make its static data and stack smaller"))
            }
        }
        return found
    }

    private func permissions() -> [Finding] {
        let declared = manifest.permissions.map { manifest.profile.permission(named: $0.text)?.name ?? $0.text }
        let offered = manifest.profile.imports
        let used = offered.filter { offered in
            module.imports.contains { $0.module == offered.module && $0.name == offered.name }
        }
        var found: [Finding] = []
        for permission in used.compactMap(\.permission).uniqued() where !declared.contains(permission) {
            let functions = used.filter { $0.permission == permission }.map { "\($0.module).\($0.name)" }
            found.append(
                finding(
                    RuleBook.undeclaredPermission,
                    "the module uses \(functions.joined(separator: " and ")) without the permission '\(permission)'",
                    help: "add '\(permission)' to the permissions in plugin.yaml"))
        }
        for permission in offered.compactMap(\.permission).uniqued()
        where declared.contains(permission) && !used.contains(where: { $0.permission == permission }) {
            found.append(
                finding(
                    RuleBook.unusedPermission,
                    "the manifest asks for the permission '\(permission)', and the module uses nothing that needs it",
                    help: "take it out of plugin.yaml"))
        }
        return found
    }
}

extension [String] {
    /// The texts without repeats, in their order.
    fileprivate func uniqued() -> [String] {
        var seen: [String] = []
        for text in self where !seen.contains(text) { seen.append(text) }
        return seen
    }
}
