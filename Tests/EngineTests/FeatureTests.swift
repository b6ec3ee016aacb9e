import Engine
import TestSupport
import Testing

/// Hand-assembled modules, one a feature.
enum FeatureModules {
    static let head: [UInt8] = [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0]
    private static let functionOfNothing: [UInt8] = [1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0]
    private static let vector: [UInt8] = [0xFD, 0x0C] + [UInt8](repeating: 0, count: 16)
    private static let memory: [UInt8] = [5, 3, 1, 0, 1]

    private static func code(_ body: [UInt8]) -> [UInt8] {
        let size = UInt8(body.count + 2)
        return [10, size + 2, 1, size, 0] + body + [0x0B]
    }

    /// What wasmtime 26 takes by default, section bytes after the head.
    static let accepted: [(name: String, bytes: [UInt8])] = [
        ("mutable globals", [6, 6, 1, 0x7F, 1, 0x41, 0, 0x0B, 7, 5, 1, 1, 0x67, 3, 0]),
        ("sign extension", functionOfNothing + code([0x41, 0, 0xC0, 0x1A])),
        ("saturating conversion", functionOfNothing + code([0x43, 0, 0, 0, 0, 0xFC, 0, 0x1A])),
        ("multi-value", [1, 6, 1, 0x60, 0, 2, 0x7F, 0x7F]),
        ("bulk memory", functionOfNothing + memory + code([0x41, 0, 0x41, 0, 0x41, 0, 0xFC, 0x0B, 0])),
        ("reference types", [4, 4, 1, 0x70, 0, 1]),
        ("simd", functionOfNothing + code(vector + [0x1A])),
        ("relaxed simd", functionOfNothing + code(vector + vector + [0xFD, 0x80, 0x02, 0x1A])),
        ("tail call", functionOfNothing + code([0x12, 0])),
        ("multi-memory", [5, 5, 2, 0, 1, 0, 1]),
        ("extended constants", [6, 9, 1, 0x7F, 0, 0x41, 1, 0x41, 2, 0x6A, 0x0B]),
    ]

    /// What the host does not take; those marked are on by default in wasmtime 50.
    static let refused: [(name: String, bytes: [UInt8])] = [
        ("a table of externref (on in 50)", [4, 4, 1, 0x6F, 0, 1]),
        ("a parameter of externref (on in 50)", [1, 5, 1, 0x60, 1, 0x6F, 0]),
        ("a null of externref (on in 50)", functionOfNothing + code([0xD0, 0x6F, 0x1A])),
        ("memory64 (on in 50)", [5, 3, 1, 4, 1]),
        ("exceptions (on in 50)", [1, 4, 1, 0x60, 0, 0, 13, 3, 1, 0, 0]),
        ("garbage collection (on in 50)", [1, 3, 1, 0x5F, 0]),
        ("function references (on in 50)", [1, 9, 2, 0x60, 0, 0, 0x60, 1, 0x64, 0, 0]),
        (
            "wide arithmetic (on in 50)",
            functionOfNothing + code([0x42, 0, 0x42, 0, 0x42, 0, 0x42, 0, 0xFC, 0x13, 0x1A, 0x1A])
        ),
        ("shared memory (on in 50)", [5, 4, 1, 3, 1, 1]),
        ("atomics (on in 50)", functionOfNothing + code([0xFE, 3, 0])),
        ("custom page sizes", [5, 4, 1, 8, 1, 0]),
        ("stack switching", [1, 6, 2, 0x60, 0, 0, 0x5D, 0]),
    ]
}

@Suite("Accepted WebAssembly features")
struct FeatureTests {
    @Test(arguments: FeatureModules.accepted.map(\.name))
    func whatTheHostTakesIsTaken(name: String) throws {
        let entry = try #require(FeatureModules.accepted.first { $0.name == name })
        try Fixtures.engine().validate(FeatureModules.head + entry.bytes)
        _ = try Fixtures.engine().compile(FeatureModules.head + entry.bytes)
    }

