internal import Glibc

/// A mutex with a condition variable: what threads share is read and changed inside `locked` only.
@safe
final class Monitor: Sendable {
    private nonisolated(unsafe) let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private nonisolated(unsafe) let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init() {
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

    func locked<Value>(_ body: () -> Value) -> Value {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return body()
    }

    /// Wakes one thread that waits (`pthread_cond_signal(3)`).
    func signal() { unsafe pthread_cond_signal(condition) }

    /// Waits for a signal, inside `locked` (`pthread_cond_wait(3)`).
    func wait() { unsafe pthread_cond_wait(condition, mutex) }

    /// Waits for a signal, inside `locked`, but not longer than this; false when time is up (`pthread_cond_timedwait(3)`).
    func wait(milliseconds: Int) -> Bool {
        var end = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &end)
        end.tv_nsec += milliseconds % 1000 * 1_000_000
        end.tv_sec += milliseconds / 1000 + end.tv_nsec / 1_000_000_000
        end.tv_nsec %= 1_000_000_000
        return unsafe pthread_cond_timedwait(condition, mutex, &end) != ETIMEDOUT
    }
}

/// A closure that a thread of its own runs.
final class ThreadBody: Sendable {
    private let body: @Sendable () -> Void

    private init(_ body: @escaping @Sendable () -> Void) { self.body = body }

    /// Starts a thread (`pthread_create(3)`); nil when there is none to be had.
    static func start(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
        var thread = pthread_t()
        let retained = unsafe Unmanaged.passRetained(ThreadBody(body))
        let status = unsafe pthread_create(
            &thread, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().body()
                return nil
            }, retained.toOpaque())
        guard status == 0 else {
            unsafe retained.release()
            return nil
        }
        return thread
    }
}
