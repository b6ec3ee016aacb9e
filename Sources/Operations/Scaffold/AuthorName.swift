/// The author's name for a new plugin, where none is given.
package enum AuthorName {
    /// `$GIT_AUTHOR_NAME`, else git's `user.name`, else `$USER`, else `unknown`.
    package static func detect(environment: [String: String]) async -> String {
        if let name = environment["GIT_AUTHOR_NAME"], !name.isEmpty { return name }
        // Without git, or without a name in its configuration, the next source counts.
        if let git = GitProgram(environment: environment), let name = await git.answer("config", "--get", "user.name"),
            !name.isEmpty
        {
            return name
        }
        return environment["USER"].flatMap { $0.isEmpty ? nil : $0 } ?? "unknown"
    }
}
