internal import Arguments
internal import Basics
internal import Contract
internal import Dispatch
internal import Glibc

/// Runs the program with the process's own arguments and ends it with the command's status.
///
/// Not asynchronous itself: what runs tasks opens files of its own, and the standard streams must be there before it.
package func runProgram() -> Never {
    // A reader that goes away ends our output, not the program half-way through its work.
    signal(SIGPIPE, SIG_IGN)
    openStandardStreams()
    // Swift finds them by /proc/self; without them, what was asked for must not look as if it were done.
    guard CommandLine.argc > 0 else {
        let text =
            "error: cannot read the command line: /proc is not mounted here\nhelp: mount it, then run this again\n"
        _ = unsafe text.withCString { unsafe write(STDERR_FILENO, $0, strlen($0)) }
        end(.failed)
    }
    let program = Program(session: .ofProcess())
    switch program.read(processArguments()) {
    case .ended(let status): end(status)
    case .command(let command):
        Task { end(await program.perform(command)) }
        dispatchMain()
    }
}

/// Ends the process at once (`_exit(2)`).
///
/// What is to be written is written, without a buffer. The clean-up of `exit(3)` would only free what libraries hold, while
/// threads that nobody waits for, such as a compiler's that was given up, still use it.
private func end(_ status: ExitStatus) -> Never { _exit(status.rawValue) }

/// The process's arguments; nil in the place of one that is not UTF-8.
private func processArguments() -> [String?] {
    (1..<max(1, Int(CommandLine.argc))).map { place in
        unsafe CommandLine.unsafeArgv[place].flatMap { unsafe String(validatingCString: $0) }
    }
}

/// Opens the empty device for each of the three standard streams that is closed (`fcntl(2)`, `open(2)`).
///
/// The next file that is opened would otherwise take its number, and messages would be written into it.
private func openStandardStreams() {
    for stream in Int32(0)...2 where fcntl(stream, F_GETFD) < 0 {
        // The lowest free number is the one that is missing; where there is no such device, nothing better can be done.
        _ = unsafe open("/dev/null", O_RDWR)
    }
}

/// The program: from arguments to an exit status.
struct Program {
    let session: Session

    /// What is left to do when the arguments have been read.
    enum Next {
        case command(any Command)
        /// Nothing: help, the version or an error was printed.
        case ended(ExitStatus)
    }

    /// Takes the arguments as they came; a text that is not UTF-8 would name another file than the one that is meant.
    func read(_ arguments: [String?]) -> Next {
        let known = arguments.compactMap { $0 }
        if let place = arguments.firstIndex(of: nil) {
            return refuse(
                "argument \(place + 1) is not UTF-8",
                help: "rename the file or folder, or change into the folder and use a relative path", known)
        }
        switch known.first {
        case "--complete" where known.count > 1:
            return show(Completion(Array(known.dropFirst(2)), shell: known[1], session: session).text)
        case "--generate-completion-script" where known.count == 2:
            guard let script = CompletionScript.text(for: known[1]) else {
                return refuse(
                    "there are no completions for '\(known[1].printable)'",
                    help: "choose \(CompletionScript.shells.joined(separator: ", "))", known)
            }
            return show(script)
        case "--dump-help" where known.count == 1:
            return show(HelpDocument.json(CommandShape(RootCommand.self)).fileText)
        default: return read(known)
        }
    }

    private func read(_ arguments: [String]) -> Next {
        do throws(UsageError) {
            switch try CommandLineReader(RootCommand.self).read(Self.globalsLast(arguments)) {
            case .help(let shape):
                return show(shape.helpText(width: session.outputWidth, common: GlobalOptions.names) + "\n")
            case .version(let text): return show(text + "\n")
            case .command(let command):
                guard let command = command as? any Command else { return .ended(.usage) }
                return .command(command)
            }
        } catch {
            let known = error.path.joined(separator: " ")
            return refuse(
                Self.sentence(error.message),
                help: error.help
                    ?? (error.path.count > 1 ? "\(known) --help shows its arguments" : "pdk --help lists the commands"),
                arguments)
        }
    }

    /// Does what a command is for and prints its outcome.
    func perform(_ command: any Command) async -> ExitStatus {
        let console = Console(session: session, settings: command.settings)
        let outcome: Outcome
        do {
            let session = try session.moved(into: command.globals.dir)
            outcome = try await command.perform(session, Console(session: session, settings: console.settings))
        } catch let error as ValidationError {
            // What makes no sense on the command line, and only shows when the command runs.
            let path = CommandShape(RootCommand.self).path(to: type(of: command)) ?? ["pdk"]
            console.report(
                Problem(
                    .usage, Self.sentence(error.message),
                    help: "\(path.joined(separator: " ")) --help shows its arguments"))
            return .usage
        } catch {
            console.report(error)
            return (error as? any Diagnostic)?.code == .interrupted ? .interrupted : .failed
        }
        if !command.settings.json { outcome.warnings.forEach(console.warn) }
        guard console.print(outcome) else {
            return cannotWrite(console, outcome.status == .done ? "; the command itself has done its work" : "")
        }
        return outcome.status
    }

    /// Shows what was asked for on standard output.
    private func show(_ text: String) -> Next {
        let console = Console(session: session, settings: OutputSettings())
        return .ended(console.write(text, to: .output) ? .done : cannotWrite(console))
    }

    private func cannotWrite(_ console: Console, _ more: String = "") -> ExitStatus {
        console.write("error: cannot write the report to standard output\(more)\n", to: .error)
        return .failed
    }

    /// Says that the command line was not understood.
    private func refuse(_ message: String, help: String, _ arguments: [String]) -> Next {
        Console(session: session, settings: OutputSettings(json: arguments.contains("--json"))).report(
            Problem(.usage, message, help: help))
        return .ended(.usage)
    }

    /// A sentence as errors have it: without a capital at the start and a full stop at the end.
    private static func sentence(_ text: String) -> String {
        var text = text
        // Names and addresses have full stops, too; of several sentences, all keep theirs.
        if text.hasSuffix("."), !text.hasSuffix(".."), !text.hasSuffix(" ."), !text.contains(". ") { text.removeLast() }
        if let first = text.first, text.dropFirst().first?.isLowercase ?? false {
            text = first.lowercased() + text.dropFirst()
        }
        return text
    }

    /// Lets `pdk --json list` mean `pdk list --json`.
    static func globalsLast(_ arguments: [String]) -> [String] {
        var front: [String] = []
        var rest = arguments[...]
        while let first = rest.first {
            if ["--json", "--quiet", "-q"].contains(first) || first.hasPrefix("--color=")
                || (first.hasPrefix("-C") && first.count > 2)
            {
                front.append(first)
                rest.removeFirst()
            } else if ["--color", "-C"].contains(first), rest.count > 1 {
                front += rest.prefix(2)
                rest.removeFirst(2)
            } else {
                break
            }
        }
        // Without a command there is nothing to put them behind.
        guard let command = rest.first, !command.hasPrefix("-") else { return Array(rest) }
        // Of a group of commands, the word behind its name is a part of the name.
        let group = RootCommand.configuration.subcommands.first { $0.configuration.commandName == command }
        let isGroup = group.map { !$0.configuration.subcommands.isEmpty } ?? false
        let name = rest.prefix(isGroup && rest.count > 1 ? 2 : 1)
        return name + front + rest.dropFirst(name.count)
    }
}
