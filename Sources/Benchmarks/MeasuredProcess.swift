import Glibc

/// What a run of a program cost, told by the kernel (`wait4(2)`).
struct Cost {
    /// Wall-clock time, in milliseconds.
    var wall: Double
    /// Processor time in user and system mode, in milliseconds.
    var processor: Double
    /// The most memory it held, in MiB.
    var memory: Double
}

/// A program that is run to be measured, with its output thrown away.
struct MeasuredProcess {
    let program: String
    let arguments: [String]
    /// Where it runs; nil for here.
    let folder: String?

    init(_ program: String, _ arguments: [String], folder: String? = nil) {
        self.program = program
        self.arguments = arguments
        self.folder = folder
    }

    /// Runs it once; ends the benchmark when it fails, since a failure's figures mean nothing.
    func run() -> Cost {
        guard let cost = attempt() else { fatalError("\(program) \(arguments.joined(separator: " ")) failed") }
        return cost
    }

    /// Runs it once; nil when it fails.
    func attempt() -> Cost? {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        // The child begins where its parent is; nothing else runs in this process meanwhile.
        let here = unsafe open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { close(here) }
        if let folder { guard unsafe chdir(folder) == 0 else { return nil } }
        defer { fchdir(here) }
        var texts = unsafe ([program] + arguments).map { unsafe strdup($0) } + [nil]
        defer { unsafe texts.forEach { unsafe free($0) } }
        var process: pid_t = 0
        let start = ContinuousClock.now
        guard unsafe posix_spawnp(&process, program, &actions, nil, &texts, environ) == 0 else {
            fatalError("cannot run \(program)")
        }
        var status: Int32 = 0
        var usage = rusage()
        guard unsafe wait4(process, &status, 0, &usage) == process, status == 0 else { return nil }
        let wall = ContinuousClock.now - start
        func milliseconds(_ time: timeval) -> Double { Double(time.tv_sec) * 1000 + Double(time.tv_usec) / 1000 }
        return Cost(
            wall: Double(wall.components.seconds) * 1000 + Double(wall.components.attoseconds) / 1e15,
            processor: milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime),
            memory: Double(usage.ru_maxrss) / 1024)
    }

    /// The medians of several runs.
    static func medians(_ costs: [Cost]) -> Cost {
        func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
        return Cost(
            wall: median(costs.map(\.wall)), processor: median(costs.map(\.processor)),
            memory: costs.map(\.memory).max() ?? 0)
    }
}
