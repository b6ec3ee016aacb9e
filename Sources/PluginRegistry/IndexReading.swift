internal import Basics
package import Contract
internal import Files
internal import Transfers

extension Registry {
    /// Shows the entries of the index to a visitor while it is read, in one pass and constant memory.
    ///
    /// Errors: `indexUnavailable` when it cannot be read, `indexMalformed` when the host could not read it either, and what
    /// the visitor throws.
    package static func scan<Visitor: IndexVisitor>(
        _ location: RegistryLocation, network: Network, _ visitor: Visitor
    ) throws -> (outline: IndexOutline, visitor: Visitor) {
        // Of what comes over the web nothing is there to be read again when an error has to be placed.
        let isRemote = location.folder == nil
        var scanner = IndexScanner(
            visitor, limits: IndexLimits(bytes: isRemote ? KitLimits.indexBytes : .max), countsLines: isRemote)
        do {
            try read(location, network) { try scanner.update($0) }
            return (try scanner.finish(), scanner.visitor)
        } catch let error as JSONError {
            throw malformed(error, location, scanner.failure ?? position(of: error.offset, location))
        } catch let error as FileError where error.isNotFound {
            throw RegistryError(
                .indexUnavailable, "no registry index at \(location)",
                help: "give the registry's folder, its index.json or its address")
        } catch let error as FileError {
            throw RegistryError(.indexUnavailable, error.description)
        } catch let error as TransferError {
            throw RegistryError(.indexUnavailable, error.description, help: error.help)
        }
    }

    private static func read(
        _ location: RegistryLocation, _ network: Network, into sink: (RawSpan) throws -> Void
    ) throws {
        switch location.place {
        case .file(let path): try FileHandle(reading: path).stream(limit: .max, into: sink)
        case .address(let address): try network.fetch(address, maximumBytes: KitLimits.indexBytes, into: sink)
        }
    }

    private static func malformed(
        _ error: JSONError, _ location: RegistryLocation, _ position: (line: Int, column: Int)?
    ) -> RegistryError {
        let place = position.map { "line \($0.line), column \($0.column): " } ?? ""
        return RegistryError(
            .indexMalformed, "\(location), \(place)\(error.message) (byte \(error.offset))",
            help: RegistryError.mendTheIndex)
    }

    /// The line and column of a place in an index that is a file; nil when it cannot be read any more.
    private static func position(of offset: Int, _ location: RegistryLocation) -> (line: Int, column: Int)? {
        guard let path = location.indexPath else { return nil }
        var counter = LineCounter(), left = offset, found: (line: Int, column: Int)?
        let file = try? FileHandle(reading: path)
        try? file?.stream(limit: .max) { block in
            guard found == nil else { return }
            if left <= block.byteCount {
                found = counter.position(in: block, at: left)
            } else {
                counter.take(block)
                left -= block.byteCount
            }
        }
        return found ?? (counter.position(in: RawSpan(), at: 0))
    }
}

/// Takes the entries of one plugin that are offered.
struct EntriesOfName: IndexVisitor {
    private let name: [UInt8]
    private(set) var entries: [RegistryEntry] = []

    init(_ name: String) { self.name = Array(name.utf8) }

    func wants(_ name: RawSpan, isEscaped: Bool, in list: IndexList) -> Bool {
        list == .plugins && (isEscaped || name.equals(self.name))
    }

    mutating func visit(_ entry: ScannedEntry, _ text: RawSpan) {
        let entry = entry.decoded(text)
        if entry.name.utf8.elementsEqual(name) { entries.append(RegistryEntry(entry)) }
    }
}

extension RawSpan {
    /// Whether these are exactly the bytes.
    fileprivate func equals(_ bytes: [UInt8]) -> Bool {
        guard byteCount == bytes.count else { return false }
        return bytes.indices.allSatisfy { unsafe unsafeLoad(fromByteOffset: $0, as: UInt8.self) == bytes[$0] }
    }
}
