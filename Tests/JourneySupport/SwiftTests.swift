internal import TestSupport
internal import Testing

/// The unit tests of a plugin in Swift, run natively as its author does with `swift test`.
package enum SwiftTests {
    /// Runs those of the package in this folder, which the test may change: all pass.
    ///
    /// An entry point beside the tests saves the index of the sources, compiling each module at once saves reading it
    /// again and again, and the system's modules are compiled once: together half of the compiler's work (see Scripts/test).
    package static func run(in folder: String) async throws {
        let swift = Program("swift", environment: ["HOME": Scratch.path("home")], folder: folder)
        let entry = folder + "/Tests/XCTMain.swift"
        try Disk.copy(BuiltProduct.repository + "/Tests/Support/XCTMain.swift", to: entry)
        let options = [
            "-whole-module-optimization", "-num-threads", "2", "-no-emit-module-separately-wmo", "-Xfrontend",
            "-disable-llvm-verify", "-module-cache-path", Workshop.cacheFolder + "/modules",
        ]
        let build = try await swift.run(
            ["build", "--build-tests", "-debug-info-format", "none", "--disable-index-store"]
                + options.flatMap { ["-Xswiftc", $0] })
        expect(build.status == 0, "\(build.transcript)")
        // `swift test` that sees an entry point runs none of the tests.
        try Disk.remove(entry)
        let result = try await swift.run(["test", "--skip-build"])
        expect(
            result.status == 0 && result.output.contains(/Test run with [1-9][0-9]* tests/), "\(result.transcript)")
    }
}
