internal import Basics
package import Ed25519
internal import Files

/// The folder of a trust root, as `pdk trust` changes and checks it.
package struct TrustFolder: Sendable {
    package let path: String

    package init(_ path: String) { self.path = path }

    /// A key of the folder.
    package struct Entry: Sendable, Equatable {
        package let label: String
        package let path: String
        /// The key; nil when the file is malformed.
        package let publicKey: PublicKey?
        /// What is wrong with it; none when a host takes it.
        package let problems: [String]

        /// The fingerprint.
        package var keyID: String? { publicKey.map(KeyID.of) }
    }

    /// Whether there is anything of the folder's name.
    package func isThere() throws -> Bool { try FileStatus.of(path) != nil }

    /// The keys, sorted by label; a malformed one is listed with what is wrong with it.
    package func entries() throws -> [Entry] {
        guard try isThere() else { return [] }
        var entries: [Entry] = []
        for name in try TrustRoot.keyFiles(of: path) {
            let file = FilePaths.join(path, name)
            var publicKey: PublicKey?, problems: [String] = []
            do {
                let bytes = try WholeFiles.read(file, limit: KeyText.maximumFileBytes)
                let read = try PublicKeyFile.read(bytes)
                publicKey = read.publicKey
                if read.form != .trustRoot {
                    problems.append("it is a key of the \(read.form.name) form, which no host reads as a .pub file")
                }
            } catch { problems.append("\(error)") }
            problems += try TrustRoot.warnings(file)
            entries.append(
                Entry(label: TrustRoot.label(of: name), path: file, publicKey: publicKey, problems: problems))
        }
        return entries
    }

    /// What is wrong with the folder and its keys, each with the file it is about; none when hosts take it as it is.
    package func findings() throws -> [(path: String, message: String)] {
        guard try isThere() else { return [(path, "there is no trust root: signatures are not checked")] }
        var found = try TrustRoot.warnings(path).map { (path: path, message: $0) }
        let entries = try entries()
        if entries.isEmpty { found.append((path, "it contains no *.pub key, so no signature is trusted")) }
        for (place, entry) in entries.enumerated() {
            found += entry.problems.map { (entry.path, $0) }
            if let key = entry.publicKey, let other = entries[..<place].first(where: { $0.publicKey == key }) {
                found.append((entry.path, "it is the same key as '\(other.label.printable)'"))
            }
            if entry.label.printable != entry.label {
                found.append((entry.path, "its name contains invisible characters: '\(entry.label.printable)'"))
            }
        }
        return found + TrustRoot.statements(of: path).faults.map { ($0.path, "it is not followed: \($0.message)") }
    }

    /// Puts a publisher's key into the folder, which is made when it is missing; says whether it was there already.
    package func add(_ publicKey: PublicKey, label: String) throws -> (path: String, isAlreadyThere: Bool) {
        try KeyStore.refuseBadLabel(label)
        let file = FilePaths.join(path, label + ".pub")
        for entry in try entries() {
            if entry.publicKey == publicKey, entry.label == label, entry.problems.isEmpty { return (file, true) }
            if entry.publicKey == publicKey, entry.label != label {
                throw Problem(
                    .alreadyExists, "\(path) trusts that key as '\(entry.label.printable)'",
                    help: "remove it first with: pdk trust remove \(entry.label.shellWord)")
            }
        }
        guard try FileStatus.of(file) == nil else {
            throw Problem(
                .alreadyExists, "\(path) has another key '\(label.printable)'",
                help: "choose another label, or remove it first with: pdk trust remove \(label.shellWord)")
        }
        if let parent = FilePaths.parent(of: path), try FileStatus.of(parent, followingLinks: true) == nil {
            try Folder.create(parent, mode: 0o755)
        }
        try Folder.create(path, mode: 0o755)
        try Folder(path).removeAbandonedFiles()
        try WholeFiles.replace(file, with: Array(KeyText.encode(publicKey.bytes).utf8), mode: 0o644, exclusively: true)
        return (file, false)
    }

    /// Keeps a rotation statement beside the key that it is about.
    package func keep(statement: [UInt8], label: String) throws {
        try KeyStore.refuseBadLabel(label)
        let file = FilePaths.join(path, label + ".rotation")
        guard try FileStatus.of(file) == nil else { return }
        try WholeFiles.replace(file, with: statement, mode: 0o644, exclusively: true)
    }

    /// Takes a key out of the folder, which stays; says how many are left.
    package func remove(_ label: String) throws -> (path: String, left: Int) {
        let entries = try entries()
        guard let entry = entries.first(where: { $0.label.utf8.elementsEqual(label.utf8) }) else {
            let labels = entries.map { $0.label.printable }.joined(separator: ", ")
            throw Problem(
                .noKey, "the trust root \(path) has no key '\(label.printable)'",
                help: labels.isEmpty ? "it contains no keys" : "it has \(labels)")
        }
        let folder = try Folder(path)
        try folder.remove(FilePaths.name(of: entry.path))
        try folder.synchronize()
        return (entry.path, entries.count - 1)
    }
}
