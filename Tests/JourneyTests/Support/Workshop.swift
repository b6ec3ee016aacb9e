import Foundation
import TestSupport
import Testing

/// Plugins that were built once for all tests, each in a folder that nobody may change.
actor Workshop {
    static let shared = Workshop()

    /// All hooks the host calls.
    static let allHooks = ["pre_query", "post_query", "authenticate", "route"]

    /// Where the plugins are; removed when the process ends.
    private static let folder = "/tmp/pdk workshop " + UUID().uuidString.lowercased()
    /// Where compiled code is kept while the tests run.
    static let cacheFolder = folder + "/cache"
    private var plugins: [String: Task<String, any Error>] = [:]

    private init() {
        atexit { try? FileManager.default.removeItem(atPath: Workshop.folder) }
    }

    /// The folder of a built, unsigned plugin called `guard` in C, with its module at `dist/guard.wasm`.
    func guardPlugin() async throws -> String {
        try await plugin("guard") { kit, parent in
            try await kit.done("new", "guard", "--template", "c", "--author", "A. Author")
            try await kit.inside(parent + "/guard").done("build")
        }
    }

    /// A folder of its own for the running test, with a copy of the built plugin `guard`, signed or not.
    func copyOfGuard(_ kit: Kit, isSigned: Bool = true, to name: String = "guard") async throws -> Kit {
        let target = kit.folder + "/" + name
        try Disk.copy(try await guardPlugin(), to: target)
        // A copy has new times: the module must not look older than its sources.
        let module = target + "/dist/guard.wasm"
        try Disk.write(module, try Disk.read(module))
        let kit = kit.inside(target)
        if isSigned {
            if !Disk.exists(kit.keysFolder) { try await kit.done("keygen", "mykey") }
            try await kit.done("sign")
        }
        return kit
    }

    /// The folder of the plugin `name`, which `make` makes in the parent it is given, once.
    func plugin(_ name: String, make: @escaping @Sendable (Kit, String) async throws -> Void) async throws -> String {
        if let task = plugins[name] { return try await task.value }
        let parent = Self.folder + "/" + name
        let task = Task {
            try Disk.makeFolder(parent)
            try await make(Kit(home: parent + "/home", folder: parent), parent)
            return parent + "/" + name
        }
        plugins[name] = task
        return try await task.value
    }
}

extension Workshop {
    /// A copy of an example for the running test, built once for all tests.
    static func example(_ name: String) async throws -> Kit {
        let built = try await shared.plugin(name) { kit, parent in
            // Compilers leave things in the temporary folder.
            try Disk.makeFolder(parent + "/tmp")
            try Disk.copy("\(BuiltProduct.repository)/Examples/\(name)", to: parent + "/" + name)
            try await kit.with("TMPDIR", parent + "/tmp").inside(parent + "/" + name).done("build")
        }
        try Disk.makeFolder(Scratch.path("examples"))
        let target = Scratch.path("examples/" + name)
        try Disk.copy(built, to: target)
        // A copy has new times: the module must not look older than its sources.
        for file in try Disk.names(target + "/dist") {
            try Disk.write(target + "/dist/" + file, try Disk.read(target + "/dist/" + file))
        }
        return Kit().inside(target)
    }
}
