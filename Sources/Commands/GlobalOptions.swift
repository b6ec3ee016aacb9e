internal import Arguments

/// When to use colour.
enum ColorChoice: String, ExpressibleByArgument, CaseIterable, Sendable { case auto, always, never }

/// The options that every command takes.
struct GlobalOptions: ParsableArguments, Sendable {
    @Option(name: .customShort("C"), help: "Work in this folder, as if pdk had been started there.")
    var dir: [String] = []

    @Flag(name: .long, help: "Write one JSON document to standard output, for errors too.")
    var json = false

    @Flag(name: [.short, .long], help: "Show only errors and warnings.")
    var quiet = false

    @Option(name: .long, help: "Use colour: auto, always or never.")
    var color: ColorChoice = .auto

    /// The options as values.
    var settings: OutputSettings { OutputSettings(json: json, quiet: quiet, color: color) }

    /// The same for a command whose `--format` may ask for JSON, too.
    func settings(format: String?) -> OutputSettings {
        OutputSettings(json: json || format == "json", quiet: quiet, color: color)
    }

    /// Refuses `--json` beside a `--format` of another kind.
    func refuseSecondFormat(_ format: String?) throws {
        guard json, let format, format != "json" else { return }
        throw ValidationError("--json and --format \(format) ask for two formats; give only one.")
    }

    /// The spellings of what every command takes; they may also stand before the command.
    static let names: Set<String> = ["-C", "--json", "--quiet", "-q", "--color", "--version", "--help", "-h"]
}
