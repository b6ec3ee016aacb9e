internal import Glibc

/// Work on a thread of its own that is given up when it takes too much: the library's compiler cannot be interrupted.
///
/// A thread that is given up goes on until it is done or the process ends.
final class TimedWork<Value: Sendable>: @unchecked Sendable {
    private let monitor = Monitor()
    private let body: @Sendable () -> Value
    private var value: Value?

    init(_ body: @escaping @Sendable () -> Value) { self.body = body }

    /// What became of the work.
    enum Outcome {
        case done(Value), tooLong, tooLarge
    }

    /// Starts the work and waits for it, as long as it takes neither more time nor more memory than it is given.
    ///
    /// Without a thread to be had, the work is done on this one.
    func result(milliseconds: Int, bytes: Int) -> Outcome {
        let pages = Self.residentPages(), limit = bytes / max(1, sysconf(Int32(_SC_PAGESIZE)))
        guard let thread = ThreadBody.start({ [self] in run() }) else { return .done(body()) }
        pthread_detach(thread)
        let end = ContinuousClock.now + .milliseconds(milliseconds)
        return monitor.locked {
            while true {
                if let value { return .done(value) }
                guard ContinuousClock.now < end else { return .tooLong }
                let isSignalled = monitor.wait(milliseconds: min(20, milliseconds))
                if value == nil, !isSignalled, Self.residentPages() - pages > limit { return .tooLarge }
            }
        }
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
        monitor.locked {
            value = done
            monitor.signal()
        }
    }
}
