import TestSupport
import Testing

@Suite(.scratchFolder)
struct StartTests {
    @Test func versionIsPrinted() async throws {
        let result = try await Program(BuiltProduct.pdk).run(["--version"])
        #expect(result.status == 0, "\(result.transcript)")
        #expect(result.output.hasPrefix("pdk 0."))
    }

    @Test(arguments: [["no-such-verb"], ["install"], ["list", "--registry"], ["new"]])
    func misuseIsStatusTwo(arguments: [String]) async throws {
        let result = try await Program(BuiltProduct.pdk).run(arguments)
        #expect(result.status == 2, "\(result.transcript)")
        #expect(result.errors.hasPrefix("error: "))
    }
}
