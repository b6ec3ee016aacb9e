import PluginSDK

/// Who pays for a query: `tenant/acme`, `identity/bob`, `client/app-7`, `anonymous` or `others`.
///
/// The word before the `/` says where the name came from, so that no client can pass for a tenant by its name.
struct Account: Equatable {
    let name: Text

    /// Those who have no account of their own: names that are too long, and whoever comes when the store is full.
    static var others: Account { Account(name: "others") }

    private init(name: Text) { self.name = name }

    /// The account that pays for this query; an empty name counts as none.
    init(paying query: Query) {
        if let tenant = query.attribute("tenant_id"), !tenant.isEmpty {
            self.init("tenant/", tenant)
        } else if let identity = query.identity, !identity.isEmpty {
            self.init("identity/", identity)
        } else if let client = query.clientID, !client.isEmpty {
            self.init("client/", client)
        } else {
            self.init(name: "anonymous")
        }
    }

    /// The account that an operator means; nil when it cannot be one.
    init?(named name: Text) {
        if name != "anonymous", name != "others" {
            guard let slash = name.position(of: "/"), slash < name.count - 1, name.count - slash - 1 <= longestName
            else { return nil }
            let source = name.prefix(slash)
            guard source == "tenant" || source == "identity" || source == "client" else { return nil }
        }
        self.name = name
    }

    private init(_ source: Text, _ name: Text) {
        self = name.count <= longestName ? Account(name: source + name) : .others
    }

    /// The name for a message: control characters, which could forge lines of a log, become `?`.
    var shownName: Text {
        var bytes: [UInt8] = []
        for byte in name { bytes.append(byte < 0x20 || byte == 0x7F ? UInt8(ascii: "?") : byte) }
        return Text(bytes: bytes)
    }
}

/// The bytes a name may have; a key of the store could be longer.
private let longestName = 128
