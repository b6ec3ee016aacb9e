internal import Authoring
internal import Checking
internal import Contract
internal import Files
internal import PluginRegistry

/// The files that travel with a release for people to read: README, changelog, and what its publisher says of it.
///
/// No signature covers them; hosts read none of them.
enum DocumentFiles {
    /// The files of a plugin's folder as they go into the registry's folder `folder`; `notes` says what was left out.
    static func artifacts(
        of project: PluginProject, in folder: String, findings: [Finding], cases: PassedCases?, notes: inout [String]
    ) throws -> [NewArtifact] {
        var found: [NewArtifact] = []
        let place = try Folder(project.folder)
        for name in [ReleaseDocuments.readmeName, ReleaseDocuments.changelogName] {
            let kind = try place.status(of: name)?.kind
            if kind == .link {
                // It may point to anything that the publisher can read, and the plugin's folder may be a stranger's.
                notes.append("\(name) is not published with the release: it is a link; put the file itself there")
            }
            guard kind == .regular else { continue }
            guard let bytes = try? place.open(reading: name).readAll(limit: MarkdownPage.maximumBytes),
                String(validating: bytes, as: UTF8.self) != nil
            else {
                notes.append(
                    "\(name) is not published with the release: it is not UTF-8 or is longer than \(MarkdownPage.maximumBytes) bytes"
                )
                continue
            }
            found.append(NewArtifact(path: "\(folder)/\(name)", bytes: bytes))
        }
        let about = JSONValue.object([
            "language": language(project).map(JSONValue.string),
            "findings": .array(
                findings.map { .object(["rule": .string($0.rule.id), "message": .string($0.message)]) }),
            "cases": cases.map { passed in
                .object([
                    "passed": .int(passed.count), "most_fuel": .int(passed.mostFuel),
                    "allowed_fuel": .int(passed.allowedFuel),
                ])
            },
        ])
        found.append(
            NewArtifact(path: "\(folder)/\(ReleaseDocuments.aboutName)", bytes: Array(about.fileText.utf8))
        )
        return found
    }

    /// What the toolchain of the build is called by people; nil where the manifest does not say which it is.
    private static func language(_ project: PluginProject) -> String? {
        let words = [
            "swift": "Swift", "rust": "Rust", "c": "C", "cpp": "C++", "zig": "Zig", "wat": "WebAssembly text",
        ]
        return project.manifest.toolchain.flatMap { words[$0.text] }
    }
}
