package import Files

/// Writes a skeleton's files.
package enum SkeletonWriter {
    /// Makes `folder` with all of the files, by one rename; throws where something is there already.
    package static func make(_ files: [SkeletonFile], at folder: String) throws(FileError) {
        let parent = FilePaths.parent(of: folder) ?? "."
        try Folder.create(parent)
        var staging = try TemporaryFolder(in: parent, prefix: ".pdk-new-")
        try write(files, to: staging.folder)
        try staging.put(as: FilePaths.name(of: folder))
    }

    /// Writes the files below an open folder.
    package static func write(_ files: [SkeletonFile], to folder: borrowing Folder) throws(FileError) {
        for file in files { try folder.write(file.path, file.bytes, isExecutable: file.isExecutable) }
    }
}
