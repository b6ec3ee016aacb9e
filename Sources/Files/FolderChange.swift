internal import CKernel
internal import Glibc

/// Several files below a folder that change as one: all of them or none, also when the process is killed half-way.
///
/// A journal, a file `.pdk-….journal` in the folder, says what is to be renamed where before the first rename. Whoever locks
/// the folder next and finds one finishes the change if its last step up to the commit point was done, and else takes it back.
/// Old files are kept until the end: they change places with the new ones (`RENAME_EXCHANGE`), or get a second name.
package struct FolderChange {
    /// One file or folder.
    struct Step: Equatable {
        /// The path below the folder.
        let target: String
        /// The name in the folder of what comes, and later of what was there.
        let staged: String
        /// The file number of what comes; nil where `target` goes away.
        let number: UInt64?
        /// Whether what comes is a folder, put where nothing is.
        var isFolder = false

        /// The second name of what was there, where file systems cannot exchange.
        var old: String { staged + ".old" }
    }

    private(set) var steps: [Step] = []
    private var files: [StagedFile] = []
    /// How many steps have to be done for the change to count.
    private(set) var committing = 0
    /// Whether a journal says what becomes of the staged files.
    package private(set) var isBegun = false

    package init() {}

    /// Puts a file at `target`, a path below the folder whose folders are there, in place of the file or link there.
    package mutating func put(_ file: StagedFile, at target: String) {
        files.append(file)
        steps.append(Step(target: target, staged: file.name, number: file.number))
    }

    /// The same of one that was made under the change's lock.
    package mutating func put(_ file: LockedFile, at target: String) {
        steps.append(Step(target: target, staged: file.name, number: file.number))
    }

    /// Puts a folder at `target`, where nothing is.
    package mutating func put(folder: StagedFile, at target: String) {
        files.append(folder)
        steps.append(Step(target: target, staged: folder.name, number: folder.number, isFolder: true))
    }

    /// Removes the file or link at `target`, if it is there.
    package mutating func remove(_ target: String) {
        var generator = SystemRandomNumberGenerator()
        let name = ".pdk-" + String(generator.next() as UInt64, radix: 16) + ".tmp"
        steps.append(Step(target: target, staged: name, number: nil))
    }

    /// Says that the change counts when all so far is done: what follows is then finished by whoever comes next.
    package mutating func commit() { committing = steps.count }

    /// Whether there is nothing to do.
    package var isEmpty: Bool { steps.isEmpty }

    /// Does it all, or throws and leaves everything as it was; `lock` is that of `folder`.
    package mutating func perform(
        in folder: borrowing Folder, under lock: borrowing FolderLock, durably: Bool = true
    ) throws(FileError) {
        if committing == 0 { committing = steps.count }
        try folder.checkTargets(steps)
        let journal = try folder.write(steps, committing)
        // From here on the journal says what becomes of the staged files.
        for file in files { file.isDone = true }
        isBegun = true
        do throws(FileError) {
            if durably { try folder.synchronize() }
            for (number, step) in steps.enumerated() {
                try folder.perform(step)
                if number + 1 == committing, durably { try folder.synchronizeParents(steps[..<committing]) }
            }
        } catch {
            try folder.settle(steps, committing, journal)
            // What had reached the commit point stays done.
            throw error
        }
        try folder.settle(steps, committing, journal)
        if durably { try folder.synchronizeParents(steps[...]) }
    }
}

extension Folder {
    private static let journalEnding = ".journal"
    /// The longest journal that is read: that of a change of 200,000 files.
    private static let maximumJournalBytes = 64 << 20

    /// Takes back or finishes what processes that were killed had begun, and clears away what they had staged.
    ///
    /// Gives what could not be ended, which is tried again next time. Journals of strangers in a folder that everybody can
    /// write to are left alone.
    @discardableResult
    package borrowing func recover(under lock: borrowing FolderLock) throws(FileError) -> [FileError] {
        var failures: [FileError] = [], isWhole = true
        for name in try names() where name.hasPrefix(".pdk-") && name.hasSuffix(Self.journalEnding) {
            guard let (steps, committing) = try readJournal(name) else {
                isWhole = false
                continue
            }
            do { try settle(steps, committing, name) } catch {
                failures.append(error)
                isWhole = false
            }
        }
        // What a journal speaks of that stays is not abandoned.
        if isWhole { try removeAbandonedFiles() }
        return failures
    }

    /// Whether a change was cut short here and waits to be taken back or finished.
    package borrowing func isInterrupted() throws(FileError) -> Bool {
        try names().contains { $0.hasPrefix(".pdk-") && $0.hasSuffix(Self.journalEnding) }
    }

    /// Refuses targets that a rename would do more to than replace a file.
    fileprivate borrowing func checkTargets(_ steps: [FolderChange.Step]) throws(FileError) {
        for step in steps {
            guard let there = try status(below: step.target) else { continue }
            if step.isFolder {
                throw FileError(action: "create", path: join(step.target), code: EEXIST)
            }
            guard [.regular, .link].contains(there.kind) else {
                throw FileError(action: "replace", path: join(step.target), reason: "it is not a file")
            }
        }
    }

    // MARK: Steps

