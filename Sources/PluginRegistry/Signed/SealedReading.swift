internal import Basics
internal import Contract
internal import Ed25519
internal import Files
internal import LibCrypto
internal import Transfers
internal import Trust

/// An index that has to be signed: known from before, or by what it says of itself.
struct ExpectedSeal {
    let key: PublicKey
    /// What was seen before; nil the first time.
    let record: RegistryMemory.Record?
}

/// A plugin's own index that was verified, and may be older than the whole one that was seen: that one decides.
final class OwnIndexInDoubt {
    var seal: IndexSeal?
}

/// The text says that it is signed: it has to be read once more, with its signature.
struct SignedIndex: Error {
    let key: PublicKey
}

/// Digests under way, for closures that may be kept.
private final class IndexHashing {
    private var hashes: PrefixedSHA512?
    private var digest: SHA256?

    init(_ hashes: consuming PrefixedSHA512) throws {
        self.hashes = consume hashes
        digest = try SHA256()
    }

    func update(_ bytes: RawSpan) throws {
        hashes?.update(bytes)
        try digest?.update(bytes)
    }

    /// What the signatures are compared with, and the SHA-256 of the text in hexadecimal.
    func finish() throws -> (digests: [[UInt8]], text: String) {
        guard let hashes = hashes.take(), let digest = digest.take() else { return ([], "") }
        return (try hashes.finalize(), Hex.encode(try digest.finalize()))
    }
}

extension Reading {
    /// The key that the registry's index has to be signed with; nil where nothing is known of it.
    func expectedSeal(of registry: RegistryLocation) throws(RegistryError) -> ExpectedSeal? {
        let record = try network.memory?.record(of: registry)
        let origin = registry.origin
        if let demanded = network.signedRegistries.first(where: { $0.origin == origin })?.key {
            // What the policy says counts for more than what was seen.
            return ExpectedSeal(key: demanded, record: record?.key == demanded ? record : nil)
        }
        return record.map { ExpectedSeal(key: $0.key, record: $0) }
    }

    /// Reads an index with its signature where it has to have one; `plugin` is the name whose own index it is.
    ///
    /// Error `indexUntrusted`: it is unsigned, signed by another key, of another registry, older than one seen before, or
    /// expired. Nothing that was read counts before this has returned.
    func sealed<Result>(
        _ location: RegistryLocation, of registry: RegistryLocation, plugin: String?, doubt: OwnIndexInDoubt? = nil,
        read: (_ check: ((RawSpan) throws -> Void)?) throws -> (IndexOutline, Result)
    ) throws -> (outline: IndexOutline, result: Result) {
        guard network.memory != nil || !network.signedRegistries.isEmpty else { return try read(nil) }
        if let expected = try expectedSeal(of: registry) {
            return try verified(location, of: registry, plugin, expected, doubt, read)
        }
        do {
            // Nothing is shown before the beginning of the text has been looked at.
            var head: [UInt8] = [], isSettled = false
            let found = try read { piece in
                guard !isSettled else { return }
                unsafe piece.withUnsafeBytes {
                    unsafe head.append(contentsOf: $0.prefix(IndexSeal.headBytes - head.count))
                }
                if let text = IndexSeal.key(inHead: head) {
                    guard let key = PublicKey(text: text) else {
                        throw untrusted(location, "its registry_key is not a valid key")
                    }
                    throw SignedIndex(key: key)
                }
                isSettled = head.count >= IndexSeal.headBytes
            }
            guard try IndexSeal(found.0) == nil else {
                throw untrusted(location, "its registry_key is not within its first \(IndexSeal.headBytes) bytes")
            }
            return (found.0, found.1)
        } catch let signed as SignedIndex {
            return try verified(location, of: registry, plugin, ExpectedSeal(key: signed.key, record: nil), doubt, read)
        }
    }

    private func verified<Result>(
        _ location: RegistryLocation, of registry: RegistryLocation, _ plugin: String?, _ expected: ExpectedSeal,
        _ doubt: OwnIndexInDoubt?, _ read: (_ check: ((RawSpan) throws -> Void)?) throws -> (IndexOutline, Result)
    ) throws -> (outline: IndexOutline, result: Result) {
        let (found, hasSignature) = try signed(location, by: expected.key, read)
        if let found {
            guard let seal = try IndexSeal(found.0) else {
                throw untrusted(location, "it is signed, but has no registry_key")
            }
            try check(seal, location, plugin, expected)
            if let doubt, let plugin, expected.record?.isInDoubt(plugin, serial: seal.freshness.serial) ?? false {
                doubt.seal = seal
            } else {
                try remember(seal, of: registry)
            }
            return (found.0, found.1)
        }
        throw untrusted(
            location,
            hasSignature
                ? "its signature is not by the key \(KeyID.of(expected.key)), or the index was changed after it was signed"
                : "it has no signature \(FilePaths.name(of: location.description))\(IndexSeal.ending), but must be signed by the key \(KeyID.of(expected.key))"
        )
    }

