internal import Glibc

/// Work on a thread of its own that is given up when it takes too much: the library's compiler cannot be interrupted.
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

    /// What became of the work.
    enum Outcome {
        case done(Value), tooLong, tooLarge
    }

    /// Starts the work and waits for it, as long as it takes neither more time nor more memory than it is given.
    ///
    /// pthread_create, pthread_cond_timedwait. Without a thread to be had, the work is done on this one.
    func result(milliseconds: Int, bytes: Int) -> Outcome {
        let pages = Self.residentPages(), limit = bytes / max(1, sysconf(Int32(_SC_PAGESIZE)))
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
            return .done(body())
        }
        pthread_detach(thread)
        let end = ContinuousClock.now + .milliseconds(milliseconds)
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while true {
            if let value { return .done(value) }
            guard ContinuousClock.now < end else { return .tooLong }
            var next = Self.time(inMilliseconds: min(20, milliseconds))
            let status = unsafe pthread_cond_timedwait(condition, mutex, &next)
            if let value { return .done(value) }
            if status == ETIMEDOUT, Self.residentPages() - pages > limit { return .tooLarge }
        }
    }

    /// A time of the clock that condition variables go by.
    private static func time(inMilliseconds milliseconds: Int) -> timespec {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        time.tv_nsec += milliseconds % 1000 * 1_000_000
        time.tv_sec += milliseconds / 1000 + time.tv_nsec / 1_000_000_000
        time.tv_nsec %= 1_000_000_000
        return time
    }

    /// How many pages of memory this process has now (`proc(5)`: the second number of statm); 0 where that is not told.
    private static func residentPages() -> Int {
        let descriptor = unsafe open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return 0 }
        defer { close(descriptor) }
        var text = [UInt8](repeating: 0, count: 128)
        let count = unsafe text.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
        let numbers = text.prefix(max(0, count)).split(separator: UInt8(ascii: " "))
        return numbers.count > 1 ? Int(String(decoding: numbers[1], as: UTF8.self)) ?? 0 : 0
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
