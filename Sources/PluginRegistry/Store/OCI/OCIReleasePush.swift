internal import Basics
internal import Contract
internal import Files
internal import Synchronization
internal import Transfers
internal import Trust

/// A release on its way: pushed, proved, tagged.
extension OCITransaction {
    /// Pushes a release's manifest by its digest, with what refers to it, and proves that it installs from there.
    func push(_ entry: IndexEntry, to repository: String) throws -> String {
        guard let module = added.first(where: { $0.path == entry.artifact }),
            let file = try OCIFile(entry.artifact, below: prefix), file.repository == repository, file.kind == .module
        else {
            throw RegistryError(.notARegistry, "\(entry.artifact.printable) is not a place for a release's files")
        }
        if let there = try manifest(repository, file.tag) {
            let layer = OCILayout.module(in: there.manifest, titled: file.title)
            guard layer?.digest == "sha256:" + entry.digestText else {
                throw Problem(
                    .folderInUse,
                    "the tag \(file.tag) of \(repository) at \(client.host) is taken by another module, which no entry of the index names",
                    help: "raise version: in plugin.yaml, or delete the tag if nobody uses it")
            }
            return there.digest
        }
        let (manifest, config) = try client.network.ociLayout.manifest(entry, module: module.bytes)
        try client.push(config, to: repository, from: nil)
        let bytes = manifest.bytes, digest = try OCIDescriptor.digest(of: bytes)
        try client.push(bytes, to: repository, as: digest)
        try pushDocuments(entry, of: OCIFound(manifest: manifest, bytes: bytes, digest: digest), to: repository)
        let pushed = OCIRelease(store: store, repository: repository, title: file.title, digest: digest)
        try PublishedModule(entry, in: pushed).verify(trust: .digestOnly)
        return digest
    }

    /// What goes with a release: its signature, its entry, and what people read.
    func pushDocuments(_ entry: IndexEntry, of release: OCIFound, to repository: String) throws {
        var files: [(title: String, type: String, bytes: [UInt8])] = []
        if let signature = entry.signature {
            files.append(("\(entry.name).sig", OCIIndexState.signatureType, Array((signature + "\n").utf8)))
        }
        files.append(
            ("\(entry.name).json", "application/vnd.pdk.entry.v1+json", Array(entry.json.fileText.utf8)))
        for item in added {
            guard let file = try OCIFile(item.path, below: prefix), file.kind == .document,
                FilePaths.parent(of: item.path) == FilePaths.parent(of: entry.artifact)
            else { continue }
            let type = file.title.hasSuffix(".md") ? "text/markdown" : "application/json"
            files.append((file.title, type, item.bytes))
        }
        var manifest = try OCIManifest(
            artifactType: Self.documentsType,
            layers: files.map { file in
                try OCIDescriptor(file.type, file.bytes, title: file.title)
            })
        manifest.subject = release.descriptor
        manifest.subject?.artifactType = nil
        for file in files { try client.push(file.bytes, to: repository) }
        try client.push(referrer: manifest, to: repository)
    }

    /// What a tag of a version names; nil also where it was removed.
    private func manifest(_ repository: String, _ tag: String) throws -> OCIFound? {
        let found = try client.manifest(repository, tag)
        return found?.manifest.artifactType == Self.removedType ? nil : found
    }

    /// Names the release by its version.
    func tag(_ entry: IndexEntry, _ repository: String) throws {
        guard let release = releases[entry.artifact], let tag = OCIFile.tag(ofVersion: entry.version) else { return }
        let there = try manifest(repository, tag)
        if there?.digest == release { return }
        guard there == nil else {
            throw Problem(
                .alreadyPublished,
                "the tag \(tag) of \(repository) at \(client.host) is taken by another release",
                help: "raise version: in plugin.yaml")
        }
        guard let pushed = try client.manifest(repository, release) else {
            throw RegistryError(
                .artifactUnavailable, "\(release) of \(repository) is gone from \(client.host)", help: "publish again")
        }
        try client.push(pushed.bytes, to: repository, as: tag)
    }
}
