internal import Basics
internal import Contract
internal import LibCrypto
internal import Synchronization
internal import Transfers
internal import Trust

/// A change of a registry in an object store: releases are written first, the index makes them visible.
///
/// A plugin's own index is marked as being changed before the whole one is, and written anew after it. Who finds the mark
/// goes by the whole index, so that a writer that is killed in between leaves nothing wrong behind.
final class S3Transaction: StoreTransaction {
    private let store: S3Store
    private var client: S3Client { store.client }
    /// What has been written, or was there, by path, with its SHA-256; where it was there, it is looked at again.
    private var added: [(path: String, bytes: [UInt8], isAlreadyThere: Bool)] = []
    private var attempts = 0
    /// The tags of the marks that were set.
    private var marks: [String: String] = [:]

    init(_ store: S3Store) { self.store = store }

    deinit {
        // What is not to be changed after all is said to be as it is.
        for path in marks.keys { try? rewrite(path) }
    }

    func add(_ artifact: NewArtifact) throws {
        var bytes: [UInt8] = []
        try artifact.write { bytes.append($0) }
        added.append((artifact.path, bytes, try !create(artifact.path, bytes)))
    }

    /// Writes a file that is not there; false where the same bytes are.
    private func create(_ path: String, _ bytes: [UInt8]) throws -> Bool {
        let key = store.index.at(path).key
        let answer = try client.send("PUT", key, headers: [("If-None-Match", "*")], body: bytes, accepting: [412])
        if answer.status != 412 { return true }
        guard path.hasSuffix(".wasm"), !path.hasPrefix(StagedRelease.folder + "/") else {
            // No entry names it by its digest: it takes the place of what a publish that was cut short has left, or of what
            // was staged before.
            try replace(path, bytes)
            return false
        }
        var hash = try SHA256()
        _ = try client.read(key, maximumBytes: KitLimits.moduleBytes) { piece, _ in try hash.update(piece) }
        guard try hash.finalize() == (unsafe SHA256.digest(of: bytes.span.bytes)) else {
            throw Problem(
                .folderInUse,
                "\(path) in \(client.place) has other bytes, which no entry of the index names",
                help: "a publish was interrupted: pdk registry gc removes its files after an hour")
        }
        return false
    }

    func commit(_ change: RegistryChange, expecting revision: Revision?) throws {
        attempts += 1
        try change.checkSignature(store.location)
        guard !change.splices.isEmpty else { return try removeOnly(change, revision) }
        let old = try text(at: revision)
        let new = IndexSplice.apply(change.splices, to: old)
        // Whatever becomes visible can be read.
        _ = try IndexOutline(of: new)
        let signature = try change.signature.map { try $0(new) }
        let own = change.derived.filter { $0.path.hasPrefix(SparseIndex.folder + "/") && $0.path.hasSuffix(".json") }
        for item in own { marks[item.path] = try mark(item.path) }
        // By its text, so that of several who try at once nobody takes another's signature away.
        let kept = try signature.map { try keep($0, of: new) }
        let tag: String
        do { tag = try writeIndex(new, expecting: revision) } catch {
            if let kept { try? remove(kept) }
            throw error
        }
        // From here on the release is visible: what is left may fail, and is done by the next who changes the plugin.
        if let signature, let kept,
            try place(signature, at: RegistryIndex.fileName + IndexSeal.ending, besides: store.index.key, tag)
        {
            try remove(kept)
        }
        let others = Set(own.flatMap { [$0.path, $0.path + IndexSeal.ending] })
        for item in change.derived where !others.contains(item.path) { try replace(item.path, item.bytes) }
        for item in own {
            guard let mark = marks.removeValue(forKey: item.path) else { continue }
            let key = store.index.at(item.path).key
            let answer = try client.send(
                "PUT", key, headers: [("If-Match", mark), Self.json], body: item.bytes, accepting: [404, 412])
            // Whoever has marked it since writes both.
            guard answer.status != 404, answer.status != 412 else { continue }
            for signature in change.derived where signature.path == item.path + IndexSeal.ending {
                let tag = try S3Store.tag(answer.headers["etag"], of: store.index.at(item.path))
                _ = try place(signature.bytes, at: signature.path, besides: key, tag)
            }
        }
        for file in added where file.isAlreadyThere { _ = try create(file.path, file.bytes) }
        for path in change.removals { try remove(path) }
    }

    private func remove(_ path: String) throws {
        _ = try client.send("DELETE", store.index.at(path).key, accepting: [404])
    }

    /// Writes the signature of an index that is not there yet, under the name of its text.
    private func keep(_ signature: [UInt8], of text: [UInt8]) throws -> String {
        let path = try IndexSeal.path(ofDigest: SHA256Digest(of: text).description)
        try replace(path, signature)
        return path
    }

    /// Writes the signature of an object while that is the one with this tag; false where somebody else has changed it.
    ///
    /// Whoever has written the object last comes last here, too: the signature is written only if it has not changed since
    /// before the object was looked at.
    private func place(_ signature: [UInt8], at path: String, besides key: String, _ tag: String) throws -> Bool {
        let object = store.index.at(path)
        for _ in 0..<20 {
            let condition = try unchanged(object)
            guard try client.send("HEAD", key, accepting: [404]).headers["etag"] == tag else { return false }
            if try put(object.key, where: condition, signature) != nil { return true }
            Pause.random(0...200)
        }
        return false
    }

    private static let json = ("Content-Type", "application/json")

