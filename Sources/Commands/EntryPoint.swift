internal import ArgumentParser
internal import Basics
internal import Dispatch
internal import Glibc
internal import Operations

/// Runs the program with the process's own arguments and ends it with the verb's status.
///
/// Not asynchronous itself: what runs tasks opens files of its own, and the standard streams must be there before it.
package func runProgram() -> Never {
    // A reader that goes away ends our output, not the program half-way through its work.
    signal(SIGPIPE, SIG_IGN)
    openStandardStreams()
    Task {
        let status = await Program(session: .ofProcess()).run(processArguments())
        exit(status.rawValue)
    }
    dispatchMain()
}

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

    /// Takes the arguments as they came; a text that is not UTF-8 would name another file than the one that is meant.
    func run(_ arguments: [String?]) async -> ExitStatus {
        let known = arguments.compactMap { $0 }
        if let place = arguments.firstIndex(of: nil) {
            Console(session: session, settings: OutputSettings(json: known.contains("--json"))).report(
                Problem(
                    .usage, "argument \(place + 1) is not UTF-8",
                    help: "give the file or folder a name that is, or go into the folder and name it from there"))
            return .usage
        }
        return await run(known)
    }

    func run(_ arguments: [String]) async -> ExitStatus {
        let arguments = Self.globalsLast(arguments)
        if let unknown = UnknownCommand(in: arguments) { return refuse(unknown, arguments) }
        do {
            var command = try RootCommand.parseAsRoot(arguments)
            if let verb = command as? any Command { return try await perform(verb) }
            // What is no verb shows help.
            try command.run()
            return .done
        } catch {
            return explain(error, arguments)
        }
    }

    /// Does what a verb is for and prints its outcome; throws only what makes no sense on the command line.
    private func perform(_ verb: any Command) async throws -> ExitStatus {
        let console = Console(session: session, settings: verb.globals.settings)
        let outcome: Outcome
        do {
            guard !session.currentFolder.isEmpty else {
                throw Problem(
                    .noCurrentFolder, "the current folder is gone, or its path is not UTF-8",
                    help: "go into another folder")
            }
            outcome = try await verb.perform(session, console)
        } catch let error as ValidationError {
            throw error
        } catch {
            console.report(error)
            return .failed
        }
        if !verb.globals.json { outcome.warnings.forEach(console.warn) }
        guard console.print(outcome) else {
            console.write("error: cannot write the report to standard output\n", to: .error)
            return .failed
        }
        return outcome.status
    }

    /// Shows help and version on standard output, and what was not understood as an error of usage.
    private func explain(_ error: any Error, _ arguments: [String]) -> ExitStatus {
        let console = Console(session: session, settings: OutputSettings(json: arguments.contains("--json")))
        let text = RootCommand.fullMessage(for: error)
        if RootCommand.exitCode(for: error) == .success {
            console.write(text + "\n", to: .output)
            return .done
        }
        // ArgumentParser's sentences begin with a capital and may end with a full stop.
        var message = RootCommand.message(for: error)
        if message.hasSuffix("."), !message.dropLast().contains(".") { message.removeLast() }
        if let first = message.first, message.dropFirst().first?.isLowercase ?? false {
            message = first.lowercased() + message.dropFirst()
        }
        let verb = arguments.first.flatMap { RootCommand.verbs.contains($0) ? $0 : nil }
        console.report(
            Problem(
                .usage, message,
                help: verb.map { "pdk \($0) --help shows what it takes" } ?? "pdk --help lists the verbs"))
        return .usage
    }

    /// Says that there is no such verb; of `help WORD`, ArgumentParser would show the help, and call that a success.
    private func refuse(_ unknown: UnknownCommand, _ arguments: [String]) -> ExitStatus {
        Console(session: session, settings: OutputSettings(json: arguments.contains("--json"))).report(
            Problem(
                .usage, "there is no verb '\(unknown.word.printable)'",
                help: unknown.suggestion.map { "did you mean: pdk \($0)" } ?? "pdk --help lists the verbs"))
        return .usage
    }

    /// Lets `pdk --json list` mean `pdk list --json`.
    static func globalsLast(_ arguments: [String]) -> [String] {
        var front: [String] = []
        var rest = arguments[...]
        while let first = rest.first {
            if ["--json", "--quiet", "-q"].contains(first) || first.hasPrefix("--color=") {
                front.append(first)
                rest.removeFirst()
            } else if first == "--color", rest.count > 1 {
                front += rest.prefix(2)
                rest.removeFirst(2)
            } else {
                break
            }
        }
        // Without a verb there is nothing to put them behind.
        guard let verb = rest.first, !verb.hasPrefix("-") else { return Array(rest) }
        return [verb] + front + rest.dropFirst()
    }
}
