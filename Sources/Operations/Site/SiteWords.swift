internal import Contract

/// What hooks and permissions mean, for those who operate a host.
enum SiteWords {
    static func hook(_ name: String) -> String {
        switch name {
        case "pre_query": "is called before a statement runs; may let it pass, block it, change it or answer it"
        case "post_query": "is called after a statement has run"
        case "authenticate": "decides who may log in"
        case "route": "chooses the server that a statement goes to"
        default:
            HostProfile.standard.hooks.contains { $0.name == name && !$0.isCalled }
                ? "is never called by this host" : "is not known to this host"
        }
    }

    static func permission(_ name: String) -> String {
        switch name {
        case "query_execute", "query": "runs its own statements on the database"
        case "cache_read": "reads the host's result cache"
        case "cache_write": "writes to the host's result cache"
        case "http_fetch", "http": "makes HTTP requests"
        case "crypto", "cryptography": "uses the host's cryptographic functions"
        case "kv_read": "reads the host's key-value store"
        case "kv_write": "writes to the host's key-value store"
        case "metrics": "writes the host's metrics"
        case "config_read", "config": "reads the host's settings"
        case "network": "opens connections to other machines"
        case "filesystem_read", "fs_read": "reads files of the host's machine"
        case "filesystem_write", "fs_write": "writes files of the host's machine"
        default: "is not known to this host"
        }
    }

    /// Whether a plugin with it can do much harm.
    static func isDangerous(_ permission: String) -> Bool {
        HostProfile.standard.permissions.contains { known in
            known.isDangerous && ([known.name] + known.aliases).contains { $0 == permission.lowercased() }
        }
    }
}
