internal import Basics

/// What a lock says of a registry.
extension RegistryLocation {
    /// The registry as a lock names it: without the index's usual name, and without what may be secret.
    package var lockText: String {
        var text = description.redactedLogin
        let ending = "/" + RegistryIndex.fileName
        if text.hasSuffix(ending), text.utf8.count > ending.utf8.count { text.removeLast(ending.count) }
        return text
    }
}

extension String {
    /// The address without `user:password@` in front of its host.
    fileprivate var redactedLogin: String {
        guard RegistryLocation.isWebAddress(self), let scheme = firstPlace(of: "://") else { return self }
        let host = self[scheme.upperBound...].prefix { $0 != "/" }
        guard let at = host.lastIndex(of: "@") else { return self }
        return String(self[..<scheme.upperBound] + self[index(after: at)...])
    }
}
