import Authoring
import Checking
import Foundation
import Operations
import Running
import TestSupport
import Trust

/// Plugins made by the real clang, checked by the real rules.
struct EngineGuest {
    struct Broken: Error, CustomStringConvertible { let description: String }

    /// What the hook does, in C, with `in` and `size` for its input; it returns what `say` gives.
    var body = #"return say("{\"action\":\"continue\"}");"#
    /// The allocator, in C; nil for one that is sound.
    var allocator: String?
    /// More C in front of the hook.
    var extra = ""
    var hook = "pre_query"
    /// The hook's C type of result.
    var result = "i64"
    /// The host file of the plugin; nil for the host as it is.
    var host: String?
    /// What the linker is told; a stack before the data is what the templates have.
    var linking = "-Wl,--no-entry,--stack-first"

    private static let head = """
        #define EXPORT(name) __attribute__((export_name(#name)))
        typedef unsigned u32;
        typedef long long i64;
        typedef unsigned long long u64;
        extern unsigned char __heap_base;
        static char data[64] = "data that the module begins with";
        static volatile u32 sink;

        """
    static let soundAllocator = """
        static u32 next;
        EXPORT(alloc) u32 alloc(u32 size) {
            if (next == 0) next = ((u32)&__heap_base + 15) & ~15u;
            u32 place = next;
            next = (next + size + 15) & ~15u;
            u32 held = (u32)__builtin_wasm_memory_size(0) << 16;
            if (next > held && __builtin_wasm_memory_grow(0, (next - held + 65535) >> 16) == -1ul) __builtin_trap();
            return place;
        }
        """
    private static let tail = """

        #ifndef DEALLOC_TRAPS
        #define DEALLOC_TRAPS 0
        #endif
        EXPORT(dealloc) void dealloc(u32 place, u32 size) { if (DEALLOC_TRAPS) __builtin_trap(); sink = place + size + data[sink & 63]; }
        static i64 range(u32 place, u32 size) { return (i64)(((u64)place << 32) | size); }
        static i64 say(const char *text) {
            u32 size = 0;
            while (text[size]) size++;
            return range((u32)text, size);
        }
        static u32 find(const char *in, u32 size, const char *text) {
            // A search of 64 KB would burn the fuel.
            for (u32 at = 0; at < size && size < 4096; at++) {
                u32 same = 0;
                while (text[same] && at + same < size && in[at + same] == text[same]) same++;
                if (!text[same]) return at + same;
            }
            return 0;
        }

        """

    var source: String {
        Self.head + (allocator ?? Self.soundAllocator) + Self.tail + extra
            + "\nEXPORT(\(hook)) \(result) \(hook)(u32 place, u32 size) {\n"
            + "    const char *in = (const char *)place; (void)in; (void)range; (void)find; (void)say;\n    \(body)\n}\n"
    }

    /// The compiled module.
    func compile() async throws -> [UInt8] {
        let path = Scratch.path("guest.c"), output = Scratch.path("guest.wasm")
        try source.write(toFile: path, atomically: false, encoding: .utf8)
        let result = try await Program("clang").run([
            "--target=wasm32-unknown-unknown", "-Xclang", "-O1", "-ffreestanding", "-nostdlib", "-w",
            linking, path, "-o", output,
        ])
        guard result.status == 0 else { throw Broken(description: result.transcript) }
        return [UInt8](try Data(contentsOf: URL(fileURLWithPath: output)))
    }

    /// All that `pdk check` finds, the rules of a release left out.
    static func findings(
        _ module: [UInt8], hook: String, engine: EngineSource = .ofTests, extra: String = "", host: String? = nil
    ) async throws -> [Finding] {
        let folder = Scratch.path("plugin")
        try FileManager.default.createDirectory(atPath: folder + "/dist", withIntermediateDirectories: true)
        try "name: guest\nversion: 1.0.0\ndescription: d\nauthor: a\nlicense: Apache-2.0\nhooks:\n  - \(hook)\n\(extra)"
            .write(toFile: folder + "/plugin.yaml", atomically: false, encoding: .utf8)
        try host?.write(toFile: folder + "/host.yaml", atomically: false, encoding: .utf8)
        try Data(module).write(to: URL(fileURLWithPath: folder + "/dist/guest.wasm"))
        let key = KeySource(
            requested: nil, file: nil, pem: nil, store: KeyStore(configurationFolder: Scratch.path("home")),
            currentFolder: folder, configuredLabel: { nil }, passphrase: { _ in nil })
        let report = try await CheckPlugin(
            project: PluginProject(folder: folder), registry: nil, key: key, extent: .release,
            in: .ofTest(now: 1_700_000_000, engine: engine)
        ).run()
        return report.findings.filter { !$0.rule.id.hasPrefix("PDK3") }
    }

    /// The same of this plugin.
    func findings() async throws -> [Finding] { try await Self.findings(try await compile(), hook: hook, host: host) }
}

extension EngineSource {
    /// The engine that `PDK_WASMTIME` names, or the one that `make setup` has put in place; no cache.
    static let ofTests: EngineSource = {
        let environment = ProcessInfo.processInfo.environment
        let own = BuiltProduct.repository + "/.build-engine/libwasmtime.so"
        return EngineSource(
            override: environment["PDK_WASMTIME"] ?? (FileManager.default.fileExists(atPath: own) ? own : nil),
            executableFolder: nil, dataHome: environment["XDG_DATA_HOME"], home: environment["HOME"], cacheFolder: nil)
    }()
}

/// A module's sections, to put another one in between.
enum ModuleSurgery {
    /// The module with `section` behind the section of number `after`.
    static func insert(_ section: [UInt8], after number: UInt8, in module: [UInt8]) -> [UInt8] {
        var at = 8
        while at < module.count {
            let id = module[at]
            var size = 0, shift = 0
            at += 1
            while true {
                size |= Int(module[at] & 0x7F) << shift
                shift += 7
                at += 1
                if module[at - 1] & 0x80 == 0 { break }
            }
            at += size
            if id == number { return Array(module[..<at]) + section + Array(module[at...]) }
        }
        return module
    }
}
