internal import Basics
internal import Contract
internal import Ed25519
internal import Files
internal import LibCrypto
package import PluginRegistry
package import Trust

/// `pdk registry init`: an empty registry, signed when a key is given.
package struct InitRegistry {
    package let location: RegistryLocation
    /// The registry's own key; nil for a registry that is not signed.
    package let key: KeySource?
    /// What it works in.
    package let context: Context

    package init(location: RegistryLocation, key: KeySource?, in context: Context) {
        self.location = location
        self.key = key
        self.context = context
    }

    /// What was made.
    package struct Report: Sendable {
        package let indexPath: String
        /// Who signs it; nil for an unsigned one.
        package let keeper: Publisher?
    }

    /// Makes it; a registry that is there is an error.
    package func run() throws -> Report {
        let place = try RegistryPlace(location)
        let store = context.store(of: location, isCreating: true)
        guard try store.readIndex(into: { _ in }) == nil else {
            throw Problem(
                .alreadyExists, "a registry already exists: \(place.indexPath)",
                help: key == nil ? nil : "sign it with: pdk registry sign \(location.description.shellWord) --key LABEL"
            )
        }
        try place.checkNew(isMeant: true, confirm: nil)
        try store.prepare()
        let keeper = try key?.publisher()
        var members = [JSONValue.Member("schema_version", .string(RegistryIndex.schemaVersion))]
        if let keeper { members += try RegistrySeal.members(key: keeper.publicKey) }
        members += IndexOutline.members(serial: 1, at: Timestamp(seconds: context.now))
        members.append(JSONValue.Member("plugins", .array([])))
        let text = Array(JSONValue.object(members).fileText.utf8)
        var change = RegistryChange(splices: [IndexSplice(0..<0, text)])
        if let key, let keeper { change = try change.signed(by: RegistrySigner(publicKey: keeper.publicKey, key: key)) }
        try store.begin().commit(change, expecting: nil)
        return Report(indexPath: place.indexPath, keeper: keeper)
    }
}

/// What an index says of its own signature.
enum RegistrySeal {
    /// The members of a registry that is signed from now on: an id of its own, and the key.
    static func members(key: PublicKey) throws -> [JSONValue.Member] {
        var generator = SystemRandomNumberGenerator()
        let id = (0..<2).map { _ in generator.next() as UInt64 }.map { number in
            let digits = String(number, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
        return [
            JSONValue.Member(IndexSeal.Member.id, .string(id)),
            JSONValue.Member(IndexSeal.Member.key, .string(key.text)),
        ]
    }
}
