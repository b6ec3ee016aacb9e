import Contract
import Foundation
import JourneySupport
import TestSupport
import Testing

/// `pdk site`: what it writes of a registry, and that nothing in a registry becomes anything but text.
@Suite(.scratchFolder) struct SiteTests {
    private let kit = Kit()
    private var registry: String { Scratch.path("the registry") }
    private var site: String { Scratch.path("the site") }

    /// What a browser makes of a page: its elements, with the attributes that load or run something.
    private func elements(_ page: String) async throws -> [JSONValue] {
        let script = """
            import html.parser, json, sys
            class Reader(html.parser.HTMLParser):
                found, open, void = [], [], {"meta", "link", "br", "hr", "input"}
                def handle_starttag(self, tag, attributes):
                    self.found.append({"tag": tag, **{k: v or "" for k, v in attributes}})
                    if tag not in self.void: self.open.append(tag)
                def handle_endtag(self, tag):
                    assert self.open and self.open[-1] == tag, (tag, self.open[-3:])
                    self.open.pop()
            reader = Reader()
            reader.feed(open(sys.argv[1], encoding="utf-8").read())
            assert not reader.open, reader.open
            # What a keyboard and a screen reader need: one title and place to skip to, headings in order, names for all.
            found = reader.found
            def all(*tags): return [element for element in found if element["tag"] in tags]
            ids = [element["id"] for element in found if "id" in element]
            assert len(ids) == len(set(ids)), ids
            assert all("html")[0]["lang"] == "en" and len(all("main")) == len(all("h1")) == len(all("title")) == 1
            levels = [int(element["tag"][1]) for element in all("h1", "h2", "h3", "h4", "h5", "h6")]
            assert levels[0] == 1 and not [a for a, b in zip(levels, levels[1:]) if b > a + 1], levels
            named = {element["for"] for element in all("label")}
            assert {element["id"] for element in all("input", "select", "textarea")} == named, named
            assert not [element for element in all("th") if element.get("scope") not in ("col", "row")]
            assert not [element for element in all("nav", "form") if not element.get("aria-label")]
            assert not [element for element in all("div") if "tabindex" in element and not element.get("aria-label")]
            anchors = [element["href"][1:] for element in all("a") if element.get("href", "").startswith("#")]
            assert anchors[0] == "main" and set(anchors) <= set(ids), anchors
            print(json.dumps(reader.found))
            """
        let result = try await Program("python3").run(["-c", script, site + "/" + page])
        try #require(result.status == 0, "\(page): \(result.transcript)")
        return try JSONValue.parse(result.output).elements
    }

    private func entry(_ name: String, _ version: String, _ members: String = "") -> String {
        let digest = String(repeating: "a", count: 64)
        return
            "{\"name\": \"\(name)\", \"version\": \"\(version)\", \"artifact\": \"artifacts/\(name)/\(version)/\(name).wasm\", "
            + "\"sha256\": \"\(digest)\"\(members.isEmpty ? "" : ", ")\(members)}"
    }

    private func writeIndex(_ entries: [String], yanked: [String] = []) throws {
        try Disk.write(
            registry + "/index.json",
            "{\"schema_version\": \"1\", \"updated_at\": \"2026-11-26T08:00:00Z\", \"plugins\": [\(entries.joined(separator: ",\n"))], "
                + "\"yanked\": [\(yanked.joined(separator: ", "))]}")
    }

