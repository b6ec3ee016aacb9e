import Glibc
import TestSupport
import Testing

@testable import Transfers

/// Without the guard each of these would end the whole test run.
struct BrokenPipeTests {
    /// An end that nobody reads from.
    ///
    /// Sockets, since another test's program may be started in between and hold the other end of a pipe; what is shut down
    /// is so for all who hold it.
    private func brokenPipe() throws -> CInt {
        var ends: [CInt] = [0, 0]
        try #require(unsafe socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0, &ends) == 0)
        shutdown(ends[0], CInt(SHUT_RDWR))
        close(ends[0])
        return ends[1]
    }

    @Test func aWriteToAClosedPipeIsAnErrorOnly() throws {
        let pipe = try brokenPipe()
        defer { close(pipe) }
        let written = withoutBrokenPipeSignal { unsafe write(pipe, "x", 1) }
        expect(written, is: -1)
        var pending = sigset_t()
        unsafe sigpending(&pending)
        expect(unsafe sigismember(&pending, SIGPIPE), is: 0)
    }

    @Test func theThreadsOwnMaskIsBackAfterAnError() throws {
        struct Refused: Error {}
        var before = sigset_t()
        unsafe pthread_sigmask(SIG_SETMASK, nil, &before)
        #expect(throws: Refused.self) { try withoutBrokenPipeSignal { throw Refused() } }
        var after = sigset_t()
        unsafe pthread_sigmask(SIG_SETMASK, nil, &after)
        expect(unsafe sigismember(&after, SIGPIPE), is: unsafe sigismember(&before, SIGPIPE))
    }
}
