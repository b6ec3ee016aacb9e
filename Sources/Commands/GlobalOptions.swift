internal import ArgumentParser

/// When to use colour.
enum ColorChoice: String, ExpressibleByArgument, CaseIterable, Sendable { case auto, always, never }

/// The options that every verb takes.
struct GlobalOptions: ParsableArguments, Sendable {
    @Flag(name: .long, help: "One JSON document on standard output, errors too.")
    var json = false

    @Flag(name: [.short, .long], help: "No messages but errors and warnings.")
    var quiet = false

    @Option(name: .long, help: "Use colour: auto, always or never.")
    var color: ColorChoice = .auto

    /// The options as values, which the parser's wrappers are not until they have been parsed.
    var settings: OutputSettings { OutputSettings(json: json, quiet: quiet, color: color) }
}
