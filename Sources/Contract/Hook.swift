/// A hook that a plugin may declare (host contract, section 6).
package struct Hook: Hashable, Sendable {
    /// The name in a manifest.
    package let name: String
    /// The other spelling the host takes, where there is one.
    package let alias: String?
    /// The name of the function a module exports for it.
    package let export: String
    /// Whether host 1.5 ever calls it.
    package let isCalled: Bool
    /// The actions the hook's answer may name; empty for an observer, whose answer is ignored.
    package let actions: [String]

    /// Whether the host ignores what the hook answers.
    package var isObserver: Bool { actions.isEmpty }

    private init(
        _ name: String, alias: String? = nil, export: String? = nil, isCalled: Bool = false, actions: [String] = []
    ) {
        self.name = name
        self.alias = alias
        self.export = export ?? name
        self.isCalled = isCalled
        self.actions = actions
    }

    package static let preQuery = Hook(
        "pre_query", alias: "prequery", isCalled: true, actions: ["continue", "rewrite", "block", "cached"])
    package static let postQuery = Hook("post_query", alias: "postquery", isCalled: true)
    package static let authenticate = Hook(
        "authenticate", alias: "auth", isCalled: true, actions: ["success", "denied", "defer"])
    package static let route = Hook(
        "route", alias: "routing", isCalled: true,
        actions: ["default", "primary", "standby", "node", "branch", "block"])

    /// The hooks that host 1.5 calls.
    package static let called: [Hook] = [preQuery, postQuery, authenticate, route]

    /// All hooks the loader knows; those never called answer in no known shape.
    package static let known: [Hook] =
        called + [
            Hook("authorize"), Hook("cache_get"), Hook("cache_set"), Hook("rewrite"), Hook("metrics"),
            Hook("on_connect"), Hook("on_disconnect"), Hook("custom", export: "custom_hook"),
        ]

    /// The hook that a manifest means by `text`, by name or alias; nil when the host drops it.
    package init?(manifestName text: String) {
        guard let hook = Self.known.first(where: { $0.name == text || $0.alias == text }) else { return nil }
        self = hook
    }
}