    @Test func aPublishedPluginHasAPage() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        try Disk.write(
            plugin.folder + "/README.md",
            "# guard\n\nKeeps *watch*.\n\n#### deep\n\n[![CI](https://a.example/b.svg)](https://a.example/x_(y)) ok\n\n- one\n- `two`\n\nFacts:\n| a | b |\n|---|---|\n| 1 | 2 |\n"
        )
        try Disk.write(plugin.folder + "/CHANGELOG.md", "## 0.1.0\n\nThe first.\n")
        try await plugin.done("publish", "--no-test", "--no-build-check", registry)
        expect(
            try Disk.names(registry + "/artifacts/guard/0.1.0").sorted() == [
                "CHANGELOG.md", "README.md", "about.json", "guard.wasm",
            ])
        let report = try await kit.document(
            "site", registry, site, "--title", "Acme's plugins", "--trust-root", kit.keysFolder)
        expect(report["plugins"]?.int == 1 && report["versions"]?.int == 1 && report["written"]?.int == 7)
        expect(
            try Disk.names(site).sorted() == [
                ".pdk-site.json", "catalogue", "catalogue.json", "feed.xml", "index.html", "search.js", "search.json",
                "site.css",
            ])
        let page = try Disk.text(site + "/catalogue/guard.html")
        for text in [
            "<h3>guard</h3>", "<h4>deep</h4>",
            "href=\"https://a.example/x_(y)\"", ">CI</a> ok",
            "<em>watch</em>", "<li><code>two</code></li>", "<td>2</td>", "The first.", "<dd>C</dd>",
            "mykey (", "pdk install guard --registry", "Scorecard:", "Before the query goes to a server",
            "Signatures were not checked",
        ] { expect(page.contains(text), "\(text)") }
        expect(try Disk.text(site + "/index.html").contains("Acme&#39;s plugins"))
        let catalogue = try JSONValue.parse(Disk.text(site + "/catalogue.json"))
        expect(catalogue["plugins"]?.elements.first?["language"] == .string("C"))
        let feed = try await Program("python3").run([
            "-c",
            """
            import sys, xml.etree.ElementTree as tree
            atom = "{http://www.w3.org/2005/Atom}"
            feed = tree.parse(sys.argv[1]).getroot()
            print([entry.find(atom + "title").text for entry in feed.iter(atom + "entry")], feed.find(atom + "updated").text)
            """, site + "/feed.xml",
        ])
        expect(feed.output.hasPrefix("['guard 0.1.0'] 20"), "\(feed.transcript)")
        for page in ["index.html", "catalogue/guard.html"] { _ = try await elements(page) }
        // What people read takes part in no digest, and is removed with nothing but its release.
        expect(try await kit.document("registry", "gc", registry)["paths"]?.elements.isEmpty == true)
        expect(try await kit.run("registry", "verify", registry).status == 0)

