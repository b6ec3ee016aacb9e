internal import Arguments

/// The option that names the plugins folder to change or to look at.
struct DestOption: ParsableArguments, Sendable {
    @Option(name: .long, help: "The host's plugins folder.")
    var dest: String

    func validate() throws {
        if dest.isEmpty { throw ValidationError("Give --dest a folder, not an empty text.") }
    }

    /// The folder's path.
    func path(_ session: Session) -> String { session.path(dest) }
}
