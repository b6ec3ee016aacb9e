internal import ArgumentParser
internal import Formats
internal import Glibc

/// Runs the program with the process's own arguments and ends it with the verb's status.
package func runProgram() async -> Never {
    // A reader that goes away ends our output, not the program half-way through its work.
    signal(SIGPIPE, SIG_IGN)
    let status = await Program(session: .ofProcess()).run(Array(CommandLine.arguments.dropFirst()))
    exit(status.rawValue)
}

/// The program: from arguments to an exit status.
struct Program {
    let session: Session

    func run(_ arguments: [String]) async -> ExitStatus {
        let arguments = Self.globalsLast(arguments)
        let command: any ParsableCommand
        do {
            command = try RootCommand.parseAsRoot(arguments)
        } catch {
            return explain(error, arguments)
        }
        guard let verb = command as? any Verb else {
            do {
                var command = command
                try command.run()
                return .done
            } catch {
                return explain(error, arguments)
            }
        }
        let console = Console(session: session, globals: verb.globals)
        do {
            let outcome = try await verb.perform(session, console)
            for warning in outcome.warnings where !verb.globals.json { console.warn(warning) }
            if verb.globals.json {
                console.print(outcome.json)
            } else if outcome.isData || !verb.globals.quiet {
                console.print(outcome.text)
            }
            return outcome.status
        } catch let error as ValidationError {
            return explain(error, arguments)
        } catch {
            console.report(error)
            return .failed
        }
    }

    /// Shows help and version on standard output, and what was not understood as an error of usage.
    private func explain(_ error: any Error, _ arguments: [String]) -> ExitStatus {
        var globals = GlobalOptions()
        globals.json = arguments.contains("--json")
        let console = Console(session: session, globals: globals)
        let text = RootCommand.fullMessage(for: error)
        if RootCommand.exitCode(for: error) == .success {
            console.write(text + "\n", to: 1)
            return .done
        }
        if globals.json {
            console.print(
                .object([
                    "error": .object([
                        "code": .string("usage"), "message": .string(RootCommand.message(for: error)),
                        "help": .string("pdk --help"),
                    ])
                ]))
        } else {
            // ArgumentParser begins with `Error:`; this house writes it small.
            let shown = text.hasPrefix("Error: ") ? "error: " + text.dropFirst("Error: ".count) : text
            console.write(shown + "\n", to: 2)
        }
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
