internal import Contract

/// What hooks and permissions mean, for those who operate a host.
enum SiteWords {
    static func hook(_ name: String) -> String {
        switch name {
        case "pre_query": "is asked before a statement runs, and may let it pass, block it, change it or answer it"
        case "post_query": "is told of a statement after it has run"
        case "authenticate": "is asked who may log in"
        case "route": "chooses the server that a statement goes to"
        default:
            HostProfile.standard.hooks.contains { $0.name == name && !$0.isCalled }
                ? "is never called by this host" : "is not known to this host"
        }
    }

    static func permission(_ name: String) -> String {
        switch name {
        case "query_execute", "query": "runs statements of its own on the database"
        case "cache_read": "reads the host's cache of results"
        case "cache_write": "changes the host's cache of results"
        case "http_fetch", "http": "fetches addresses of the web"
        case "crypto", "cryptography": "uses the host's digests and random numbers"
        case "kv_read": "reads the host's store of keys and values"
        case "kv_write": "changes the host's store of keys and values"
        case "metrics": "adds to the host's figures"
        case "config_read", "config": "reads the host's settings"
        case "network": "opens connections to other machines"
        case "filesystem_read", "fs_read": "reads files of the host's machine"
        case "filesystem_write", "fs_write": "writes files of the host's machine"
        default: "is not known to this host"
        }
    }

    /// Whether an operator should think twice.
    static func isDangerous(_ permission: String) -> Bool {
        HostProfile.standard.permissions.contains { known in
            known.isDangerous && ([known.name] + known.aliases).contains { $0 == permission.lowercased() }
        }
    }
}
