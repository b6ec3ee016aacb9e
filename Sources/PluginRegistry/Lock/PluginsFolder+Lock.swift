internal import Basics
internal import Contract
internal import Files
package import Trust

/// The lock of a plugins folder, which changes with the files that it speaks of.
extension PluginsFolder {
    /// What `pdk.lock` says; empty where there is none.
    ///
    /// Error: `lockMalformed`, also for what is not a plain file.
    package func blockingLock() throws(RegistryError) -> LockFile {
        let path = FilePaths.join(path, LockFile.fileName)
        let bytes: [UInt8]
        do {
            guard try box.folder.status(of: LockFile.fileName) != nil else { return LockFile() }
            bytes = try box.folder.open(reading: LockFile.fileName).readAll(limit: LockFile.maximumBytes)
        } catch {
            throw RegistryError(.lockMalformed, error.description, help: LockFile.fix(path), underlying: error)
        }
        return try LockFile(reading: bytes, path: path)
    }

    /// Puts the lock into a change, with a plugin set or removed; nothing where it says that already.
    func stageLock(
        _ change: inout FolderChange, setting plugin: LockedPlugin? = nil, removing name: String? = nil
    ) throws(RegistryError) {
        let old = try blockingLock()
        var new = old
        if let plugin { new.set(plugin.keepingVerification(of: old[plugin.name.description])) }
        if let name { new.remove(name) }
        guard new != old else { return }
        let text = new.text
        // Whatever is written can be read.
        do { _ = try LockFile(reading: Array(text.utf8), path: LockFile.fileName) } catch {
            throw RegistryError(
                .destination, "cannot write \(FilePaths.join(path, LockFile.fileName)): \(error.message)")
        }
        do {
            try stage(text, as: LockFile.fileName, &change)
        } catch {
            throw RegistryError(.destination, error.description, underlying: error)
        }
    }

    /// Writes what the lock is to say of a plugin that is in place already, unless it says so.
    func record(_ plugin: InstalledPlugin, keyHint: String?, _ source: LockSource) throws(RegistryError) {
        guard let locked = LockedPlugin(plugin, keyHint: keyHint, source) else { return }
        let old = try blockingLock()[plugin.name]
        guard locked.keepingVerification(of: old) != old else { return }
        do {
            var change = FolderChange()
            let lock = try box.folder.locked(wait)
            try box.folder.recover(under: lock)
            try stageLock(&change, setting: locked)
            if !change.isEmpty { try change.perform(in: box.folder, under: lock) }
            lock.release()
        } catch let error as RegistryError {
            throw error
        } catch {
            throw RegistryError(.destination, "\(error)", underlying: error)
        }
    }
}

extension LockedPlugin {
    init?(_ release: PluginsFolder.Release, _ source: LockSource) {
        self.init(
            release.name, release.entry.version, release.digest, isSigned: release.signature != nil, release.verdict,
            keyHint: release.entry.keyHint, source)
    }

    init?(_ plugin: InstalledPlugin, keyHint: String?, _ source: LockSource) {
        self.init(
            plugin.name, plugin.version, plugin.digest, isSigned: plugin.isSigned, plugin.signature, keyHint: keyHint,
            source)
    }

    private init?(
        _ name: String, _ version: String, _ digest: SHA256Digest, isSigned: Bool, _ verdict: SignatureVerdict,
        keyHint: String?, _ source: LockSource
    ) {
        guard let name = PluginName(name) else { return nil }
        self.init(name: name, version: version, digest: digest)
        self.isSigned = isSigned
        keyID = verdict.signer?.keyID ?? (isSigned ? keyHint.flatMap(Self.keyID) : nil)
        isVerified = verdict.signer != nil
        registry = source.registry
        request = source.request
    }

    /// The word of an index as a key's fingerprint; nil when it is none.
    private static func keyID(_ hint: String) -> String? {
        hint.utf8.count == 16 && Hex.decode(hint) != nil ? hint : nil
    }

    /// The same, with the key that was checked before over the same bytes where none was checked now.
    func keepingVerification(of old: LockedPlugin?) -> LockedPlugin {
        guard let old, old.isVerified, !isVerified, isSigned, old.digest == digest else { return self }
        var kept = self
        kept.keyID = old.keyID
        kept.isVerified = true
        return kept
    }
}
