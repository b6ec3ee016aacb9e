package import Contract
package import TestSupport

/// A server between a test and another server, which notes every request and can do wrong (`s3_proxy.py`).
package struct Proxy {
    /// `127.0.0.1:PORT`.
    package let host: String
    private let program: StartedProgram

    /// One in front of the server at this port; a test has one.
    init(to port: Int) async throws {
        program = try Program("python3").start([
            BuiltProduct.repository + "/Tests/Support/s3_proxy.py", "\(port)", Scratch.path("proxy ready"),
            Scratch.path("mode"), Scratch.path("requests"),
        ])
        host = "127.0.0.1:\(try await Scratch.port(in: Scratch.path("proxy ready"), of: program))"
    }

    /// Has it do wrong; JSON of s3_proxy.py.
    package func set(_ mode: String) throws { try Disk.write(Scratch.path("mode"), mode) }

    /// The requests since the last time this was asked.
    package func requests() throws -> [JSONValue] { try Disk.takeLines(Scratch.path("requests")).map(JSONValue.parse) }

    /// Runs a command that is killed at one of its writes: the first is 1, and `when` is `before` or `after` it is done.
    package func run(
        _ arguments: [String], by kit: Kit, killedAt write: Int, _ when: String
    ) async throws -> Program.Result {
        let number = Scratch.path("pid")
        try set("{\"kill\": \(write), \"when\": \"\(when)\", \"pid\": \(JSONValue.string(number).compactText)}")
        let result = try await kit.run(arguments, numberIn: number)
        try set("{}")
        return result
    }

    /// Ends it.
    package func end() { program.end() }
}
