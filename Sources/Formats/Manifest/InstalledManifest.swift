/// The manifest that stands beside an installed module as `<name>.json` (host contract, section 5).
package struct InstalledManifest: Sendable, Equatable {
    package var name: String
    package var version: String
    package var description = ""
    package var author = ""
    package var license = ""
    package var hooks: [String]
    package var permissions: [String] = []

    package init(name: String, version: String, hooks: [String]) {
        self.name = name
        self.version = version
        self.hooks = hooks
    }

    /// The file's text, with a final newline.
    package var text: String {
        let json = JSONValue.object([
            "name": .string(name),
            "version": .string(version),
            "description": .string(description),
            "author": .string(author),
            "license": .string(license),
            "hooks": .strings(hooks),
            "permissions": .strings(permissions),
        ])
        return json.prettyText() + "\n"
    }
}
