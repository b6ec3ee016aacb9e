internal import Basics
internal import Contract
internal import PluginRegistry

extension RegistryStore {
    /// Reads all of the index, of which there has to be one; `beside` is shown its bytes, too.
    ///
    /// Errors: `index-unavailable`, and `index-malformed` with the name of the file.
    func scan<Visitor: IndexVisitor>(
        _ visitor: Visitor, isForWriting: Bool = false, beside: (RawSpan) throws -> Void = { _ in }
    ) throws -> (outline: IndexOutline, visitor: Visitor, revision: Revision) {
        var scanner = IndexScanner(visitor)
        do {
            let revision = try readIndex { piece in
                try beside(piece)
                try scanner.update(piece)
            }
            guard let revision else { throw RegistryPlace.noIndex(at: location) }
            let outline = try scanner.finish()
            if isForWriting { try outline.requireSerial() }
            return (outline, scanner.visitor, revision)
        } catch let error as JSONError {
            throw Problem(.indexMalformed, "\(location): \(error)", help: "restore index.json from a backup")
        }
    }
}
