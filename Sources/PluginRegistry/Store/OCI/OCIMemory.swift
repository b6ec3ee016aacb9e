internal import Synchronization

/// What was read of OCI registries through one network, and the sessions with them; so that an index and its signature come from one manifest.
final class OCIMemory: Sendable {
    private struct Kept {
        var found: OCIFound?
        /// Whether a signature was taken from it, and the text after that.
        var isSignatureTaken = false, isTextTaken = false
        let time = ContinuousClock.now
    }

    /// What is asked of an index: its text or its signature.
    enum Part { case text, signature }

    private let sessions = Mutex<[String: OCISession]>([:])

    /// The session with a host, the same for every client of it.
    func session(_ host: String) -> OCISession {
        sessions.withLock { all in
            let session = all[host] ?? OCISession()
            all[host] = session
            return session
        }
    }

    private let kept = Mutex<[String: Kept]>([:])
    /// Small blobs by digest, which names their bytes.
    private let blobs = Mutex<(all: [String: [UInt8]], size: Int)>(([:], 0))

    /// How long a manifest is good for, however long the reading takes.
    private static let longestReading = Duration.seconds(60)
    /// The longest blob that is kept, and all of them together, in bytes.
    static let maximumBlobBytes = 1 << 20
    private static let maximumBytes = 16 << 20

    /// The manifest of an index: the one that was read last, where the part that is asked for belongs to the same reading.
    ///
    /// A reading is the text, its signature, and the text again; or the signature, and the text.
    func manifest(_ place: String, _ part: Part, read: () throws -> OCIFound?) throws -> OCIFound? {
        let again: OCIFound?? = kept.withLock { all in
            guard var last = all[place], ContinuousClock.now - last.time < Self.longestReading else { return nil }
            switch part {
            case .signature where !last.isSignatureTaken: last.isSignatureTaken = true
            case .text where last.isSignatureTaken && !last.isTextTaken: last.isTextTaken = true
            default: return nil
            }
            all[place] = last
            return .some(last.found)
        }
        if let again { return again }
        let found = try read()
        kept.withLock { $0[place] = Kept(found: found, isSignatureTaken: part == .signature) }
        return found
    }

    /// Manifests of releases that were looked at on the way to one of them.
    private let releases = Mutex<[String: OCIFound]>([:])

    func keepRelease(_ found: OCIFound, as place: String) { releases.withLock { $0[place] = found } }

    /// The manifest that was kept for a tag, once.
    func takeRelease(_ place: String) -> OCIFound? { releases.withLock { $0.removeValue(forKey: place) } }

    func forget(_ place: String) { kept.withLock { $0[place] = nil } }

    func blob(_ digest: String) -> [UInt8]? { blobs.withLock { $0.all[digest] } }

    func keep(_ bytes: [UInt8], as digest: String) {
        guard bytes.count <= Self.maximumBlobBytes else { return }
        blobs.withLock { blobs in
            if blobs.size + bytes.count > Self.maximumBytes { blobs = ([:], 0) }
            if blobs.all.updateValue(bytes, forKey: digest) == nil { blobs.size += bytes.count }
        }
    }
}
