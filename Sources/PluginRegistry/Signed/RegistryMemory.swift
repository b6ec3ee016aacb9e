internal import Basics
internal import Contract
package import Ed25519
internal import Files
internal import LibCrypto
internal import Trust

/// What was seen of signed registries, one file each in a folder of the configuration: the key, and the highest serials.
package struct RegistryMemory: Sendable {
    /// The folder; made when something is to be remembered.
    package let folder: String
    /// The address of the object store that `s3://` addresses are of; nil for AWS.
    let endpoint: String?

    package init(folder: String, endpoint: String? = nil) {
        self.folder = folder
        self.endpoint = endpoint
    }

    /// What is known of a registry.
    package struct Record: Sendable, Equatable {
        package var id: String
        /// The key that it is signed by.
        package var key: PublicKey
        package var serial: Int
        /// The highest serial of each plugin's own index.
        package var plugins: [String: Int] = [:]
        /// The serial of the whole index that a plugin's own index was last compared with.
        package var confirmed: [String: Int] = [:]

        /// Whether a plugin's own index may be older than what the whole one, which was seen since, says of the plugin.
        func isInDoubt(_ plugin: String, serial: Int) -> Bool {
            serial < self.serial && confirmed[plugin] ?? 0 < self.serial
        }

        /// The serial that an index must not be below: the whole one, or that of a plugin.
        ///
        /// A plugin's own index has the serial of the whole one that it was written with, so the whole one is no older.
        func lastSerial(of plugin: String?) -> Int? {
            plugin.map { plugins[$0] } ?? max(serial, plugins.values.max() ?? 0)
        }
    }

    /// The file of a registry.
    package func path(of location: RegistryLocation) throws(RegistryError) -> String {
        var name = location.origin
        // Buckets of two stores may have one name.
        if case .object = location.place, var endpoint = endpoint?.lowercased() {
            while endpoint.last == "/" { endpoint.removeLast() }
            name += " \(endpoint)"
        }
        do {
            return FilePaths.join(folder, try SHA256Digest(of: Array(name.utf8)).description.prefix(32) + ".json")
        } catch {
            throw RegistryError(
                .indexUntrusted, "cannot look up the remembered key of \(location): \(error)",
                help: "check the installation of OpenSSL 3 (the package libssl3)")
        }
    }

    /// What is known of a registry, nil for nothing; error: a record that cannot be read, so that nothing is forgotten.
    package func record(of location: RegistryLocation) throws(RegistryError) -> Record? {
        let path = try path(of: location)
        do {
            guard try FileStatus.of(path) != nil else { return nil }
            let root = try JSONDocument(parsing: WholeFiles.read(path, limit: 4 << 20)).root
            guard let id = root["registry_id"]?.string,
                let key = root["key"]?.string.flatMap({ PublicKey(text: $0) }),
                let serial = root["serial"]?.int
            else { throw JSONError("it has no registry_id, key or serial", offset: 0) }
            var record = Record(id: id, key: key, serial: serial)
            for (name, value) in root["plugins"]?.members ?? [] {
                if let name = name.string, let serial = value.int { record.plugins[name] = serial }
            }
            for (name, value) in root["confirmed"]?.members ?? [] {
                if let name = name.string, let serial = value.int { record.confirmed[name] = serial }
            }
            return record
        } catch {
            throw RegistryError(
                .indexUntrusted, "cannot read the remembered key of \(location) in \(path): \(error)",
                help: "restore the file, or remove it to start again",
                commandHelp:
                    "restore the file, or start again with: pdk registry forget \(location.description.shellWord)")
        }
    }

    /// Remembers what was verified; a serial is never lowered.
    ///
    /// A plugin's own index may be `confirmed` by the whole one, whose serial was remembered before.
    func remember(_ seal: IndexSeal, of location: RegistryLocation, isConfirmed: Bool = false) throws {
        var record = try record(of: location) ?? Record(id: seal.id, key: seal.key, serial: 0)
        let before = record
        if let plugin = seal.plugin {
            record.plugins[plugin] = max(record.plugins[plugin] ?? 0, seal.freshness.serial)
            if isConfirmed { record.confirmed[plugin] = record.serial }
        } else {
            record.serial = max(record.serial, seal.freshness.serial)
        }
        let path = try path(of: location)
        if record == before, try FileStatus.of(path) != nil { return }
        func json(_ serials: [String: Int]) -> JSONValue {
            .object(serials.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, .int($0.value)) })
        }
        let json = JSONValue.object([
            "location": .string(location.description), "registry_id": .string(record.id),
            "key": .string(record.key.text), "serial": .int(record.serial), "plugins": json(record.plugins),
            "confirmed": record.confirmed.isEmpty ? nil : json(record.confirmed),
        ])
        if let parent = FilePaths.parent(of: folder) { try Folder.create(parent, mode: 0o755) }
        try Folder.create(folder, mode: 0o755)
        try WholeFiles.replace(path, with: Array(json.fileText.utf8), mode: 0o644)
    }

    /// Forgets a registry; false where nothing was known of it.
    package func forget(_ location: RegistryLocation) throws -> Bool {
        let path = try path(of: location), notes = try notesPath(of: location)
        if try FileStatus.of(notes) != nil { try Folder(folder).remove(FilePaths.name(of: notes)) }
        guard try FileStatus.of(path) != nil else { return false }
        try Folder(folder).remove(FilePaths.name(of: path))
        return true
    }

    // MARK: What the whole index has said of each plugin

    /// The file of what the whole index has said.
    private func notesPath(of location: RegistryLocation) throws -> String {
        try path(of: location).dropLast(".json".count) + ".seen"
    }

    /// Keeps what a verified index has said of each plugin, unless a newer one was seen.
    ///
    /// It only saves reading: what cannot be kept is read again when it is asked for.
    func keep(_ notes: PluginNotes, _ seal: IndexSeal, of location: RegistryLocation) {
        do {
            let path = try notesPath(of: location)
            if let old = kept(of: location, seal.id), old.serial >= seal.freshness.serial { return }
            let bytes = try notes.file(seal)
            guard bytes.count <= PluginNotes.maximumFileBytes else { return }
            try WholeFiles.replace(path, with: bytes, mode: 0o644)
        } catch {}
    }

    /// The serial of the whole index of which there are notes; nil where there are none that count.
    func notedSerial(of location: RegistryLocation) -> Int? {
        guard let record = (try? record(of: location)) ?? nil else { return nil }
        return kept(of: location, record.id)?.serial
    }

    private func kept(of location: RegistryLocation, _ id: String) -> (serial: Int, file: [UInt8])? {
        let limit = PluginNotes.maximumFileBytes
        guard let file = try? WholeFiles.read(notesPath(of: location), limit: limit),
            let serial = try? PluginNotes.serial(ofFile: file, registry: id)
        else { return nil }
        return (serial, file)
    }

    /// Whether the newest whole index that was seen has said the same of a plugin as its own index does.
    func isAsSeen(_ contents: RegistryContents, of plugin: String, _ seal: IndexSeal) throws -> Bool {
        guard let record = try record(of: contents.location), let seen = kept(of: contents.location, seal.id),
            seen.serial >= record.serial
        else { return false }
        return try PluginNotes.file(seen.file, has: PluginNotes.note(of: contents, plugin), of: plugin)
    }
}
