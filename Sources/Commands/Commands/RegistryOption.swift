internal import Arguments
internal import Authoring
internal import Basics
internal import Operations
internal import PluginRegistry
internal import Trust

/// The option that names a registry; where it is left out, `pdk config` may name one.
struct RegistryOption: ParsableArguments, Sendable {
    @Option(
        name: .long,
        help: "The registry: \(RegistryOption.places). (default: the one in pdk config)")
    var registry: String?

    /// What may be given for a registry that is read.
    static let places = "a folder, an index.json, the address of either, s3://BUCKET/PREFIX or oci://HOST/PREFIX"

    /// The registry that is named here or in the configuration; misuse where none is.
    func location(_ session: Session) throws -> RegistryLocation {
        try session.registry(registry, missing: "option '--registry REGISTRY'")
    }

    /// The same; nil where none is named.
    func locationIfAny(_ session: Session) throws -> RegistryLocation? { try session.registryIfAny(registry) }

    /// The registry's folder, to be changed; says which one it is where the configuration names it.
    func changed(_ session: Session, _ console: Console) throws -> RegistryLocation {
        try session.changedRegistry(registry, missing: "option '--registry REGISTRY'", console)
    }
}

extension Session {
    /// The registry that was typed, or else that of the configuration; nil where neither names one.
    func registryIfAny(_ typed: String?) throws -> RegistryLocation? {
        if let typed { return try registry(typed) }
        guard let store = keyStore, let text = try store.configuration()?.registry else { return nil }
        return try registry(store.configured(text, as: .registry))
    }

    /// The same; misuse where none is named, and `missing` is what would name it.
    func registry(_ typed: String?, missing: String) throws -> RegistryLocation {
        if let location = try registryIfAny(typed) { return location }
        throw ValidationError("Missing \(missing): pdk config set registry PLACE sets a default.")
    }

    /// The same for a command that changes the registry: nobody changes one without knowing which.
    func changedRegistry(_ typed: String?, missing: String, _ console: Console) throws -> RegistryLocation {
        let location = try registry(typed, missing: missing)
        if typed == nil { console.note("registry \(shown(location.folder ?? location.description)) (pdk config)") }
        return location
    }

    /// The trust root of the configuration; nil where it names none.
    func configuredTrustRoot() throws -> String? {
        guard let store = keyStore, let text = try store.configuration()?.trustRoot else { return nil }
        return try store.configured(text, as: .trustRoot)
    }
}
