import TestSupport
import Testing

/// The tests' own way of running programs.
@Suite(.scratchFolder) struct ProgramTests {
    /// Once this ended the whole test run: SIGPIPE.
    @Test func aProgramNeedNotReadItsInput() async throws {
        let result = try await Program("true").run([], input: String(repeating: "x", count: 1 << 20))
        #expect(result.status == 0, "\(result.transcript)")
    }

    @Test func aProgramReadsItsInputToTheEnd() async throws {
        let result = try await Program("wc").run(["-c"], input: String(repeating: "x", count: 1 << 20))
        #expect(result.output == "1048576\n", "\(result.transcript)")
        #expect(try await Program("wc").run(["-c"]).output == "0\n")
    }
}
