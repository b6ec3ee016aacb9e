/// The manifest that stands beside an installed module as `<name>.json` (host contract, section 5).
package struct InstalledManifest: Sendable, Equatable {
    package var name: String
    package var version: String
    package var description = ""
    package var author = ""
    package var license = ""
    package var hooks: [String]
    package var permissions: [String] = []
    /// The memory limits, such as `16MB`; nil for the host's defaults.
    package var minimumMemory: String?
    package var maximumMemory: String?

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
            "resources": Self.resources(minimumMemory, maximumMemory),
        ])
        return json.prettyText() + "\n"
    }

    /// The `resources` object of two memory limits; nil when neither is given.
    static func resources(_ minimum: String?, _ maximum: String?) -> JSONValue? {
        guard minimum != nil || maximum != nil else { return nil }
        return .object(["min_memory": minimum.map(JSONValue.string), "max_memory": maximum.map(JSONValue.string)])
    }
}
