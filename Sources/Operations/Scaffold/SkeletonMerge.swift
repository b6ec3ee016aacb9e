internal import Authoring
internal import Basics
internal import Files

/// A three-way merge of a plugin's folder with what a template writes now, as `git merge-file --diff3` merges.
package struct SkeletonMerge: Sendable {
    /// What becomes of a file.
    package enum Kind: String, Sendable {
        case updated, added, removed
        /// A migration of the template moves it.
        case moved
        /// Both sides changed the same lines.
        case conflict
        /// The author has removed it; it stays removed.
        case keptRemoved = "kept-removed"
    }

    /// A file that the template has changed.
    package struct Change: Sendable {
        package let path: String
        package let kind: Kind
        /// Where it moves to; nil for a file that stays where it is.
        package var target: String?
        /// What is in the folder now; nil where there is no such file.
        var ours: [UInt8]?
        let base: [UInt8]?
        let theirs: [UInt8]?
        /// What is to be written; nil where it is to be removed or left alone.
        let merged: [UInt8]?
        let isExecutable: Bool
        /// Whether the template's old file was executable; nil where it is not known.
        var wasExecutable: Bool?
        /// Whether the file shows the conflict; not so where it is no text, or the template no longer has it.
        package var isMarked: Bool { kind == .conflict && merged != ours }
    }

    let git: GitProgram
    let scratch: String

    init(in context: Context) throws {
        git = try GitProgram(environment: context.environment, purpose: "a merge")
        scratch = context.scratch
    }

    /// Merges what has changed from `base` to `theirs` into the files of `ours`.
    func merge(
        base: [SkeletonFile], theirs: [SkeletonFile], ours: (String) throws -> [UInt8]?
    ) async throws -> [Change] {
        let before = Dictionary(base.map { ($0.path, $0) }) { $1 },
            after = Dictionary(theirs.map { ($0.path, $0) }) { $1 }
        var changes: [Change] = []
        for path in Set(before.keys).union(after.keys).sorted() {
            var old = before[path]?.bytes, new = after[path]?.bytes
            guard old != new else { continue }
            let mine = try ours(path)
            // A file that git or an editor gave the line ends of Windows keeps them.
            if let mine, Self.hasWindowsLineEnds(mine),
                ![old, new].contains(where: { $0?.contains(UInt8(ascii: "\r")) ?? false })
            {
                old = old.map(Self.withWindowsLineEnds)
                new = new.map(Self.withWindowsLineEnds)
            }
            guard mine != new else { continue }
            let isExecutable = after[path]?.isExecutable ?? false, wasExecutable = before[path]?.isExecutable
            let (base, theirs) = (old, new)
            func change(_ kind: Kind, _ merged: [UInt8]?) -> Change {
                Change(
                    path: path, kind: kind, ours: mine, base: base, theirs: theirs, merged: merged,
                    isExecutable: isExecutable, wasExecutable: wasExecutable)
            }
            switch (mine, old, new) {
            case (nil, nil, let new?): changes.append(change(.added, new))
            case (nil, _?, _): changes.append(change(.keptRemoved, nil))
            case (let mine?, let old?, nil):
                changes.append(mine == old ? change(.removed, nil) : change(.conflict, mine))
            case (let mine?, let old?, let new?) where mine == old: changes.append(change(.updated, new))
            case (let mine?, let old, let new?):
                let (merged, isClean) = try await merge(mine, old ?? [], new)
                changes.append(change(isClean ? .updated : .conflict, merged))
            case (_, nil, nil): break
            }
        }
        return changes
    }

    /// The change without its conflicts, where one side has only inserted something beside what the other changed.
    func keepingInsertions(_ change: Change) async throws -> Change {
        guard change.kind == .conflict, let ours = change.ours, let base = change.base, let theirs = change.theirs
        else { return change }
        let (merged, _) = try await merge(ours, base, theirs, markerSize: MergedInsertions.markerSize)
        guard merged != ours, let both = MergedInsertions(of: merged).bytes else { return change }
        return Change(
            path: change.path, kind: .updated, ours: ours, base: base, theirs: theirs, merged: both,
            isExecutable: change.isExecutable, wasExecutable: change.wasExecutable)
    }

    /// The bytes that `git merge-file --diff3` makes of three files, and whether there is no conflict in them.
    private func merge(
        _ ours: [UInt8], _ base: [UInt8], _ theirs: [UInt8], markerSize: Int = 7
    ) async throws -> ([UInt8], Bool) {
        let folder = try TemporaryFolder(inShared: scratch, prefix: "pdk-merge-")
        for (name, bytes) in [("ours", ours), ("base", base), ("theirs", theirs)] {
            try WholeFiles.replace(FilePaths.join(folder.path, name), with: bytes, durably: false)
        }
        let outcome = try await git.shell(
            "git merge-file --diff3 --marker-size=\(markerSize) -L yours -L base -L template ours base theirs; echo \"status $?\"",
            [],
            in: folder.path)
        guard let word = outcome.output.split(separator: "\n").last?.split(separator: " ").last, let status = Int(word)
        else {
            throw Problem(.mergeFailed, "git merge-file failed with \(outcome.status)")
        }
        // 255: it merges no binary files; the author's stays, and is reported as a conflict.
        if status >= 128 { return (ours, false) }
        return (
            try WholeFiles.read(FilePaths.join(folder.path, "ours"), limit: SkeletonRenderer.maximumBytes), status == 0
        )
    }

    /// The changes as a unified diff, for people.
    func diff(_ changes: [Change]) async throws -> String {
        let folder = try TemporaryFolder(inShared: scratch, prefix: "pdk-merge-")
        for change in changes where change.kind != .keptRemoved {
            for (side, bytes) in [("old", change.ours), ("new", change.merged)] {
                guard let bytes else { continue }
                let name = side == "new" ? change.target ?? change.path : change.path
                let path = FilePaths.join(folder.path, side + "/" + name)
                try Folder.create(FilePaths.parent(of: path) ?? folder.path)
                try WholeFiles.replace(path, with: bytes, durably: false)
            }
        }
        for side in ["old", "new"] { try Folder.create(FilePaths.join(folder.path, side)) }
        let outcome = try await git.run(
            ["-c", "core.quotePath=false", "diff", "--no-index", "--no-color", "--no-ext-diff", "--", "old", "new"],
            in: folder.path)
        return outcome.output.replacing("a/old/", with: "a/").replacing("b/new/", with: "b/")
            .replacing("a/new/", with: "a/").replacing("b/old/", with: "b/")
    }

    /// Writes the changes into the plugin's folder, and `records` with them; nothing is changed before all is written.
    ///
    /// In a git work tree a conflict also goes into the index, as git's own do. What says that all is done is put in place
    /// last: the records, or with `manifestLast` the manifest; what was killed before is finished by the same command.
    func apply(
        _ changes: [Change], records: [(path: String, text: String)], to folder: String, manifestLast: Bool = false
    ) async throws {
        var files = PendingFiles(), recorded = PendingFiles(), last = PendingFiles()
        let obstacles = try Self.inTheWay(changes, in: folder)
        try Self.clear(obstacles, for: changes, in: folder)
        for change in changes where change.kind != .removed && change.kind != .keptRemoved {
            guard let merged = change.merged else { continue }
            let path = change.kind == .moved ? change.target : change.path
            guard let path else { continue }
            let full = FilePaths.join(folder, path)
            if manifestLast, path == Manifest.fileName {
                try last.add(full, merged, isExecutable: Self.isExecutable(change, in: folder))
            } else {
                try files.add(full, merged, isExecutable: Self.isExecutable(change, in: folder))
            }
        }
        for (path, text) in records { try recorded.add(FilePaths.join(folder, path), Array(text.utf8)) }
        try files.commit()
        for change in changes where change.kind == .removed || change.kind == .moved {
            guard !obstacles.contains(change.path) else { continue }
            let path = FilePaths.join(folder, change.path)
            try Folder(FilePaths.parent(of: path) ?? folder).remove(FilePaths.name(of: path))
        }
        try recorded.commit()
        try last.commit()
        try await stage(changes.filter { $0.kind == .conflict }, in: folder)
    }

    /// Puts the three sides of each conflict into the index (`git update-index --index-info`), for `git mergetool`.
    private func stage(_ conflicts: [Change], in folder: String) async throws {
        guard !conflicts.isEmpty else { return }
        let inside = try await git.run(["rev-parse", "--show-prefix"], in: folder)
        // Not in a work tree: the markers in the files are all there is.
        guard inside.isSuccess else { return }
        let prefix = inside.output.trimmedEnd
        let work = try TemporaryFolder(inShared: scratch, prefix: "pdk-merge-")
        var lines = ""
        for change in conflicts {
            let mode = try Self.isExecutable(change, in: folder) ? "100755" : "100644"
            lines += "0 \(String(repeating: "0", count: 40))\t\(prefix)\(change.path)\n"
            for (stage, bytes) in [(1, change.base), (2, change.ours), (3, change.theirs)] {
                guard let bytes else { continue }
                let file = FilePaths.join(work.path, "side")
                try WholeFiles.replace(file, with: bytes, durably: false)
                let object = try await git.run(["hash-object", "-w", "--no-filters", "--", file], in: folder)
                guard object.isSuccess else { return }
                lines +=
                    "\(mode) \(object.output.trimmedEnd) \(stage)\t\(prefix)\(change.path)\n"
            }
        }
        let list = FilePaths.join(work.path, "stages")
        try WholeFiles.replace(list, with: lines)
        let outcome = try await git.shell("git update-index --index-info < \"$1\"", [list], in: folder)
        guard outcome.isSuccess else {
            throw Problem(
                .mergeFailed, "git could not record the conflicts in its index: \(outcome.output.trimmedEnd.printable)",
                help: "the files are merged; resolve the markers in them by hand")
        }
    }
}
