internal import Arguments
internal import Authoring
internal import Basics
internal import Contract

/// `--host`: the host that a plugin is run and checked for.
struct HostOption: ParsableArguments, Sendable {
    @Option(
        name: .customLong("host"),
        help: "A host profile, or a file that overrides its settings, such as host.yaml. (default: the plugin's)")
    var name: String?

    /// The profile that was named; nil when none was.
    func profile(_ session: Session) throws -> HostProfile? { try Self.profile(name, session) }

    /// The profile of this name, or of the file at this path; nil when none was named.
    static func profile(_ name: String?, _ session: Session) throws -> HostProfile? {
        guard let name else { return nil }
        return try HostProfile.builtIn(named: name) ?? HostFile.read(session.path(name))
    }

    /// The plugin of the current folder, for the host that was named or its own.
    func project(_ session: Session) throws -> PluginProject {
        var project = try session.project()
        if let profile = try profile(session) { project.profile = profile }
        return project
    }
}
