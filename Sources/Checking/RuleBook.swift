/// Every rule of `pdk check`, by id; each stands in a file of its own in `Rules`.
///
/// Ids are never used again for something else.
package enum RuleBook {
    /// All rules, in the order of their ids.
    package static let all: [Rule] = {
        var rules = manifest.map { $0.rule } + file.map { $0.rule } + interface.map { $0.rule }
        rules += load.map { $0.rule } + allocator.map { $0.rule } + call.map { $0.rule } + [IncompleteCheck.rule]
        rules += release.map { $0.rule } + [RoundTrip.rule] + cases.map { $0.rule }
        return Dictionary(rules.map { ($0.id, $0) }) { first, _ in first }.values.sorted { $0.id < $1.id }
    }()

    /// The rule with this id or name, in any case.
    package static func rule(_ text: String) -> Rule? {
        all.first { $0.id == text.uppercased() || $0.name == text.lowercased() }
    }

    /// What the rules of a hundred of ids have in common.
    private struct Group {
        /// As in `1xx: the manifest`; the first character is that of the ids.
        let title: String
        let about: String
        var rules: [Rule] { all.filter { $0.id.dropFirst(3).first == title.first } }
    }

    /// Docs/rules.md, a line each.
    package static var page: [String] {
        var lines = introduction.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) + [""]
        for group in groups {
            lines += ["# \(group.title)", ""] + Rule.wrapped(group.about) + [""]
            lines += group.rules.flatMap(\.page)
        }
        while lines.last?.isEmpty ?? false { lines.removeLast() }
        return lines
    }

    // MARK: The rules by what they look at

    static let manifest: [any RuleDefinition<ManifestReading>.Type] = [
        VersionNotAccepted.self, PreReleaseVersion.self, FieldOverridden.self, CommentInValue.self,
        FieldReadDifferently.self, ListElsewhere.self, InlineList.self, ListWithGap.self, BrokenItem.self,
        RepeatedHook.self, RepeatedItem.self, NoHooks.self, UnknownHook.self, NeverCalled.self, UnknownPermission.self,
        DangerousPermission.self, MemoryOutOfRange.self, UnknownKey.self, BrokenBuild.self, BadSuppression.self,
    ]
    static let file: [any RuleDefinition<BuiltModule>.Type] = [NoModule.self, MalformedModule.self]
    static let interface: [any RuleDefinition<ModuleInterface>.Type] = [
        MissingExport.self, WrongExportType.self, MissingHook.self, WrongHookShape.self, UndeclaredHook.self,
        UnknownImport.self, WrongImportType.self, MemoryNotAccepted.self, UndeclaredPermission.self,
        UnusedPermission.self,
    ]
    static let load: [any RuleDefinition<FailedLoad>.Type] = [
        NoEngine.self, NotValidated.self, NotInstantiated.self,
    ]
    static let allocator: [any RuleDefinition<AllocatorTrial>.Type] = [
        AllocFails.self, AllocOutside.self, AllocOverlaps.self,
    ]
    /// Of a call the first one that finds something counts: failures, then answers, then what further calls show.
    static let call: [any RuleDefinition<HookTrial>.Type] = [
        OutOfMemory.self, OutOfFuel.self, OutputOutside.self, FailsOnLongText.self, FailsOnUnicode.self, HookFails.self,
        DeallocFails.self, UnreadableAnswer.self, NoAction.self, UnknownAction.self, IncompleteAnswer.self,
        EmptyAnswer.self, IgnoredAction.self, UnreadablePayload.self, FuelNotCertain.self, SlowCall.self,
        AllocOverlaps.InCall.self, NotRepeatable.self, NeededInitializer.self,
    ]
    static let release: [any RuleDefinition<ReleaseState>.Type] = [
        NotSemantic.self, NoDescription.self, NoLicense.self, AlreadyPublished.self, NotNewest.self, Unsigned.self,
        SignatureMismatch.self, StaleSignature.self, UnknownSigner.self, NoEmbeddedManifest.self, OtherManifest.self,
    ]
    static let cases: [any RuleDefinition<CaseReading>.Type] = [BrokenCases.self, AssumedInput.self]

    // MARK: The page

    private static let groups = [
        Group(
            title: "1xx: the manifest",
            about: #"""
                The host does not read `plugin.yaml` with a YAML parser but line by line \#
                ([manifest.md](manifest.md)). These rules compare what the host reads with what the file means.
                """#),
        Group(
            title: "2xx: the module's interface",
            about: #"""
                The host calls a core WebAssembly module: it exports `memory`, `alloc`, `dealloc` and one function \#
                per hook, and imports only functions that the host provides. These rules read the module's sections; only PDK213 \#
                runs it.
                """#),
        Group(
            title: "3xx: the release",
            about: #"""
                Whether a release has what registries and hosts need, and can be published and installed.
                """#),
        Group(
            title: "4xx: the plugin, run in the host's engine",
            about: #"""
                These rules call the module as the host does: a new instance for each call, and the fuel and time of \#
                the host profile ([host.md](host.md)). `alloc` is called with sizes from 0 to 1 MiB, and each \#
                declared hook with a plain input, an empty one, long ones of several contents, one with Unicode and \#
                escapes, one with null fields and one with unknown fields. At most one \#
                finding for a rule and hook is shown, for the first input that shows it. An error in a hook never \#
                stops a query: the host logs it and continues, so a guard that fails does not guard. To see the \#
                details, use `pdk run HOOK`.
                """#),
        Group(
            title: "5xx: the hook cases",
            about: #"""
                A case has an input for a hook and the expected answer ([cases.md](cases.md)).
                """#),
    ]

    private static let introduction = #"""
        # The rules of `pdk check`

        Each rule finds something that the host would refuse or, worse, accept but never run. `pdk check` prints each
        finding with the rule's id, the file and the line, and below it how to fix it; `pdk explain PDK107` prints a rule.

            error[PDK107] plugin.yaml:6: the host finds no hooks here: it reads only lines that begin with '-'
              help: write each item on its own line: - pre_query

        An **error** makes `pdk check` exit with status 1, and `pdk publish` fail. A **warning** is something to know
        before a release. Ids are stable and never used again for something else; `pdk check --json` gives them as `rule`.

        ## Suppressing a rule

        A finding can be suppressed in `plugin.yaml`, with a reason for later readers. It is still shown, but does not affect the exit status.

            check:
              suppress:
                - rule: PDK114
                  reason: it reports to the metrics server of our own network

        Rules that protect a registry from false data cannot be suppressed; their sections say so. A rule is
        suppressed for the whole plugin, not for one line. The former name of the key, `silence`, is still accepted.

        ## The examples

        Each rule has an example of the problem and a fixed version. A test runs all of them. The YAML shows only the
        relevant lines; the others are `name: guard`, `version: 1.0.0` and `hooks:` with `pre_query`. In the C, `EXPORT(name)`
        and `IMPORT(name)` stand for the compiler's attributes that export a function and import one from the host's `env`,
        `answer("…")` returns the host's `(pointer << 32) | length`, `grow(size)` returns newly allocated memory, and
        `alloc` and `dealloc` are left out where they are not relevant. The guest libraries of the templates do all of this for you.
        """#
}
