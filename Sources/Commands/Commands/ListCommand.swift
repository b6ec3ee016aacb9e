internal import Arguments
internal import Basics
internal import Contract
internal import Operations
internal import PluginRegistry
internal import Trust

struct ListCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List what a registry offers, or what is installed in a plugins folder.",
        discussion: """
            For a registry, shows name, version, signed or unsigned, and description. For a folder (--dest), shows name, version, signer, hooks and the registry in pdk.lock, with problems below each plugin.
            """)

    @OptionGroup var registry: RegistryOption
    @OptionGroup var store: StoreOption

    @Option(name: .long, help: "The host's plugins folder, instead of a registry.")
    var dest: String?

    @OptionGroup var trust: TrustOption
    @OptionGroup var globals: GlobalOptions

    func validate() throws {
        if let dest {
            if dest.isEmpty { throw ValidationError("Give --dest a folder, not an empty text.") }
            if registry.registry != nil { throw ValidationError("--dest and --registry exclude each other.") }
        } else if trust.trustRoot != nil || trust.noTrustRoot || trust.requireSignature {
            throw ValidationError("A list of a registry checks no signature; --trust-root is for --dest.")
        }
    }

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        if let dest {
            let list = ListInstalled(folder: session.path(dest), trust: Trust(try trust.load(session)))
            return InstalledRows(report: try list.run()).outcome
        }
        let location = try registry.location(session)
        let network = session.network(console, store, demanding: Trust(try session.ownTrustRoot()))
        if globals.json {
            let contents = try Registry(location, network: network).blockingLoad()
            return Outcome(text: [], json: .array((contents.entries + contents.withdrawn).map(\.listed)))
        }
        var rows = try Registry(location, network: network).scan(EntryRows { console.write($0, to: .output) })
        guard rows.finish() else { throw ListingFailure() }
        return Outcome(text: [], isWritten: true, json: .null)
    }
}

/// Standard output could not be written.
private struct ListingFailure: Diagnostic {
    let code = ErrorCode.failed
    let message = "cannot write to standard output"
    let commandHelp: String? = nil
}

extension RegistryEntry {
    /// What a list in JSON says of an entry.
    var listed: JSONValue {
        .object([
            "name": .string(metadata.name), "version": .string(metadata.version), "signed": .bool(isSigned),
            "description": .string(metadata.description), "sha256": .string(sha256),
            "hooks": metadata.hooks.map(JSONValue.strings),
            "permissions": metadata.permissions.map(JSONValue.strings),
            "license": metadata.license.map(JSONValue.string),
            "size": size.map(JSONValue.int), "published_at": publishedAt.map(JSONValue.string),
            "yanked": yanked.map(JSONValue.string),
            "yanked_at": yanked == nil ? nil : yankedAt.map(JSONValue.string),
        ])
    }
}

/// The lines of a list, written while the index is read.
///
/// Columns are as wide as the first entries want them.
private struct EntryRows: IndexVisitor {
    /// An entry that waits until the width of the columns is known.
    private struct Row {
        var bytes: [UInt8] = []
        var name = (end: 0, width: 0)
        var version = (end: 0, width: 0)
    }

    /// How many entries are looked at for the columns, how wide a column may be, and how much is written at a time.
    private static let sample = 1000, maximumWidth = 40, portion = 64 << 10

    private let write: ([UInt8]) -> Bool
    private var waiting: [Row] = []
    private var widths: (name: Int, version: Int)?
    private var output: [UInt8] = []
    private var didFail = false

    init(write: @escaping ([UInt8]) -> Bool) { self.write = write }

    func wants(_ name: RawSpan, isEscaped: Bool, in list: IndexList) -> Bool { true }

    mutating func visit(_ entry: ScannedEntry, _ text: RawSpan) throws {
        guard let widths else {
            waiting.append(Self.row(entry, text))
            if waiting.count == Self.sample { settle() }
            return
        }
        append(entry, text, widths)
        if output.count >= Self.portion { try flush() }
    }

    /// Writes what is left; false when something could not be written.
    mutating func finish() -> Bool {
        if widths == nil { settle() }
        try? flush()
        return !didFail
    }

    private mutating func flush() throws {
        didFail = didFail || !write(output)
        output.removeAll(keepingCapacity: true)
        if didFail { throw ListingFailure() }
    }

    /// Sets the columns by the entries so far, and takes those.
    private mutating func settle() {
        let widths = (
            name: min(Self.maximumWidth, waiting.map(\.name.width).max() ?? 0),
            version: min(Self.maximumWidth, waiting.map(\.version.width).max() ?? 0)
        )
        for row in waiting {
            output += row.bytes[..<row.name.end]
            pad(row.name.width, widths.name)
            output += row.bytes[row.name.end..<row.version.end]
            pad(row.version.width, widths.version)
            output += row.bytes[row.version.end...]
        }
        waiting = []
        self.widths = widths
    }

    private mutating func pad(_ width: Int, _ column: Int) {
        for _ in 0..<max(0, column - width) + 2 { output.append(UInt8(ascii: " ")) }
    }

    private mutating func append(_ entry: ScannedEntry, _ text: RawSpan, _ widths: (name: Int, version: Int)) {
        let name = Self.field(.name, entry, text, &output)
        pad(name, widths.name)
        let version = Self.field(.version, entry, text, &output)
        pad(version, widths.version)
        Self.rest(entry, text, &output)
    }

    private static func row(_ entry: ScannedEntry, _ text: RawSpan) -> Row {
        var row = Row()
        row.name.width = field(.name, entry, text, &row.bytes)
        row.name.end = row.bytes.count
        row.version.width = field(.version, entry, text, &row.bytes)
        row.version.end = row.bytes.count
        rest(entry, text, &row.bytes)
        return row
    }

    /// A field, or a dash where it is empty.
    private static func field(
        _ field: ScannedEntry.ListedField, _ entry: ScannedEntry, _ text: RawSpan, _ bytes: inout [UInt8]
    ) -> Int {
        let width = entry.append(field, text, to: &bytes)
        if width > 0 { return width }
        bytes.append(UInt8(ascii: "-"))
        return 1
    }

    private static let signed = Array("signed    ".utf8), unsigned = Array("unsigned  ".utf8)

    private static func rest(_ entry: ScannedEntry, _ text: RawSpan, _ bytes: inout [UInt8]) {
        bytes += entry.isSigned ? signed : unsigned
        _ = entry.append(.description, text, to: &bytes)
        if entry.mentionsWithdrawal, let reason = entry.decoded(text).yanked {
            bytes += Array((reason.isEmpty ? " (yanked)" : " (yanked: \(reason.printable.shortened))").utf8)
        }
        bytes.append(UInt8(ascii: "\n"))
    }
}
