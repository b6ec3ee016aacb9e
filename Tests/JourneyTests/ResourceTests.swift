import JourneySupport
import TestSupport
import Testing

/// Modules that would cost time or memory without bound.
@Suite(.scratchFolder)
struct ResourceTests {
    private let kit = Kit()

    /// 585,000 bytes of nested loops would take 4 GB to compile: the limit is said before.
    @Test func nestedLoopsEndAtTheMemoryLimit() async throws {
        try Scratch.write("deep.wasm", Wasm.nested([0x03, 0x40], depth: 195_000))
        let shell = kit.tool("bash")
        let script = """
            import resource, subprocess, sys
            status = subprocess.run(sys.argv[1:]).returncode
            print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
            sys.exit(status)
            """
        let result = try await shell.run([
            "-c", "exec python3 -c \"$0\" \"$@\"", script, kit.program, "run", "pre_query", "--wasm", "deep.wasm",
            "--query", "q",
        ])
        // On a machine that is busy with other things the limit of time may come first; memory is bounded either way.
        let isMemory = result.errors.contains("deep.wasm: compiling the module took more than 10")
        let isTime = result.errors.contains("deep.wasm: compiling the module took longer than 30 s")
        expect(result.status == 1 && (isMemory || isTime), "\(result.transcript)")
        let kibibytes = try #require(result.output.split(separator: "\n").last.flatMap { Int($0) })
        expect(kibibytes < 1400 << 10)
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
        expect(test.status == 1 && test.output.utf8.count < 200_000, "\(test.output.utf8.count) bytes")
        expect(try Disk.text(kit.folder + "/report.xml").utf8.count < 200_000)
        let run = try await kit.run("run", "pre_query", "--query", "q", "--json")
        expect(run.output.utf8.count < 200_000 && run.output.contains("67000000"), "\(run.output.utf8.count) bytes")
    }
}
