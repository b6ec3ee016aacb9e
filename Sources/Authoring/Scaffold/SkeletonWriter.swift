package import Files

/// Writes a skeleton's files.
package enum SkeletonWriter {
    /// Makes `folder` with all of the files, by one rename; throws where something is there already.
    package static func make(_ files: [SkeletonFile], at folder: String) throws(FileError) {
        let parent = FilePaths.parent(of: folder) ?? "."
        let made = try Folder.create(parent)
        do throws(FileError) { try stage(files, in: parent, as: FilePaths.name(of: folder)) } catch {
            Folder.removeEmpty(made)
            throw error
        }
    }

    private static func stage(
        _ files: [SkeletonFile], in parent: String, as name: String
    ) throws(FileError) {
        let place = try Folder(parent)
        var staging = try hiddenFolder(in: place)
        try write(files, to: staging.folder)
        try staging.put(as: name)
    }

    /// A hidden folder to write a skeleton to; what this user's killed commands have left beside it is removed.
    package static func hiddenFolder(in place: borrowing Folder) throws(FileError) -> TemporaryFolder {
        try TemporaryFolder(inShared: place, prefix: ".pdk-new-")
    }

    /// Writes the files below an open folder.
    package static func write(_ files: [SkeletonFile], to folder: borrowing Folder) throws(FileError) {
        for file in files { try folder.write(file.path, file.bytes, isExecutable: file.isExecutable) }
    }
}
