import Contract
import Engine
import Running
import TestSupport
import Testing

@Suite("The host's imports")
struct HostImportTests {
    /// Runs one import: an operation (0 get, 1 set, 2 delete, 3 sha256; 16 more for absolute pointers), its arguments,
    /// then data at offset 20.
    private func run(
        _ operation: Int32, _ a: Int32, _ b: Int32, _ c: Int32 = 0, _ d: Int32 = 0, data: [UInt8] = [],
        store: KeyValueStore = KeyValueStore()
    ) throws -> CallOutcome {
        try Fixtures.plugin().patiently(
            hook: "host", shape: .result, input: littleEndian(operation, a, b, c, d) + data, store: store)
    }

    @Test func aValueIsWrittenReadAndDeleted() throws {
        let written = try run(1, 20, 1, 21, 3, data: Array("kval".utf8))
        expect(firstNumber(written.output), is: 0)
        expect(written.storeOperations, is: [.write(key: [0x6B], value: Array("val".utf8))])
        expect(written.store.entries, is: [[0x6B]: Array("val".utf8)])

        let read = try run(0, 20, 1, 21, 3, data: Array("k...".utf8), store: written.store)
        expect(firstNumber(read.output), is: 3)
        expect(read.output?.suffix(3), is: Array("val".utf8)[...])
        expect(read.storeOperations, is: [.read(key: [0x6B], result: .value(Array("val".utf8)))])

        let deleted = try run(2, 20, 1, data: [0x6B], store: written.store)
        expect(firstNumber(deleted.output) == 0 && deleted.store == KeyValueStore())
        expect(deleted.storeOperations, is: [.delete(key: [0x6B], existed: true)])

        let again = try run(2, 20, 1, data: [0x6B])
        expect(firstNumber(again.output), is: 0)
        expect(again.storeOperations, is: [.delete(key: [0x6B], existed: false)])
    }

    @Test func aMissIsMinusOneAndASmallBufferMinusTwo() throws {
        let missing = try run(0, 20, 1, 20, 1, data: [1])
        expect(firstNumber(missing.output), is: -1)
        expect(missing.storeOperations, is: [.read(key: [1], result: .missing)])
        let store = KeyValueStore([[1]: [7, 8, 9]])
        let small = try run(0, 20, 1, 20, 2, data: [1, 0, 0], store: store)
        expect(firstNumber(small.output), is: -2)
        expect(small.output?.suffix(3), is: [1, 0, 0])
        expect(small.storeOperations, is: [.read(key: [1], result: .bufferTooSmall(valueBytes: 3, bufferBytes: 2))])
    }

    @Test(arguments: [
        (65_536, 65_536, nil), (65_537, 1, WriteRejection.keyTooLong(maximum: 65_536)),
        (1, 65_537, .valueTooLong(maximum: 65_536)),
    ])
    func keysAndValuesAreCapped(keyBytes: Int, valueBytes: Int, rejection: WriteRejection?) throws {
        let data = [UInt8](repeating: 0x41, count: keyBytes + valueBytes)
        let outcome = try run(1, 20, Int32(keyBytes), 20 + Int32(keyBytes), Int32(valueBytes), data: data)
        expect(firstNumber(outcome.output), is: (rejection == nil ? 0 : -1))
        let key = [UInt8](repeating: 0x41, count: keyBytes)
        if let rejection {
            expect(
                outcome.storeOperations, is: [.rejectedWrite(key: key, valueBytes: valueBytes, reason: rejection)])
            expect(outcome.store.entries.isEmpty)
        } else {
            expect(outcome.store.entries[key]?.count, is: valueBytes)
        }
    }

    @Test func aPluginHas1024Keys() throws {
        let outcome = try Fixtures.plugin().patiently(
            hook: "many", shape: .result, input: littleEndian(1_030, 0))
        expect(firstNumber(outcome.output), is: 1_024)
        expect(outcome.store.entries.count, is: 1_024)
        let rejected = outcome.storeOperations.filter {
            if case .rejectedWrite(_, _, .tooManyKeys) = $0 { true } else { false }
        }
        expect(rejected.count, is: 6)
        // A key that exists can still be overwritten.
        let again = try Fixtures.plugin().patiently(
            hook: "many", shape: .result, input: littleEndian(5, 0), store: outcome.store)
        expect(firstNumber(again.output), is: 5)
    }

