import Glibc
import Testing

@testable import Transfers

/// Without the guard each of these would end the whole test run.
struct BrokenPipeTests {
    /// A write end that nobody reads from.
    private func brokenPipe() throws -> CInt {
        var ends: [CInt] = [0, 0]
        try #require(unsafe pipe(&ends) == 0)
        close(ends[0])
        return ends[1]
    }

    @Test func aWriteToAClosedPipeIsAnErrorOnly() throws {
        let pipe = try brokenPipe()
        defer { close(pipe) }
        let written = withoutBrokenPipeSignal { unsafe write(pipe, "x", 1) }
        #expect(written == -1)
        var pending = sigset_t()
        unsafe sigpending(&pending)
        #expect(unsafe sigismember(&pending, SIGPIPE) == 0)
    }

    @Test func theThreadsOwnMaskIsBackAfterAnError() throws {
        struct Refused: Error {}
        var before = sigset_t()
        unsafe pthread_sigmask(SIG_SETMASK, nil, &before)
        #expect(throws: Refused.self) { try withoutBrokenPipeSignal { throw Refused() } }
        var after = sigset_t()
        unsafe pthread_sigmask(SIG_SETMASK, nil, &after)
        #expect(unsafe sigismember(&after, SIGPIPE) == sigismember(&before, SIGPIPE))
    }
}
