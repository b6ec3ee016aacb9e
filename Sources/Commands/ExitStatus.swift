/// The exit statuses of every command; nothing else ends the program.
enum ExitStatus: Int32 {
    /// Done.
    case done = 0
    /// Failed, or there are findings.
    case failed = 1
    /// The command line was not understood.
    case usage = 2
    /// Ended by Ctrl-C or a request to end, as a shell reports it (128 + SIGINT).
    case interrupted = 130
}