    /// Does one step; what was at its target is kept under its staged name, or that name and `.old`.
    fileprivate borrowing func perform(_ step: FolderChange.Step) throws(FileError) {
        let parent = try folder(of: step.target), name = FilePaths.name(of: step.target)
        let shown = join(step.target)
        guard step.number != nil else {
            if unsafe renameat(parent.descriptor, name, descriptor, step.staged) != 0, errno != ENOENT {
                throw FileError.last("remove", shown)
            }
            return
        }
        if step.isFolder { return try move(step.staged, exclusivelyTo: parent, as: name) }
        if try parent.status(of: name) != nil {
            if unsafe ckernel_rename(
                descriptor, step.staged, parent.descriptor, name, RenameFlags.exchange) == 0
            {
                return
            }
            guard RenameFlags.isUnsupported(errno) else { throw FileError.last("replace", shown) }
            if unsafe linkat(parent.descriptor, name, descriptor, step.old, 0) != 0,
                unsafe renameat(parent.descriptor, name, descriptor, step.old) != 0
            {
                throw FileError.last("replace", shown)
            }
        }
        guard unsafe renameat(descriptor, step.staged, parent.descriptor, name) == 0 else {
            throw FileError.last("create", shown)
        }
    }

    /// Ends a change that was begun: done as far as its commit point it is finished, else taken back; says which.
    @discardableResult
    fileprivate borrowing func settle(
        _ steps: [FolderChange.Step], _ committing: Int, _ journal: String
    ) throws(FileError) -> Bool {
        let isCommitted: Bool
        if committing > 0 { isCommitted = try isDone(steps[committing - 1]) } else { isCommitted = true }
        if isCommitted {
            for step in steps {
                if try !isDone(step) { try perform(step) }
            }
        } else {
            var failure: FileError?
            for step in steps.reversed() {
                do { try takeBack(step) } catch { failure = failure ?? error }
            }
            if let failure { throw failure }
        }
        // All is in its final place; what is left over may go.
        try remove(journal)
        for step in steps {
            try removeTree(named: step.staged)
            try remove(step.old)
        }
        return isCommitted
    }

    private borrowing func isDone(_ step: FolderChange.Step) throws(FileError) -> Bool {
        let there = try status(below: step.target)
        guard let number = step.number else { return there == nil }
        return there?.number == number
    }

    private borrowing func takeBack(_ step: FolderChange.Step) throws(FileError) {
        let name = FilePaths.name(of: step.target), parent: Folder
        do { parent = try folder(of: step.target) } catch {
            // Where its folder is not there, nothing was put.
            if error.isNotFound { return }
            throw error
        }
        let isDone = try isDone(step)
        var old: String?
        if try status(of: step.old) != nil {
            old = step.old
        } else if isDone, try status(of: step.staged) != nil {
            // After an exchange, or a removal, what was there has the staged name.
            old = step.staged
        }
        if let old {
            guard unsafe renameat(descriptor, old, parent.descriptor, name) == 0 else {
                throw FileError.last("restore", join(step.target))
            }
        } else if isDone, step.number != nil {
            try parent.removeTree(named: name)
        }
    }

    /// The folder that the file at `target` is in.
    private borrowing func folder(of target: String) throws(FileError) -> Folder {
        let parts = try parts(of: target).dropLast()
        return try parts.isEmpty
            ? Folder(copying: descriptor, path: path) : folder(parts.joined(separator: "/"))
    }

    fileprivate borrowing func synchronizeParents(_ steps: ArraySlice<FolderChange.Step>) throws(FileError) {
        var seen: Set<String> = []
        for step in steps {
            let parent = FilePaths.parent(of: step.target) ?? "."
            guard parent != ".", seen.insert(parent).inserted else { continue }
            try folder(parent).synchronize()
        }
        try synchronize()
    }

    // MARK: The journal

    /// Writes the journal and gives its name; its lines: `pdk-journal 1 COMMITTING`, then a step each, then `end`.
    fileprivate borrowing func write(_ steps: [FolderChange.Step], _ committing: Int) throws(FileError) -> String {
        var lines = ["pdk-journal 1 \(committing)"]
        for step in steps {
            let kind = step.number == nil ? "remove" : step.isFolder ? "folder" : "file"
            lines.append("\(kind)\t\(step.number ?? 0)\t\(step.staged)\t\(step.target)")
        }
        let text = lines.joined(separator: "\n") + "\nend\n"
        var file = try makeTemporary()
        try unsafe file.write(Array(text.utf8).span.bytes)
        // Whoever comes next has to read it, whatever the umask.
        try file.store(access: FileAccess(owner: .max, group: .max, mode: 0o644))
        let name = file.name.dropLast(".tmp".count) + Self.journalEnding
        try file.commit(as: String(name))
        return String(name)
    }

    /// The steps of a journal; nil for one that is a stranger's, not readable here, or not whole.
    private borrowing func readJournal(_ name: String) throws(FileError) -> ([FolderChange.Step], Int)? {
        let bytes: [UInt8]
        do throws(FileError) {
            let file = try open(reading: name)
            let mine = try status(), owner = try file.status().owner
            // Where everybody may make files, only those who own the place are believed.
            guard mine.mode & 0o002 == 0 || [FileStatus.user, 0, mine.owner].contains(owner) else { return nil }
            bytes = try file.readAll(limit: Self.maximumJournalBytes)
        } catch {
            return nil
        }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        guard let head = lines.first?.split(separator: " "), head.count == 3, head[0] == "pdk-journal", head[1] == "1",
            let committing = Int(head[2]), lines.last == "end", (0...lines.count - 2).contains(committing)
        else { return nil }
        var steps: [FolderChange.Step] = []
        for line in lines.dropFirst().dropLast() {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard fields.count == 4, ["file", "folder", "remove"].contains(fields[0]), let number = UInt64(fields[1]),
                fields[2].hasPrefix(".pdk-"), (try? check(fields[2])) != nil, (try? parts(of: fields[3])) != nil
            else { return nil }
            steps.append(
                FolderChange.Step(
                    target: fields[3], staged: fields[2], number: fields[0] == "remove" ? nil : number,
                    isFolder: fields[0] == "folder"))
        }
        return (steps, committing)
    }
}