        // Nothing has changed: nothing is written. A yank changes one page and the lists.
        let again = try await kit.document(
            "site", registry, site, "--title", "Acme's plugins", "--trust-root", kit.keysFolder)
        expect(again["written"]?.int == 0 && again["unchanged"]?.int == 7, "\(again.compactText)")
        try await kit.done("yank", "guard", "0.1.0", "--registry", registry, "--reason", "leaks <b>")
        let after = try await kit.document(
            "site", registry, site, "--title", "Acme's plugins", "--trust-root", kit.keysFolder)
        expect(after["written"]?.int == 5 && after["unchanged"]?.int == 2, "\(after.compactText)")
        expect(try Disk.text(site + "/catalogue/guard.html").contains("leaks &lt;b&gt;"))
    }

    /// The site in the registry's own folder, behind nginx: what its pages say is typed as it stands there.
    @Test func commandsOfThePagesWork() async throws {
        let plugin = try await Workshop.shared.copyOfGuard(kit)
        try await plugin.done("publish", "--no-build-check", registry)
        try Disk.copy(kit.keysFolder, to: Scratch.path("trust"))
        try await WebServer.serving(registry) { server in
            try await kit.done("site", registry, registry, "--address", server.address)
            let page = try await Program("curl", environment: ["CURL_CA_BUNDLE": server.certificate]).run([
                "-sS", "--fail", server.address + "/catalogue/guard.html",
            ])
            let commands = page.output.matches(of: /<code>pdk ((install|verify) [^<]*)<\/code>/).map { String($0.1) }
            expect(commands.count == 2 && commands[0].contains(server.address), "\(page.transcript)")
            for command in commands {
                let words = command.split(separator: " ").map(String.init)
                expect(try await kit.with("SSL_CERT_FILE", server.certificate).done(words).contains("mykey"))
            }
            // Its cases ran before it was published.
            expect(page.output.contains(" of 1000000 units a call in its cases, according to its publisher</dd>"))
            expect(page.output.contains(" cases passed when it was published"))
        }
    }

    /// Names, descriptions, reasons, hooks and READMEs that try to be more than text.
    @Test func hostileTextStaysText() async throws {
        let evil = #"\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{x}}"#
        let members =
            "\"description\": \"\(evil)\", \"author\": \"\(evil)\", \"license\": \"\(evil)\", \"hooks\": [\"\(evil)\"], "
            + "\"permissions\": [\"\(evil)\"], \"signature\": \"x\", \"key_id\": \"\(evil)\", \"published_at\": \"\(evil)\""
        try writeIndex(
            [
                entry("good", "1.0.0", members), entry("good", evil, members), entry(evil, "1.0.0", members),
                entry("../../up", "1.0.0", members), entry("javascript:alert(1)", "1", members),
            ], yanked: [entry("gone", "1.0.0", "\"yanked\": \"\(evil)\"")])
        try Disk.write(
            registry + "/artifacts/good/1.0.0/README.md",
            """
            # <script>alert(1)</script>
            <img src=x onerror=alert(1)> [click](javascript:alert(1)) [data](data:text/html,<script>) ![i](https://evil.example/x.png)
            [ok](https://example.org/a?b=1&c="x) <https://example.org/"onmouseover="alert(1)> [a](https://x.example/'onload=')
            ```
            </code></pre><script>alert(1)</script>
            ```
            > <iframe src="https://evil.example"></iframe>
            - </li></ul><script>
            | <b> | **x *y** z* |
            \u{202E}reversed
            """)
        try Disk.write(
            registry + "/artifacts/good/1.0.0/about.json",
            "{\"language\": \"\(evil)\", \"findings\": [{\"rule\": \"\(evil)\", \"message\": \"\(evil)\"}]}")
        let result = try await kit.run("site", registry, site, "--title", "<script>alert(1)</script>", "--json")
        expect(result.status == 0 && result.output.contains("3 entries have a name"), "\(result.transcript)")
        expect(try Disk.names(site + "/catalogue").sorted() == ["gone.html", "good.html"])
        let allowed: Set = [
            "html", "head", "meta", "title", "link", "body", "a", "header", "nav", "main", "h1", "h2", "h3", "h4", "p",
            "dl", "dt", "dd", "pre", "code", "ul", "ol", "li", "div", "table", "thead", "tbody", "tr", "th", "td",
            "span",
            "strong", "em", "section", "blockquote", "form", "label", "input", "select", "option", "noscript", "script",
            "hr",
        ]
        for page in ["index.html", "catalogue/good.html", "catalogue/gone.html"] {
            var scripts = 0
            for element in try await elements(page) {
                let tag = element["tag"]?.string ?? ""
                expect(allowed.contains(tag), "\(page): \(element.compactText)")
                expect(!element.names.contains { $0.hasPrefix("on") || $0 == "style" || $0 == "srcset" })
                if tag == "script" { scripts += 1 }
                if let source = element["src"]?.string { expect(source == "search.js") }
                guard let target = element["href"]?.string else { continue }
                let isOurs = !target.contains(":") || target == "data:,"
                let isLink =
                    tag == "a" && target.hasPrefix("https://") && element["rel"]?.string?.contains("noopener") == true
                expect(isOurs || isLink, "\(page): \(element.compactText)")
            }
            expect(scripts == (page == "index.html" ? 1 : 0))
            let text = try Disk.text(site + "/" + page)
            expect(text.contains("default-src 'none'") && !text.contains("\u{202E}"))
        }
        for file in ["search.json", "catalogue.json"] { _ = try JSONValue.parse(Disk.text(site + "/" + file)) }
        let feed = try await Program("python3").run([
            "-c", "import sys, xml.dom.minidom as d; d.parse(sys.argv[1])", site + "/feed.xml",
        ])
        expect(feed.status == 0, "\(feed.transcript)")
    }

    /// The colours of the style sheet, as the Web Content Accessibility Guidelines 2.2 compute contrast (1.4.3 and 1.4.11).
    @Test func textCanBeReadInLightAndDark() async throws {
        try writeIndex([entry("good", "1.0.0")])
        try await kit.done("site", registry, site)
        let style = try Disk.text(site + "/site.css")
        let schemes = style.components(separatedBy: ":root {").dropFirst().map { $0.prefix { $0 != "}" } }
        expect(schemes.count == 2)
        for scheme in schemes {
            var light: [String: Double] = [:]
            for match in scheme.matches(of: /--([a-z]+): #([0-9a-f]{6})/) {
                let channels = try [16, 8, 0].map { shift in
                    let value = Double((try #require(Int(match.2, radix: 16)) >> shift) & 255) / 255
                    return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
                }
                light[String(match.1)] = 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
            }
            for back in ["back", "box"] {
                for text in ["text", "faint", "link", "good", "bad"] {
                    let pair = try [#require(light[text]), #require(light[back])].sorted()
                    let contrast = (pair[1] + 0.05) / (pair[0] + 0.05)
                    expect(contrast >= 4.5, "\(text) on \(back) of\(scheme): \(contrast)")
                }
            }
        }
        // Every colour that is used is one of these.
        let rest = style.replacing(/:root \{[^}]*\}/, with: "")
        expect(!rest.contains(/#[0-9a-fA-F]{3}|rgb|hsl/))
        expect(rest.matches(of: /[^-]color: ([^;}]+)/).allSatisfy { $0.1.hasPrefix("var(--") || $0.1 == "inherit" })
    }

    /// Many plugins stand on several pages; what is gone from the registry goes from the site.
    @Test func manyPluginsStandOnPages() async throws {
        try writeIndex((1...450).map { entry("plugin-\($0)", "1.0.0", "\"hooks\": [\"route\"]") })
        try await kit.done("site", registry, site)
        expect(try Disk.names(site + "/pages").sorted() == ["2.html", "3.html"])
        expect(try Disk.text(site + "/index.html").contains("pages/2.html"))
        expect(try Disk.text(site + "/pages/3.html").contains("../catalogue/plugin-"))
        try writeIndex((1...150).map { entry("plugin-\($0)", "1.0.0", "\"hooks\": [\"route\"]") })
        let report = try await kit.document("site", registry, site)
        expect(report["removed"]?.int == 302 && report["unchanged"]?.int ?? 0 >= 150, "\(report.compactText)")
        expect(try Disk.names(site + "/catalogue").count == 150 && !Disk.exists(site + "/pages/2.html"))
    }

    /// Who can write into the site's folder cannot make others write, or remove, elsewhere.
    @Test func linksAreRefused() async throws {
        try writeIndex([entry("guard", "1.0.0"), entry("mask", "1.0.0")])
        try await kit.done("site", registry, site)
        let outside = Scratch.path("outside")
        try Disk.write(outside + "/mask.html", "mine")
        // The page of one plugin is due, that of the other is to go.
        for place in ["catalogue", "catalogue/guard.html", "index.html"] {
            try Disk.remove(site)
            try writeIndex([entry("guard", "1.0.0"), entry("mask", "1.0.0")])
            try await kit.done("site", registry, site)
            try Disk.remove(site + "/" + place)
            try Disk.link(site + "/" + place, to: place == "catalogue" ? outside : outside + "/mask.html")
            try writeIndex([entry("guard", "2.0.0")])
            let result = try await kit.run("site", registry, site)
            expect(result.status == 1 && result.errors.contains("symbolic link"), "\(place) \(result.transcript)")
            expect(try Disk.names(outside) == ["mask.html"])
            expect(try Disk.text(outside + "/mask.html") == "mine")
            // The good twin.
            try Disk.remove(site + "/" + place)
            try await kit.done("site", registry, site)
            expect(try Disk.text(site + "/catalogue/guard.html").contains("2.0.0"))
        }
    }

    /// What the pages tell readers to type is an address that they can use.
    @Test func addressesThatNobodyCanUseAreRefused() async throws {
        try writeIndex([entry("guard", "1.0.0")])
        for (address, word) in [
            ("https://", "does not say where"), ("https://a b.example.org/r", "a space"),
            ("https://me:secret@plugins.example.org", "user names and passwords"),
            ("https://plugins.example.org:99999/r", "malformed"), ("https://[::1/r", "malformed"),
            ("https://plugins.example.org/r?token=secret", "follows '?'"),
            ("ftp://plugins.example.org", "not an address"),
            ("s3://a b/c", "not the name of a bucket"), ("oci://host/UPPER", "prefix"),
            ("plugins\nr", "control character"), ("javascript:alert(1)", "'javascript:'"), ("data:,x", "'data:'"),
        ] {
            let refused = try await kit.run("site", registry, site, "--address", address)
            expect(refused.status == 2 && refused.errors.contains(word), "\(address): \(refused.transcript)")
            expect(!refused.errors.contains("secret@") && !Disk.exists(site), "\(address): \(refused.transcript)")
        }
        for address in [
            "https://plugins.example.org/r", "s3://plugins/team", "oci://localhost:5000/p", "../registry", "./a:b",
        ] {
            try await kit.done("site", registry, site, "--address", address)
            expect(try Disk.text(site + "/catalogue/guard.html").contains("--registry \(address) "))
        }
    }

    @Test func aFolderOfSomethingElseIsLeftAlone() async throws {
        try writeIndex([entry("good", "1.0.0")])
        try Disk.write(site + "/thesis.txt", "mine")
        let before = try Disk.tree(site)
        let refused = try await kit.refusal("site", registry, site)
        expect(refused.code == "folder-not-empty" && refused.message.contains("thesis.txt"), "\(refused)")
        expect(try Disk.tree(site) == before)
        // The registry's own folder takes a site, and stays a registry.
        try await kit.done("site", registry, registry, "--address", "https://plugins.example.org")
        expect(Disk.exists(registry + "/index.html") && Disk.exists(registry + "/catalogue/good.html"))
        expect(try Disk.text(registry + "/catalogue/good.html").contains("--registry https://plugins.example.org "))
        expect(try await kit.done("list", "--registry", registry).hasPrefix("good"))
        // A record that somebody has changed removes nothing but pages.
        let record = registry + "/.pdk-site.json"
        try Disk.edit(
            record, "\"catalogue/good.html\"",
            "\"../registry/index.json\": {\"digest\": \"x\"}, \"index.json\": {\"digest\": \"x\"}, \"catalogue/good.html\""
        )
        try await kit.done("site", registry, registry)
        expect(Disk.exists(registry + "/index.json"))
    }
}
