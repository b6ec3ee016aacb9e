import Contract
import Foundation
import JourneySupport
import TestSupport
import Testing

/// README and Docs: their commands do what they say, their links lead somewhere, and `pdk docs` shows them.
@Suite(.scratchFolder)
struct DocumentationTests {
    let kit = Kit()
    private static let repository = BuiltProduct.repository

    /// All pages that people read; those made from the program are held by other tests.
    static let pages: [String] = {
        let made: Set = ["cli.md", "rules.md", "host.md"]
        let names = (try? FileManager.default.contentsOfDirectory(atPath: repository + "/Docs")) ?? []
        return ["README.md"] + names.filter { $0.hasSuffix(".md") && !made.contains($0) }.sorted().map { "Docs/" + $0 }
    }()

    /// The tutorial among them, step by step.
    @Test(arguments: pages)
    func theCommandsOfAPageDoWhatItSays(page: String) async throws {
        let script = Program(Self.repository + "/Scripts/run-page", environment: kit.environment)
        let result = try await script.run([BuiltProduct.pdk, Self.repository + "/" + page])
        expect(result.status == 0, "\(result.transcript)")
        if ["Docs/tutorial.md", "Docs/keys.md"].contains(page) {
            let count = Int(result.output.split(separator: "\n").last?.prefix { $0.isNumber } ?? "") ?? 0
            expect(count > 20, "\(result.output)")
        }
    }

    /// The script finds what is wrong, in each way that a page can be wrong.
    @Test(arguments: [
        ("    $ pdk --version\n    pdk x.y\n", "and the page says"),
        ("    $ pdk no-such-command\n", "ended with status 2"),
        ("    pdk --version\n", "no <!-- not run: WHY -->"), ("<!-- status: 1 -->\n\n    $ pdk --version\n", "not 1"),
        ("    $ cd nowhere\n", "ended with status"), ("<!-- set-up: false -->\n", "the set-up ended"),
    ])
    func aWrongPageIsFound(text: String, fault: String) async throws {
        try Disk.write(Scratch.path("page.md"), "# A page\n\n" + text)
        let script = Program(Self.repository + "/Scripts/run-page", environment: kit.environment)
        let result = try await script.run([BuiltProduct.pdk, Scratch.path("page.md")])
        expect(result.status == 1 && result.output.contains(fault), "\(result.transcript)")
    }

    @Test func aRightPageIsTyped() async throws {
        let text = """
            # A page

            <!-- set-up: export WORD=one && mkdir f -->

                $ cd f
                $ echo "$WORD 1,234 $HOME"
                one 99 /home/ada
                $ printf 'a\\nb\\nc\\n'
                a
                …
                c

            <!-- file: x/y.txt -->

                the text

            <!-- status: any -->

                $ cat x/y.txt; false
                the text

            <!-- not run: no -->

                pdk publish nowhere

            """
        try Disk.write(Scratch.path("page.md"), text)
        let script = Program(Self.repository + "/Scripts/run-page", environment: kit.environment)
        let result = try await script.run([BuiltProduct.pdk, Scratch.path("page.md")])
        expect(result.status == 0 && result.output == "4 commands, 0 faults\n", "\(result.transcript)")
    }

    @Test func theGuideIsPrintedWithoutATerminal() async throws {
        let front = try await kit.done("docs")
        expect(front.hasPrefix("# Guide for plugin authors\n") && front.contains("tutorial.md"))
        let tutorial = try await kit.done("docs", "tutorial")
        expect(tutorial.contains("\n    $ pdk new payroll-guard") && !tutorial.contains("<!--"))
        expect(try await kit.done("docs", "tutorial.md", "--quiet") == tutorial)
        let list = try await kit.document("docs", "--list").elements
        let names = list.compactMap { $0["page"]?.string }
        expect(names.first == "index" && Set(names).isSuperset(of: ["tutorial", "ci", "keys", "withdraw", "fuel"]))
        for name in names.dropFirst() {
            expect(front.contains("](\(name).md)"), "Docs/index.md does not name \(name)")
        }
        let text = try await kit.done("docs", "--list")
        expect(text.split(separator: "\n").count == list.count)
        let page = try await kit.document("docs", "fuel")
        expect(page["title"]?.string == "Find out where fuel goes" && page["text"]?.string?.isEmpty == false)
        expect(try await kit.done("docs", "fuel", "--path") == (page["path"]?.string ?? "") + "\n")
        let refusal = try await kit.refusal("docs", "tutorail")
        expect(refusal.code == "no-page" && refusal.help.contains("pdk docs tutorial"), "\(refusal)")
        expect(try await kit.refusal("docs", "../README").code == "no-page")
        expect(try await kit.run("docs", "fuel", "--list").status == 2)
    }

