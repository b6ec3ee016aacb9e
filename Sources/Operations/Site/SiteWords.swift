internal import Contract

/// What hooks and permissions mean, for those who operate a host: the words of its profile.
enum SiteWords {
    static func hook(_ name: String) -> String {
        guard let hook = HostProfile.standard.hook(named: name) else { return "is not known to this host" }
        return hook.isCalled ? hook.about ?? "" : "is never called by this host"
    }

    static func permission(_ name: String) -> String {
        guard let known = HostProfile.standard.permission(named: name) else { return "is not known to this host" }
        return known.about ?? ""
    }

    /// Whether a plugin with it can do much harm.
    static func isDangerous(_ permission: String) -> Bool {
        HostProfile.standard.permission(named: permission)?.isDangerous ?? false
    }
}
