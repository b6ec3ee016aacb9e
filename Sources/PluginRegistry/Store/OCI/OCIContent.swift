internal import Basics
internal import Contract
internal import Transfers
internal import Trust

/// Manifests and blobs of a repository, read and pushed (distribution specification 1.1).
extension OCIClient {
    private static let kinds = [
        OCIManifest.mediaType, OCIManifest.indexMediaType,
    ].joined(separator: ", ")

    /// The manifest that a tag or a digest names, nil where there is none; its bytes are those of its digest.
    func manifest(
        _ repository: String, _ reference: String, maximumBytes: Int = maximumAnswerBytes
    ) throws -> OCIFound? {
        let answer = try send(
            "GET", repository: repository, "manifests/\(reference)", headers: [("Accept", Self.kinds)],
            accepting: [404], scope: .pull, maximumBytes: maximumBytes)
        guard answer.status != 404 else { return nil }
        let place = "\(reference) of \(repository) at \(host)", digest = try OCIDescriptor.digest(of: answer.body)
        for promised in [reference, answer.headers["docker-content-digest"] ?? ""]
        where OCINames.isDigest(promised) && promised != digest {
            throw RegistryError(
                .digestMismatch,
                "sha256 mismatch for the manifest \(place): \(promised) was expected, the registry sent \(digest)",
                help: "it was changed in the registry's storage or on the way: contact the registry's maintainer",
                digests: RegistryError.Digests(
                    expected: String(promised.dropFirst(7)), actual: String(digest.dropFirst(7))))
        }
        return OCIFound(
            manifest: try OCIManifest(reading: answer.body, of: place), bytes: answer.body, digest: digest)
    }

    /// All of a blob that is at most so long; from the manifest where that has it.
    func blob(_ repository: String, _ descriptor: OCIDescriptor, maximumBytes: Int) throws -> [UInt8] {
        if let data = descriptor.data { return data }
        guard descriptor.size <= maximumBytes else {
            throw RegistryError(
                .artifactUnavailable,
                "\(descriptor.digest) of \(repository) at \(host) is larger than the limit of \(maximumBytes) bytes")
        }
        var bytes: [UInt8] = []
        try readBlob(
            repository: repository, digest: descriptor.digest, size: descriptor.size, maximumBytes: maximumBytes
        ) {
            bytes.append($0)
        }
        return bytes
    }

    // MARK: Pushing

    /// The longest piece that a registry can ask for, in bytes.
    private static let maximumChunkBytes = 1 << 30

    /// Pushes a blob; one that another repository has is taken from there, where the registry does that.
    func push(_ bytes: [UInt8], to repository: String, from other: String? = nil) throws {
        let digest = try OCIDescriptor.digest(of: bytes)
        for attempt in 1... {
            do { return try upload(bytes, digest, repository, other) } catch let error as RegistryError
                where error.kind == .indexUnavailable || error.kind == .artifactUnavailable
            {
                // The answer may have been lost on the way.
                guard attempt < 4 else { throw error }
                let there = try send(
                    "HEAD", repository: repository, "blobs/\(digest)", accepting: [404], scope: .push)
                if there.status != 404 { return }
                Pause.random(100...500 * attempt)
            }
        }
    }

    private func upload(_ bytes: [UInt8], _ digest: String, _ repository: String, _ other: String?) throws {
        let isMounted = other != nil && other != repository
        let start = try send(
            "POST", repository: repository, "blobs/uploads/",
            query: isMounted ? [("mount", digest), ("from", other ?? "")] : [], body: [],
            scope: isMounted ? .mount(from: other ?? "") : .push)
        if start.status == 201 { return }
        var location = try place(of: start, repository)
        let type = ("Content-Type", "application/octet-stream")
        // The registry may want longer pieces (distribution specification, "Pushing a blob in chunks").
        let least = start.headers["oci-chunk-min-length"].flatMap { Int($0.prefix(12)) } ?? 0
        let piece = max(chunkBytes, min(least, Self.maximumChunkBytes))
        guard bytes.count > piece else {
            _ = try sendUpload(
                "PUT", to: location, repository: repository, query: [("digest", digest)], headers: [type], body: bytes)
            return
        }
        var from = 0
        while from < bytes.count {
            let to = min(from + piece, bytes.count)
            let answer = try sendUpload(
                "PATCH", to: location, repository: repository,
                headers: [type, ("Content-Range", "\(from)-\(to - 1)")], body: Array(bytes[from..<to]))
            location = try place(of: answer, repository)
            from = to
        }
        _ = try sendUpload("PUT", to: location, repository: repository, query: [("digest", digest)], body: [])
    }

