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
        unsafe pthread_mutex_lock(clock.mutex)
        defer { unsafe pthread_mutex_unlock(clock.mutex) }
        if thread == nil {
            guard !clock.stopping else { return false }
            var started = pthread_t()
            let retained = unsafe Unmanaged.passRetained(clock)
            let status = unsafe pthread_create(
                &started, nil,
                { argument in
                    guard let argument = unsafe argument else { return nil }
                    unsafe Unmanaged<Clock>.fromOpaque(argument).takeRetainedValue().run()
                    return nil
                }, retained.toOpaque())
            guard status == 0 else {
                unsafe retained.release()
                return false
            }
            thread = started
        }
        clock.running += 1
        unsafe pthread_cond_signal(clock.condition)
        return true
    }

    /// Counts one running call less.
    func end() {
        unsafe pthread_mutex_lock(clock.mutex)
        clock.running -= 1
        unsafe pthread_mutex_unlock(clock.mutex)
    }

    /// Ends the thread and waits for it; no tick follows.
    func stop() {
        unsafe pthread_mutex_lock(clock.mutex)
        clock.stopping = true
        let ended = thread
        thread = nil
        unsafe pthread_cond_signal(clock.condition)
        unsafe pthread_mutex_unlock(clock.mutex)
        if let ended { pthread_join(ended, nil) }
    }

    /// What the thread and the ticker share, guarded by the mutex.
    @safe
    private final class Clock: @unchecked Sendable {
        let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
        var running = 0
        var stopping = false
        private let tick: @Sendable () -> Void

        init(tick: @escaping @Sendable () -> Void) {
            self.tick = tick
            unsafe mutex.initialize(to: pthread_mutex_t())
            unsafe condition.initialize(to: pthread_cond_t())
            unsafe pthread_mutex_init(mutex, nil)
            unsafe pthread_cond_init(condition, nil)
        }

        deinit {
            unsafe pthread_cond_destroy(condition)
            unsafe pthread_mutex_destroy(mutex)
            unsafe condition.deallocate()
            unsafe mutex.deallocate()
        }

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
            unsafe pthread_mutex_lock(mutex)
            defer { unsafe pthread_mutex_unlock(mutex) }
            while running == 0, !stopping { unsafe pthread_cond_wait(condition, mutex) }
            return !stopping
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
