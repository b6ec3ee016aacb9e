internal import Glibc
internal import Synchronization

/// A cancellation that blocking work asks for now and then.
package final class Cancellation: Sendable {
    private struct State {
        var isCancelled = false
        var handlers: [@Sendable () -> Void] = []
    }

    private let state = Mutex(State())
    private let isWished: (@Sendable () -> Bool)?

    /// A wish that is told by `cancel`, or that is found by asking for it.
    package init(isWished: (@Sendable () -> Bool)? = nil) { self.isWished = isWished }

    /// Whether the work is to stop.
    package var isCancelled: Bool { state.withLock { $0.isCancelled } || isWished?() ?? false }

    /// Throws `CancellationError` when the work is to stop.
    package func check() throws { if isCancelled { throw CancellationError() } }

    /// Does this when the work is to stop, at once where it is already.
    package func onCancel(_ handler: @escaping @Sendable () -> Void) {
        let isLate = state.withLock { state in
            if !state.isCancelled { state.handlers.append(handler) }
            return state.isCancelled
        }
        if isLate { handler() }
    }

    /// Makes the work stop.
    package func cancel() {
        let handlers = state.withLock { state in
            state.isCancelled = true
            defer { state.handlers = [] }
            return state.handlers
        }
        for handler in handlers { handler() }
    }
}

/// Blocking work on a thread of its own, so that no task of the caller's has to wait for it.
package enum BackgroundThread {
    /// Does the work and returns what it returns; when the task is cancelled, throws `CancellationError` at once.
    ///
    /// The work is told by its `Cancellation`, and ends on its thread when it asks that the next time.
    package static func run<Value: Sendable>(
        _ work: @escaping @Sendable (Cancellation) throws -> Value
    ) async throws -> Value {
        let cancellation = Cancellation()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let answer = Answer(continuation)
                cancellation.onCancel { answer.give(.failure(CancellationError())) }
                start { answer.give(Result { try work(cancellation) }) }
            }
        } onCancel: {
            cancellation.cancel()
        }
    }

    /// Waits on this thread until asynchronous work has ended; only for threads of one's own.
    package static func wait(
        _ cancellation: Cancellation?, for work: @escaping @Sendable () async throws -> Void
    ) throws {
        let signal = Signal()
        let outcome = Mutex<Result<Void, any Error>?>(nil)
        let task = Task {
            do {
                try await work()
                outcome.withLock { $0 = .success(()) }
            } catch {
                outcome.withLock { $0 = .failure(error) }
            }
            signal.raise()
        }
        cancellation?.onCancel { task.cancel() }
        signal.wait()
        try outcome.withLock { $0 }?.get()
    }

    /// The continuation, answered once.
    private final class Answer<Value: Sendable>: Sendable {
        private let continuation: Mutex<CheckedContinuation<Value, any Error>?>

        init(_ continuation: CheckedContinuation<Value, any Error>) {
            self.continuation = Mutex(continuation)
        }

        func give(_ result: Result<Value, any Error>) {
            continuation.withLock { $0.take() }?.resume(with: result)
        }
    }

    /// What a new thread does.
    private final class Work: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Starts a thread that nobody waits for (`pthread_create(3)`); without one to be had, the work is done by a task.
    private static func start(_ body: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let work = unsafe Unmanaged.passRetained(Work(body))
        let status = unsafe pthread_create(
            &thread, nil,
            { pointer in
                guard let pointer = unsafe pointer else { return nil }
                unsafe Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().body()
                return nil
            }, work.toOpaque())
        if status == 0 {
            pthread_detach(thread)
        } else {
            unsafe work.release()
            Task.detached { body() }
        }
    }
}

/// One event that a thread waits for (`sem_wait(3)`).
@safe
private final class Signal: @unchecked Sendable {
    // The semaphore is made for being used by several threads; it goes with the last reference.
    private let semaphore: UnsafeMutablePointer<sem_t>

    init() {
        unsafe semaphore = .allocate(capacity: 1)
        unsafe sem_init(semaphore, 0, 0)
    }

    deinit {
        unsafe sem_destroy(semaphore)
        unsafe semaphore.deallocate()
    }

    func raise() { unsafe sem_post(semaphore) }

    func wait() { while unsafe sem_wait(semaphore) != 0 {} }
}