    private func place(of answer: Answer, _ repository: String) throws -> String {
        guard let location = answer.headers["location"] else {
            throw RegistryError(
                .storeRefused, "\(host) does not say where a blob of \(repository) is to be uploaded",
                help: "check that the address is that of an OCI registry")
        }
        return location
    }

    /// Pushes a manifest under a tag or its digest, and the blob of nothing where it names that; what the registry answers.
    @discardableResult
    func push(
        _ manifest: [UInt8], _ mediaType: String = OCIManifest.mediaType, to repository: String, as reference: String,
        from other: String? = nil
    ) throws -> Answer {
        func put(_ accepting: Set<Int>) throws -> Answer {
            try send(
                "PUT", repository: repository, "manifests/\(reference)", headers: [("Content-Type", mediaType)],
                body: manifest, accepting: accepting, scope: .push)
        }
        var answer = try put([400, 404])
        if answer.status == 400 || answer.status == 404 {
            try push(OCIManifest.empty, to: repository, from: other)
            // docker-registry refuses some of the manifests that are pushed under one tag at the same moment.
            for attempt in 1...5 {
                answer = try put(attempt < 5 ? [400] : [])
                if answer.status != 400 { break }
                Pause.random(20...200 * attempt)
            }
        }
        let digest = try OCIDescriptor.digest(of: manifest)
        if let stored = answer.headers["docker-content-digest"], OCINames.isDigest(stored), stored != digest {
            throw RegistryError(
                .digestMismatch,
                "sha256 mismatch for the manifest \(reference) of \(repository): \(host) stored \(stored), not \(digest)",
                help: "contact the registry's maintainer: it changes what is pushed to it")
        }
        return answer
    }
}

/// What refers to a manifest (distribution specification 1.1, sections "Listing Referrers" and "Pushing Manifests with Subject").
extension OCIClient {
    /// The tag of the list of referrers, where the registry does not keep one.
    private static func fallbackTag(_ digest: String) -> String { "sha256-" + digest.dropFirst(7) }

    /// The most manifests that refer to one and are looked at.
    private static let maximumReferrers = 20

    /// The manifests that refer to one, of one type; of very many the first ones.
    func referrers(_ repository: String, of digest: String, artifactType: String) throws -> [OCIDescriptor] {
        let answer = try send(
            "GET", repository: repository, "referrers/\(digest)", query: [("artifactType", artifactType)],
            headers: [("Accept", OCIManifest.indexMediaType)], accepting: [400, 404, 405], scope: .pull)
        let list: [OCIDescriptor]
        if (200...299).contains(answer.status) {
            let place = "the list of what refers to \(digest) of \(repository)"
            list = try OCIManifest(reading: answer.body, of: place).layers
        } else {
            list = try manifest(repository, Self.fallbackTag(digest))?.manifest.layers ?? []
        }
        return Array(list.lazy.filter { $0.artifactType == artifactType }.prefix(Self.maximumReferrers))
    }

    /// Pushes a manifest that refers to another; enters it into the list of those where the registry keeps none.
    func push(referrer: OCIManifest, to repository: String) throws {
        guard let subject = referrer.subject else { return }
        let bytes = referrer.bytes, digest = try OCIDescriptor.digest(of: bytes)
        let answer = try push(bytes, to: repository, as: digest)
        guard answer.headers["oci-subject"] == nil else { return }
        let tag = Self.fallbackTag(subject.digest)
        guard let mine = OCIFound(manifest: referrer, bytes: bytes, digest: digest).descriptor else { return }
        // The registry has no conditions: what others enter at the same time is looked for afterwards.
        for attempt in 1...10 {
            var list = try manifest(repository, tag)?.manifest ?? OCIManifest()
            if list.layers.contains(where: { $0.digest == digest }) { return }
            list.mediaType = OCIManifest.indexMediaType
            list.config = nil
            list.layers.append(mine)
            try push(list.bytes, OCIManifest.indexMediaType, to: repository, as: tag)
            if attempt > 1 { Pause.random(10...200 * attempt) }
        }
        throw RegistryError(
            .changedMeanwhile,
            "the list of what refers to \(subject.digest) of \(repository) is changed by others all the time",
            help: "try again")
    }
}