    @Test func theRecordsAreBounded() throws {
        let limits = CallLimits(fuel: 100_000_000, timeMilliseconds: 60_000)
        let outcome = try Fixtures.plugin().patiently(
            hook: "many", shape: .result, input: littleEndian(12_000, 0), limits: limits)
        expect(outcome.storeOperations.count, is: 10_000)
        expect(outcome.storeOperationsOmitted, is: 2_000)
    }

    @Test(arguments: [
        (Int32(16), "kv_get", Int32(-1)), (17, "kv_set", -1), (18, "kv_delete", -1), (19, "sha256_hex", -1),
    ])
    func rangesOutsideTheMemoryAreAnswered(operation: Int32, function: String, answer: Int32) throws {
        for (pointer, length) in [(Int32(-1), Int32(1)), (0, -1), (.max, 1), (1, .max), (.min, .min), (-1, -1)] {
            let outcome = try run(operation, pointer, length, 0, 64)
            expect(outcome.failure == nil)
            expect(firstNumber(outcome.output), is: answer)
            expect(outcome.storeOperations, is: [.badRange(function: function)])
        }
        if operation != 18 {
            let store = KeyValueStore([[]: [1, 2]])
            let outcome = try run(operation, 0, 0, -64, 64, store: store)
            expect(firstNumber(outcome.output), is: answer)
            expect(outcome.storeOperations, is: [.badRange(function: function)])
        }
    }

    /// The room of `kv_get` is signed: a negative one is too small, also for a value of no bytes.
    @Test(arguments: [Int32(-1), .min]) func aNegativeRoomIsTooSmall(room: Int32) throws {
        for value in [[], [1, 2, 3]] as [[UInt8]] {
            let outcome = try run(0, 20, 1, 20, room, data: [7], store: KeyValueStore([[7]: value]))
            expect(firstNumber(outcome.output), is: -2)
        }
    }

    /// The cap on all bytes counts what is replaced and removed.
    @Test func allKeysAndValuesTogetherAreCapped() throws {
        var settings = try EngineSettings(.standard)
        settings.caps.totalBytes = 10
        let engine = try Engine(
            library: try Fixtures.library.get(), settings: settings, sha256: { Fixtures.sha256($0) })
        let module = try engine.compile(try Fixtures.build([]))
        func set(_ key: UInt8, _ count: Int32, _ store: KeyValueStore) -> CallOutcome {
            module.patiently(
                hook: "host", shape: .result,
                input: littleEndian(1, 20, 1, 21, count) + [key] + [UInt8](repeating: 9, count: Int(count)),
                store: store)
        }
        let first = set(1, 9, KeyValueStore())
        expect(firstNumber(first.output), is: 0)
        let second = set(2, 0, first.store)
        expect(firstNumber(second.output), is: -1)
        expect(
            second.storeOperations, is: [.rejectedWrite(key: [2], valueBytes: 0, reason: .tooManyBytes(maximum: 10))])
        let smaller = set(1, 8, first.store)
        expect(firstNumber(smaller.output) == 0 && firstNumber(set(2, 0, smaller.store).output) == 0)
    }

