internal import CTemplates

/// The files of `Templates/`, which are part of the program, so that it scaffolds with the repository gone.
package enum BuiltInFiles {
    /// Every file, by its path below `Templates/`, sorted (`pdk_template_at`).
    package static var all: [(path: String, bytes: [UInt8])] {
        (0..<pdk_template_count()).compactMap { index in
            guard let file = unsafe pdk_template_at(index) else { return nil }
            return unsafe (
                String(cString: file.pointee.path),
                Array(UnsafeBufferPointer(start: file.pointee.bytes, count: file.pointee.size))
            )
        }
    }
}
