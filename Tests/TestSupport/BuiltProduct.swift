internal import Glibc

/// What this build has made, and where the repository is.
public enum BuiltProduct {
    /// The folder of the repository, from this file's place in it.
    public static let repository: String = {
        let file = #filePath
        let suffix = "/Tests/TestSupport/BuiltProduct.swift"
        return String(file.dropLast(suffix.count))
    }()

    /// The `pdk` that was built beside the tests (the test runner's own folder), or `$PDK_UNDER_TEST`.
    public static let pdk: String = {
        if let given = unsafe getenv("PDK_UNDER_TEST") { return unsafe String(cString: given) }
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        for argument in CommandLine.arguments {
            // `swift test` hands the test bundle's path to its runner; pdk stands beside it.
            guard argument.hasSuffix(".xctest"), let found = unsafe realpath(argument, &buffer) else { continue }
            let folder = unsafe String(cString: found).split(separator: "/").dropLast().joined(separator: "/")
            return "/" + folder + "/pdk"
        }
        let count = unsafe readlink("/proc/self/exe", &buffer, buffer.count - 1)
        let path = String(decoding: buffer.prefix(max(0, count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
        return "/" + path.split(separator: "/").dropLast().joined(separator: "/") + "/pdk"
    }()
}
