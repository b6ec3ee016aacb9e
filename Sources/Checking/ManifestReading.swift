package import Authoring
internal import Basics
internal import Contract

/// A manifest as a YAML parser and as the host read it: what the manifest rules look at (host contract, section 5).
package struct ManifestReading {
    let manifest: Manifest
    let host: HostLineReader
    private let file: String
    /// The fields that a host shows of a plugin.
    let fields: [FieldReading]
    /// The hooks and the permissions.
    let lists: [ListReading]

    package init(manifest: Manifest, text: String, file: String) {
        self.manifest = manifest
        self.file = file
        let host = HostLineReader(reading: text), profile = manifest.profile
        self.host = host
        fields = [
            ("name", manifest.name), ("version", manifest.version), ("description", manifest.description),
            ("author", manifest.author), ("license", manifest.license),
        ].map { FieldReading($0, written: $1, read: host.fields[$0]) }
        lists = [
            ListReading("hooks", written: manifest.hooks, read: host.hooks) { profile.hook(named: $0)?.name },
            ListReading("permissions", written: manifest.permissions, read: host.permissions) {
                profile.permission(named: $0)?.name ?? $0
            },
        ]
    }

    /// The hooks that the host calls, for a help.
    var calledHooks: String { manifest.profile.calledHooks.map(\.name).joined(separator: ", ") }

    func finding(_ rule: Rule, _ message: String, _ line: Int?, help: String? = nil) -> Finding {
        Finding(rule, message, help: help, file: file, line: line)
    }

    /// What all manifest rules find, in the order of the file.
    package func findings() -> [Finding] {
        RuleBook.manifest.flatMap { $0.findings(in: self) }.sorted { ($0.line ?? 0) < ($1.line ?? 0) }
    }
}

/// A field of a manifest, and what is wrong with how the host reads it.
struct FieldReading {
    enum Flaw {
        /// The manifest has no such field, and the host takes a nested key for it.
        case nested(HostLineReader.Field)
        /// The host does not find the field.
        case absent(Manifest.Scalar)
        /// Another line of the same key counts for the host.
        case overridden(HostLineReader.Field, Manifest.Scalar)
        /// A comment behind the value is a part of it.
        case comment(String, HostLineReader.Field)
        case different(HostLineReader.Field, Manifest.Scalar)
    }

    let key: String
    let flaw: Flaw?

    init(_ key: String, written: Manifest.Scalar?, read: HostLineReader.Field?) {
        self.key = key
        guard let written else {
            flaw = read.map { .nested($0) }
            return
        }
        guard let read else {
            flaw = .absent(written)
            return
        }
        flaw =
            if read.value.utf8.elementsEqual(written.text.utf8) { nil } else if read.count > 1 || read.indentation > 0 {
                .overridden(read, written)
            } else if let comment = read.value.firstRange(of: " #") {
                .comment(String(read.value[comment.lowerBound...].drop { $0 == " " }), read)
            } else { .different(read, written) }
    }
}

/// A list of a manifest, and what is wrong with how the host reads it.
struct ListReading {
    enum Flaw {
        /// The host does not find the list; its first item is given.
        case absent(Manifest.Scalar)
        /// The host reads it from another line on.
        case elsewhere(line: Int)
        /// The host stops at a comment.
        case gap(line: Int)
        /// The host finds no item on lines of their own; the first that is meant is given.
        case inline(Manifest.Scalar, line: Int)
        /// These items are other texts to the host.
        case broken([HostLineReader.Item])
        /// The host reads these.
        case different([String], line: Int)
    }

    let key: String
    let flaw: Flaw?

    /// `known` says what the host makes of an item; nil where it drops it.
    init(_ key: String, written: [Manifest.Scalar], read: HostLineReader.List?, known: (String) -> String?) {
        self.key = key
        guard let read else {
            flaw = written.first.map { .absent($0) }
            return
        }
        // What the host makes of both is what counts, however they are written.
        let meant = written.compactMap { known($0.text) }, seen = read.items.compactMap { known($0.text) }
        if meant.count == seen.count, zip(meant, seen).allSatisfy({ $0.utf8.elementsEqual($1.utf8) }) {
            flaw = nil
        } else if !read.before.isEmpty {
            flaw = .elsewhere(line: read.line)
        } else if let comment = read.commentLine {
            flaw = .gap(line: comment)
        } else if read.items.isEmpty, let first = written.first {
            flaw = .inline(first, line: read.line)
        } else {
            let broken = read.items.filter { item in
                !written.contains { $0.text.utf8.elementsEqual(item.text.utf8) }
            }
            flaw = broken.isEmpty ? .different(seen, line: read.line) : .broken(broken)
        }
    }
}
