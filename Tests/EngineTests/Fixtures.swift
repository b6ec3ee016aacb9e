import Contract
import Engine
import Foundation
import Running
import TestSupport
import Testing
import WebAssembly

/// The library, one engine, and modules compiled once for all tests.
enum Fixtures {
    struct Broken: Error, CustomStringConvertible {
        let description: String
    }

    /// The library, looked for as the kit does it; a machine without it fails every test with the way to get it.
    static let library: Result<EngineLibrary, Broken> = {
        let environment = ProcessInfo.processInfo.environment
        let candidates = EngineLibrary.candidates(
            override: environment["PDK_WASMTIME"],
            executableFolder: (CommandLine.arguments[0] as NSString).deletingLastPathComponent,
            dataHome: environment["XDG_DATA_HOME"], home: environment["HOME"])
        do throws(EngineError) {
            return .success(try EngineLibrary.load(candidates: candidates))
        } catch {
            let hint =
                "help: pip download --no-deps --only-binary=:all: wasmtime==50.0.1, unzip it, and set PDK_WASMTIME "
                + "to its _libwasmtime.so"
            return .failure(Broken(description: "\(error)\n\(hint)"))
        }
    }()

    static let sharedEngine: Result<Engine, any Error> = Result {
        // The paths tried and the way to get the library are told once, by the tests of the library.
        guard case .success(let library) = library else {
            throw Broken(description: "there is no engine library; see the suite 'Finding the library'")
        }
        return try Engine(library: library, settings: try EngineSettings(.standard), sha256: { Fixtures.sha256($0) })
    }

    static func engine() throws -> Engine {
        try sharedEngine.get()
    }

    /// The well-behaved plugin, compiled and linked.
    static let sharedPlugin: Result<CompiledModule, any Error> = Result {
        try engine().compile(try build([]))
    }

    static func plugin() throws -> CompiledModule {
        try sharedPlugin.get()
    }

    /// Compiles the C plugin with the given macros or flags, in a temporary folder that is removed.
    static func build(_ flags: [String]) throws -> [UInt8] {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let source = folder.path + "/plugin.c"
        let output = folder.path + "/plugin.wasm"
        try GuestSources.plugin.write(toFile: source, atomically: true, encoding: .utf8)
        let built = try Program("clang", folder: folder.path).runBlocking(
            ["--target=wasm32-unknown-unknown", "-Xclang", "-O1", "-ffreestanding", "-nostdlib", "-w"] + flags
                + ["-Wl,--no-entry,--stack-first", source, "-o", output])
        guard built.status == 0 else {
            throw Broken(description: "clang cannot build the test plugin: \(built.transcript)")
        }
        return [UInt8](try Data(contentsOf: URL(fileURLWithPath: output)))
    }

    /// SHA-256 by FIPS 180-4, written plainly for the tests, which may not use the kit's own.
    static func sha256(_ message: [UInt8]) -> [UInt8] {
        func primes(_ count: Int) -> [Double] {
            var found: [Int] = []
            var candidate = 2
            while found.count < count {
                if found.allSatisfy({ candidate % $0 != 0 }) { found.append(candidate) }
                candidate += 1
            }
            return found.map(Double.init)
        }
        func fraction(_ value: Double) -> UInt32 { UInt32((value - value.rounded(.down)) * 4_294_967_296) }
        let constants = primes(64).map { fraction(cbrt($0)) }
        var hash = primes(8).map { fraction($0.squareRoot()) }
        var padded = message + [0x80]
        while padded.count % 64 != 56 { padded.append(0) }
        padded += (0..<8).map { UInt8(truncatingIfNeeded: (message.count * 8) >> (56 - $0 * 8)) }
        func turn(_ value: UInt32, _ by: UInt32) -> UInt32 { value >> by | value << (32 - by) }
        for block in stride(from: 0, to: padded.count, by: 64) {
            var w = (0..<16).map { index in
                (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(padded[block + index * 4 + $1]) }
            }
            for index in 16..<64 {
                let low = turn(w[index - 15], 7) ^ turn(w[index - 15], 18) ^ w[index - 15] >> 3
                let high = turn(w[index - 2], 17) ^ turn(w[index - 2], 19) ^ w[index - 2] >> 10
                w.append(w[index - 16] &+ low &+ w[index - 7] &+ high)
            }
            var v = hash
            for index in 0..<64 {
                let choice = (v[4] & v[5]) ^ (~v[4] & v[6])
                let first = v[7] &+ (turn(v[4], 6) ^ turn(v[4], 11) ^ turn(v[4], 25)) &+ choice &+ constants[index]
                let majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2])
                let second = (turn(v[0], 2) ^ turn(v[0], 13) ^ turn(v[0], 22)) &+ majority
                v = [first &+ second &+ w[index], v[0], v[1], v[2], v[3] &+ first, v[4], v[5], v[6]]
                v[0] = first &+ w[index] &+ second
                v[4] = v[4] &+ w[index]
            }
            hash = zip(hash, v).map { $0 &+ $1 }
        }
        return hash.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - $0 * 8)) } }
    }
}

/// A folder of a test's own, removed by it.
struct TemporaryFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "pdk-engine-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    func remove() {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            Issue.record("cannot remove \(path): \(error)")
        }
    }
}

/// The bytes of 32-bit numbers, low byte first, as the plugin reads them.
func littleEndian(_ numbers: Int32...) -> [UInt8] {
    numbers.flatMap { number in (0..<4).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) } }
}

/// The first 32-bit number of an output.
func firstNumber(_ bytes: [UInt8]?) -> Int32? {
    guard let bytes, bytes.count >= 4 else { return nil }
    return (0..<4).reduce(Int32(0)) { $0 | Int32(truncatingIfNeeded: Int(bytes[$1])) << ($1 * 8) }
}

extension CallLimits {
    /// The host's fuel with a minute of time and 64 MiB: on a busy machine no test may depend on 100 ms.
    static let patient = CallLimits()

    /// Fuel as the host has it, unless told otherwise.
    init(fuel: UInt64 = 1_000_000, timeMilliseconds: UInt32 = 60_000, memoryBytes: Int = 64 << 20) {
        self.init(
            fuel: fuel, timeMilliseconds: timeMilliseconds, memoryBytes: memoryBytes, outputBytes: 64 << 20)
    }
}

extension Engine {
    /// Compiles a module with the interface that the kit's one reader finds; of what it cannot read, none.
    func compile(_ module: [UInt8]) throws(EngineError) -> CompiledModule {
        try compile(module, interface: Self.interface(module))
    }

    func compile(_ module: [UInt8], cacheFolder: String?, moduleHashHex: String) throws(EngineError) -> CompiledModule {
        try compile(
            module, interface: Self.interface(module), cacheFolder: cacheFolder, moduleHashHex: moduleHashHex)
    }

    static func interface(_ module: [UInt8]) -> ModuleInterface {
        (try? WebAssemblyModule(reading: module)).map { ModuleInterface($0) }
            ?? ModuleInterface(imports: [], exports: [])
    }
}

extension CompiledModule {
    /// A hook call that a busy machine does not interrupt.
    func patiently(
        hook: String, shape: HookShape, input: [UInt8], store: KeyValueStore = KeyValueStore(),
        limits: CallLimits = .patient
    ) -> CallOutcome {
        call(hook: hook, shape: shape, input: input, store: store, limits: limits)
    }
}
