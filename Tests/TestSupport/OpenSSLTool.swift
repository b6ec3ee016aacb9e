/// The real `openssl` program, run in the test's scratch folder.
public enum OpenSSLTool {
    /// Runs it to its end; its exit status.
    @discardableResult
    public static func run(_ arguments: [String]) throws -> Int { try Program("openssl").runBlocking(arguments).status }

    /// Puts a file into the scratch folder.
    public static func write(_ bytes: [UInt8], to name: String) throws { try Scratch.write(name, bytes) }

    /// The bytes of a file in the scratch folder.
    public static func read(_ name: String) throws -> [UInt8] { try Scratch.read(name) }
}
