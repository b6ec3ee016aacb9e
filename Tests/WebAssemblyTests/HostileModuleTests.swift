import TestSupport
import Testing
import WebAssembly

@Suite struct HostileModuleTests {
    private static let hugeCount = Wasm.unsigned(UInt64(UInt32.max))

    /// Sections by identifier, with what must come before them for their count to be reached.
    @Test(arguments: [1, 2, 3, 4, 5, 13, 6, 7, 9, 12, 10, 11] as [UInt8])
    func countOfFourBillion(_ id: UInt8) throws {
        let bytes = Wasm.module(Wasm.section(id, Self.hugeCount))
        let error = try #require(throws: WebAssemblyError.self) { try WebAssemblyModule(reading: bytes) }
        expect(error.kind, is: .countTooLarge)
        expect(error.offset, is: 10)
    }

    /// With limits out of the way, a count alone must still claim no memory: the entries run out at once.
    @Test(arguments: [1, 2, 3, 4, 5, 13, 6, 7, 9, 11] as [UInt8])
    func countIsNotTrustedForAllocation(_ id: UInt8) throws {
        var limits = WebAssemblyModule.ReadingLimits()
        for limit in [
            \.types, \.imports, \.functions, \.tables, \.memories, \.tags, \.globals, \.exports, \.elementSegments,
            \.dataSegments,
        ] as [WritableKeyPath<WebAssemblyModule.ReadingLimits, Int>] {
            limits[keyPath: limit] = .max
        }
        let bytes = Wasm.module(Wasm.section(id, Self.hugeCount))
        let error = try #require(throws: WebAssemblyError.self) {
            try WebAssemblyModule(reading: bytes, limits: limits)
        }
        expect(error.kind, is: .truncated)
        expect(error.offset, is: bytes.count)
    }

    @Test func hugeCountsInsideEntriesAreRefused() throws {
        let parameters = Wasm.module(Wasm.section(1, [0x01, 0x60] + Self.hugeCount))
        let elements = Wasm.module(Wasm.section(9, [0x01, 0x01, 0x00] + Self.hugeCount))
        let name = Wasm.module(Wasm.section(0, Self.hugeCount))
        for (bytes, offset) in [(parameters, 12), (elements, 13), (name, 10)] {
            let error = try #require(throws: WebAssemblyError.self) { try WebAssemblyModule(reading: bytes) }
            expect(error.kind, is: .countTooLarge)
            expect(error.offset, is: offset)
        }
    }

    @Test func limitsHoldAtTheirEdge() throws {
        var limits = WebAssemblyModule.ReadingLimits()
        limits.types = 2
        limits.customSections = 2
        let types = { (count: Int) in
            Wasm.module(Wasm.section(1, of: Array(repeating: Wasm.function([], []), count: count)))
        }
        let customs = { (count: Int) in Wasm.header + Array(repeating: Wasm.custom("x", []), count: count).joined() }
        expect(try WebAssemblyModule(reading: types(2), limits: limits).types.count, is: 2)
        expect(try WebAssemblyModule(reading: customs(2), limits: limits).customSections.count, is: 2)
        for bytes in [types(3), customs(3)] {
            let error = try #require(throws: WebAssemblyError.self) {
                try WebAssemblyModule(reading: bytes, limits: limits)
            }
            expect(error.kind, is: .countTooLarge)
        }
    }

    /// Every beginning of a real module is refused unless it ends with a whole section after the code.
    @Test func everyTruncationIsRefused() throws {
        let bytes = try CompiledModules.hook.get()
        let whole = try WebAssemblyModule(reading: bytes)
        let code = try #require(whole.sections.firstIndex { $0.id == .code })
        let function = try #require(whole.sections.firstIndex { $0.id == .function })
        let ends = whole.sections.map { $0.contentsOffset + $0.size }
        let complete = Set(ends[code...] + ends[..<function] + [8])
        let withoutCode = Set(ends[function..<code])
        for length in 0..<bytes.count {
            let input = Array(bytes[..<length])
            if complete.contains(length) {
                #expect(throws: Never.self) { try WebAssemblyModule(reading: input) }
                continue
            }
            let error = try #require(throws: WebAssemblyError.self) { try WebAssemblyModule(reading: input) }
            let expected: WebAssemblyError.Kind =
                withoutCode.contains(length) ? .functionCodeMismatch : length < 4 ? .notAModule : .truncated
            expect(error.kind, is: expected, "\(length) bytes")
            expect((0...length).contains(error.offset))
        }
    }

    /// 20 seeds of 1,000 inputs: each is read or refused in place, and never traps.
    @Test(arguments: 0..<20)
    func mutationsNeverTrap(_ seed: Int) throws {
        var generator = SeededNumbers(seed: UInt64(seed))
        let originals = [
            try CompiledModules.hook.get(), try CompiledModules.flags.get(), ModuleReadingTests.everything,
        ]
        var read = 0
        var kinds: Set<WebAssemblyError.Kind> = []
        for round in 0..<1_000 {
            let input = mutated(originals[round % originals.count], using: &generator)
            do throws(WebAssemblyError) {
                let module = try WebAssemblyModule(reading: input)
                read += 1
                let faults = faults(of: module, in: input)
                expect(faults.isEmpty, "seed \(seed), round \(round)")
            } catch {
                kinds.insert(error.kind)
                if !(0...input.count).contains(error.offset) || error.message.isEmpty {
                    Issue.record("seed \(seed), round \(round): \(error)")
                }
            }
        }
        expect(read > 10 && kinds.count > 5)
    }

    /// What in a module that was read points outside the file or at nothing.
    private func faults(of module: WebAssemblyModule, in input: [UInt8]) -> [String] {
        var faults: [String] = []
        let isInside = { (offset: Int, size: Int) in offset >= 0 && size >= 0 && offset + size <= input.count }
        if !module.sections.allSatisfy({ isInside($0.contentsOffset, $0.size) }) { faults.append("section") }
        if !module.customSections.allSatisfy({ isInside($0.offset, $0.size) }) { faults.append("custom section") }
        if !module.codeBodies.allSatisfy({ isInside($0.offset, $0.size) }) { faults.append("body") }
        if !module.dataSegments.allSatisfy({ isInside($0.offset, $0.size) }) { faults.append("data") }
        if !module.notes.allSatisfy({ isInside($0.offset, 0) }) { faults.append("note") }
        for export in module.exports where export.kind == .function {
            if module.functionType(ofExport: export.name) == nil { faults.append("export") }
            if module.name(ofFunction: export.index) == nil { faults.append("name") }
        }
        if module.importedFunctions.contains(where: { module.functionType(of: $0) == nil }) { faults.append("import") }
        if module.codeBodies.count + module.importedFunctionCount != module.functionTypeIndices.count {
            faults.append("bodies")
        }
        _ = module.staticDataEnd
        return faults
    }

    private func mutated(_ original: [UInt8], using generator: inout SeededNumbers) -> [UInt8] {
        var bytes = original
        for _ in 0..<Int.random(in: 1...3, using: &generator) where bytes.count > 9 {
            // The first eight bytes are spared mostly, or nearly every input would end there.
            let lower = Int.random(in: 0..<20, using: &generator) == 0 ? 0 : 8
            let place = Int.random(in: lower..<bytes.count, using: &generator)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 1: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 2: bytes[place] = [0x00, 0x01, 0x0B, 0x7F, 0x80, 0xFF].randomElement(using: &generator) ?? 0
            case 3: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
            case 4: bytes.remove(at: place)
            default:
                if Int.random(in: 0..<3, using: &generator) == 0 { bytes.removeLast(bytes.count - place) }
            }
        }
        return bytes
    }
}
