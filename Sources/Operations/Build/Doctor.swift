/// `pdk doctor`: what this machine has for each template.
package struct Doctor {
    /// What it works in.
    package let context: Context

    package init(in context: Context) {
        self.context = context
    }

    /// Tries every toolchain.
    package func run() async throws -> [Toolchain.Status] {
        var found: [Toolchain.Status] = []
        let toolchain = Toolchain(in: context)
        for id in Toolchain.ids {
            if let status = try await toolchain.probe(id) { found.append(status) }
        }
        return found
    }
}
