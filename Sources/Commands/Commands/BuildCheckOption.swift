internal import Arguments

/// Whether a module that is not built from the current sources is refused.
struct BuildCheckOption: ParsableArguments, Sendable {
    @Flag(name: .long, help: "Use the built module even if it was not built from the current sources and version.")
    var noBuildCheck = false

    var isOn: Bool { !noBuildCheck }
}
