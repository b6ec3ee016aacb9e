internal import Basics
internal import Contract
internal import PluginRegistry

/// What a site has for programs: the feed, the catalogue and what searching needs.
extension SitePages {
    /// The newest releases as an Atom feed (RFC 4287), at most 100.
    func feed(_ plugins: [CataloguePlugin]) -> [UInt8] {
        let all = plugins.flatMap { plugin in plugin.versions.map { (plugin, $0) } }.compactMap { plugin, entry in
            entry.publishedAt.flatMap { Self.isTime($0) ? (plugin, entry, $0) : nil }
        }
        let newest = all.sorted { ($0.2, $0.0.name.description) > ($1.2, $1.0.name.description) }.prefix(100)
        let entries = newest.map { plugin, entry, time -> Markup in
            let state: Markup = entry.yanked.map { "Withdrawn\($0.isEmpty ? "" : ": \($0)"). " } ?? ""
            return """
                <entry><title>\(plugin.name.description) \(entry.version)</title><id>urn:x-pdk:release:\(entry.name):\(Hex.encode(Array(entry.version.utf8))):\(entry.sha256)</id>
                <updated>\(time)</updated><link href="\(plugin.path)"/><summary>\(state)\(entry.description)</summary></entry>

                """
        }
        let time = newest.first?.2 ?? updated.flatMap { Self.isTime($0) ? $0 : nil } ?? "1970-01-01T00:00:00Z"
        let text: Markup = """
            <?xml version="1.0" encoding="utf-8"?>
            <feed xmlns="http://www.w3.org/2005/Atom">
            <title>\(title)</title><id>urn:x-pdk:registry:\(Hex.encode(Array(registry.utf8)))</id>
            <updated>\(time)</updated><author><name>\(title)</name></author>
            <link rel="self" href="feed.xml"/><link href="index.html"/>
            \(entries)</feed>

            """
        return Array(text.text.utf8)
    }

    /// Whether a text is a time in UTC as pdk writes it, such as `2026-11-26T07:29:38Z`.
    private static func isTime(_ text: String) -> Bool {
        let form = Array("0000-00-00T00:00:00Z".utf8), bytes = Array(text.utf8)
        return bytes.count == form.count
            && zip(bytes, form).allSatisfy { $1 == UInt8(ascii: "0") ? (0x30...0x39).contains($0) : $0 == $1 }
    }

    /// Everything for programs: plugins with all their versions.
    func catalogue(_ plugins: [CataloguePlugin], languages: [String: String]) -> [UInt8] {
        let all = plugins.map { plugin -> JSONValue in
            .object([
                "name": .string(plugin.name.description), "newest": .string(plugin.newest.version),
                "offered": .bool(plugin.isOffered), "page": .string(plugin.path),
                "description": .string(plugin.newest.description),
                "language": .string(orNull: languages[plugin.name.description]),
                "signer": .string(orNull: plugin.signer(plugin.newest)),
                "versions": .array(plugin.versions.map(\.json)),
            ])
        }
        let value = JSONValue.object([
            "schema_version": .string("1"), "title": .string(title), "registry": .string(registry),
            "updated_at": .string(orNull: updated), "plugins": .array(all),
        ])
        return value.lineBytes
    }

    /// What searching needs.
    func searchFile(_ plugins: [CataloguePlugin], languages: [String: String]) -> [UInt8] {
        let all = plugins.map { plugin -> JSONValue in
            let language = languages[plugin.name.description]
            return .object([
                "name": .string(plugin.name.description), "version": .string(plugin.newest.version.printable),
                "description": .string(plugin.newest.description.printable),
                "hooks": .strings(plugin.newest.hooks ?? []),
                "language": .string(language ?? ""), "signer": .string(plugin.signer(plugin.newest) ?? "not signed"),
                "yanked": .bool(!plugin.isOffered), "facts": .string(Self.facts(plugin, language).printable),
            ])
        }
        return JSONValue.array(all).lineBytes
    }
}
