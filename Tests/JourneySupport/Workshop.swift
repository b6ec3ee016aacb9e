internal import TestSupport
internal import Testing

/// Plugins that were built once for all tests, each in a folder that nobody may change.
package actor Workshop {
    package static let shared = Workshop()

    /// All hooks the host calls.
    package static let allHooks = ["pre_query", "post_query", "authenticate", "route"]

    /// Where the plugins are.
    private static let folder = Scratch.ofRun + "/workshop"
    /// Where compiled code is kept while the tests run.
    package static let cacheFolder = folder + "/cache"
    private var plugins: [String: Task<String, any Error>] = [:]

    private init() {}

    /// The folder of a built, unsigned plugin called `guard` in C, with its module at `dist/guard.wasm`.
    package func guardPlugin() async throws -> String {
        try await plugin("guard") { kit, parent in
            try await kit.done("new", "guard", "--template", "c", "--author", "A. Author")
            try await kit.inside(parent + "/guard").done("build")
        }
    }

    /// A folder of its own for the running test, with a copy of the built plugin `guard`, signed or not.
    package func copyOfGuard(_ kit: Kit, isSigned: Bool = true, to name: String = "guard") async throws -> Kit {
        let target = kit.folder + "/" + name
        try Disk.copy(try await guardPlugin(), to: target)
        try Self.renew(target + "/dist")
        let kit = kit.inside(target)
        if isSigned {
            if !Disk.exists(kit.keysFolder) { try await kit.done("keygen", "mykey") }
            try await kit.done("sign")
        }
        return kit
    }

    /// The folder of the plugin `name`, which `make` makes in the parent it is given, once for each `use`.
    package func plugin(
        _ name: String, for use: String = "", make: @escaping @Sendable (Kit, String) async throws -> Void
    ) async throws -> String {
        let parent = Self.folder + "/" + (use.isEmpty ? name : use)
        if let task = plugins[parent] { return try await task.value }
        let task = Task {
            // Compilers leave things in the temporary folder.
            try Disk.makeFolder(parent + "/tmp")
            try await make(Kit(home: parent + "/home", folder: parent).with("TMPDIR", parent + "/tmp"), parent)
            return parent + "/" + name
        }
        plugins[parent] = task
        return try await task.value
    }
}

extension Workshop {
    /// A copy of an example for the running test, built once for all tests.
    package static func example(_ name: String, to place: String = "examples") async throws -> Kit {
        let built = try await shared.plugin(name) { kit, parent in
            try Disk.copy("\(BuiltProduct.repository)/Examples/\(name)", to: parent + "/" + name)
            try await kit.inside(parent + "/" + name).done("build")
        }
        try Disk.makeFolder(Scratch.path(place))
        let target = Scratch.path(place + "/" + name)
        try Disk.copy(built, to: target)
        try renew(target + "/dist")
        return Kit().inside(target)
    }

    /// The folder of a built plugin `guard` of a template; `source` takes the place of the skeleton's file of that path.
    package static func skeleton(
        _ template: String, hooks: [String] = allHooks, source: (path: String, text: String)? = nil
    ) async throws -> String {
        let use = ([template] + hooks + [source.map { String(UInt(bitPattern: $0.text.hashValue)) } ?? ""])
        return try await shared.plugin("guard", for: use.joined(separator: " ")) { kit, parent in
            let made = try await kit.run(
                ["new", "guard", "--template", template, "--author", "A. Author"] + hooks.flatMap { ["--hook", $0] })
            try #require(made.status == 0, "\(made.transcript)")
            let plugin = kit.inside(parent + "/guard")
            if let source { try Disk.write(plugin.folder + "/" + source.path, source.text) }
            // The skeleton as it comes is built in its own folder, as its author does.
            if hooks == allHooks, source == nil {
                try await plugin.done("build")
            } else {
                try await Workbench.shared.build(plugin, of: template)
            }
        }
    }

    /// A copy has new times: the module must not look older than its sources.
    package static func renew(_ dist: String) throws {
        for file in try Disk.names(dist) { try Disk.write(dist + "/" + file, try Disk.read(dist + "/" + file)) }
    }
}
