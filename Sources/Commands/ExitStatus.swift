/// The exit statuses of every verb.
enum ExitStatus: Int32 {
    /// Done.
    case done = 0
    /// Failed, or there are findings.
    case failed = 1
    /// The command line was not understood.
    case usage = 2
}
