import Engine
import Foundation
import TestSupport
import Testing

@Suite("The cache of compiled code")
struct CodeCacheTests {
    private func hash(_ module: [UInt8]) -> String {
        Fixtures.sha256(module).map { String(format: "%02x", $0) }.joined()
    }

    private func files(_ folder: TemporaryFolder) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).map { folder.path + "/" + $0 }
    }

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test func codeIsStoredOnceAndRunsFromTheFile() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let module = try Fixtures.build([])
        let engine = try Fixtures.engine()
        let first = try engine.compile(module, cacheFolder: folder.path, moduleHashHex: hash(module))
        expect(first.cache, is: .stored)
        let second = try engine.compile(module, cacheFolder: folder.path, moduleHashHex: hash(module))
        expect(second.cache, is: .hit)
        expect(second.exports, is: first.exports)
        let outcomes = [first, second].map { $0.patiently(hook: "echo", shape: .result, input: [1, 2]) }
        expect(outcomes.allSatisfy { $0.output == [1, 2] })
        expect(outcomes[0].fuelUsed, is: outcomes[1].fuelUsed)
        let stored = try files(folder)
        expect(stored.count, is: 1)
        let file = try #require(stored.first)
        expect(try mode(file), is: 0o600)
        expect(file.contains("\(hash(module))-\(engine.version)-"))
    }

    /// Whatever compiling would take, it is given up; a module that takes no more is compiled.
    @Test func compilingHasItsLimits() throws {
        let engine = try Fixtures.engine(), module = Wasm.nested([0x03, 0x40], depth: 5_000)
        func compile(milliseconds: Int, bytes: Int) throws(EngineError) -> CompiledModule {
            try engine.compile(
                module, interface: Engine.interface(module), cacheFolder: nil, moduleHashHex: "",
                milliseconds: milliseconds, bytes: bytes)
        }
        #expect(throws: EngineError.compilationTooLong(milliseconds: 50)) {
            try compile(milliseconds: 50, bytes: .max)
        }
        #expect(throws: EngineError.compilationTooLarge(bytes: 8 << 20)) {
            try compile(milliseconds: 600_000, bytes: 8 << 20)
        }
        expect(try compile(milliseconds: 600_000, bytes: 1 << 30).exports.count, is: 4)
    }

    @Test func theFolderIsMadeForTheUserAlone() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let inner = folder.path + "/a/b"
        let module = FeatureModules.head
        let compiled = try Fixtures.engine().compile(module, cacheFolder: inner, moduleHashHex: hash(module))
        expect(compiled.cache, is: .stored)
        expect(try mode(inner), is: 0o700)
    }

    @Test(arguments: ["empty", "cut", "flipped", "foreign", "folder"])
    func damagedFilesAreReplaced(damage: String) throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let module = try Fixtures.build([])
        let engine = try Fixtures.engine()
        _ = try engine.compile(module, cacheFolder: folder.path, moduleHashHex: hash(module))
        let file = try #require(try files(folder).first)
        let url = URL(fileURLWithPath: file)
        var bytes = [UInt8](try Data(contentsOf: url))
        switch damage {
        case "empty": bytes = []
        case "cut": bytes.removeLast(bytes.count / 2)
        case "flipped": bytes[bytes.count / 2] ^= 1
        case "foreign": bytes = Array(bytes[..<11]) + Fixtures.sha256([1, 2, 3]) + [1, 2, 3]
        default: break
        }
        try FileManager.default.removeItem(at: url)
        if damage == "folder" {
            try FileManager.default.createDirectory(atPath: file, withIntermediateDirectories: false)
        } else {
            try Data(bytes).write(to: url)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        }
        let compiled = try engine.compile(module, cacheFolder: folder.path, moduleHashHex: hash(module))
        expect(compiled.patiently(hook: "echo", shape: .result, input: [3]).output, is: [3])
        if damage == "folder" {
            guard case .ignored = compiled.cache else {
                Issue.record("expected ignored, got \(compiled.cache)")
                return
            }
            expect(try files(folder).count, is: 1)
        } else {
            guard case .replaced(let reason) = compiled.cache else {
                Issue.record("expected replaced, got \(compiled.cache)")
                return
            }
            expect(!reason.isEmpty)
            let again = try engine.compile(module, cacheFolder: folder.path, moduleHashHex: hash(module))
            expect(again.cache, is: .hit)
        }
    }

    @Test func aFileOthersCanWriteIsNotTaken() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let module = FeatureModules.head
        let engine = try Fixtures.engine()
        _ = try engine.compile(module, cacheFolder: folder.path, moduleHashHex: hash(module))
        let file = try #require(try files(folder).first)
        try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: file)
        let compiled = try engine.compile(module, cacheFolder: folder.path, moduleHashHex: hash(module))
        expect(compiled.cache, is: .replaced(reason: "others can write to the cached code"))
        expect(try mode(file), is: 0o600)
    }

    @Test(arguments: [0o777, 0o770, 0o720])
    func aFolderOthersCanWriteIsLeftAlone(mode: Int) throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder.path)
        let module = FeatureModules.head
        let compiled = try Fixtures.engine().compile(module, cacheFolder: folder.path, moduleHashHex: hash(module))
        expect(compiled.cache, is: .ignored(reason: "others can write to the cache folder \(folder.path)"))
        expect(try files(folder).isEmpty)
    }

    @Test func aLinkToAFolderIsLeftAlone() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let real = folder.path + "/real"
        let link = folder.path + "/link"
        try FileManager.default.createDirectory(
            atPath: real, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: real)
        let module = FeatureModules.head
        let compiled = try Fixtures.engine().compile(module, cacheFolder: link, moduleHashHex: hash(module))
        guard case .ignored = compiled.cache else {
            Issue.record("expected ignored, got \(compiled.cache)")
            return
        }
    }

    @Test(arguments: ["", "../../x", String(repeating: "A", count: 64), String(repeating: "a", count: 63)])
    func aHashThatIsNoneIsNotUsedAsAName(text: String) throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let compiled = try Fixtures.engine().compile(
            FeatureModules.head, cacheFolder: folder.path, moduleHashHex: text)
        expect(compiled.cache, is: .ignored(reason: "the module's hash is not 64 lowercase hex digits"))
        expect(try files(folder).isEmpty)
    }

    @Test func anInvalidModuleIsNotStored() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        #expect(throws: EngineError.self) {
            _ = try Fixtures.engine().compile([1, 2], cacheFolder: folder.path, moduleHashHex: hash([1, 2]))
        }
        expect(try files(folder).isEmpty)
    }
}
