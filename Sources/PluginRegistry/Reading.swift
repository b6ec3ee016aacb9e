package import Contract
internal import Files
internal import Transfers
internal import Trust

/// One reading of a registry, by the settings of a network.
package struct Reading: Sendable {
    let network: Network

    package init(_ network: Network) { self.network = network }

    /// Hands what is at a place to `sink` in pieces, and tells how far it has come.
    ///
    /// `home` is the registry whose module it is; an index is at home itself, and `isKept` in the cache.
    func stream(
        _ place: RegistryLocation.Place, _ phase: TransferProgress.Phase, of subject: String, maximumBytes: Int,
        home: RegistryLocation? = nil, stayingOnServer: Bool = false, isKept: Bool = false,
        into sink: (RawSpan) throws -> Void
    ) throws {
        var done = 0
        func take(_ piece: RawSpan, _ total: Int?) throws {
            try network.cancellation?.check()
            try sink(piece)
            done += piece.byteCount
            try network.progress?(
                TransferProgress(phase: phase, subject: subject, bytes: done, totalBytes: total))
        }
        switch place {
        case .address(let address) where isKept:
            try network.streamIndex(address, maximumBytes: maximumBytes, into: take)
        case .address(let address):
            try network.fetch(
                address, maximumBytes: maximumBytes, home: home.map { $0.webAddress ?? "" },
                stayingOnServer: stayingOnServer, into: take)
        case .object(let object):
            _ = try S3Client(network, bucket: object.bucket).read(
                object.key, maximumBytes: maximumBytes, into: take)
        case .oci(let file):
            let index = RegistryLocation(place: .oci(file.at(RegistryIndex.fileName)))
            try OCIStore(index, file.at(RegistryIndex.fileName), network: network).stream(
                file, maximumBytes: maximumBytes, isToBeCurrent: true, into: take)
        case .file(let path):
            let file = try FileHandle(reading: path)
            let size = Int(clamping: try file.status().size)
            try file.stream(limit: maximumBytes) { try take($0, size) }
        }
    }

    /// Shows the entries of an index to a visitor while it is read, in one pass and constant memory.
    ///
    /// Errors: `indexUnavailable` when it cannot be read, `indexMalformed` when the host could not read it either, and what
    /// the visitor throws.
    ///
    /// Of a signed registry the signature is checked, too: error `indexUntrusted`. `registry` is where the whole index is,
    /// when this is that of one plugin.
    package func scan<Visitor: IndexVisitor>(
        _ location: RegistryLocation, _ visitor: Visitor
    ) throws -> (outline: IndexOutline, visitor: Visitor) {
        guard let memory = network.memory else {
            return try scan(location, visitor, plugin: nil, of: location, doubt: nil)
        }
        // Of a registry that nothing is known of, the first reading finds out whether it is signed.
        var isToBeNoted = try expectedSeal(of: location) != nil
        let found = try sealed(location, of: location, plugin: nil) { check in
            guard isToBeNoted else {
                isToBeNoted = true
                let (outline, visitor) = try scanOnce(location, visitor, check)
                return (outline, (visitor, PluginNotes?.none))
            }
            // What was noted of this serial need not be noted again.
            let switching = NotingSwitch(known: memory.notedSerial(of: location))
            let (outline, noting) = try scanOnce(location, NotingPlugins(visitor, switching)) { piece in
                switching.look(at: piece)
                try check?(piece)
            }
            return (outline, (noting.inner, switching.isOn ? noting.notes : nil))
        }
        let (shown, notes) = found.result
        if let notes, let seal = try IndexSeal(found.outline) { memory.keep(notes, seal, of: location) }
        return (found.outline, shown)
    }

    /// The same of a plugin's own index, which the whole one may have to confirm.
    func scan<Visitor: IndexVisitor>(
        _ location: RegistryLocation, _ visitor: Visitor, plugin: String?, of registry: RegistryLocation,
        doubt: OwnIndexInDoubt?
    ) throws -> (outline: IndexOutline, visitor: Visitor) {
        let found = try sealed(location, of: registry, plugin: plugin, doubt: doubt) { check in
            try scanOnce(location, visitor, check)
        }
        return (found.outline, found.result)
    }

    private func scanOnce<Visitor: IndexVisitor>(
        _ location: RegistryLocation, _ visitor: Visitor, _ check: ((RawSpan) throws -> Void)?
    ) throws -> (IndexOutline, Visitor) {
        // Of what comes over the web nothing is there to be read again when an error has to be placed.
        let isRemote = location.folder == nil
        let limit = isRemote ? network.limits.indexBytes : .max
        var scanner = IndexScanner(visitor, limits: IndexLimits(bytes: limit), countsLines: isRemote)
        do {
            try stream(
                location.place, .index, of: location.description, maximumBytes: limit, isKept: true
            ) { piece in
                try check?(piece)
                try scanner.update(piece)
            }
            return (try scanner.finish(), scanner.visitor)
        } catch let error as JSONError {
            throw Self.malformed(error, location, scanner.failure ?? Self.position(of: error.offset, location))
        } catch let error as FileError where error.isNotFound {
            throw RegistryError(
                .indexUnavailable, "no registry index at \(location)",
                help: "give the registry's folder, its index.json or its address", underlying: error)
        } catch let error as FileError {
            throw RegistryError(.indexUnavailable, error.description, underlying: error)
        } catch let error as TransferError where error.isNotThere && location.isInRemoteStore {
            throw RegistryError(
                .indexUnavailable, "no registry index at \(location)",
                help: "correct the address, or create the registry",
                commandHelp: "correct the address, or create one with: pdk registry init",
                underlying: error)
        } catch let error as TransferError {
            throw RegistryError(.indexUnavailable, error)
        }
    }

    /// The same, with every error but a registry's and `CancellationError` told as `indexUnavailable`.
    func entries<Visitor: IndexVisitor>(_ location: RegistryLocation, _ visitor: Visitor) throws -> Visitor {
        do {
            return try scan(location, visitor).visitor
        } catch let error where error is RegistryError || error is CancellationError {
            throw error
        } catch {
            throw RegistryError(
                .indexUnavailable, "cannot read the index \(location): \(error)", underlying: error)
        }
    }

    static func malformed(
        _ error: JSONError, _ location: RegistryLocation, _ position: (line: Int, column: Int)?
    ) -> RegistryError {
        let place = position.map { "line \($0.line), column \($0.column): " } ?? ""
        return RegistryError(
            .indexMalformed, "\(location), \(place)\(error.message) (byte \(error.offset))",
            help: RegistryError.correctTheIndex, underlying: error)
    }

    /// The line and column of a place in an index that is a file; nil when it cannot be read any more.
    private static func position(of offset: Int, _ location: RegistryLocation) -> (line: Int, column: Int)? {
        guard let path = location.indexPath, let file = try? FileHandle(reading: path) else { return nil }
        var counter = LineCounter(), left = offset, found: (line: Int, column: Int)?
        try? file.stream(limit: .max) { block in
            guard found == nil else { return }
            if left < block.byteCount {
                found = counter.position(in: block, at: left)
            } else {
                counter.take(block)
                left -= block.byteCount
            }
        }
        return found ?? counter.position(in: RawSpan(), at: 0)
    }
}
