/// `pdk doctor`: what this machine has for each template.
package struct Doctor {
    package let environment: [String: String]
    package let scratch: String

    package init(environment: [String: String], scratch: String) {
        self.environment = environment
        self.scratch = scratch
    }

    /// Tries every toolchain.
    package func run() async throws -> [Toolchain.Status] {
        var found: [Toolchain.Status] = []
        let toolchain = Toolchain(environment: environment, scratch: scratch)
        for id in Toolchain.ids {
            if let status = try await toolchain.probe(id) { found.append(status) }
        }
        return found
    }
}
