internal import Basics
internal import Files

/// The pages of documentation that come with the program: in `share/doc/pdk` of an install, else in `Docs` of a build's repository.
package struct AuthorsGuide: Sendable {
    /// A page of the guide.
    package struct Page: Sendable, Equatable {
        /// What `pdk docs` takes: the file's name without its ending.
        package let name: String
        /// Its first heading.
        package let title: String
        /// The Markdown file.
        package let path: String
        /// The same as a web page; nil where no web pages were made.
        package let html: String?
        package let text: String
    }

    /// The page that is shown where none is named.
    package static let front = "index"
    private static let maximumBytes = 4 << 20

    /// The folder of the Markdown pages.
    package let folder: String
    /// The folder of web pages; nil where there is none.
    private let htmlFolder: String?

    /// Looks for the pages beside the program.
    ///
    /// Error: `no-docs`.
    package init(executableFolder: String?) throws {
        var looked: [String] = []
        if let executableFolder, let prefix = FilePaths.parent(of: executableFolder) {
            let installed = FilePaths.join(prefix, "share/doc/pdk")
            looked.append(FilePaths.join(installed, "Docs"))
            if try Self.isGuide(FilePaths.join(installed, "Docs")) {
                folder = FilePaths.join(installed, "Docs")
                let html = FilePaths.join(installed, "html")
                htmlFolder = try FileStatus.of(html, followingLinks: true)?.kind == .folder ? html : nil
                return
            }
            // `.build/TRIPLE/debug/pdk` of a repository.
            var above: String? = executableFolder
            for _ in 0..<4 {
                above = above.flatMap(FilePaths.parent)
                guard let root = above else { break }
                let docs = FilePaths.join(root, "Docs")
                if try Self.isGuide(docs), try FileStatus.of(FilePaths.join(root, "Package.swift")) != nil {
                    folder = docs
                    htmlFolder = nil
                    return
                }
            }
        }
        throw Problem(
            .noDocs,
            "the documentation of this pdk is not installed\(looked.first.map { ": no \($0)" } ?? "")",
            help: "make install puts it into share/doc/pdk; pdk help and pdk explain --all work without it")
    }

    private static func isGuide(_ folder: String) throws -> Bool {
        try FileStatus.of(FilePaths.join(folder, front + ".md"), followingLinks: true)?.kind == .regular
    }

    /// All pages, the front page first, then by name.
    package func pages() throws -> [Page] {
        let names = try Folder(folder).names().filter { $0.hasSuffix(".md") }.map { String($0.dropLast(3)) }
        return try names.sorted { ($0 == Self.front ? "" : $0) < ($1 == Self.front ? "" : $1) }.map(read)
    }

    /// The page of that name, with or without `.md`; the front page for nil.
    ///
    /// Error: `no-page`.
    package func page(_ name: String?) throws -> Page {
        let all = try pages()
        guard let name else {
            guard let front = all.first else { throw missing(Self.front, all) }
            return front
        }
        let wanted = name.hasSuffix(".md") ? String(name.dropLast(3)) : name
        guard let page = all.first(where: { $0.name == wanted }) else { throw missing(wanted, all) }
        return page
    }

    private func missing(_ name: String, _ all: [Page]) -> Problem {
        let near = NearWord.to(name.lowercased(), among: all.map(\.name)).map { "did you mean: pdk docs \($0)? " } ?? ""
        return Problem(
            .noPage, "there is no page '\(name.printable)' in \(folder)", help: near + "pdk docs --list shows all pages"
        )
    }

    private func read(_ name: String) throws -> Page {
        let path = FilePaths.join(folder, name + ".md")
        let text = String(decoding: try WholeFiles.read(path, limit: Self.maximumBytes), as: UTF8.self)
        let heading = text.split(separator: "\n").first { $0.hasPrefix("# ") }
        var html: String?
        if let htmlFolder, case let file = FilePaths.join(htmlFolder, name + ".html"), try FileStatus.of(file) != nil {
            html = file
        }
        return Page(
            name: name, title: heading.map { String($0.dropFirst(2)) } ?? name, path: path, html: html, text: text)
    }
}
