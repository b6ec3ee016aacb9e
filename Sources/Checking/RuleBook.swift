/// Every rule of `pdk check`, by id.
///
/// Ids are never used again for something else.
package enum RuleBook {
    /// All rules, in the order of their ids.
    package static let all: [Rule] = manifest + interface + release + engine

    /// The rule with this id, in either case.
    package static func rule(_ id: String) -> Rule? { all.first { $0.id == id.uppercased() } }

    // 1xx: the manifest, read by the host's line reader (host contract, section 5).
    package static let manifest = [
        versionNotAccepted, preReleaseVersion, fieldOverridden, commentInValue, fieldReadDifferently, listElsewhere,
        inlineList, brokenItem, unknownHook, noHooks, neverCalled, listWithGap, unknownPermission, dangerousPermission,
        memoryOutOfRange, unknownKey, repeatedItem, badSilence, brokenBuild,
    ]
    package static let versionNotAccepted = Rule(
        "PDK101", "version-not-accepted", .error,
        "The host refuses a manifest whose version holds more than digits and dots.")
    package static let preReleaseVersion = Rule(
        "PDK102", "pre-release-version", .warning,
        "The host refuses a pre-release version in a manifest; only `pdk install` writes one that it takes.")
    package static let fieldOverridden = Rule(
        "PDK103", "field-overridden", .error,
        "The host sets a field from every line with its key, however indented: a nested or later one replaces it.")
    package static let commentInValue = Rule(
        "PDK104", "comment-in-value", .error, "The host takes a comment behind a value for a part of the value.")
    package static let fieldReadDifferently = Rule(
        "PDK105", "field-read-differently", .error,
        "The host reads one line and strips quotes: escapes, folded texts and several lines mean something else to it.")
    package static let listElsewhere = Rule(
        "PDK106", "list-elsewhere", .error,
        "The host reads a list from the first place its key occurs, even in a comment or a description.")
    package static let inlineList = Rule(
        "PDK107", "inline-list", .error,
        "The host finds no items in `[a, b]`: the plugin would load and never be called.")
    package static let brokenItem = Rule(
        "PDK108", "broken-item", .error,
        "The host drops an item that is quoted or has a comment behind it, without a word.")
    package static let unknownHook = Rule(
        "PDK109", "unknown-hook", .error, "The host drops a hook it does not know, without a word.")
    package static let noHooks = Rule(
        "PDK110", "no-hooks", .error, "The host loads a plugin without hooks and never calls it.")
    package static let neverCalled = Rule(
        "PDK111", "never-called", .warning, "The host knows some hooks that its version 1.5 never calls.")
    package static let listWithGap = Rule(
        "PDK112", "list-with-gap", .error,
        "The host may stop reading a list at a blank line or a comment between items.")
    package static let unknownPermission = Rule(
        "PDK113", "unknown-permission", .warning, "The host keeps a permission it does not know as a custom one.")
    package static let dangerousPermission = Rule(
        "PDK114", "dangerous-permission", .warning, "Operators are warned of permissions that reach beyond the plugin.")
    package static let memoryOutOfRange = Rule(
        "PDK115", "memory-out-of-range", .error,
        "The host refuses memory limits that it cannot read, over 256 MB, or with the least above the most.")
    package static let unknownKey = Rule(
        "PDK116", "unknown-key", .warning, "A misspelt key says nothing to anybody.")
    package static let repeatedItem = Rule(
        "PDK117", "repeated-item", .warning, "An item that is given twice is a slip.")
    package static let badSilence = Rule(
        "PDK118", "bad-silence", .error, canBeSilenced: false,
        "A silence must name a rule that can be silenced, and say why.")
    package static let brokenBuild = Rule(
        "PDK119", "broken-build", .warning,
        "A plugin with a built module passes every other rule, and nobody can build its next version.")

    // 2xx: the module's interface (host contract, section 6).
    package static let interface = [
        noModule, malformedModule, missingExport, wrongExportType, missingHook, wrongHookShape, undeclaredHook,
        unknownImport, wrongImportType, memoryTooLarge, undeclaredPermission, unusedPermission,
    ]
    package static let noModule = Rule(
        "PDK201", "no-module", .error, canBeSilenced: false, "There is nothing to release before a build.")
    package static let malformedModule = Rule(
        "PDK202", "malformed-module", .error, canBeSilenced: false, "The host cannot load a malformed module.")
    package static let missingExport = Rule(
        "PDK203", "missing-export", .error, "Without `memory`, `alloc` and `dealloc` each call of a hook fails.")
    package static let wrongExportType = Rule(
        "PDK204", "wrong-export-type", .error, "The host cannot call `alloc` or `dealloc` of another type.")
    package static let missingHook = Rule(
        "PDK205", "missing-hook", .error,
        "A declared hook that the module does not export fails on each query, fails open.")
    package static let wrongHookShape = Rule(
        "PDK206", "wrong-hook-shape", .error,
        "A hook of another shape fails on each call, and the query goes on unguarded.")
    package static let undeclaredHook = Rule(
        "PDK207", "undeclared-hook", .warning, "The host never calls a hook that the manifest does not declare.")
    package static let unknownImport = Rule(
        "PDK208", "unknown-import", .error, "A module that imports what the host does not offer is never instantiated.")
    package static let wrongImportType = Rule(
        "PDK209", "wrong-import-type", .error, "A host function imported with another type stops instantiation.")
    package static let memoryTooLarge = Rule(
        "PDK210", "memory-not-accepted", .error, "The host gives a plugin one 32-bit memory of at most 64 MiB.")
    package static let undeclaredPermission = Rule(
        "PDK211", "undeclared-permission", .warning, "Operators should see from the manifest what a plugin uses.")
    package static let unusedPermission = Rule(
        "PDK212", "unused-permission", .warning, "A permission that nothing needs makes operators wary for nothing.")

    // 3xx: the release.
    package static let release = [
        notSemantic, alreadyPublished, noDescription, noLicense, signatureMismatch, unsigned, roundTrip, notNewest,
        otherManifest, noEmbeddedManifest,
    ]
    package static let notSemantic = Rule(
        "PDK301", "not-semantic", .error, "Without a semantic version nobody can tell which release is the newest.")
    package static let alreadyPublished = Rule(
        "PDK302", "already-published", .error, canBeSilenced: false,
        "A published version never changes: hosts that have it would not get the other bytes.")
    package static let noDescription = Rule(
        "PDK303", "no-description", .warning, "Operators choose by the description in the registry's list.")
    package static let noLicense = Rule(
        "PDK304", "no-license", .warning, "Without a licence nobody may use the plugin.")
    package static let signatureMismatch = Rule(
        "PDK305", "signature-mismatch", .error, canBeSilenced: false,
        "A signature over other bytes makes every host with a trust root refuse the plugin.")
    package static let unsigned = Rule(
        "PDK306", "unsigned", .warning,
        "A host with a trust root refuses an unsigned plugin, and so does `pdk publish`.")
    package static let roundTrip = Rule(
        "PDK307", "round-trip", .error, canBeSilenced: false,
        "What cannot be published, installed and verified here cannot be there.")
    package static let notNewest = Rule(
        "PDK308", "not-newest", .warning,
        "Hosts that ask for no version keep the newer release that is published already.")
    package static let otherManifest = Rule(
        "PDK309", "other-manifest", .error, canBeSilenced: false,
        "A signed module carries its manifest, and installing refuses it as any other release.")
    package static let noEmbeddedManifest = Rule(
        "PDK310", "no-embedded-manifest", .warning,
        "A signature over a module that carries no manifest covers neither name nor version nor hooks.")

    // 4xx: the plugin, run in the host's engine.
    package static let engine = [
        noEngine, notValidated, notInstantiated, hookFails, outOfFuel, outputOutside, unreadableAnswer, unknownAction,
        incompleteAnswer, allocFails, allocOutside, allocOverlaps, notRepeatable, outOfMemory, failsOnLongText,
        failsOnUnicode, noAction,
    ]
    package static let noEngine = Rule(
        "PDK400", "no-engine", .warning, "Without the engine nobody has seen the plugin run before it is released.")
    package static let notValidated = Rule(
        "PDK401", "not-validated", .error, canBeSilenced: false,
        "The host's engine refuses a module that uses WebAssembly features it does not have.")
    package static let notInstantiated = Rule(
        "PDK402", "not-instantiated", .error, canBeSilenced: false, "A module that cannot be instantiated never runs.")
    package static let hookFails = Rule(
        "PDK403", "hook-fails", .error, "A hook that traps is logged, and the query goes on unguarded.")
    package static let outOfFuel = Rule(
        "PDK404", "out-of-fuel", .error,
        "A hook that uses up its fuel or time is stopped, and the query goes on unguarded.")
    package static let outputOutside = Rule(
        "PDK405", "output-outside", .error, "An answer that is not inside the memory is an error on each call.")
    package static let unreadableAnswer = Rule(
        "PDK406", "unreadable-answer", .error, "An answer that is not JSON is an error on each call.")
    package static let unknownAction = Rule(
        "PDK407", "unknown-action", .error, "An action the host does not know is taken as if the plugin had no opinion."
    )
    package static let incompleteAnswer = Rule(
        "PDK408", "incomplete-answer", .error, "An action without the fields it needs is an error on each call.")
    package static let allocFails = Rule(
        "PDK409", "alloc-fails", .error, "The host passes each input through `alloc`: where it fails, so does the call."
    )
    package static let allocOutside = Rule(
        "PDK410", "alloc-outside", .error, "The host cannot write an input to memory that is not there.")
    package static let allocOverlaps = Rule(
        "PDK411", "alloc-overlaps", .error,
        "An input written over the module's own data or another block corrupts both.")
    package static let notRepeatable = Rule(
        "PDK412", "not-repeatable", .warning,
        "The same input and store must give the same answer, or no case can be trusted.")
    package static let outOfMemory = Rule(
        "PDK413", "out-of-memory", .error,
        "A hook that needs more memory than the host gives fails there, and the query goes on unguarded.")
    package static let failsOnLongText = Rule(
        "PDK414", "fails-on-long-text", .error,
        "Whoever makes a query long enough gets past a hook that only long texts make fail.")
    package static let failsOnUnicode = Rule(
        "PDK415", "fails-on-unicode", .error,
        "Whoever writes one letter beyond ASCII, or an escape, gets past a hook that only those make fail.")
    package static let noAction = Rule(
        "PDK416", "no-action", .error,
        "An answer without an action, such as one tagged 'kind', is an error on each call."
    )
}
