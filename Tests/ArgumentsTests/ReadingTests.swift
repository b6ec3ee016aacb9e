import Arguments
import TestSupport
import Testing

/// A command line as small as can be that has everything.
private enum Level: String, ExpressibleByArgument, CaseIterable { case low, high }

private struct Shared: ParsableArguments {
    @Flag(name: [.short, .long], help: "Quiet.") var quiet = false
    @Option(name: .customShort("C"), help: "Folder.") var dir: [String] = []
    @Option(name: .long, help: "Colour.") var color: Level = .low

    func validate() throws {
        if dir.contains("bad") { throw ValidationError("The folder is bad.") }
    }
}

private struct Fetch: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch", abstract: "Fetch a thing.", discussion: "More of it.\n\n  pdk fetch x\n\nAnd the rest.")

    @Argument(help: "What.") var thing: String
    @Argument(help: "More.") var more: [String] = []
    @Option(name: .long, help: "From where.") var fromFolder: String
    @Option(name: .long, help: "The version.") var version: String?
    @Option(name: .long, help: "How long.") var seconds: Double = 2
    @Option(name: .long, help: "How much.") var fuel: UInt64?
    @Option(name: .long, help: "Pairs.") var set: [String] = []
    @Flag(name: .shortAndLong, help: "Say more.") var verbose = false
    @OptionGroup var shared: Shared

    func validate() throws {
        if thing == "nothing" { throw ValidationError("Fetch something.") }
    }
}

private struct KeyList: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List keys.")
    @Argument(help: "A label.") var label: String = "default"
    @OptionGroup var shared: Shared
}

private struct Key: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Keys.", subcommands: [KeyList.self])
}

private struct Root: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pdk", abstract: "The kit.", version: "pdk 1.2.3",
        groupedSubcommands: [
            CommandGroup(name: "Getting", subcommands: [Fetch.self]),
            CommandGroup(name: "Own", subcommands: [Key.self]),
        ])
}

struct ReadingTests {
    private func read(_ words: String...) throws(UsageError) -> CommandLineReading {
        try CommandLineReader(Root.self).read(words)
    }

    private func fetch(_ words: String...) throws -> Fetch {
        guard case .command(let command as Fetch) = try CommandLineReader(Root.self).read(["fetch"] + words) else {
            throw Failure.other
        }
        return command
    }

    private enum Failure: Error { case other }

    @Test func valuesAndDefaults() throws {
        let plain = try fetch("x", "--from-folder", "f")
        expect(plain.thing == "x" && plain.more.isEmpty && plain.fromFolder == "f" && plain.version == nil)
        expect(plain.seconds == 2 && plain.fuel == nil && plain.set.isEmpty && !plain.verbose)
        expect(!plain.shared.quiet && plain.shared.dir.isEmpty && plain.shared.color == .low)
        let full = try fetch(
            "-qv", "--set", "a=b", "x", "--from-folder=f=g", "y", "--set=c", "z", "--version", "9", "--seconds", "-1.5",
            "--fuel", "18446744073709551615", "-C", "one", "-Ctwo", "--color=high")
        expect(full.thing == "x" && full.more == ["y", "z"] && full.fromFolder == "f=g" && full.version == "9")
        expect(full.seconds == -1.5 && full.fuel == .max && full.set == ["a=b", "c"] && full.verbose)
        expect(full.shared.quiet && full.shared.dir == ["one", "two"] && full.shared.color == .high)
    }

    @Test func wordsBehindTwoDashesAreArguments() throws {
        let command = try fetch("--from-folder", "f", "--", "-x", "--version", "--")
        expect(command.thing == "-x" && command.more == ["--version", "--"] && command.version == nil)
        // One dash alone is standard input, and a value as any other.
        expect(try fetch("-", "--from-folder", "-").fromFolder, is: "-")
        expect(try fetch("", "--from-folder=").thing, is: "")
        // The last one counts.
        expect(try fetch("x", "--from-folder", "a", "--from-folder", "b").fromFolder, is: "b")
    }

    /// Two command lines that are read share nothing.
    @Test func commandsDoNotShareValues() throws {
        let first = try fetch("a", "--from-folder", "f", "--set", "1"), second = try fetch("b", "--from-folder", "g")
        expect(first.thing == "a" && second.thing == "b" && first.set == ["1"] && second.set.isEmpty)
    }

    @Test func commandsBelowCommands() throws {
        guard case .command(let list as KeyList) = try read("key", "list", "-q") else { throw Failure.other }
        expect(list.label == "default" && list.shared.quiet)
        guard case .help(let shape) = try read("help", "key", "list") else { throw Failure.other }
        expect(shape.path, is: ["pdk", "key", "list"])
        guard case .help(let group) = try read("key") else { throw Failure.other }
        expect(group.path, is: ["pdk", "key"])
    }

