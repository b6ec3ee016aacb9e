internal import Arguments
internal import Basics
internal import Contract
internal import Operations

struct DocsCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "docs", abstract: "Open or print the guide for plugin authors: tutorial, how-tos, reference.",
        discussion: """
            On a terminal with a browser ($BROWSER, or a display), opens the page there if make install has made \
            web pages; otherwise prints its Markdown. Without PAGE, shows the first page, which lists the others.
            """)

    @Argument(help: "The page, such as tutorial.")
    var page: String?

    @Flag(name: .long, help: "List the pages.")
    var list = false

    @Flag(name: .long, help: "Print the page, even if it could be opened in a browser.")
    var print = false

    @Flag(name: .long, help: "Print the path of the page's file.")
    var path = false

    @OptionGroup var globals: GlobalOptions

    func validate() throws {
        if list, page != nil || path { throw ValidationError("--list shows all pages; leave out the others.") }
    }

    func perform(_ session: Session, _ console: Console) async throws -> Outcome {
        let guide = try AuthorsGuide(executableFolder: session.executableFolder)
        if list {
            let pages = try guide.pages()
            let width = pages.map(\.name.count).max() ?? 0
            return Outcome(
                text: pages.map { page in
                    "\(page.name.padded(to: width), .bold)  \(page.title)"
                }, isData: true, json: .array(pages.map { Self.json($0, withText: false) }))
        }
        let page = try guide.page(page)
        if path {
            return Outcome(text: ["\(page.path)"], isData: true, json: Self.json(page, withText: false))
        }
        if !print, !globals.json, session.outputIsTerminal, let html = page.html,
            let browser = Browser(environment: session.environment), try await browser.open(html)
        {
            return Outcome(text: ["\("opened", .green) \(html)"], json: .null)
        }
        let lines = page.text.split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !Self.isComment($0) }.map { Text(String($0)) }
        return Outcome(
            text: lines.last.map { $0.rendered(color: false).isEmpty } == true ? lines.dropLast() : lines, isData: true,
            json: Self.json(page, withText: true))
    }

    /// Whether a line is a note to those who keep the pages, such as which commands a test runs.
    private static func isComment(_ line: Substring) -> Bool {
        line.drop { $0 == " " }.hasPrefix("<!--") && line.hasSuffix("-->")
    }

    private static func json(_ page: AuthorsGuide.Page, withText: Bool) -> JSONValue {
        .object([
            "page": .string(page.name), "title": .string(page.title), "path": .string(page.path),
            "html": page.html.map(JSONValue.string), "text": withText ? .string(page.text) : nil,
        ])
    }
}
