import Authoring
import Contract
import Foundation
import Operations
import PluginRegistry
import Running
import Synchronization
import TestSupport
import Trust

/// A plugin and a key store in the test's own folder, made without a compiler.
enum Workplace {
    /// A small module that the host can call: its `alloc` grows the memory each time, and `pre_query` has no opinion.
    static let module: [UInt8] = {
        func section(_ id: UInt8, _ content: [UInt8]) -> [UInt8] { [id, UInt8(content.count)] + content }
        func export(_ name: String, _ kind: UInt8, _ index: UInt8) -> [UInt8] {
            [UInt8(name.utf8.count)] + Array(name.utf8) + [kind, index]
        }
        let types: [UInt8] = [3, 0x60, 1, 0x7F, 1, 0x7F, 0x60, 2, 0x7F, 0x7F, 0, 0x60, 2, 0x7F, 0x7F, 1, 0x7E]
        let exports =
            [4] + export("memory", 2, 0) + export("alloc", 0, 0) + export("dealloc", 0, 1) + export("pre_query", 0, 2)
        // memory.grow((size + 65535) >> 16) << 16
        let alloc: [UInt8] = [
            0, 0x20, 0, 0x41, 0xFF, 0xFF, 3, 0x6A, 0x41, 16, 0x76, 0x40, 0, 0x41, 16, 0x74, 0x0B,
        ]
        let code = [3, UInt8(alloc.count)] + alloc + [2, 0, 0x0B, 4, 0, 0x42, 0, 0x0B]
        return [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0] + section(1, types) + section(3, [3, 0, 1, 2])
            + section(5, [1, 0, 1]) + section(7, exports) + section(10, code)
    }()

    /// A manifest that goes with the module.
    static func manifest(version: String = "0.1.0", more: String = "") -> String {
        """
        name: guard
        version: \(version)
        description: What it does
        license: Apache-2.0
        hooks:
          - pre_query
        \(more)
        """
    }

    /// Makes the plugin `guard` with a built module, and takes it.
    static func plugin(version: String = "0.1.0", more: String = "", in name: String = "guard") throws -> PluginProject
    {
        try write(Scratch.path(name + "/plugin.yaml"), Array(manifest(version: version, more: more).utf8))
        try write(Scratch.path(name + "/dist/guard.wasm"), module)
        return try PluginProject(folder: Scratch.path(name))
    }

    /// The engine that the set-up fetched.
    static var engine: EngineSource {
        EngineSource(candidates: [BuiltProduct.repository + "/.build-engine/libwasmtime.so"], cacheFolder: nil)
    }

    /// The key store in the test's folder.
    static var store: KeyStore { KeyStore(configurationFolder: Scratch.path("configuration")) }

    /// The keys of the store, and of the arguments.
    static func keys(requested: String? = nil, file: String? = nil, pem: String? = nil, phrase: String? = nil)
        -> KeySource
    {
        KeySource(
            requested: requested, file: file, pem: pem, store: store, currentFolder: Scratch.folder,
            configuredLabel: { try store.configuredLabel() },
            passphrase: { _ in phrase.map { Array($0.utf8) } })
    }

    /// Makes a key.
    @discardableResult
    static func makeKey(_ label: String, phrase: String? = nil) throws -> GenerateKey.Report {
        try GenerateKey(label: label, store: store, passphrase: phrase.map { Array($0.utf8) }).run()
    }

    /// Signs the plugin's module.
    static func sign(_ plugin: PluginProject, _ keys: KeySource) throws {
        _ = try SignModule(modulePath: plugin.modulePath, manifest: PluginMetadata(plugin.manifest), key: keys).run()
    }

    /// Writes a file and the folders it lacks.
    static func write(_ path: String, _ bytes: [UInt8]) throws {
        let url = URL(filePath: path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }

    /// Writes a program for `/bin/sh`.
    static func writeProgram(_ path: String, _ script: String, interpreter: String = "/bin/sh") throws {
        try write(path, Array("#!\(interpreter)\n\(script)\n".utf8))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }

    /// Every file below a folder with its bytes; folders end in `/`.
    static func tree(_ folder: String) throws -> [String: [UInt8]] {
        var found: [String: [UInt8]] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            let type =
                try FileManager.default.attributesOfItem(atPath: folder + "/" + path)[.type] as? FileAttributeType
            if type == .typeDirectory {
                found[path + "/"] = []
            } else {
                found[path] = Array(try Data(contentsOf: URL(filePath: folder + "/" + path)))
            }
        }
        return found
    }

    /// Whether something is there.
    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
}

extension Workplace {
    /// Makes a file its owner's only.
    static func close(_ path: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }
}

/// Collects what a build says as it comes.
final class Said: Sendable {
    private let pieces = Mutex("")

    /// What was said.
    var text: String { pieces.withLock { $0 } }

    /// Takes a piece.
    func add(_ piece: String) { pieces.withLock { $0 += piece } }
}
