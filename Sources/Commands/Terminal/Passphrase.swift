internal import Basics
internal import Glibc
internal import Operations
internal import Synchronization

/// The signal that asked the program to end while a passphrase was typed; a handler may do no more than note it.
private let endingSignal = Atomic<Int32>(0)

/// Asking for a passphrase on the terminal, without showing it.
enum Passphrase {
    /// The longest passphrase, in bytes.
    static let maximumBytes = 1024

    /// What is typed after `prompt`, without the line's end; the terminal's echo is off meanwhile (`tcsetattr(3)`).
    ///
    /// Ctrl-C and other requests to end are an error here, so that the terminal is always left as it was.
    static func ask(_ prompt: String) throws -> [UInt8] {
        let terminal = unsafe open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        guard terminal >= 0 else {
            throw Problem(
                .noTerminal, "there is no terminal to ask for a passphrase on", help: "set PDK_KEY_PASSPHRASE")
        }
        defer { close(terminal) }
        var before = termios()
        guard unsafe tcgetattr(terminal, &before) == 0 else {
            throw Problem(.noTerminal, "the terminal cannot hide a passphrase", help: "set PDK_KEY_PASSPHRASE")
        }
        var hidden = before
        hidden.c_lflag &= ~tcflag_t(ECHO)
        let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]
        let handlers = signals.map { number in signal(number) { endingSignal.store($0, ordering: .relaxed) } }
        unsafe tcsetattr(terminal, TCSAFLUSH, &hidden)
        defer {
            show("\n", on: terminal)
            unsafe tcsetattr(terminal, TCSAFLUSH, &before)
            for (number, handler) in zip(signals, handlers) { signal(number, handler) }
            endingSignal.store(0, ordering: .relaxed)
        }
        show(prompt, on: terminal)
        var typed: [UInt8] = []
        typed.reserveCapacity(maximumBytes)
        while true {
            // Another thread may have taken the signal, so that nothing interrupts this one.
            var waiting = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
            let ready = unsafe poll(&waiting, 1, 100)
            guard endingSignal.load(ordering: .relaxed) == 0 else {
                throw Problem(.interrupted, "no passphrase was given", help: "run it again, or set PDK_KEY_PASSPHRASE")
            }
            guard ready != 0 else { continue }
            var byte: UInt8 = 0
            let count = unsafe read(terminal, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1, byte != UInt8(ascii: "\n") else { return typed }
            guard typed.count < maximumBytes else {
                throw Problem(.longPassphrase, "the passphrase is longer than \(maximumBytes) bytes")
            }
            typed.append(byte)
        }
    }

    /// Asks twice and compares.
    static func askForNew(_ prompt: String) throws -> [UInt8] {
        let first = try ask(prompt + ": ")
        guard !first.isEmpty else {
            throw Problem(.emptyPassphrase, "the passphrase is empty", help: "type one of at least one character")
        }
        guard try ask(prompt + ", once more: ") == first else {
            throw Problem(.passphrasesDiffer, "the passphrases do not match", help: "try again")
        }
        return first
    }

    private static func show(_ text: String, on terminal: Int32) {
        let bytes = Array(text.utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe write(terminal, $0.baseAddress, $0.count) }
    }
}
