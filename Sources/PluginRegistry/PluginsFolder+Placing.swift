internal import Basics
internal import Contract
internal import Files
internal import Trust

/// Putting a module and its sidecars in place, whole or not at all.
extension PluginsFolder {
    /// What is to be put in place, checked.
    struct Release {
        let name: String
        /// What the host is to be told of it.
        let entry: IndexEntry
        let digest: SHA256Digest
        let size: Int
        let verdict: SignatureVerdict
        let carriesManifest: Bool
        let warnings: [String]

        /// The signature as it is written, in its one canonical spelling, whatever blanks it came with.
        var signature: String? { entry.parsedSignature?.text ?? entry.signature }

        /// The text of the sidecar manifest, nil where nobody says which hooks there are.
        var manifest: String? { entry.hooks == nil ? nil : PluginsFolder.manifest(entry.metadata) }
    }

    /// The report of a release whose module is there, when its sidecars are what they would be after an install.
    func unchanged(_ release: Release) throws(RegistryError) -> InstalledPlugin? {
        func isSame(_ left: String?, _ right: String?) -> Bool {
            left.map { ByteText($0) } == right.map { ByteText($0) }
        }
        guard isSame(text(of: release.name + ".sig"), release.signature),
            release.manifest == nil || isSame(text(of: release.name + ".json"), release.manifest)
        else { return nil }
        do {
            return report(
                release, previous: release.entry.version, isUnchanged: true,
                warnings: try warnings(release.entry, release.name))
        } catch {
            throw RegistryError(.destination, error.description, underlying: error)
        }
    }

    private func text(of name: String) -> String? {
        guard let bytes = try? box.folder.open(reading: name).readAll(limit: KitLimits.manifestBytes) else {
            return nil
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Puts the module and its sidecars in place of what is there, whole or not at all.
    func place(
        _ release: Release, _ module: consuming TemporaryFile, recording source: LockSource?
    ) throws(RegistryError) -> InstalledPlugin {
        let name = release.name, box = box
        let previous = installedVersion(of: name)
        var warnings: [String] = []
        do {
            for ending in [".wasm", ".sig", ".json"] {
                if let status = try box.folder.status(of: name + ending),
                    status.kind == .folder || status.kind == .other
                {
                    throw FileError(
                        action: "replace", path: FilePaths.join(box.folder.path, name + ending),
                        reason: "it is not a file")
                }
            }
            guard try module.isIn(box.folder) else {
                throw FileError(
                    action: "install \(name) in", path: box.folder.path, reason: "it was fetched into another folder")
            }
            var change = FolderChange()
            if let signature = release.signature { try stage(signature, as: name + ".sig", &change) }
            if let manifest = release.manifest { try stage(manifest, as: name + ".json", &change) }
            if release.signature == nil { change.remove(name + ".sig") }
            try module.store(access: access(for: name + ".wasm"))
            let staged = try StagedFile(module)
            let lock = try box.folder.locked(wait)
            try box.folder.recover(under: lock)
            if let source, let locked = LockedPlugin(release, source) {
                try stageLock(&change, setting: locked)
            }
            change.put(staged, at: name + ".wasm")
            try change.perform(in: box.folder, under: lock)
            lock.release()
            warnings = try self.warnings(release.entry, name)
        } catch let error as RegistryError {
            throw error.about(release.entry)
        } catch {
            throw RegistryError(.destination, "\(error)", entry: release.entry, underlying: error)
        }
        if release.verdict != .notChecked, !release.carriesManifest {
            let source = release.entry.artifact.isEmpty ? PackManifest.fileName : "the index"
            warnings.append(
                "the signature of \(name) does not cover its version and hooks; they come from \(source)")
        }
        return report(release, previous: previous, isUnchanged: false, warnings: warnings)
    }

    func stage(_ text: String, as name: String, _ change: inout FolderChange) throws(FileError) {
        var file = try box.folder.makeTemporary()
        try unsafe file.write(Array(text.utf8).span.bytes)
        try file.store(access: access(for: name))
        change.put(try StagedFile(file), at: name)
    }

    /// The access of what is replaced; of a new file, that anyone may read it and its owner write it, whatever the umask.
    ///
    /// A file keeps its owner only if that is root, this user or the owner of the folder.
    private func access(for name: String) throws(FileError) -> FileAccess {
        guard let old = try box.folder.status(of: name), old.kind == .regular else {
            return FileAccess(owner: .max, group: .max, mode: 0o644)
        }
        guard try [0, FileStatus.user, box.folder.status().owner].contains(old.owner) else {
            return FileAccess(owner: .max, group: .max, mode: old.mode & 0o755)
        }
        return FileAccess(owner: old.owner, group: old.group, mode: old.mode & 0o777)
    }

    private func report(
        _ release: Release, previous: String?, isUnchanged: Bool, warnings: [String]
    ) -> InstalledPlugin {
        let name = release.name
        return InstalledPlugin(
            name: name, version: release.entry.version, previousVersion: previous, isUnchanged: isUnchanged,
            modulePath: FilePaths.join(path, name + ".wasm"),
            signaturePath: release.signature.map { _ in FilePaths.join(path, name + ".sig") },
            manifestPath: release.manifest.map { _ in FilePaths.join(path, name + ".json") },
            digest: release.digest, size: release.size, signature: release.verdict, isSigned: release.signature != nil,
            yanked: release.entry.yanked, warnings: release.warnings + self.warnings + warnings)
    }

    /// The entry with what it does not say, and the module does: the two do not contradict each other.
    static func completed(_ entry: IndexEntry, by embedded: PluginMetadata?) -> IndexEntry {
        guard let embedded else { return entry }
        var entry = entry
        entry.metadata.complete(by: embedded)
        return entry
    }
}
