import TestSupport
import Testing

/// What the program brings along when it starts; `Scripts/size` weighs the release build.
@Suite(.scratchFolder) struct LinkTests {
    /// Foundation would make the program three times as large, and slow to start.
    @Test func nothingOfFoundationIsLinked() async throws {
        let needed = try await Program("readelf").run(["-W", "--dynamic", BuiltProduct.pdk])
        try #require(needed.status == 0, "\(needed.transcript)")
        let libraries = needed.output.matches(of: /NEEDED.*\[(.+)\]/).map { String($0.output.1) }
        expect(libraries.contains { $0.hasPrefix("libc.so") }, "\(libraries)")
        // What is loaded at first use is not loaded at the start.
        let others = ["Foundation", "icu", "xml2", "libcrypto", "libssl", "libcurl", "libarchive", "wasmtime"]
        for library in libraries {
            expect(!others.contains { library.contains($0) }, "\(library)")
        }
        // CI's pdk has the libraries of Swift inside: names of Swift begin with those of their modules.
        let names = try await Program("nm").run([BuiltProduct.pdk])
        expect(names.output.contains("$s8Contract") && !names.output.contains("$s10Foundation"))
    }
}