    /// The condition that an object is still what it is now, or still not there.
    private func unchanged(_ object: ObjectPlace) throws -> (String, String) {
        let old = try client.send("HEAD", object.key, accepting: [404])
        if old.status == 404 { return ("If-None-Match", "*") }
        return ("If-Match", try S3Store.tag(old.headers["etag"], of: object))
    }

    /// Writes an object where the condition holds; nil where somebody else was faster.
    private func put(
        _ key: String, where condition: (String, String), _ bytes: [UInt8], _ headers: [(String, String)] = []
    ) throws -> Exchange.Answer? {
        let lost: Set = [404, 409, 412]
        let answer = try client.send("PUT", key, headers: [condition] + headers, body: bytes, accepting: lost)
        return lost.contains(answer.status) ? nil : answer
    }

    /// Removes what nothing names, if the index is still the one that was looked at.
    private func removeOnly(_ change: RegistryChange, _ revision: Revision?) throws {
        _ = try text(at: revision, isFresh: true)
        for item in change.derived { try replace(item.path, item.bytes) }
        for path in change.removals { try remove(path) }
    }

    // MARK: The index

    /// The bytes of the index in a state; none where it is not there yet.
    private func text(at revision: Revision?, isFresh: Bool = false) throws -> [UInt8] {
        guard let revision else { return [] }
        if !isFresh, let last = store.lastIndex.value.withLock({ $0 }), last.revision == revision { return last.bytes }
        var bytes: [UInt8] = []
        let now = try store.readIndex { bytes.append($0) }
        guard now == revision else { throw try changedMeanwhile() }
        return bytes
    }

    /// Writes the index if it is still the one that was read; the tag of what is there then.
    private func writeIndex(_ text: [UInt8], expecting revision: Revision?) throws -> String {
        let condition = revision.map { ("If-Match", $0.text) } ?? ("If-None-Match", "*")
        if let answer = try put(store.index.key, where: condition, text, [Self.json]) {
            return try S3Store.tag(answer.headers["etag"], of: store.index)
        }
        // The answer to a try before may have been lost: what was to be written may be there.
        var bytes: [UInt8] = []
        let now = try store.readIndex { bytes.append($0) }
        guard bytes == text, let now else { throw try changedMeanwhile() }
        return now.text
    }

    /// How often a change is tried while others make theirs.
    private static let maximumAttempts = 200

    /// Somebody else was faster: waits a while, longer each time, and says so.
    private func changedMeanwhile() throws -> RegistryError {
        guard attempts < Self.maximumAttempts else {
            throw Problem(
                .changedMeanwhile,
                "\(store.location) was changed by others \(attempts) times while this change was tried",
                help: "try again")
        }
        let most = min(2000, 50 << min(attempts, 10))
        Pause.random(0...most)
        return RegistryError(.changedMeanwhile, "\(store.location) was changed meanwhile", help: "try again")
    }

    // MARK: What is made from it

    /// Says in a plugin's own index that it is being changed; the tag of what was written.
    private func mark(_ path: String) throws -> String {
        let key = store.index.at(path).key
        for _ in 0..<20 {
            let old = try current(key)
            var text = old?.bytes ?? Array(RegistryIndex.emptyText.utf8)
            guard let brace = text.firstIndex(of: UInt8(ascii: "{")) else {
                throw RegistryError(.indexMalformed, "\(path) in \(client.place) is not an index", help: "remove it")
            }
            let word = "\n  \"\(SparseIndex.mark)\": \"\(UInt64.random(in: 0...UInt64.max))\","
            text = SparseIndex.withoutMark(text)
            text.insert(contentsOf: Array(word.utf8), at: brace + 1)
            let condition = old.map { ("If-Match", $0.tag) } ?? ("If-None-Match", "*")
            if let answer = try put(key, where: condition, text, [Self.json]) {
                return try S3Store.tag(answer.headers["etag"], of: store.index)
            }
            Pause.random(0...200)
        }
        throw try changedMeanwhile()
    }

    /// Writes a file that is made from the index, in whatever state it is.
    private func replace(_ path: String, _ bytes: [UInt8]) throws {
        let object = store.index.at(path)
        for _ in 0..<20 {
            if try put(object.key, where: try unchanged(object), bytes) != nil { return }
            Pause.random(0...200)
        }
        throw try changedMeanwhile()
    }

    /// Writes a plugin's own index anew from the whole one.
    private func rewrite(_ path: String) throws {
        let file = path.split(separator: "/").last ?? ""
        guard let tag = marks[path], let name = PluginName(String(file.dropLast(5))) else { return }
        let snapshot = try IndexSnapshot(of: store, name: name)
        // Without the registry's key the mark stays: readers go by the whole index, and the next change signs both.
        guard !snapshot.outline.isSigned else { return }
        let key = store.index.at(path).key
        guard let text = snapshot.ownIndex else {
            _ = try client.send("DELETE", key, headers: [("If-Match", tag)], accepting: [404, 412])
            return
        }
        _ = try client.send("PUT", key, headers: [("If-Match", tag), Self.json], body: text, accepting: [404, 412])
    }

    private func current(_ key: String) throws -> (bytes: [UInt8], tag: String)? {
        var bytes: [UInt8] = []
        do {
            let tag = try client.read(key, maximumBytes: client.network.limits.indexBytes) { piece, _ in
                bytes.append(piece)
            }
            return (bytes, try S3Store.tag(tag, of: store.index))
        } catch let error as TransferError where error.isNotThere { return nil }
    }
}
