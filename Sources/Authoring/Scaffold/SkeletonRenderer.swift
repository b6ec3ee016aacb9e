package import Basics
internal import Contract

/// A file of a rendered skeleton.
package struct SkeletonFile: Sendable, Equatable {
    /// Relative to the plugin's folder.
    package let path: String
    package let bytes: [UInt8]
    package let isExecutable: Bool

    package init(path: String, bytes: [UInt8], isExecutable: Bool = false) {
        self.path = path
        self.bytes = bytes
        self.isExecutable = isExecutable
    }
}

/// Renders a template's files and their names for one plugin: all of them or none.
package enum SkeletonRenderer {
    /// The most files, and bytes in all, of a skeleton.
    package static let maximumFiles = 2_000
    package static let maximumBytes = 64 << 20
    private static let suffix = ".mustache"

    /// The files of the skeleton, sorted by their paths.
    ///
    /// Errors: `invalid-template` with the file and the place in it, `unrepresentable-value`.
    package static func render(_ template: PluginTemplate, _ values: SkeletonValues) throws(Problem) -> [SkeletonFile] {
        let description = template.description
        let tables = try values.tables(description)
        var files: [SkeletonFile] = [], total = 0
        for file in template.files {
            let isTemplate = file.path.hasSuffix(suffix)
            let plain = String(file.path.dropLast(isTemplate ? suffix.count : 0))
            let rules = description.files.filter { plain == $0.path || plain.hasPrefix($0.path + "/") }
            var isWritten = true
            for rule in rules where isWritten { isWritten = try holds(rule.condition, tables.files, template) }
            guard isWritten else { continue }
            let path = try render(plain, file.path, tables.files, template)
            if let reason = refusal(ofNew: path) {
                throw invalid(template, "the file name \(file.path.printable) becomes '\(path.printable)': \(reason)")
            }
            let bytes: [UInt8]
            if isTemplate {
                guard let text = String(validating: file.bytes, as: UTF8.self) else {
                    throw invalid(template, "the file \(file.path.printable) is not UTF-8")
                }
                let table = path == Manifest.fileName ? tables.manifest : tables.files
                bytes = Array(try render(text, file.path, table, template).utf8)
            } else {
                bytes = file.bytes
            }
            total += bytes.count
            guard total <= maximumBytes else {
                throw invalid(template, "it renders to more than \(maximumBytes) bytes")
            }
            files.append(
                SkeletonFile(
                    path: path, bytes: bytes,
                    isExecutable: file.isExecutable || rules.contains { $0.isExecutable && $0.path == plain }))
        }
        guard files.count <= maximumFiles else { throw invalid(template, "it has more than \(maximumFiles) files") }
        guard files.contains(where: { $0.path == Manifest.fileName }) else {
            throw invalid(template, "it writes no \(Manifest.fileName)")
        }
        files.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        try refuseCollisions(files, template)
        return files
    }

    /// What the template prints at the end; nil where it says nothing.
    package static func closing(_ template: PluginTemplate, _ values: SkeletonValues) throws(Problem) -> String? {
        guard let next = template.description.next else { return nil }
        return try render(next, TemplateDescription.fileName, try values.tables(template.description).files, template)
    }

    private static func holds(
        _ condition: String?, _ table: [String: MustacheValue], _ template: PluginTemplate
    ) throws(Problem) -> Bool {
        guard let condition else { return true }
        let isInverted = condition.hasPrefix("!")
        let name = String(condition.drop { $0 == "!" || $0 == " " })
        guard let value = table[name] else {
            throw invalid(template, "there is no variable '\(name.printable)' for when:")
        }
        return value.isTrue != isInverted
    }

    private static func render(
        _ text: String, _ path: String, _ values: [String: MustacheValue], _ template: PluginTemplate
    ) throws(Problem) -> String {
        do throws(MustacheTemplate.Failure) {
            return try MustacheTemplate(text).render(values)
        } catch {
            throw invalid(template, "the file \(path.printable) cannot be rendered: \(error)")
        }
    }

    /// The names that the template's files, file names, conditions and closing words use; of what cannot be read, none.
    package static func usedNames(_ template: PluginTemplate) -> Set<String> {
        var names: Set<String> = []
        func collect(_ text: String) { names.formUnion((try? MustacheTemplate(text).names) ?? []) }
        for file in template.files {
            collect(file.path)
            if file.path.hasSuffix(suffix) { collect(String(decoding: file.bytes, as: UTF8.self)) }
        }
        for rule in template.description.files {
            if let condition = rule.condition { names.insert(String(condition.drop { $0 == "!" || $0 == " " })) }
        }
        if let next = template.description.next { collect(next) }
        return names
    }

    /// Why a path must not be written; nil for one that stays inside the new folder and means the same on every Unix.
    package static func refusal(of path: String) -> String? {
        guard path.utf8.count <= 1024 else { return "it is longer than 1024 bytes" }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 32 else { return "it has more than 32 parts" }
        for part in parts {
            if ["", ".", ".."].contains(part) { return "a part of it is empty, '.' or '..'" }
            if part.utf8.count > 255 { return "a part of it is longer than 255 bytes" }
            // `.git` and what file systems that ignore case or invisible characters take for it (git's own rule).
            let visible = String(
                String.UnicodeScalarView(part.unicodeScalars.filter { !$0.properties.isDefaultIgnorableCodePoint }))
            if [".git", "git~1"].contains(visible.lowercased()) { return "a template must not write to .git" }
            if part.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F || $0 == "\\" }) {
                return "it contains a control character or a backslash"
            }
            if part.hidesCharacters { return "it contains invisible or reordering characters" }
            if part.last == " " || part.last == "." { return "a part of it ends with a space or a dot" }
        }
        return nil
    }

    /// Why a template must not write a file to a path; nil for one that it may.
    ///
    /// Windows has devices of these names in every folder, whatever follows a dot, and refuses these characters ("Naming
    /// Files, Paths, and Namespaces", Microsoft).
    static func refusal(ofNew path: String) -> String? {
        if let reason = refusal(of: path) { return reason }
        for (place, part) in path.split(separator: "/").enumerated() {
            var beforeDot = part.prefix { $0 != "." }
            while beforeDot.last == " " { beforeDot.removeLast() }
            let stem = beforeDot.uppercased()
            if place == 0, part.lowercased() == ".pdk" { return "pdk keeps its own records in .pdk" }
            if part.contains(where: { "<>:\"|?*".contains($0) }) { return "Windows takes none of <>:\"|?* in names" }
            let isNumbered = stem.last.map { "123456789".contains($0) } ?? false
            let isDevice =
                ["CON", "PRN", "AUX", "NUL"].contains(stem)
                || isNumbered && ["COM", "LPT"].contains(stem.dropLast())
            if isDevice { return "'\(String(part).printable)' is a device on Windows" }
        }
        return nil
    }

    private static func refuseCollisions(_ files: [SkeletonFile], _ template: PluginTemplate) throws(Problem) {
        var seen: [String: String] = [:]
        for file in files {
            var path = ""
            for part in file.path.split(separator: "/") {
                path += path.isEmpty ? String(part) : "/" + part
                let isFile = path.utf8.count == file.path.utf8.count
                // Folders may be shared by files, under one spelling.
                let entry = (isFile ? "file " : "folder ") + path
                if let other = seen.updateValue(entry, forKey: path.foldedName),
                    isFile || !other.utf8.elementsEqual(entry.utf8)
                {
                    throw invalid(
                        template,
                        "it writes \(other.printable) and \(entry.printable), which are the same file on some systems")
                }
            }
        }
    }

    static func invalid(_ template: PluginTemplate, _ reason: String) -> Problem {
        Problem(
            .invalidTemplate, "the template \(template.origin.printable) cannot be used: \(reason)",
            help: template.isBuiltIn
                ? "this is a bug in pdk: please report it" : "fix it; pdk template check DIR finds all errors")
    }
}
