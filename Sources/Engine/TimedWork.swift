internal import Glibc

/// Work on a thread of its own that is given up when it takes too long: the library's compiler cannot be interrupted.
///
/// A thread that is given up goes on until it is done or the process ends.
@safe
final class TimedWork<Value: Sendable>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let body: @Sendable () -> Value
    private var value: Value?

    init(_ body: @escaping @Sendable () -> Value) {
        self.body = body
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

    /// Starts the work and waits for it (pthread_create, pthread_cond_timedwait); nil when it takes longer.
    ///
    /// Without a thread to be had, the work is done on this one.
    func result(milliseconds: Int) -> Value? {
        var thread = pthread_t()
        let retained = unsafe Unmanaged.passRetained(ThreadBody { [self] in run() })
        let status = unsafe pthread_create(
            &thread, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().body()
                return nil
            }, retained.toOpaque())
        guard status == 0 else {
            unsafe retained.release()
            return body()
        }
        pthread_detach(thread)
        var end = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &end)
        end.tv_sec += milliseconds / 1000
        end.tv_nsec += milliseconds % 1000 * 1_000_000
        if end.tv_nsec >= 1_000_000_000 {
            end.tv_sec += 1
            end.tv_nsec -= 1_000_000_000
        }
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while value == nil {
            if unsafe pthread_cond_timedwait(condition, mutex, &end) == ETIMEDOUT { break }
        }
        return value
    }

    private func run() {
        let done = body()
        unsafe pthread_mutex_lock(mutex)
        value = done
        unsafe pthread_cond_signal(condition)
        unsafe pthread_mutex_unlock(mutex)
    }
}

/// A closure that a thread takes with it.
private final class ThreadBody: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}
