internal import Glibc

/// Runs something that may write to a connection the other side has closed, without the signal that would end the process.
///
/// OpenSSL writes with `write(2)`, which raises SIGPIPE, and libcurl leaves it alone under `CURLOPT_NOSIGNAL`. The signal is
/// held back in this thread only and taken away afterwards, so a host that uses the library keeps its own handling of it.
func withoutBrokenPipeSignal<Result>(_ body: () throws -> Result) rethrows -> Result {
    var brokenPipe = sigset_t()
    unsafe sigemptyset(&brokenPipe)
    unsafe sigaddset(&brokenPipe, SIGPIPE)
    var pending = sigset_t()
    unsafe sigpending(&pending)
    let wasPending = unsafe sigismember(&pending, SIGPIPE) == 1
    var before = sigset_t()
    unsafe pthread_sigmask(SIG_BLOCK, &brokenPipe, &before)
    defer {
        if !wasPending {
            var noTime = timespec()
            while unsafe sigtimedwait(&brokenPipe, nil, &noTime) == -1 && errno == EINTR {}
        }
        unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
    }
    return try body()
}