    @Test(arguments: FeatureModules.refused.map(\.name))
    func whatTheHostRefusesIsRefused(name: String) throws {
        let entry = try #require(FeatureModules.refused.first { $0.name == name })
        let module = FeatureModules.head + entry.bytes
        let error = #expect(throws: EngineError.self) { try Fixtures.engine().validate(module) }
        guard case .invalidModule(let reason)? = error else {
            Issue.record("expected invalidModule, got \(String(describing: error))")
            return
        }
        expect(!reason.isEmpty && !reason.contains("\n"))
        #expect(throws: EngineError.self) { _ = try Fixtures.engine().compile(module) }
    }

    /// The host has no limit of its own: as many as its engine takes in a module run, and begin as large as they say.
    @Test func manyMemoriesAndTablesAreRun() throws {
        var module = FeatureModules.head + [1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0]
        module += [4, 0xAA, 2, 99] + (0..<99).flatMap { _ in [0x70, 0, 1] as [UInt8] }
        module += [5, 0xC7, 1, 99] + (0..<99).flatMap { _ in [0, 1] as [UInt8] }
        module += [10, 4, 1, 2, 0, 0x0B]
        let compiled = try Fixtures.engine().compile(module)
        expect(compiled.invoke([], limits: .patient).failure == nil)
    }

    @Test(
        arguments: [
            [], [0], Array("\0asm".utf8), [0, 0x61, 0x73, 0x6D, 2, 0, 0, 0], [0, 0x61, 0x73, 0x6D, 0x0D, 0, 1, 0],
            Array("(module)".utf8), FeatureModules.head + [1], FeatureModules.head + [1, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F],
            FeatureModules.head + [1, 5, 1, 0x60, 0xFF, 0xFF, 0xFF],
        ] as [[UInt8]])
    func malformedModulesAreRefused(bytes: [UInt8]) throws {
        #expect(throws: EngineError.self) { try Fixtures.engine().validate(bytes) }
        #expect(throws: EngineError.self) { _ = try Fixtures.engine().compile(bytes) }
    }

    @Test func tooLargeAModuleIsRefusedBeforeItIsRead() throws {
        let bytes = [UInt8](repeating: 0, count: Engine.maximumModuleBytes + 1)
        let expected = EngineError.moduleTooLarge(bytes: bytes.count, maximum: Engine.maximumModuleBytes)
        #expect(throws: expected) { try Fixtures.engine().validate(bytes) }
        #expect(throws: expected) { _ = try Fixtures.engine().compile(bytes) }
    }

    /// Random bytes and random damage to a real module: validating ends, and what validates compiles, runs or fails.
    @Test(arguments: [UInt64(1), 2, 3])
    func hostileBytesNeverCrash(seed: UInt64) throws {
        var random = SeededNumbers(seed: seed)
        let engine = try Fixtures.engine()
        let real = try Fixtures.build([])
        var accepted = 0
        var calls = 0
        for round in 0..<700 {
            var bytes: [UInt8]
            if round % 2 == 0 {
                bytes =
                    FeatureModules.head
                    + (0..<Int.random(in: 0...200, using: &random)).map { _ in
                        UInt8.random(in: 0...255, using: &random)
                    }
            } else {
                bytes = real
                for _ in 0...Int.random(in: 0...3, using: &random) {
                    bytes[Int.random(in: 8..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
                }
                if round % 5 == 0 { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
            }
            do throws(EngineError) {
                try engine.validate(bytes)
                accepted += 1
                guard accepted % 4 == 0 else { continue }
                let module = try engine.compile(bytes)
                for hook in ["echo", "host", "many", "grow"] {
                    let outcome = module.call(
                        hook: hook, shape: .result, input: littleEndian(Int32(round % 24), 20, 30, 40, 50),
                        limits: CallLimits(fuel: 20_000))
                    expect(outcome.fuelUsed <= 20_000)
                    calls += 1
                }
            } catch {
                // What the engine finds valid, our reader of sections must read.
                expect(error != .invalidModule(reason: "its sections cannot be read"))
            }
        }
        expect(accepted > 0 && calls > 0)
    }
}