    @Test func aCapOfZeroIsNone() throws {
        var settings = try EngineSettings(.standard)
        settings.caps = StoreLimits(keyBytes: 0, valueBytes: 0, keys: 0, totalBytes: 0)
        let engine = try Engine(
            library: try Fixtures.library.get(), settings: settings, sha256: { Fixtures.sha256($0) })
        let module = try engine.compile(try Fixtures.build([]))
        let data = [UInt8](repeating: 0x41, count: 140_000)
        let long = module.patiently(
            hook: "host", shape: .result, input: littleEndian(1, 20, 70_000, 70_020, 70_000) + data)
        expect(firstNumber(long.output) == 0 && long.store.entries.values.first?.count == 70_000)
        let many = module.patiently(hook: "many", shape: .result, input: littleEndian(1_030, 0))
        expect(firstNumber(many.output), is: 1_030)
    }

    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ])
    func sha256IsWrittenAsHex(text: String, digest: String) throws {
        let data = [UInt8](repeating: 0, count: 64) + Array(text.utf8)
        let outcome = try run(3, 84, Int32(text.utf8.count), 20, data: data)
        expect(firstNumber(outcome.output), is: 64)
        expect(outcome.output.map { String(decoding: $0[20..<84], as: UTF8.self) }, is: digest)
    }

    @Test func aBrokenDigestFunctionFailsTheCall() throws {
        let engine = try Engine(
            library: try Fixtures.library.get(), settings: try EngineSettings(.standard), sha256: { _ in [1, 2, 3] })
        let module = try engine.compile(try Fixtures.build([]))
        let outcome = module.patiently(
            hook: "host", shape: .result,
            input: littleEndian(3, 20, 1, 20, 0) + [UInt8](repeating: 0, count: 64))
        let reason = "the SHA-256 function of the kit returned 3 bytes"
        expect(outcome.failure?.kind, is: .hostError(reason: reason))
        expect(outcome.failure?.frames.last?.functionName, is: "host")
    }

    @Test func theStoreOfAFailedCallKeepsWhatWasWritten() throws {
        let limits = CallLimits(fuel: 3_000, timeMilliseconds: 60_000)
        let outcome = try Fixtures.plugin().patiently(
            hook: "many", shape: .result, input: littleEndian(1_000, 0), limits: limits)
        expect(outcome.failure?.kind, is: .outOfFuel)
        expect(!outcome.store.entries.isEmpty)
        expect(outcome.store.entries.count, is: outcome.storeOperations.count)
    }

    @Test func anUnknownImportIsNamed() throws {
        let module = try Fixtures.build(["-DUNKNOWN_IMPORT"])
        #expect(throws: EngineError.unknownImport(module: "env", name: "kv_list")) {
            _ = try Fixtures.engine().compile(module)
        }
    }

    @Test func anImportOfAnotherTypeIsNamed() throws {
        let module = try Fixtures.build(["-DWRONG_IMPORT"])
        let expected = EngineError.wrongImportType(
            module: "env", name: "kv_get", found: "(i64) -> i64", expected: "(i32, i32, i32, i32) -> i32")
        #expect(throws: expected) { _ = try Fixtures.engine().compile(module) }
    }

    @Test func terminalEscapesInNamesAreMadeHarmless() throws {
        // An import of "e\u{1B}[2J" from "env".
        let module: [UInt8] =
            FeatureModules.head + [1, 4, 1, 0x60, 0, 0]
            + [2, 13, 1, 3, 0x65, 0x6E, 0x76, 5, 0x65, 0x1B, 0x5B, 0x32, 0x4A, 0, 0]
        #expect(throws: EngineError.unknownImport(module: "env", name: "e?[2J")) {
            _ = try Fixtures.engine().compile(module)
        }
    }

    @Test func theInterfaceIsRead() throws {
        let plugin = try Fixtures.plugin()
        expect(Set(plugin.imports.map(\.name)), is: ["kv_get", "kv_set", "kv_delete", "sha256_hex"])
        expect(plugin.exports.first { $0.name == "memory" }?.type, is: .memory)
        expect(plugin.exports.first { $0.name == "echo" }?.type.description, is: "(i32, i32) -> i64")
    }

    /// The library's own functions for types end the process on a vector; ours must not.
    @Test func vectorTypesAreRead() throws {
        let module = try Fixtures.engine().compile(try Fixtures.build(["-DVECTOR", "-msimd128"]))
        expect(module.exports.first { $0.name == "vector" }?.type.description, is: "(v128) -> v128")
        expect(module.invoke([ExportCall(name: "vector", arguments: [])], limits: .patient).failure != nil)
    }
}
