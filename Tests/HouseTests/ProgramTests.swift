import Glibc
import TestSupport
import Testing

/// The tests' own way of running programs.
@Suite(.scratchFolder) struct ProgramTests {
    /// Once this ended the whole test run: SIGPIPE.
    @Test func aProgramNeedNotReadItsInput() async throws {
        let result = try await Program("true").run([], input: String(repeating: "x", count: 1 << 20))
        expect(result.status, is: 0, "\(result.transcript)")
    }

    @Test func aProgramReadsItsInputToTheEnd() async throws {
        let result = try await Program("wc").run(["-c"], input: String(repeating: "x", count: 1 << 20))
        expect(result.output, is: "1048576\n", "\(result.transcript)")
        expect(try await Program("wc").run(["-c"]).output, is: "0\n")
    }

    @Test func aFixturesProgramSaysWhatItPrintedAndHowItEnded() throws {
        let result = try Program("sh", environment: ["SAID": "said"]).runBlocking(["-c", "pwd; echo $SAID >&2; exit 3"])
        expect(result.status, is: 3, "\(result.transcript)")
        expect(result.output == Scratch.folder + "\n" && result.errors == "said\n", "\(result.transcript)")
        expect(try Program("sh").runBlocking(["-c", "kill -9 $$"]).status, is: -9)
        expect(try Program("no-such-program").runBlocking([]).status, is: 127)
    }

    @Test func aStartedProgramEndsWithItsValue() async throws {
        func number() throws -> Int32? { Int32(try Scratch.text("number").dropLast()) }
        do {
            let program = try Program("sh").start(["-c", "echo $$; exec sleep 1000"], output: "number")
            while try number() == nil { try await Task.sleep(for: .milliseconds(5)) }
            expect(program.isRunning)
        }
        let process = try #require(try number())
        expect(kill(process, 0) == -1 && errno == ESRCH)
    }
}
