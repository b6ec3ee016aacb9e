internal import Basics
internal import Contract
internal import Trust

/// What a manifest names: a blob, or another manifest (image specification 1.1, section "Content Descriptors").
struct OCIDescriptor: Sendable, Equatable {
    var mediaType: String
    /// `sha256:` and 64 hexadecimal digits.
    var digest: String
    var size: Int
    var annotations: [String: String] = [:]
    /// The content itself, where it is small and stands in the manifest too.
    var data: [UInt8]?
    var artifactType: String?

    /// What the blob is called as a file; nil where it is not, or not like a file.
    var title: String? { annotations[OCIManifest.title].flatMap { OCIFile.isTitle($0) ? $0 : nil } }

    init(_ mediaType: String, _ bytes: [UInt8], title: String? = nil, isInline: Bool = false) throws {
        self.mediaType = mediaType
        digest = try Self.digest(of: bytes)
        size = bytes.count
        if isInline { data = bytes }
        if let title { annotations[OCIManifest.title] = title }
    }

    static func digest(of bytes: [UInt8]) throws -> String {
        "sha256:\(try SHA256Digest(of: bytes))"
    }

    var json: JSONValue {
        var members = [
            JSONValue.Member("mediaType", .string(mediaType)), JSONValue.Member("digest", .string(digest)),
            JSONValue.Member("size", .int(size)),
        ]
        if let artifactType { members.append(JSONValue.Member("artifactType", .string(artifactType))) }
        if let data { members.append(JSONValue.Member("data", .string(Base64.encode(data)))) }
        if !annotations.isEmpty { members.append(JSONValue.Member("annotations", OCIManifest.json(annotations))) }
        return .object(members)
    }

    /// Nil for what is no descriptor; content that is not what its digest says is left out.
    init?(_ node: JSONNode) {
        guard let mediaType = node["mediaType"]?.string, let digest = node["digest"]?.string,
            OCINames.isDigest(digest), let size = node["size"]?.int, size >= 0
        else { return nil }
        self.mediaType = mediaType
        self.digest = digest
        self.size = size
        annotations = OCIManifest.annotations(node["annotations"])
        artifactType = node["artifactType"]?.string
        if let data = node["data"]?.string.flatMap({ Base64.decode($0.utf8) }), data.count == size,
            (try? Self.digest(of: data)) == digest
        {
            self.data = data
        }
    }
}

/// An image manifest, or an image index, which names other manifests (image specification 1.1).
struct OCIManifest: Sendable {
    static let mediaType = "application/vnd.oci.image.manifest.v1+json"
    static let indexMediaType = "application/vnd.oci.image.index.v1+json"
    /// The annotation that is a file's name.
    static let title = "org.opencontainers.image.title"
    /// The bytes of the blob that stands for nothing, and its media type.
    static let empty = Array("{}".utf8), emptyMediaType = "application/vnd.oci.empty.v1+json"

    var mediaType = OCIManifest.mediaType
    var artifactType: String?
    var config: OCIDescriptor?
    /// The layers, or the manifests of an index.
    var layers: [OCIDescriptor] = []
    var subject: OCIDescriptor?
    var annotations: [String: String] = [:]

    init() {}

    /// A manifest whose content is in its annotations and layers.
    init(artifactType: String, layers: [OCIDescriptor] = [], annotations: [String: String] = [:]) throws {
        let nothing = try OCIDescriptor(Self.emptyMediaType, Self.empty, isInline: true)
        self.artifactType = artifactType
        config = nothing
        self.layers = layers.isEmpty ? [nothing] : layers
        self.annotations = annotations
    }

    /// The text as it is pushed.
    var bytes: [UInt8] {
        var members = [
            JSONValue.Member("schemaVersion", .int(2)), JSONValue.Member("mediaType", .string(mediaType)),
        ]
        if let artifactType { members.append(JSONValue.Member("artifactType", .string(artifactType))) }
        if let config { members.append(JSONValue.Member("config", config.json)) }
        members.append(
            JSONValue.Member(mediaType == Self.indexMediaType ? "manifests" : "layers", .array(layers.map(\.json))))
        if let subject { members.append(JSONValue.Member("subject", subject.json)) }
        if !annotations.isEmpty { members.append(JSONValue.Member("annotations", Self.json(annotations))) }
        return JSONValue.object(members).compactBytes
    }

    static func json(_ annotations: [String: String]) -> JSONValue {
        .object(annotations.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, .string($0.value)) })
    }

    static func annotations(_ node: JSONNode?) -> [String: String] {
        var all: [String: String] = [:]
        for (name, value) in node?.members ?? [] {
            if let name = name.string, let text = value.string { all[name] = text }
        }
        return all
    }

    /// The most layers, or manifests of an index, that are looked at.
    private static let maximumLayers = 10_000

    /// Reads a manifest; error: a text that is none, or one of another kind than an image manifest or an image index.
    init(reading bytes: [UInt8], of place: String) throws(RegistryError) {
        do {
            let limits = JSONLimits(bytes: OCIClient.maximumAnswerBytes, depth: 32)
            let root = try JSONDocument(parsing: bytes, limits: limits).root
            guard root["schemaVersion"]?.int == 2 else { throw JSONError("it has no schemaVersion 2", offset: 0) }
            let isIndex = root["manifests"] != nil && root["layers"] == nil
            let list = (root["manifests"] ?? root["layers"])?.elements ?? []
            guard list.count <= Self.maximumLayers else { throw JSONError("it has too many layers", offset: 0) }
            layers = try list.map { node throws(JSONError) in
                guard let found = OCIDescriptor(node) else { throw JSONError("a descriptor is malformed", offset: 0) }
                return found
            }
            mediaType = root["mediaType"]?.string ?? (isIndex ? Self.indexMediaType : Self.mediaType)
            guard mediaType == (isIndex ? Self.indexMediaType : Self.mediaType) else {
                throw JSONError("its media type is \(mediaType.prefix(100).description.printable)", offset: 0)
            }
            artifactType = root["artifactType"]?.string
            config = root["config"].flatMap { OCIDescriptor($0) }
            subject = root["subject"].flatMap { OCIDescriptor($0) }
            annotations = Self.annotations(root["annotations"])
        } catch {
            throw RegistryError(
                .artifactUnavailable, "\(place) is not a manifest that can be read: \(error)",
                help: "it was pushed by another tool, or changed: contact the registry's maintainer")
        }
    }

    /// The layer that is called so.
    func layer(titled title: String) -> OCIDescriptor? { layers.first { $0.title == title } }
}

/// A manifest as a registry has it.
struct OCIFound: Sendable {
    let manifest: OCIManifest
    let bytes: [UInt8]
    /// The SHA-256 of the bytes.
    let digest: String

    var descriptor: OCIDescriptor? {
        guard var descriptor = try? OCIDescriptor(manifest.mediaType, bytes) else { return nil }
        descriptor.artifactType = manifest.artifactType ?? manifest.config?.mediaType
        return descriptor
    }
}
