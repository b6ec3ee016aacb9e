internal import Basics
internal import Files
internal import Glibc
internal import Operations
internal import Running
internal import Trust

/// The world as the program finds it, read once: environment, folders, clock and terminal.
struct Session: Sendable, Redacted {
    let environment: [String: String]
    /// Empty when it has been removed, or its path is not UTF-8: another folder must not be taken for it.
    private(set) var currentFolder: String
    /// The folder of the program itself, links resolved.
    let executableFolder: String?
    /// How many processors there are.
    let processors: Int
    /// Seconds since 1970.
    let now: Int
    let inputIsTerminal: Bool
    let outputIsTerminal: Bool
    let errorIsTerminal: Bool
    /// The plugin's project, once it has been read.
    let readProject = ReadProject()

    /// The process's own world.
    static func ofProcess() -> Session {
        var environment: [String: String] = [:]
        var entry = unsafe environ
        while let text = unsafe entry.pointee {
            // What is not UTF-8 would name another folder than the one that is meant, and counts as not set.
            if let line = unsafe String(validatingCString: text), let equals = line.firstIndex(of: "=") {
                environment[String(line[..<equals])] = String(line[line.index(after: equals)...])
                if secretVariables.contains(String(line[..<equals])) {
                    unsafe erase(text, after: line[...equals].utf8.count)
                }
            }
            unsafe entry += 1
        }
        for name in secretVariables { unsafe unsetenv(name) }
        return Session(
            environment: environment, currentFolder: FilePaths.resolved(".") ?? "",
            executableFolder: FilePaths.resolved("/proc/self/exe").flatMap(FilePaths.parent),
            processors: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))), now: time(nil),
            inputIsTerminal: isatty(0) == 1, outputIsTerminal: isatty(1) == 1, errorIsTerminal: isatty(2) == 1)
    }

    /// Variables that hold secrets; no program that is started gets them.
    private static let secretVariables: Set = ["PDK_KEY_PEM", "PDK_KEY_PASSPHRASE"]

    /// Overwrites a variable's value where the kernel shows it to others, in `/proc/PID/environ` (`proc(5)`).
    private static func erase(_ text: UnsafeMutablePointer<CChar>, after count: Int) {
        unsafe explicit_bzero(text + count, strlen(text + count))
    }

    /// The session in the folder that `-C` names, each one seen from the one before (`chdir(2)`).
    func moved(into folders: [String]) throws -> Session {
        guard !currentFolder.isEmpty else {
            throw Problem(
                .noCurrentFolder, "the current folder is gone, or its path is not UTF-8",
                help: "change to another folder"
            )
        }
        var session = self
        for folder in folders {
            let path = session.path(folder)
            guard !folder.isEmpty, unsafe chdir(path) == 0, let resolved = FilePaths.resolved(".") else {
                throw Problem(
                    .noCurrentFolder, "cannot go into the folder '\(folder.printable)'",
                    help: "give -C an existing folder")
            }
            session.currentFolder = resolved
        }
        return session
    }

    /// How many columns a line of help may have: the terminal's, `COLUMNS`, or 80; at most 100.
    var outputWidth: Int {
        var size = winsize()
        let isKnown = unsafe outputIsTerminal && ioctl(1, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        let columns = isKnown ? Int(size.ws_col) : variable("COLUMNS").flatMap { Int($0) } ?? 80
        return min(100, max(40, columns))
    }

    /// Keeps secrets that this process is about to hold out of core dumps (`setrlimit(2)`).
    func forbidCoreDumps() {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        // Lowering one's own limit cannot fail; if it did, there is nothing better to do than go on.
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    }

    /// A variable that is set to something.
    func variable(_ name: String) -> String? {
        guard let value = environment[name], !value.isEmpty else { return nil }
        return value
    }

    /// The store of keys and trust in `$PDK_HOME`, else `$XDG_CONFIG_HOME/pdk`, else `~/.config/pdk`; nil without any.
    var keyStore: KeyStore? {
        if let folder = variable("PDK_HOME") { return KeyStore(configurationFolder: path(folder)) }
        if let folder = variable("XDG_CONFIG_HOME"), folder.hasPrefix("/") {
            return KeyStore(configurationFolder: FilePaths.join(folder, "pdk"))
        }
        return variable("HOME").map { KeyStore(configurationFolder: FilePaths.join($0, ".config/pdk")) }
    }

    /// Where throw-away files are made.
    var scratch: String { FilePaths.join(currentFolder, variable("TMPDIR") ?? "/tmp") }

    /// The time that goes into what is made: the clock's, or `SOURCE_DATE_EPOCH` for the same bytes each time.
    func timeOfMaking() throws -> Int {
        guard let text = variable("SOURCE_DATE_EPOCH") else { return now }
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let seconds = Int(text), seconds < 1 << 33 else {
            throw Problem(
                .invalidSourceDateEpoch,
                "SOURCE_DATE_EPOCH is '\(text.printable)'; it must be seconds since 1970",
                help: "unset it, or set it as in: SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)")
        }
        return seconds
    }

    /// Where what can be made again is kept: `$XDG_CACHE_HOME/pdk`, else `~/.cache/pdk`; nil without any.
    var cacheFolder: String? {
        let cache = variable("XDG_CACHE_HOME").flatMap { $0.hasPrefix("/") ? $0 : nil }
        return (cache ?? variable("HOME").map { $0 + "/.cache" }).map { $0 + "/pdk" }
    }

    /// Where the engine is looked for, and where compiled code is kept.
    var engine: EngineSource {
        let home = variable("HOME")
        return EngineSource(
            override: variable("PDK_WASMTIME").map(path), executableFolder: executableFolder,
            dataHome: variable("XDG_DATA_HOME"), home: home, cacheFolder: cacheFolder.map { $0 + "/compiled" })
    }

    /// Whether to use colour on a stream.
    func usesColor(_ choice: ColorChoice, isTerminal: Bool) -> Bool {
        switch choice {
        case .always: true
        case .never: false
        case .auto: isTerminal && variable("NO_COLOR") == nil && variable("TERM") != "dumb"
        }
    }
}
