internal import Basics
package import Contract

/// The `hooks:` of a `plugin.yaml`, changed line by line: comments, order and everything else stay.
///
/// For a manifest whose other changes stand next to its hooks, where a merge of lines finds a conflict.
package struct HookLines {
    /// The lines, each with a carriage return if it ends in one.
    private var lines: [String]

    package init(_ text: String) {
        // By bytes: for Swift a carriage return and the line feed behind it are one character.
        lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
    }

    /// The manifest's text.
    package var text: String { lines.joined(separator: "\n") }

    /// Adds a hook behind the last one; false where there is no list of hooks.
    package mutating func add(_ hook: Hook) -> Bool { add(hook.name, to: "hooks") }

    /// Adds a permission behind the last one, with a list of its own where there is none.
    package mutating func permit(_ permission: String) -> Bool {
        if block("permissions") == nil {
            guard let hooks = block("hooks") else { return false }
            lines.insert("permissions:" + ending(of: hooks.key), at: hooks.end)
            lines.insert("  - \(permission)" + ending(of: hooks.key), at: hooks.end + 1)
            return true
        }
        return add(permission, to: "permissions")
    }

    /// Removes a hook, by whichever of its names it is listed; false where it is not.
    package mutating func remove(_ hook: Hook) -> Bool {
        guard let block = block("hooks") else { return false }
        let items = (block.key + 1..<block.end).filter { place in
            Self.item(lines[place]).flatMap { HostProfile.standard.hook(named: $0.text) } == hook
        }
        for place in items.reversed() { lines.remove(at: place) }
        return !items.isEmpty
    }

    private mutating func add(_ name: String, to key: String) -> Bool {
        guard let block = block(key),
            let last = (block.key + 1..<block.end).last(where: { Self.item(lines[$0]) != nil }),
            let item = Self.item(lines[last])
        else { return false }
        lines.insert("\(item.indent)- \(name)" + ending(of: last), at: last + 1)
        return true
    }

    /// The line of a key at the top that has a list of lines, and the place behind its last item.
    private func block(_ key: String) -> (key: Int, end: Int)? {
        guard
            let start = lines.firstIndex(where: { line in
                guard line.hasPrefix(key + ":") else { return false }
                let rest = line.dropFirst(key.count + 1).drop { $0 == " " || $0 == "\t" }
                return rest.isEmpty || rest.first == "#" || rest == "\r"
            })
        else { return nil }
        var end = start + 1
        for place in lines.indices.dropFirst(start + 1) {
            let bare = lines[place].drop { $0 == " " || $0 == "\t" }
            if Self.item(lines[place]) != nil {
                end = place + 1
            } else if !(bare.isEmpty || bare == "\r" || bare.first == "#") {
                break
            }
        }
        return (start, end)
    }

    private func ending(of place: Int) -> String { lines[place].utf8.last == UInt8(ascii: "\r") ? "\r" : "" }

    /// What an item of a list says, without quotes and comment, and what stands before its hyphen.
    private static func item(_ line: String) -> (text: String, indent: String)? {
        let indent = line.prefix { $0 == " " }
        let rest = line.dropFirst(indent.count)
        guard rest.hasPrefix("- ") else { return nil }
        let words = rest.dropFirst(2).split { $0 == " " || $0 == "\t" || $0 == "\r" }
        guard let word = words.first, words.count == 1 || words[1].hasPrefix("#") else { return nil }
        return (word.filter { $0 != "\"" && $0 != "'" }, String(indent))
    }
}
