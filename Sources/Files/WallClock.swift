internal import Glibc

/// The time of day of the machine.
package enum WallClock {
    /// Seconds since 1970 (`time(2)`).
    package static var seconds: Int { time(nil) }
}