    @Test(arguments: [
        [], ["-h"], ["--help"], ["help"], ["fetch", "-h"], ["fetch", "--bad-is-later", "--help"],
        ["fetch", "x", "-qh"],
        ["help", "fetch"], ["key", "--help"], ["key", "list", "--help"],
    ])
    func helpIsAskedFor(words: [String]) throws {
        if words.contains("--bad-is-later") {
            #expect(throws: UsageError.self) { try CommandLineReader(Root.self).read(words) }
        } else {
            guard case .help = try CommandLineReader(Root.self).read(words) else { throw Failure.other }
        }
    }

    @Test func theVersionIsAskedFor() throws {
        for words in [["--version"], ["key", "list", "--version"]] {
            guard case .version("pdk 1.2.3") = try CommandLineReader(Root.self).read(words) else { throw Failure.other }
        }
        // A command's own option of the name comes first.
        #expect(throws: UsageError.self) { try CommandLineReader(Root.self).read(["fetch", "--version"]) }
    }

    @Test(arguments: [
        ("fetch", "missing argument 'THING'", nil), ("fetch x", "missing option '--from-folder FROM_FOLDER'", nil),
        ("fetch x --from-folder", "missing value for '--from-folder FROM_FOLDER'", nil),
        (
            "fetch x --from-folder --set", "missing value for '--from-folder FROM_FOLDER'",
            "if the value begins with '-', write --from-folder=VALUE"
        ),
        ("fetch x --from-folder f --seconds soon", "the value 'soon' is invalid for '--seconds SECONDS'", nil),
        ("fetch x --from-folder f --fuel -1", "the value '-1' is invalid for '--fuel FUEL'", nil),
        (
            "fetch x --from-folder f --color blue", "the value 'blue' is invalid for '--color COLOR'; choose low, high",
            nil
        ),
        ("fetch x --form-folder f", "unknown option '--form-folder'", "did you mean: --from-folder"),
        ("fetch -x", "unknown option '-x'", nil), ("fetch -qx", "unknown option '-x'", nil),
        ("fetch x --quiet=yes", "the option '--quiet' takes no value, but was given 'yes'", nil),
        ("fetch nothing --from-folder f", "Fetch something.", nil),
        ("fetch x --from-folder f -C bad", "The folder is bad.", nil),
        ("key list a b", "unexpected argument 'b'", nil),
        ("key lsit", "there is no command 'lsit'", "did you mean: pdk key list"),
        ("fetsh", "there is no command 'fetsh'", "did you mean: pdk fetch"),
        ("help fetsh", "there is no command 'fetsh'", "did you mean: pdk fetch"),
        ("unfetch", "there is no command 'unfetch'", "pdk --help lists the commands"),
        ("--color", "unknown option '--color'", nil), ("key --x", "unknown option '--x'", nil),
    ])
    func isRefused(line: String, message: String, help: String?) throws {
        let error = try #require(throws: UsageError.self) {
            _ = try CommandLineReader(Root.self).read(line.split(separator: " ").map(String.init))
        }
        expect(error.message == message && error.help == help, "\(error)")
    }

    @Test func whatIsShownIsHarmless() throws {
        let error = try #require(throws: UsageError.self) {
            _ = try read("\u{1B}[31m" + String(repeating: "x", count: 100_000))
        }
        expect(error.message.count < 120 && !error.message.contains("\u{1B}"))
    }

    /// Help fits the width, keeps what is indented, and names everything.
    @Test(arguments: [40, 60, 80, 100]) func helpFitsTheWidth(width: Int) throws {
        guard case .help(let shape) = try read("help", "fetch") else { throw Failure.other }
        let common: Set<String> = ["-q", "--quiet", "-C", "--color", "-h", "--help"]
        let text = shape.helpText(width: width, common: common)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        expect(lines.allSatisfy { $0.count <= width }, "\(text)")
        expect(lines.contains("  pdk fetch x") && lines.contains("Options of every command:"))
        for word in [
            "THING", "MORE", "--from-folder", "--seconds", "(default:", "-v, --verbose", "-C DIR", "-h, --help",
        ] {
            expect(text.contains(word), "\(word) is missing in \(text)")
        }
        expect(text.contains("Usage: pdk fetch THING [MORE...]"))
        let root = CommandShape(Root.self).helpText(width: width, common: common)
        expect(root.contains("Getting commands:") && root.contains("Own commands:") && root.contains("  fetch"))
    }

    /// Whatever is typed is read or refused.
    @Test(arguments: [1, 2, 3] as [UInt64]) func randomWordsNeverTrap(seed: UInt64) {
        var random = SeededNumbers(seed: seed)
        let words = [
            "fetch", "key", "list", "help", "x", "-", "--", "-h", "--help", "--version", "-q", "-C", "-Cx", "--set",
            "--set=",
            "--color", "low", "--seconds", "1", "--from-folder", "--from-folder=f", "", "=", "--=", "-=", "é", "-é",
            "--\u{0}",
        ]
        var read = 0
        for _ in 0..<3000 {
            let line = (0..<Int.random(in: 0...8, using: &random)).map { _ in random.pick(words) }
            if (try? CommandLineReader(Root.self).read(line)) != nil { read += 1 }
        }
        expect(read > 300)
    }
}
