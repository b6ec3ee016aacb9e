internal import Glibc

/// Advances an engine's epoch every 5 ms while calls run, from a thread that sleeps when none do.
final class EpochTicker: @unchecked Sendable {
    /// The time between two ticks, in milliseconds.
    static let tickMilliseconds: UInt64 = 5

    /// The ticks that make at least `milliseconds`, whatever part of a tick has passed when they start to count.
    static func ticks(milliseconds: UInt32) -> UInt64 {
        (UInt64(milliseconds) + tickMilliseconds - 1) / tickMilliseconds + 1
    }

    private let clock: Clock
    private var thread: pthread_t?

    /// A ticker that calls `tick` from its own thread.
    init(tick: @escaping @Sendable () -> Void) {
        clock = Clock(tick: tick)
    }

    deinit {
        stop()
    }

    /// Counts one more running call; false when the thread cannot be started.
    func begin() -> Bool {
        clock.monitor.locked {
            if thread == nil {
                guard !clock.isStopping else { return false }
                thread = ThreadBody.start { [clock] in clock.run() }
                if thread == nil { return false }
            }
            clock.running += 1
            clock.monitor.signal()
            return true
        }
    }

    /// Counts one running call less.
    func end() {
        clock.monitor.locked { clock.running -= 1 }
    }

    /// Ends the thread and waits for it; no tick follows.
    func stop() {
        let ended = clock.monitor.locked { () -> pthread_t? in
            clock.isStopping = true
            clock.monitor.signal()
            defer { thread = nil }
            return thread
        }
        if let ended { pthread_join(ended, nil) }
    }

    /// What the thread and the ticker share.
    private final class Clock: @unchecked Sendable {
        let monitor = Monitor()
        var running = 0
        var isStopping = false
        private let tick: @Sendable () -> Void

        init(tick: @escaping @Sendable () -> Void) { self.tick = tick }

        func run() {
            while waitForWork() {
                var pause = timespec(tv_sec: 0, tv_nsec: Int(EpochTicker.tickMilliseconds) * 1_000_000)
                var left = timespec()
                while unsafe nanosleep(&pause, &left) != 0, errno == EINTR { pause = left }
                tick()
            }
        }

        /// Sleeps while no call runs; false when the ticker has been stopped.
        private func waitForWork() -> Bool {
            monitor.locked {
                while running == 0, !isStopping { monitor.wait() }
                return !isStopping
            }
        }
    }
}

/// Nanoseconds of a clock that never goes back (CLOCK_MONOTONIC).
func monotonicNanoseconds() -> UInt64 {
    var now = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &now)
    return UInt64(clamping: now.tv_sec) &* 1_000_000_000 &+ UInt64(clamping: now.tv_nsec)
}

/// Nanoseconds that the calling thread has computed (CLOCK_THREAD_CPUTIME_ID): what a busy machine does not lengthen.
package func threadNanoseconds() -> UInt64 {
    var now = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now)
    return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
}