    /// What `make install` puts in place: pages, web pages, and whatever they link to.
    @Test func installedPagesAreFoundAndTheirLinksLeadSomewhere() async throws {
        let prefix = Scratch.path("an install")
        let environment = ["PDK_BUILT": BuiltProduct.pdk, "DESTDIR": "", "HOME": Scratch.path("home")]
        let install = try await Program(Self.repository + "/Scripts/install", environment: environment).run([prefix])
        try #require(install.status == 0, "\(install.transcript)")
        expect(install.output.contains("web pages with"), "\(install.transcript)")
        var installed = kit
        installed.program = prefix + "/bin/pdk"
        let page = try await installed.document("docs", "tutorial")
        expect(page["path"]?.string == prefix + "/share/doc/pdk/Docs/tutorial.md")
        expect(page["html"]?.string == prefix + "/share/doc/pdk/html/tutorial.html")
        let checked = try await Program("python3").run([
            "-c",
            """
            import os, re, sys
            root, faults, count = sys.argv[1], [], 0
            for folder, _, names in os.walk(root):
                for name in names:
                    if not name.endswith(('.html', '.md')): continue
                    path = os.path.join(folder, name)
                    text = open(path, encoding='utf-8').read()
                    if name.endswith('.html'):
                        links = re.findall(r'href="([^"]*)"', text)
                    else:
                        links = re.findall(r'\\]\\(([^)\\s]+)\\)', re.sub(r'`[^`]*`|^    .*$', '', text, flags=re.M))
                    for link in links:
                        if '://' in link or link.startswith('mailto:'): continue
                        target, _, fragment = link.partition('#')
                        full = os.path.normpath(os.path.join(folder, target)) if target else path
                        count += 1
                        if not os.path.exists(full): faults.append((path, link))
                        elif fragment and full.endswith('.html') and 'id="%s"' % fragment not in open(full).read():
                            faults.append((path, link))
            print(count, faults)
            sys.exit(1 if faults or count < 100 else 0)
            """, prefix + "/share/doc/pdk",
        ])
        expect(checked.status == 0, "\(checked.transcript)")
        // A program without its pages says so.
        try Disk.remove(prefix + "/share")
        expect(try await installed.refusal("docs").code == "no-docs")
        try await installed.done("new", "guard", "--template", "c")
    }

    /// On a terminal with a browser the web page opens; without one it is printed.
    @Test func aBrowserOpensThePage() async throws {
        let prefix = Scratch.path("an install")
        let environment = ["PDK_BUILT": BuiltProduct.pdk, "DESTDIR": "", "HOME": Scratch.path("home")]
        let install = try await Program(Self.repository + "/Scripts/install", environment: environment).run([prefix])
        try #require(install.status == 0, "\(install.transcript)")
        try Disk.write(Scratch.path("browser"), "#!/bin/sh\necho \"$@\" >>'\(Scratch.path("opened"))'\n")
        try Disk.setMode(Scratch.path("browser"), 0o755)
        func typed(_ words: String) async throws -> String {
            let command = "'\(prefix)/bin/pdk' docs \(words)"
            return try await Program(
                "script",
                environment: ["BROWSER": Scratch.path("browser"), "HOME": Scratch.path("home"), "TERM": "dumb"]
            ).run(["-qec", command, "/dev/null"]).output
        }
        expect(try await typed("fuel").contains("opened"))
        expect(try Disk.text(Scratch.path("opened")) == prefix + "/share/doc/pdk/html/fuel.html\n")
        expect(try await typed("fuel --print").contains("# Find out where fuel goes"))
        expect(try Disk.text(Scratch.path("opened")).split(separator: "\n").count == 1)
    }
}