    /// Reads a text until a signature beside it is this key's, three times at most; nil where none is.
    func signed<Value>(
        _ location: RegistryLocation, by key: PublicKey, _ read: (_ check: ((RawSpan) throws -> Void)?) throws -> Value
    ) throws -> (value: Value?, hasSignature: Bool) {
        var hasSignature = false, seen = ""
        // Somebody may be changing it: then the second signature is the one of the new text.
        for attempt in 0..<3 {
            if attempt == 2, location.folder == nil { Pause.random(50...200) }
            var places = [location.beside(IndexSeal.ending)]
            if attempt > 0 { places.append(location.beside(IndexSeal.nextEnding)) }
            if attempt > 0, let kept = location.signature(ofDigest: seen) { places.append(kept) }
            let checks = try places.compactMap { try signature(at: $0, of: location) }.map {
                SignatureCheck($0, by: key)
            }
            guard !checks.isEmpty else {
                // In a store that was cut short only the text tells where its signature is.
                if attempt == 1, location.folder == nil { seen = try digest(of: read) }
                continue
            }
            hasSignature = true
            let hashing = try IndexHashing(try PrefixedSHA512(prefixes: checks.map(\.prefix)))
            let value = try read { try hashing.update($0) }
            let (digests, text) = try hashing.finish()
            if zip(checks, digests).contains(where: { $0.isValid(digest: $1) }) { return (value, true) }
            seen = text
            // nginx makes a tag of seconds and of the size: what is kept may be the text before.
            network.forgetIndex(location.place)
        }
        return (nil, hasSignature)
    }

    private func digest<Value>(of read: (_ check: ((RawSpan) throws -> Void)?) throws -> Value) throws -> String {
        let hashing = try IndexHashing(try PrefixedSHA512(prefixes: []))
        _ = try read { try hashing.update($0) }
        return try hashing.finish().text
    }

    private func check(
        _ seal: IndexSeal, _ location: RegistryLocation, _ plugin: String?, _ expected: ExpectedSeal
    ) throws(RegistryError) {
        guard seal.key == expected.key else {
            throw untrusted(location, "it names another key than the one it is signed by")
        }
        guard seal.plugin == plugin else {
            let whose = seal.plugin.map { "of the plugin '\($0.printable)'" } ?? "of all plugins"
            throw untrusted(location, "it is the index \(whose)")
        }
        if let record = expected.record, record.id != seal.id {
            throw untrusted(
                location, "it is the index of another registry: \(seal.id.printable), not \(record.id.printable)")
        }
        let last = expected.record?.lastSerial(of: plugin)
        if let reason = seal.freshness.refusal(after: last, at: WallClock.seconds) { throw untrusted(location, reason) }
    }

    /// Why the whole index of a registry is not taken, its signature apart; nil when it is, and where it need not be signed.
    func refusal(of outline: IndexOutline, in registry: RegistryLocation) throws(RegistryError) -> String? {
        let expected = try expectedSeal(of: registry)
        guard let seal = try IndexSeal(outline) else {
            return expected.map { "it is not signed, but must be signed by the key \(KeyID.of($0.key))" }
        }
        let found = ExpectedSeal(key: expected?.key ?? seal.key, record: expected?.record)
        do throws(RegistryError) { try check(seal, registry, nil, found) } catch { return error.message }
        return nil
    }

    func remember(_ seal: IndexSeal, of registry: RegistryLocation, isConfirmed: Bool = false) throws {
        do { try network.memory?.remember(seal, of: registry, isConfirmed: isConfirmed) } catch let error
            as RegistryError
        {
            throw error
        } catch {
            throw RegistryError(
                .indexUntrusted, "cannot remember the serial of \(registry): \(error)",
                help: "without it an old index could be shown again; make the folder writable", underlying: error)
        }
    }

    private func signature(at place: RegistryLocation, of location: RegistryLocation) throws -> Signature? {
        var bytes: [UInt8] = []
        do {
            try stream(
                place.place, .index, of: location.description, maximumBytes: KeyText.maximumFileBytes
            ) { piece in bytes.append(piece) }
        } catch let error as FileError where error.isNotFound || error.isTooLarge {
            return nil
        } catch let error as TransferError {
            switch error.kind {
            // Stores that may not say what is not there refuse it.
            case .notFound, .status(403), .status(410), .tooLarge: return nil
            default: throw RegistryError(.indexUnavailable, error)
            }
        } catch let error as RegistryError
            where error.kind == .storeRefused && place.place != location.beside(IndexSeal.ending).place
        {
            return nil
        }
        return Signature(text: bytes)
    }

    private func untrusted(_ location: RegistryLocation, _ reason: String) -> RegistryError {
        RegistryError(
            .indexUntrusted, "the index \(location) of a signed registry is refused: \(reason)",
            help: "contact the registry's maintainer; if they recreated the registry, remove what was remembered of it",
            commandHelp:
                "contact the registry's maintainer; if they recreated the registry, run: pdk registry forget REGISTRY"
        )
    }
}

extension RegistryLocation {
    /// A file whose name is that of the index with an ending.
    func beside(_ ending: String) -> RegistryLocation {
        switch place {
        case .file(let path): RegistryLocation(place: .file(path + ending))
        case .address(let address):
            RegistryLocation(place: .address(Self.adding(ending, to: address)))
        case .object(let object): RegistryLocation(object.adding(ending))
        case .oci(let file): RegistryLocation(place: .oci(file.at(file.path + ending)))
        }
    }

    /// Where an object store's registry keeps the signature of an index with this SHA-256 until it is in its place.
    func signature(ofDigest digest: String) -> RegistryLocation? {
        guard !digest.isEmpty else { return nil }
        let path = IndexSeal.path(ofDigest: digest)
        switch place {
        case .file, .oci: return nil
        case .object(let object): return object.relative(path).map { RegistryLocation($0) }
        case .address(let address):
            let whole = Self.withoutQuery(address)
            guard let slash = whole.lastIndex(of: "/") else { return nil }
            return RegistryLocation(place: .address(whole[...slash] + path + address[whole.endIndex...]))
        }
    }

    private static func adding(_ ending: String, to address: String) -> String {
        let path = Self.withoutQuery(address)
        return path + ending + address[path.endIndex...]
    }
}
