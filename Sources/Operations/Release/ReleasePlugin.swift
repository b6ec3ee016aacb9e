internal import Authoring
internal import Trust

/// `pdk release`: builds, tests, checks, signs and publishes a plugin; stops at the first step that fails.
package struct ReleasePlugin {
    /// A step that begins or has ended.
    package enum Step: Sendable {
        /// The build command that runs now.
        case building(String)
        case built(BuildPlugin.Report)
        /// How many cases have passed.
        case tested(Int)
        case signed(SignModule.Report)
    }

    private let publish: PublishPlugin
    private let step: @Sendable (Step) -> Void

    /// `publish` says what is released, where and by which key, and whether its cases run.
    package init(
        _ publish: PublishPlugin, step: @escaping @Sendable (Step) -> Void
    ) {
        self.publish = publish
        self.step = step
    }

    package func run() async throws -> PublishPlugin.Report {
        // Without a usable key nothing can be published, so nothing is built.
        _ = try publish.key.publisher()
        let project = publish.project, context = publish.context, step = step
        step(
            .built(
                try await BuildPlugin(
                    project: project, in: context, echo: nil, starting: { step(.building($0)) }
                ).run()))
        var options = publish.options
        let cases = try await CaseGate.outcome(
            options.cases, of: project, allowsNoEngine: options.allowsNoEngine, in: context)
        options.cases = .passedAlready(cases.passed)
        if let passed = cases.passed { step(.tested(passed.count)) }
        // What is refused is not signed; the publish checks what was signed, and what is said of the signature.
        try await publish.checkUnsigned()
        step(
            .signed(
                try await SignModule(ownModuleOf: project, key: publish.key, in: context).run()))
        return try await PublishPlugin(
            project: project, location: publish.location, key: publish.key, options: options, in: context
        ).run().adding(cases.notes)
    }
}
