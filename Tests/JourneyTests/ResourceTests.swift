import TestSupport
import Testing

/// Modules that would cost time or memory without bound.
@Suite(.scratchFolder)
struct ResourceTests {
    private let kit = Kit()

    /// 485,000 bytes of nested blocks, which take minutes to compile: the limit is said, and nothing hangs.
    @Test func nestedBlocksEndAtTheTimeLimit() async throws {
        let deep = 97_000
        let body =
            [0] + [[UInt8]](repeating: [0x20, 0, 0x04, 0x40], count: deep).joined()
            + [UInt8](repeating: 0x0B, count: deep) + [0x42, 0, 0x0B]
        let bodies: [[UInt8]] = [[0, 0x41, 0x80, 0x20, 0x0B], [0, 0x0B], Array(body)]
        func size(_ bytes: [UInt8]) -> [UInt8] { Wasm.unsigned(UInt64(bytes.count)) + bytes }
        let module =
            Wasm.header
            + Wasm.section(
                1, [3, 0x60, 1, 0x7F, 1, 0x7F, 0x60, 2, 0x7F, 0x7F, 0, 0x60, 2, 0x7F, 0x7F, 1, 0x7E])
            + Wasm.section(3, [3, 0, 1, 2]) + Wasm.section(5, [1, 0, 1])
            + Wasm.section(
                7,
                [4] + Wasm.name("memory") + [2, 0] + Wasm.name("alloc") + [0, 0] + Wasm.name("dealloc") + [0, 1]
                    + Wasm.name("pre_query") + [0, 2])
            + Wasm.section(10, [3] + bodies.flatMap(size))
        try Scratch.write("deep.wasm", module)
        let refusal = try await kit.refusal("run", "pre_query", "--wasm", "deep.wasm", "--query", "q")
        #expect(refusal.code == "module-too-slow" && refusal.message.contains("deep.wasm"), "\(refusal)")
    }

    /// An answer of 67 MB: a bounded part is kept and shown.
    @Test func aGiantAnswerIsShownInPart() async throws {
        try Disk.makeFolder(Scratch.path("giant/cases"))
        let kit = kit.inside(Scratch.path("giant"))
        try Disk.write(
            kit.folder + "/plugin.wat",
            """
            (module (memory (export "memory") 1024)
              (func (export "alloc") (param i32) (result i32) (i32.const 64))
              (func (export "dealloc") (param i32 i32))
              (func (export "pre_query") (param i32 i32) (result i64)
                (i64.or (i64.shl (i64.const 0) (i64.const 32)) (i64.const 67000000))))
            """)
        try Disk.write(
            kit.folder + "/plugin.yaml",
            "name: giant\nversion: 0.1.0\nhooks:\n  - pre_query\nbuild:\n  command: wat2wasm plugin.wat -o plugin.wasm\n"
                + "  wasm: plugin.wasm\n")
        let cases = (0..<10).map { "  - {name: c\($0), hook: pre_query, input: {query: q}, expect: continue}\n" }
        try Disk.write(kit.folder + "/cases/a.yaml", "cases:\n" + cases.joined())
        try await kit.done("build")
        let test = try await kit.run("test", "--junit", "report.xml", "--json")
        #expect(test.status == 1 && test.output.utf8.count < 200_000, "\(test.output.utf8.count) bytes")
        #expect(try Disk.text(kit.folder + "/report.xml").utf8.count < 200_000)
        let run = try await kit.run("run", "pre_query", "--query", "q", "--json")
        #expect(run.output.utf8.count < 200_000 && run.output.contains("67000000"), "\(run.output.utf8.count) bytes")
    }
}
