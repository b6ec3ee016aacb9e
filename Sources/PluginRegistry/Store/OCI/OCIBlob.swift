internal import Basics
internal import Contract
internal import Files
internal import LibCrypto
internal import Transfers
internal import Trust

/// Reading what a digest names, and which tags there are.
extension OCIClient {
    /// Hands a blob to `sink` in pieces, and checks at its end that it has the digest it was asked for by.
    ///
    /// Where the registry says that it is on another host, it is fetched from there without a login. Errors: `RegistryError`,
    /// `artifactUnavailable` where it is not there or too large and `digestMismatch`, and the sink's own.
    ///
    /// `size` is how long the manifest says that it is: what has another length is refused, however good its digest.
    func readBlob(
        repository: String, digest: String, size: Int? = nil, maximumBytes: Int,
        into sink: (RawSpan) throws -> Void
    ) throws {
        guard OCINames.isDigest(digest) else {
            throw RegistryError(
                .artifactUnavailable, "'\(digest.printable)' of \(place(repository)) is not a SHA-256 digest")
        }
        let request = OCIRequest(
            method: "GET", path: try address(repository, "blobs/\(digest)"), scope: OCIScope(repository, .pull),
            what: "\(digest) of \(place(repository))", isBlob: true)
        var hash = try SHA256(), count = 0
        func otherSize() -> RegistryError {
            RegistryError(
                .artifactUnavailable,
                "a blob of \(place(repository)) has another size than its manifest says, \(size ?? 0) bytes: \(digest)",
                help: "the manifest was not made by pdk, or was changed: contact the registry's maintainer")
        }
        func measure(_ piece: RawSpan) throws {
            count += piece.byteCount
            if let size, count > size { throw otherSize() }
        }
        let answer = try perform(request, maximumBytes: maximumBytes) { piece in
            try measure(piece)
            try hash.update(piece)
            try sink(piece)
        }
        if let target = answer.redirect {
            try readElsewhere(target, request, maximumBytes) { piece in
                try measure(piece)
                try hash.update(piece)
                try sink(piece)
            }
        } else if !(200...299).contains(answer.status) || answer.status == 206 {
            throw refusal(answer, request)
        }
        let found = "sha256:" + Hex.encode(try hash.finalize())
        guard found == digest else {
            throw RegistryError(
                .digestMismatch,
                "sha256 mismatch for a blob of \(place(repository)): \(digest) was expected, the registry sent \(found)",
                help: "the registry's storage or a proxy has changed it; do not install it",
                digests: RegistryError.Digests(
                    expected: String(digest.dropFirst(7)), actual: String(found.dropFirst(7))))
        }
        if let size, count != size { throw otherSize() }
    }

    /// Fetches what the registry keeps on another host, such as an object store; nothing of a login goes there.
    private func readElsewhere(
        _ target: String, _ request: OCIRequest, _ maximumBytes: Int,
        _ sink: (RawSpan) throws -> Void
    ) throws {
        let isSecure = target.lowercased().hasPrefix("https://")
        guard isSecure || origin().hasPrefix("http://") else {
            throw RegistryError(
                .artifactUnavailable,
                "cannot \(request.action): refused the redirect from https to \(Self.shown(target))",
                help: "contact the registry's maintainer")
        }
        do {
            _ = try Download.fetch(
                target, network.settings(maximumBytes: maximumBytes), isCancelled: network.isCancelled, into: sink)
        } catch let error as TransferError {
            throw RegistryError(
                .artifactUnavailable,
                "cannot \(request.action), which the registry keeps at \(Self.shown(target)): \(error.reason)",
                help: "check that this machine can reach that server, and try again", underlying: error)
        }
    }

    /// The most tags of a repository that are listed, and the most pages of them.
    private static let maximumTags = 200_000, maximumPages = 2000

    /// The tags of a repository in the registry's order, page by page (`Link: <…>; rel="next"`); none where it has none.
    func tags(_ repository: String) throws -> [String] {
        var tags: [String] = [], path: String? = try address(repository, "tags/list", [("n", "1000")])
        var pages = 0, seen: Set<String> = []
        while let here = path {
            let request = OCIRequest(
                method: "GET", path: here, scope: OCIScope(repository, .pull), what: "the tags of \(place(repository))")
            let answer = try perform(request, maximumBytes: Self.maximumAnswerBytes)
            if answer.status == 404, pages == 0, ["NAME_UNKNOWN", nil].contains(Self.error(in: answer.body)?.code) {
                return []
            }
            guard (200...299).contains(answer.status) else { throw refusal(answer, request) }
            guard let page = Self.tagList(answer.body) else {
                throw malformed(request, "its list of tags is malformed")
            }
            tags += page
            pages += 1
            path = try nextPage(answer, request)
            let known = seen.count
            seen.formUnion(page)
            // A page that brings nothing new is the last one.
            guard path == nil || seen.count > known, tags.count <= Self.maximumTags, pages <= Self.maximumPages,
                path != here
            else {
                throw malformed(request, "its list of tags does not end")
            }
        }
        return tags
    }

    private func malformed(_ request: OCIRequest, _ reason: String) -> RegistryError {
        RegistryError(
            .indexUnavailable, "cannot \(request.action): \(reason)",
            help: "check the address, and contact the registry's maintainer")
    }

    /// The tags of one page; nil for what is no such page.
    private static func tagList(_ body: [UInt8]) -> [String]? {
        guard let page = try? JSONDocument(parsing: body, limits: JSONLimits(bytes: maximumAnswerBytes, depth: 8)).root,
            let list = page["tags"], list.kind == .array || list.kind == .null
        else { return nil }
        let tags = list.elements.map { $0.string ?? "" }
        return tags.allSatisfy(OCINames.isTag) ? tags : nil
    }

    /// Where the next page is; nil at the last (RFC 8288).
    private func nextPage(_ answer: Answer, _ request: OCIRequest) throws -> String? {
        guard let link = answer.headers["link"], let open = link.firstIndex(of: "<"),
            let close = link[open...].firstIndex(of: ">"), link[close...].firstPlace(of: "next") != nil
        else { return nil }
        let target = String(link[link.index(after: open)..<close])
        if let path = pathOnHost(target) { return path }
        // Some registries leave everything but the query out.
        if target.hasPrefix("?"), target.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }) {
            return request.path.prefix { $0 != "?" } + target
        }
        throw malformed(request, "its next page is at \(Self.shown(target)), on another server")
    }
}
