import Foundation
import TestSupport

/// Modules made by the toolchain's own clang and linker, compiled once a test run.
enum CompiledModules {
    static let hook = Result { try compile(hookSource, []) }
    static let flags = Result {
        try compile(
            hookSource,
            [
                "-Wl,--initial-memory=262144", "-Wl,--max-memory=1048576", "-Wl,--stack-first", "-Wl,-zstack-size=8192",
                "-Wl,--export-table", "-Wl,--import-memory", "-Wl,--strip-all",
            ])
    }
    static let wide = Result {
        try compile("__attribute__((export_name(\"f\"))) long f(long a) { return a; }", target: "wasm64")
    }

    static let hookSource = """
        #define EXPORT(name) __attribute__((export_name(#name)))
        __attribute__((import_module("env"), import_name("kv_get"))) int kv_get(const void *, int, void *, int);
        static const char text[] = "hello, world"; static int counter = 7; static char heap[4096];
        typedef int (*step)(int); static int one(int n) { return n + 1; } static int two(int n) { return n * 2; }
        static step steps[] = {one, two};
        EXPORT(alloc) int alloc(int size) { counter += size; return (int)heap; }
        EXPORT(dealloc) void dealloc(int pointer, int size) { counter -= steps[size & 1](pointer); }
        EXPORT(pre_query) long long pre_query(int pointer, int size) { return kv_get(text, size, heap, 4) + counter; }
        EXPORT(scale) double scale(float a, long long b) { return a * (double)b; }
        """

    /// The folder of the first clang on the path that has its wasm linker beside it, as a Swift toolchain's has.
    static let toolchain: URL? = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":").lazy
        .map { URL(filePath: String($0)) }
        .first { folder in
            ["clang", "wasm-ld"].allSatisfy {
                FileManager.default.isExecutableFile(atPath: folder.appending(path: $0).path)
            }
        }

    struct Failure: Error {
        let output: String
    }

    static func compile(_ source: String, _ flags: [String] = [], target: String = "wasm32") throws -> [UInt8] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "module-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let input = folder.appending(path: "plugin.c")
        let output = folder.appending(path: "plugin.wasm")
        try Data(source.utf8).write(to: input)
        _ = try run(
            "clang",
            ["--target=\(target)-unknown-unknown", "-Xclang", "-O2", "-ffreestanding", "-nostdlib", "-Wl,--no-entry"]
                + flags
                + [input.path, "-o", output.path])
        return Array(try Data(contentsOf: output))
    }

    /// Runs a program of the toolchain and returns what it wrote.
    static func run(_ program: String, _ arguments: [String]) throws -> String {
        guard let toolchain else { throw Failure(output: "no folder of PATH has both clang and wasm-ld") }
        let result = try Program(toolchain.appending(path: program).path, folder: "/").runBlocking(arguments)
        guard result.status == 0 else { throw Failure(output: result.transcript) }
        return result.output
    }
}
