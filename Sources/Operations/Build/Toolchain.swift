internal import Authoring
internal import Basics
internal import Contract
internal import Files

/// A compiler for plugins, found by using it and not by its name.
package struct Toolchain: Sendable {
    /// What the machine has of it.
    package struct Status: Sendable {
        /// The toolchain's id: `swift`, `rust`, `c`, `cpp` or `wat`.
        package let id: String
        /// Whether it compiles for WebAssembly here.
        package let isUsable: Bool
        /// The program that was tried last, or that works.
        package let program: String?
        /// What was found, or what is missing, in words.
        package let detail: String
        /// What to type when it is not usable.
        package let fix: String?
        /// The folder to put first in `PATH` so that the command finds it; nil when it is found already.
        package let pathFolder: String?
        /// The program of that name that stands first in `PATH` and cannot be used; nil when the first one is used.
        package var passedOver: String?
    }

    /// The ids of all toolchains the kit knows.
    package static let ids = Manifest.toolchains

    /// Where programs are looked for without `PATH`, as by the shell.
    static let usualPath = "/usr/local/bin:/usr/bin:/bin"

    /// The search path for programs.
    let path: [String]
    let environment: [String: String]
    /// Where throw-away files may be made.
    let scratch: String
    /// How long a compiler may take to answer.
    let patience: Duration

    package init(in context: Context, patience: Duration = .seconds(60)) {
        environment = context.environment
        scratch = context.scratch
        self.patience = patience
        path = (environment["PATH"] ?? Self.usualPath).split(separator: ":").map(String.init)
    }

    /// What this machine has of the toolchain `id`; nil for one the kit does not know.
    package func probe(_ id: String) async throws -> Status? {
        switch id {
        case "swift": try await probeSwift()
        case "rust": try await probeRust()
        case "c": try await probeC("c", "clang", source: "int f(void) { return 1; }\n", as: "probe.c")
        case "cpp": try await probeC("cpp", "clang++", source: "extern \"C\" int f() { return 1; }\n", as: "probe.cpp")
        case "zig": try await probeZig()
        case "wat": try await probeWat()
        default: nil
        }
    }

    private func probeSwift() async throws -> Status {
        let fix = "install Swift 6.3 or newer from https://www.swift.org/install/linux, and add its usr/bin to PATH"
        var detail = "no swift in PATH"
        for program in programs("swift") {
            let version = try await run(program, ["--version"])
            let compiler = FilePaths.join(FilePaths.parent(of: program) ?? "/", "swiftc")
            let target = try await run(
                compiler, ["-print-target-info", "-target", "wasm32-unknown-none-wasm"])
            let first = version.output.split(separator: "\n").first { $0.contains("Swift version") }.map(String.init)
            guard version.isSuccess, let first, target.isSuccess,
                let info = try? JSONDocument(parsing: target.output).root,
                let resources = info["paths"]?["runtimeResourcePath"]?.string
            else {
                detail = "\(program) is not a Swift compiler with WebAssembly support"
                if let failed = [version, target].first(where: { !$0.isSuccess }) { detail += ": \(failed.status)" }
                continue
            }
            let library = FilePaths.join(resources, "embedded/wasm32-unknown-none-wasm")
            if try FileStatus.of(library, followingLinks: true) != nil {
                return usable(
                    "swift", program, String(first.drop { $0 != "S" }), isFirst: program == programs("swift")[0])
            }
            detail = "\(program) has no Embedded Swift for wasm32"
        }
        return Status(id: "swift", isUsable: false, program: nil, detail: detail, fix: fix, pathFolder: nil)
    }

    /// C and C++: compiled and linked apart, with the options of the templates.
    private func probeC(_ id: String, _ name: String, source: String, as file: String) async throws -> Status {
        var detail = "no \(name) in PATH"
        let beside = programs("swift").compactMap { FilePaths.parent(of: $0).map { FilePaths.join($0, name) } }
        let found = programs(name)
        for program in found + beside.filter({ !found.contains($0) && Self.isProgram($0) }) {
            let folder = try TemporaryFolder(inShared: scratch, prefix: "pdk-probe-")
            let object = FilePaths.join(folder.path, "probe.o"), target = "--target=wasm32-unknown-unknown"
            try WholeFiles.replace(FilePaths.join(folder.path, file), with: source)
            var tried = try await run(
                program,
                [
                    target, "-Oz", "-msimd128", "-mbulk-memory", "-ffreestanding", "-c", "-o", object,
                    FilePaths.join(folder.path, file),
                ])
            if tried.isSuccess {
                tried = try await run(
                    program,
                    [
                        target, "-nostdlib", "-Wl,--no-entry,--export=f", "-o",
                        FilePaths.join(folder.path, "probe.wasm"), object,
                    ])
            }
            if tried.isSuccess {
                let version = try await run(program, ["--version"]).output.split(separator: "\n").first ?? ""
                return usable(id, program, String(version), isFirst: program == found.first)
            }
            detail =
                "\(program) cannot compile and link for wasm32: "
                + (tried.output.split(separator: "\n").first { $0.contains("error") }.map(String.init)
                    ?? tried.status)
        }
        return Status(
            id: id, isUsable: false, program: nil, detail: detail,
            fix: "apt-get install -y clang lld, or install Swift, which contains both", pathFolder: nil)
    }

    private func probeZig() async throws -> Status {
        var detail = "no zig in PATH"
        let found = programs("zig")
        for program in found {
            let compiled = try await compile(
                program, "export fn f() u32 {\n    return 1;\n}\n", as: "probe.zig",
                [
                    "build-exe", "-target", "wasm32-freestanding", "-mcpu=generic+simd128+bulk_memory", "-O",
                    "ReleaseSmall", "-fno-entry", "-fstrip", "--export=f",
                ], output: { ["-femit-bin=" + $0] })
            if compiled.isSuccess {
                let version = try await run(program, ["version"]).output.split(separator: "\n").first ?? ""
                return usable("zig", program, "zig \(version)", isFirst: program == found.first)
            }
            detail = "\(program) cannot compile for wasm32-freestanding: \(compiled.status)"
        }
        return Status(
            id: "zig", isUsable: false, program: nil, detail: detail,
            fix: "install Zig 0.15 or newer from https://ziglang.org/download, and add it to PATH", pathFolder: nil)
    }

    private func probeWat() async throws -> Status {
        var detail = "no wat2wasm in PATH"
        let found = programs("wat2wasm")
        for program in found {
            let compiled = try await compile(program, "(module)\n", as: "probe.wat", [])
            if compiled.isSuccess {
                let version = try await run(program, ["--version"]).output.split(separator: "\n").first ?? ""
                return usable("wat", program, "wat2wasm \(version)", isFirst: program == found.first)
            }
            detail = "\(program) cannot assemble a module: \(compiled.status)"
        }
        return Status(
            id: "wat", isUsable: false, program: nil, detail: detail, fix: "apt-get install -y wabt", pathFolder: nil)
    }

    private func probeRust() async throws -> Status {
        var detail = "no cargo and rustc in PATH", hasRustup = false
        let compilers = programs("rustc")
        for program in compilers {
            let folder = FilePaths.parent(of: program) ?? "/"
            guard Self.isProgram(FilePaths.join(folder, "cargo")) else { continue }
            let source = "#![no_std]\n#[panic_handler]\nfn panic(_: &core::panic::PanicInfo) -> ! { loop {} }\n"
            let compiled = try await compile(
                program, source, as: "probe.rs",
                ["--target", "wasm32-unknown-unknown", "--crate-type", "cdylib", "-C", "panic=abort"])
            if compiled.isSuccess {
                let version = try await run(program, ["--version"]).output.split(separator: "\n").first ?? ""
                return usable("rust", program, String(version), isFirst: program == compilers.first)
            }
            hasRustup = hasRustup || programs("rustup").contains { FilePaths.parent(of: $0) == folder }
            detail = "\(program) cannot compile for wasm32-unknown-unknown: \(compiled.status)"
        }
        return Status(
            id: "rust", isUsable: false, program: nil, detail: detail,
            fix: hasRustup
                ? "rustup target add wasm32-unknown-unknown"
                : "apt-get install -y cargo rustc libstd-rust-dev-wasm32 lld-14, or install rustup and then: "
                    + "rustup target add wasm32-unknown-unknown",
            pathFolder: nil)
    }

    private func usable(_ id: String, _ program: String, _ version: String, isFirst: Bool) -> Status {
        let first = programs(FilePaths.name(of: program)).first
        return Status(
            id: id, isUsable: true, program: program, detail: String(version.prefix { $0 != "(" }).trimmedEnd, fix: nil,
            pathFolder: isFirst ? nil : FilePaths.parent(of: program), passedOver: first == program ? nil : first)
    }

    private func compile(
        _ program: String, _ source: String, as name: String, _ arguments: [String],
        output: (String) -> [String] = { ["-o", $0] }
    ) async throws -> ChildProcess.Outcome {
        let folder = try TemporaryFolder(inShared: scratch, prefix: "pdk-probe-")
        let file = FilePaths.join(folder.path, name)
        try WholeFiles.replace(file, with: source)
        return try await run(program, arguments + output(FilePaths.join(folder.path, "probe.wasm")) + [file])
    }

    private func run(_ program: String, _ arguments: [String]) async throws -> ChildProcess.Outcome {
        do {
            return try await ChildProcess(
                program: program, arguments: arguments, environment: environment, folder: nil
            ).run(within: patience)
        } catch let problem as Problem {
            // A program that cannot be run, such as a script without its interpreter, is no compiler; the next may be one.
            return ChildProcess.Outcome(isSuccess: false, status: problem.message, output: "")
        }
    }

    private func programs(_ name: String) -> [String] {
        var seen: [String] = []
        for folder in path where folder.hasPrefix("/") {
            let program = FilePaths.join(folder, name)
            if Self.isProgram(program), !seen.contains(program) { seen.append(program) }
        }
        return seen
    }

    private static func isProgram(_ path: String) -> Bool {
        // A folder of PATH that cannot be examined has no programs for us.
        guard let status = try? FileStatus.of(path, followingLinks: true) else { return false }
        return status.kind == .regular && status.mode & 0o111 != 0
    }
}
