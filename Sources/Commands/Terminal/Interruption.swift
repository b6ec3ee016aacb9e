internal import Basics
internal import Files
internal import Glibc
internal import Synchronization

/// Set by the first request to end; a signal's handler may do little more than that.
private let isEndRequested = Atomic<Bool>(false)

/// Ctrl-C and other requests to end, for work that stops by itself and leaves nothing behind.
enum Interruption {
    /// Notes requests to end from now on; the second one ends the program at once.
    static func watch() {
        for number in [SIGINT, SIGTERM, SIGHUP] {
            let before = signal(number) { number in
                guard isEndRequested.exchange(true, ordering: .relaxed) else { return }
                signal(number, SIG_DFL)
                raise(number)
            }
            // What `nohup` has the program ignore is no request to end.
            if number == SIGHUP, isIgnored(before) { signal(number, SIG_IGN) }
        }
    }

    private static func isIgnored(_ handler: sighandler_t?) -> Bool {
        unsafe unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    /// Whether somebody has asked for the end.
    static var isRequested: Bool { isEndRequested.load(ordering: .relaxed) }

    /// Does work that stops when the end is asked for, and then ends by an error of these words.
    static func stopping<Result>(
        _ message: String, help: String, _ work: (Cancellation) throws -> Result
    ) throws -> Result {
        watch()
        do { return try work(Cancellation { isRequested }) } catch  where error is CancellationError || isRequested {
            // What failed after the request failed because of it, as the wait for a lock does.
            throw Problem(.interrupted, message, help: help)
        }
    }
}
