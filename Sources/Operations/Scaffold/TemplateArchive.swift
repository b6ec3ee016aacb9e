internal import Authoring
internal import Basics
internal import Files

/// A template in an archive file.
enum TemplateArchive {
    /// Reads `.tar.gz` and `.zip` files: `template.yaml` and `files/` at their root or in one folder.
    static func read(_ path: String) throws -> PluginTemplate {
        guard try FileStatus.of(path, followingLinks: true) != nil else {
            throw Problem(.noTemplate, "no template at \(path.printable)", help: "name an archive that exists")
        }
        throw Problem(.invalidTemplate, "\(path.printable): archives are not read yet")
    }
}
