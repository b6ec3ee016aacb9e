internal import Basics
internal import Contract
internal import PluginRegistry

/// The pages of a site.
struct SitePages {
    let title: String
    /// What is typed for the registry in commands.
    let registry: String
    /// What is typed behind it, each option with a space before it.
    let options: String
    /// When the registry was changed last, where it says.
    let updated: String?

    /// A whole document; `root` leads from it to the site's folder.
    private func document(_ name: String, root: Markup, _ body: Markup) -> [UInt8] {
        let page: Markup = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="referrer" content="no-referrer">
            <title>\(name)</title>
            <link rel="stylesheet" href="\(root)site.css">
            <link rel="icon" href="data:,">
            <link rel="alternate" type="application/atom+xml" title="Releases" href="\(root)feed.xml">
            </head>
            <body>
            <a class="skip" href="#main">Skip to the content</a>
            <header><nav aria-label="Site"><a href="\(root)index.html">\(title)</a> <a href="\(root)feed.xml">Feed</a> <a href="\(root)catalogue.json">catalogue.json</a></nav></header>
            <main id="main">
            \(body)
            </main>
            </body>
            </html>

            """
        return Array(page.text.utf8)
    }

    // MARK: The list

    /// How many plugins stand on a page.
    static let pageSize = 200

    /// What can be filtered by.
    struct Filters {
        var hooks: [String] = []
        var languages: [String] = []
        var signers: [String] = []
    }

    static func listPath(_ number: Int) -> String { number == 0 ? "index.html" : "pages/\(number + 1).html" }

    /// A page of the list; `number` counts from 0.
    func list(
        _ plugins: ArraySlice<CataloguePlugin>, languages: [String: String], number: Int, of count: Int, total: Int,
        filters: Filters
    ) -> [UInt8] {
        let root: Markup = number == 0 ? "" : "../"
        let items = plugins.map { plugin -> Markup in
            let state = plugin.isOffered ? "" : " (withdrawn)"
            return """
                <li><p><a href="\(root)\(plugin.path)">\(plugin.name.description)</a> <span class="faint">\(plugin.newest.version)\(state)</span></p>
                <p>\(plugin.newest.description)</p>
                <p class="faint">\(Self.facts(plugin, languages[plugin.name.description]))</p></li>

                """
        }
        func link(_ other: Int, _ words: Markup, _ relation: Markup) -> Markup {
            guard (0..<count).contains(other) else { return "" }
            return "<a rel=\"\(relation)\" href=\"\(root)\(Self.listPath(other))\">\(words)</a> "
        }
        let pages: Markup =
            count > 1
            ? "<nav id=\"pages\" aria-label=\"Pages\"><p>\(link(number - 1, "Previous page", "prev"))Page \(number + 1) of \(count) \(link(number + 1, "Next page", "next"))</p></nav>"
            : ""
        let when: Markup = updated.map { "<p class=\"faint\">Last changed \($0)</p>" } ?? ""
        return document(
            number == 0 ? title : "\(title), page \(number + 1)", root: root,
            """
            <h1>\(title)</h1>
            <p>\(total) plugin\(total == 1 ? "" : "s") in the registry <code>\(registry)</code></p>
            \(when)
            \(search(root, filters))
            <h2>Plugins</h2>
            <ul class="plugins" id="plugins">
            \(Markup(items))</ul>
            \(pages)
            <script src="\(root)search.js"></script>
            """)
    }

    private func search(_ root: Markup, _ filters: Filters) -> Markup {
        func select(_ id: Markup, _ label: Markup, _ values: [String]) -> Markup {
            let options = values.map { "<option value=\"\($0)\">\($0)</option>" as Markup }
            return
                "<div><label for=\"\(id)\">\(label)</label><select id=\"\(id)\"><option value=\"\">any</option>\(options)</select></div>\n"
        }
        return """
            <form id="search" class="search" role="search" aria-label="Plugins" data-root="\(root)" hidden>
            <div><label for="words">Search</label><input id="words" type="search" autocomplete="off" spellcheck="false"></div>
            \(select("hook", "Hook", filters.hooks))\(select("language", "Language", filters.languages))\(select("signer", "Signer", filters.signers))</form>
            <p id="count" role="status"></p>
            <noscript><p class="faint">Searching needs scripts; the list below does not.</p></noscript>
            """
    }

    /// What stands below a plugin in a list.
    static func facts(_ plugin: CataloguePlugin, _ language: String?) -> String {
        let entry = plugin.newest
        let hooks = entry.hooks.map { $0.isEmpty ? "no hooks" : $0.joined(separator: ", ") } ?? "hooks unknown"
        return [hooks, language, plugin.signer(entry).map { "signed by \($0)" } ?? "not signed"].compactMap { $0 }
            .joined(separator: " · ")
    }

    // MARK: A plugin

    func page(_ plugin: CataloguePlugin, _ documents: ReleaseDocuments) -> [UInt8] {
        let entry = plugin.newest, name = plugin.name.description
        let withdrawn: Markup =
            plugin.isOffered
            ? "" : "<p class=\"note\">Every version of this plugin was withdrawn: hosts install none of them.</p>"
        return document(
            "\(name) – \(title)", root: "../",
            """
            <h1>\(name)</h1>
            <p>\(entry.description)</p>
            \(withdrawn)
            <dl>
            \(facts(plugin, documents))</dl>
            <p class="faint">This page shows the registry's index. Signatures were not checked; pdk install checks them.</p>
            <h2>Install</h2>
            <pre tabindex="0"><code>\(install(plugin))</code></pre>
            <p>Verify the installed plugin:</p>
            <pre tabindex="0"><code>pdk verify plugins/\(name).wasm --trust-root trust</code></pre>
            <h2>What it does on a host</h2>
            \(words(entry))
            \(scorecard(Scorecard(plugin, documents)))
            \(findings(documents))
            <h2>Versions</h2>
            <div class="wide" role="region" aria-label="Versions" tabindex="0"><table>
            <thead><tr><th scope="col">Version</th><th scope="col">Published</th><th scope="col">Signed by</th><th scope="col">State</th><th scope="col">Changes</th></tr></thead>
            <tbody>
            \(versions(plugin))</tbody></table></div>
            \(text("readme", "README", documents.readme) ?? "<p class=\"faint\">This release has no README.</p>")
            \(text("changelog", "Changelog", documents.changelog) ?? "")
            """)
    }

    /// What is known of the newest version, a row each.
    private func facts(_ plugin: CataloguePlugin, _ documents: ReleaseDocuments) -> [Markup] {
        let entry = plugin.newest
        let memory = [entry.minimumMemory.map { "at least \($0)" }, entry.maximumMemory.map { "at most \($0)" }]
        let fuel = documents.cases.map {
            "at most \($0.mostFuel) of \($0.allowedFuel) units a call in its cases, according to its publisher"
        }
        let rows: [(String, String?)] = [
            ("Newest version", entry.version), ("Published", entry.publishedAt),
            ("Signature", plugin.signer(entry).map { "signed by \($0)" } ?? "not signed"), ("SHA-256", entry.sha256),
            ("Size", entry.size.map { "\($0) bytes" }), ("Language", documents.language),
            ("Memory", memory.compactMap(\.self).joined(separator: ", ")), ("Fuel", fuel),
            ("License", entry.license), ("Author", entry.author),
        ]
        return rows.compactMap { name, value -> Markup? in
            guard let value, !value.isEmpty else { return nil }
            return "<dt>\(name)</dt><dd>\(value)</dd>\n"
        }
    }

    /// The command that installs the newest version.
    private func install(_ plugin: CataloguePlugin) -> String {
        let entry = plugin.newest, name = plugin.name.description
        let exact = entry.yanked == nil && !entry.isPreRelease ? name : "\(name)@\(entry.version)"
        return
            "pdk install \(exact.shellWord) --registry \(registry.shellWord)\(options) --dest plugins --trust-root trust"
            + (entry.yanked == nil ? "" : " --yanked")
    }

    /// A text that came with the release, in a section; nil for none.
    private func text(_ id: String, _ title: String, _ markdown: String?) -> Markup? {
        markdown.map {
            "<section aria-labelledby=\"\(id)\"><h2 id=\"\(id)\">\(title)</h2>\n\(MarkdownPage.html($0, level: 3))</section>"
        }
    }

    private func words(_ entry: RegistryEntry) -> Markup {
        func list(_ names: [String]?, _ none: Markup, _ unknown: Markup, _ item: (String) -> Markup) -> Markup {
            guard let names else { return "<p class=\"note\">\(unknown)</p>" }
            return names.isEmpty ? "<p>\(none)</p>" : "<ul>\(names.map(item))</ul>"
        }
        let hooks = list(
            entry.hooks, "It has no hooks, so hosts never call it.", "The registry does not list its hooks."
        ) {
            "<li><code>\($0)</code> \(SiteWords.hook($0))</li>\n"
        }
        let permissions = list(
            entry.permissions, "It asks for no permissions.", "The registry does not list its permissions."
        ) { name in
            let warning: Markup = SiteWords.isDangerous(name) ? " <strong class=\"bad\">dangerous</strong>" : ""
            return "<li><code>\(name)</code> \(SiteWords.permission(name))\(warning)</li>\n"
        }
        return "<h3>Hooks</h3>\(hooks)<h3>Permissions</h3>\(permissions)"
    }

    private func scorecard(_ card: Scorecard) -> Markup {
        let rows = card.lines.map { line -> Markup in
            let mark: Markup = line.isThere ? "<span class=\"good\">yes</span>" : "<span class=\"bad\">missing</span>"
            return "<tr><th scope=\"row\">\(line.what)</th><td>\(mark)</td><td>\(line.words)</td></tr>\n"
        }
        return """
            <h2>Scorecard: \(card.present) of \(card.lines.count)</h2>
            <div class="wide" role="region" aria-label="Scorecard" tabindex="0"><table><thead><tr><th scope="col">What</th><th scope="col">There</th><th scope="col">Which</th></tr></thead>
            <tbody>\(rows)</tbody></table></div>
            """
    }

    private func findings(_ documents: ReleaseDocuments) -> Markup {
        guard let findings = documents.findings, !findings.isEmpty else { return "" }
        let items = findings.map { "<li><code>\($0.rule)</code> \($0.message)</li>\n" as Markup }
        return "<h3>Findings of pdk check, according to the publisher</h3><ul>\(items)</ul>"
    }

    private func versions(_ plugin: CataloguePlugin) -> [Markup] {
        plugin.versions.enumerated().map { place, entry in
            let state: Markup =
                if let reason = entry.yanked {
                    "<span class=\"bad\">withdrawn</span>\(reason.isEmpty ? "" : ": \(reason)")"
                } else {
                    entry.isPreRelease ? "pre-release" : "available"
                }
            return
                "<tr><th scope=\"row\">\(entry.version.isEmpty ? "(none)" : entry.version)</th><td>\(entry.publishedAt ?? "")</td><td>\(plugin.signer(entry) ?? "unsigned")</td><td>\(state)</td><td>\(plugin.changes(at: place).joined(separator: "; "))</td></tr>\n"
        }
    }
}
