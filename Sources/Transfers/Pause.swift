internal import Glibc

/// Waiting before something is tried again.
package enum Pause {
    /// Waits for some time of the range, in milliseconds, so that not all try again at the same moment; a cancellation is
    /// heard meanwhile.
    package static func random(_ milliseconds: ClosedRange<Int>, isCancelled: (() -> Bool)? = nil) {
        var left = Int.random(in: milliseconds)
        while left > 0, !(isCancelled?() ?? false) {
            usleep(UInt32(min(left, 100)) * 1000)
            left -= 100
        }
    }
}
