import Contract

/// The hooks that the built-in host calls, by the names they have in tests.
extension Hook {
    private static func named(_ name: String) -> Hook {
        guard let hook = HostProfile.standard.hook(named: name) else { fatalError("there is no hook \(name)") }
        return hook
    }

    static let preQuery = named("pre_query")
    static let postQuery = named("post_query")
    static let authenticate = named("authenticate")
    static let route = named("route")
}
