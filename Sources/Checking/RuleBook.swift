/// Every rule of `pdk check`, by id; each stands in a file of its own in `Rules`.
///
/// Ids are never used again for something else.
package enum RuleBook {
    /// All rules, in the order of their ids.
    package static let all: [Rule] = groups.flatMap(\.rules)

    /// The rule with this id or name, in any case.
    package static func rule(_ text: String) -> Rule? {
        all.first { $0.id == text.uppercased() || $0.name == text.lowercased() }
    }

    /// A hundred of ids and what its rules have in common.
    private struct Group {
        let title: String
        let about: String
        let rules: [Rule]
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

    private static let groups = [
        Group(
            title: "1xx: the manifest",
            about: #"""
                The host does not read `plugin.yaml` with a YAML parser but line by line \#
                ([manifest.md](manifest.md)). These rules compare what it gets with what the file means.
                """#,
            rules: [
                versionNotAccepted, preReleaseVersion, fieldOverridden, commentInValue, fieldReadDifferently,
                listElsewhere,
                inlineList, brokenItem, unknownHook, noHooks, neverCalled, listWithGap, unknownPermission,
                dangerousPermission, memoryOutOfRange, unknownKey, repeatedItem, badSuppression, brokenBuild,
                repeatedHook,
            ]),
        Group(
            title: "2xx: the module's interface",
            about: #"""
                The host calls a core WebAssembly module: it exports `memory`, `alloc`, `dealloc` and a function a \#
                hook, and imports only what the host offers. These rules read the module's sections; only PDK213 \#
                runs it.
                """#,
            rules: [
                noModule, malformedModule, missingExport, wrongExportType, missingHook, wrongHookShape, undeclaredHook,
                unknownImport, wrongImportType, memoryTooLarge, undeclaredPermission, unusedPermission,
                neededInitializer,
            ]),
        Group(
            title: "3xx: the release",
            about: #"""
                What a registry and its hosts need to know of a release, and whether it can be published and \#
                installed.
                """#,
            rules: [
                notSemantic, alreadyPublished, noDescription, noLicense, signatureMismatch, unsigned, roundTrip,
                notNewest,
                otherManifest, noEmbeddedManifest, staleSignature, unknownSigner,
            ]),
        Group(
            title: "4xx: the plugin, run in the host's engine",
            about: #"""
                These rules call the module as the host does: a new instance for each call, and the fuel and time of \#
                the host profile ([host.md](host.md)). `alloc` is called with sizes from 0 to 1 MiB, and each \#
                declared hook with a plain input, an empty one, long ones of several contents, one full of Unicode \#
                and escapes, one with null fields and one with fields that no host of today sends. At most one \#
                finding for a rule and hook is shown, for the first input that shows it. An error in a hook never \#
                stops a query: the host logs it and the query goes on, which is why a guard that fails guards \#
                nothing. See what happens with `pdk run HOOK`.
                """#,
            rules: [
                noEngine, notValidated, notInstantiated, hookFails, outOfFuel, outputOutside, unreadableAnswer,
                unknownAction, incompleteAnswer, allocFails, allocOutside, allocOverlaps, notRepeatable, outOfMemory,
                failsOnLongText, failsOnUnicode, noAction, emptyAnswer, ignoredAction, unreadablePayload, deallocFails,
                slowCall, incompleteCheck,
            ]),
        Group(
            title: "5xx: the hook cases",
            about: #"""
                A case says what a hook is given and what it has to answer ([cases.md](cases.md)).
                """#,
            rules: [
                assumedInput, brokenCases,
            ]),
    ]

    private static let introduction = #"""
        # The rules of `pdk check`

        Every rule stands for something that the host would refuse or, worse, accept and never run. `pdk check` prints one
        finding a line, with the rule's id, the file and the line, and below it what to do; `pdk explain PDK107` prints a rule.

            error[PDK107] plugin.yaml:6: the host finds no hooks here: it reads only lines that begin with '-'
              help: write each item on a line of its own: - pre_query

        An **error** makes `pdk check` end with status 1, and `pdk publish` refuse. A **warning** is something to know before a
        release. Ids are stable and never used again for something else; `pdk check --json` gives them as `rule`.

        ## Suppressing a rule

        A finding can be suppressed in `plugin.yaml`, with a reason for the next reader. It is still shown, and no longer counts.

            check:
              suppress:
                - rule: PDK114
                  reason: it reports to the metrics server of our own network

        Rules whose suppression would put a lie into a registry cannot be suppressed; their sections say so. A rule is suppressed
        as a whole, not for one line. The key was called `silence` before, and is still read under that name.

        ## The examples

        Each rule has an example that it finds, and the same one fixed. A test runs all of them. The YAML shows only the lines
        that matter: what is left out is `name: guard`, `version: 1.0.0` and `hooks:` with `pre_query`. In the C, `EXPORT(name)`
        and `IMPORT(name)` stand for the compiler's attributes that export a function and import one from the host's `env`,
        `answer("…")` makes the host's `(pointer << 32) | length`, `grow(size)` returns memory that is really there, and `alloc`
        and `dealloc` are left out where they do not matter. The guest libraries of the templates do all of this for you.
        """#
}
