import Engine
import Foundation
import TestSupport
import Testing

@Suite("Finding the library")
struct LibraryTests {
    @Test func theCandidatesComeInTheirOrder() {
        let found = EngineLibrary.candidates(
            override: nil, executableFolder: "/opt/kit/bin", dataHome: nil, home: "/home/ada")
        expect(
            found,
            is: [
                "/opt/kit/bin/libwasmtime.so", "/opt/kit/bin/_libwasmtime.so",
                "/opt/kit/bin/../lib/pdk/libwasmtime.so", "/opt/kit/bin/../lib/pdk/_libwasmtime.so",
                "/home/ada/.local/share/pdk/libwasmtime.so", "/home/ada/.local/share/pdk/_libwasmtime.so",
                "/usr/local/lib/libwasmtime.so", "/usr/local/lib/_libwasmtime.so", "libwasmtime.so",
            ])
    }

    @Test func anOverrideIsTheOnlyCandidateUnlessEmpty() {
        expect(
            EngineLibrary.candidates(override: "/x/w.so", executableFolder: "/b", dataHome: "/d", home: "/h"),
            is: ["/x/w.so"])
        let found = EngineLibrary.candidates(override: "", executableFolder: nil, dataHome: "/d", home: "/h")
        expect(found.first, is: "/d/pdk/libwasmtime.so")
        expect(!found.contains { $0.hasPrefix("/h") })
    }

    @Test func aRelativeDataFolderIsNotLookedInto() {
        let found = EngineLibrary.candidates(override: nil, executableFolder: "", dataHome: "data", home: "home")
        expect(found, is: ["/usr/local/lib/libwasmtime.so", "/usr/local/lib/_libwasmtime.so", "libwasmtime.so"])
    }

    @Test func theLibraryTellsAnAcceptedVersion() throws {
        let library = try Fixtures.library.get()
        expect(library.version.major >= EngineLibrary.oldestMajor)
        expect(library.version.minor, is: 0)
    }

    @Test func everyPathTriedIsListedWithItsReason() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let text = folder.path + "/text.so"
        try Data("not a library".utf8).write(to: URL(fileURLWithPath: text))
        let absent = folder.path + "/absent.so"
        let error = #expect(throws: EngineError.self) {
            _ = try EngineLibrary.load(candidates: [absent, text, "libc.so.6"])
        }
        guard case .libraryNotFound(let attempts)? = error else {
            Issue.record("expected libraryNotFound, got \(String(describing: error))")
            return
        }
        expect(attempts.map(\.path), is: [absent, text, "libc.so.6"])
        expect(attempts.first?.reason, is: "no such file or directory")
        expect(attempts.dropFirst().first?.reason, is: "file too short")
        expect(attempts.last?.reason, is: "its version is unknown, so it may not be wasmtime")
        expect(try #require(error).description.contains("\n  \(absent): no such file or directory"))
    }

    @Test func aPipeOrFolderInTheLibrarysPlaceIsRefusedAtOnce() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let pipe = folder.path + "/libwasmtime.so"
        expect(unsafe mkfifo(pipe, 0o600), is: 0)
        let error = #expect(throws: EngineError.self) { _ = try EngineLibrary.load(candidates: [pipe, folder.path]) }
        guard case .libraryNotFound(let attempts)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        expect(attempts.map(\.reason), is: ["it is not a file", "it is not a file"])
    }

    @Test func aLaterCandidateServesWhenEarlierOnesFail() throws {
        let good = try Fixtures.library.get().path
        expect(try EngineLibrary.load(candidates: ["/nonexistent/w.so", good]).path, is: good)
    }

    /// A stand-in library with nothing but the symbol that tells a version.
    @Test(arguments: [
        ("set_vmctx_memory_42_0_9", "it is wasmtime 42.0.9, but the oldest supported version is 43"),
        ("set_vmctx_memory_50_0_1", "it lacks the function wasm_config_new"),
        ("set_vmctx_memory_50_0", "its version is unknown, so it may not be wasmtime"),
        ("set_vmctx_memory_99999_0_0", "its version is unknown, so it may not be wasmtime"),
        ("resolve_vmctx_memory_ptr_50_0_0", "its version is unknown, so it may not be wasmtime"),
    ])
    func librariesThatAreTooOldOrUnknownAreRefused(symbol: String, reason: String) throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let source = folder.path + "/old.c"
        let library = folder.path + "/\(symbol).so"
        try "void \(symbol)(void) {}\n".write(toFile: source, atomically: true, encoding: .utf8)
        let built = try Program("clang", folder: folder.path).runBlocking(
            ["-shared", "-fPIC", source, "-o", library])
        try #require(built.status == 0, "\(built.transcript)")
        let attempt = LibraryAttempt(path: library, reason: reason)
        #expect(throws: EngineError.libraryNotFound([attempt])) {
            _ = try EngineLibrary.load(candidates: [library])
        }
    }
}
