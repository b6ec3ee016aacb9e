/// The stable words by which scripts tell errors apart (`error.code` of `--json`; Docs/errors.md lists them).
package enum ErrorCode: String, Sendable, CaseIterable {
    /// A file or folder with that name exists, and was not replaced.
    case alreadyExists = "already-exists"
    /// The registry already has that version, or a newer one.
    case alreadyPublished = "already-published"
    /// A module or packed plugin cannot be read or fetched.
    case artifactUnavailable = "artifact-unavailable"
    /// The build command failed.
    case buildFailed = "build-failed"
    /// A program cannot be started.
    case cannotRun = "cannot-run"
    /// A case of the plugin fails, so it is not published.
    case casesFailed = "cases-failed"
    /// Another command changed the registry at the same moment, again and again.
    case changedMeanwhile = "changed-meanwhile"
    /// The plugin has findings of severity error, so it is not published.
    case checkFailed = "check-failed"
    /// The question was answered with no, or the input ended; nothing was written.
    case declined
    /// The plugins folder cannot be written.
    case destination
    /// The newest release is lower than the installed version.
    case downgrade
    /// A key would be encrypted with an empty passphrase.
    case emptyPassphrase = "empty-passphrase"
    /// Any other failure; see the message.
    case failed
    /// The registry's folder for that version contains the module of another release.
    case folderInUse = "folder-in-use"
    /// The folder to write into contains other files.
    case folderNotEmpty = "folder-not-empty"
    /// The plugin.yaml found above the current folder belongs to another user.
    case foreignPluginFolder = "foreign-plugin-folder"
    /// The author's changes conflict with adding or removing a hook.
    case hookConflict = "hook-conflict"
    /// The plugin has that hook already.
    case hookDeclared = "hook-declared"
    /// A hook failed while it was measured.
    case hookFailed = "hook-failed"
    /// The plugin does not have that hook.
    case hookNotDeclared = "hook-not-declared"
    /// The answer from an address is not that of a host.
    case hostAnswerMalformed = "host-answer-malformed"
    /// A running host requires a token, or another token.
    case hostRefused = "host-refused"
    /// A running host does not answer.
    case hostUnreachable = "host-unreachable"
    /// A running host has no plugins enabled.
    case hostWithoutPlugins = "host-without-plugins"
    /// A registry's index cannot be read by a host.
    case indexMalformed = "index-malformed"
    /// A registry's index cannot be read or fetched.
    case indexUnavailable = "index-unavailable"
    /// The index of a signed registry is unsigned, by another key, of another registry, old or expired.
    case indexUntrusted = "index-untrusted"
    /// The command was interrupted.
    case interrupted
    /// The file to compare with is not a benchmark of that hook.
    case invalidBenchmark = "invalid-benchmark"
    /// A file of hook cases cannot be read.
    case invalidCase = "invalid-case"
    /// The configuration file cannot be read.
    case invalidConfiguration = "invalid-configuration"
    /// A host profile or host.yaml cannot be read.
    case invalidHost = "invalid-host"
    /// The input for a hook cannot be read.
    case invalidInput = "invalid-input"
    /// A key file cannot be read.
    case invalidKey = "invalid-key"
    /// A key label contains invalid characters.
    case invalidLabel = "invalid-label"
    /// A file with logins of OCI registries cannot be read, or a credential helper fails.
    case invalidLogin = "invalid-login"
    /// A plugin.yaml cannot be read.
    case invalidManifest = "invalid-manifest"
    /// A plugin name is not 1 to 128 letters, digits, '-' and '_'.
    case invalidName = "invalid-name"
    /// The policy of a trust root cannot be read, so nothing is accepted.
    case invalidPolicy = "invalid-policy"
    /// SOURCE_DATE_EPOCH is not a time.
    case invalidSourceDateEpoch = "invalid-source-date-epoch"
    /// A file for the key-value store is not a JSON object of strings.
    case invalidStore = "invalid-store"
    /// A template cannot be read or rendered.
    case invalidTemplate = "invalid-template"
    /// A template's name is not an id, a path or the address of a git repository.
    case invalidTemplateAddress = "invalid-template-address"
    /// The record of the template in .pdk cannot be read.
    case invalidTemplateRecord = "invalid-template-record"
    /// A token file does not contain exactly one token.
    case invalidToken = "invalid-token"
    /// A value is not valid for the variable.
    case invalidValue = "invalid-value"
    /// A version is not a semantic version.
    case invalidVersion = "invalid-version"
    /// Other users can read a private key.
    case keyExposed = "key-exposed"
    /// A pdk.lock cannot be read.
    case lockMalformed = "lock-malformed"
    /// The release to install does not match pdk.lock.
    case lockMismatch = "lock-mismatch"
    /// A passphrase is too long.
    case longPassphrase = "long-passphrase"
    /// A WebAssembly module is malformed.
    case malformedModule = "malformed-module"
    /// A signature file is not base64 of 64 bytes.
    case malformedSignature = "malformed-signature"
    /// The manifest cannot be embedded in the module.
    case manifestNotEmbedded = "manifest-not-embedded"
    /// git could not merge.
    case mergeFailed = "merge-failed"
    /// A template's migration cannot move a file, because the target exists.
    case migrationConflict = "migration-conflict"
    /// A path in build.sources does not exist.
    case missingSource = "missing-source"
    /// A variable of the template has no default and no value was given.
    case missingValue = "missing-value"
    /// The build succeeded but did not write the module.
    case moduleNotWritten = "module-not-written"
    /// The host would refuse to load the module.
    case moduleRefused = "module-refused"
    /// Compiling the module takes too long, or too much memory.
    case moduleTooSlow = "module-too-slow"
    /// The registry has a plugin whose name differs only by case.
    case nameDiffersByCase = "name-differs-by-case"
    /// A private key is encrypted, and no passphrase is given.
    case needsPassphrase = "needs-passphrase"
    /// The earlier releases are signed with another key.
    case newKey = "new-key"
    /// An update asks for permissions that the installed plugin does not have; `--allow-new-permissions` allows them.
    case newPermissions = "new-permissions"
    /// The plugin.yaml has no build command.
    case noBuild = "no-build"
    /// There are no hook cases to run.
    case noCases = "no-cases"
    /// The folder to work in does not exist, or its path is not UTF-8.
    case noCurrentFolder = "no-current-folder"
    /// The documentation is not installed with the program.
    case noDocs = "no-docs"
    /// The engine is missing or is another version.
    case noEngine = "no-engine"
    /// git is needed but not in PATH.
    case noGit = "no-git"
    /// Neither PDK_HOME nor HOME is set.
    case noHome = "no-home"
    /// The module does not export that hook.
    case noHook = "no-hook"
    /// There is no key to sign with.
    case noKey = "no-key"
    /// There is no pdk.lock, or it does not name the plugin.
    case noLock = "no-lock"
    /// There is no module; it has not been built.
    case noModule = "no-module"
    /// There is no page of documentation of that name.
    case noPage = "no-page"
    /// The registry has no plugin of that name.
    case noPlugin = "no-plugin"
    /// There is no plugin.yaml in the current folder or a parent folder.
    case noPluginFolder = "no-plugin-folder"
    /// There is no registry at that path, and it looks mistyped.
    case noRegistry = "no-registry"
    /// There is no signature, and one is required.
    case noSignature = "no-signature"
    /// There is no template of that name.
    case noTemplate = "no-template"
    /// The template's original files were not recorded, so they cannot be merged.
    case noTemplateBase = "no-template-base"
    /// The plugin was not created from a template by pdk.
    case noTemplateRecord = "no-template-record"
    /// Input is needed, but there is no terminal.
    case noTerminal = "no-terminal"
    /// A toolchain for the plugin's language is missing.
    case noToolchain = "no-toolchain"
    /// The registry has that plugin, but not that version.
    case noVersion = "no-version"
    /// A file is not a WebAssembly module, or its embedded manifest cannot be read.
    case notAModule = "not-a-module"
    /// A path is not a registry that can be published to.
    case notARegistry = "not-a-registry"
    /// The plugins folder does not have that plugin.
    case notInstalled = "not-installed"
    /// A setting of pdk config has no value.
    case notSet = "not-set"
    /// The folder contains no project or module to create a plugin from.
    case nothingToInit = "nothing-to-init"
    /// An index on the web names a module of another server.
    case otherOrigin = "other-origin"
    /// A file is not a packed plugin that the host can read.
    case packMalformed = "pack-malformed"
    /// The passphrase was typed differently the second time.
    case passphrasesDiffer = "passphrases-differ"
    /// The template needs a newer pdk.
    case pdkTooOld = "pdk-too-old"
    /// A rule of the trust root's policy refuses the plugin.
    case policyRefused = "policy-refused"
    /// The module of a published version is missing or was changed.
    case publishedArtifactDamaged = "published-artifact-damaged"
    /// A registry on a web server can only be read.
    case registryOnTheWeb = "registry-on-the-web"
    /// The registry is signed, and its key is not available.
    case registrySigned = "registry-signed"
    /// The manifest in the module does not match the release.
    case releaseMismatch = "release-mismatch"
    /// What was written could not be installed and verified, so it was rolled back.
    case roundTripFailed = "round-trip-failed"
    /// There are several keys, and none was chosen.
    case severalKeys = "several-keys"
    /// The bytes do not match the SHA-256 in the index.
    case sha256Mismatch = "sha256-mismatch"
    /// No trusted key made the signature.
    case signatureInvalid = "signature-invalid"
    /// A signature is required, but there is no trust root.
    case signatureRequired = "signature-required"
    /// The new signature does not verify.
    case signingFailed = "signing-failed"
    /// The module was not built from the current sources.
    case staleModule = "stale-module"
    /// An object store or OCI registry refused the key or the request.
    case storeRefused = "store-refused"
    /// An object store does not support conditional writes, so publishers could overwrite each other's releases.
    case storeUnsafe = "store-unsafe"
    /// A template cannot be fetched from its git repository.
    case templateNotFetched = "template-not-fetched"
    /// The trust root cannot be read, contains a malformed key, or is empty.
    case trustRootInvalid = "trust-root-invalid"
    /// A file is neither a module nor a packed plugin.
    case unknownFile = "unknown-file"
    /// There is no hook of that name, or the host never calls it.
    case unknownHook = "unknown-hook"
    /// There is no built-in host profile of that name.
    case unknownHost = "unknown-host"
    /// There is no rule of that id or name.
    case unknownRule = "unknown-rule"
    /// There is no toolchain of that name.
    case unknownToolchain = "unknown-toolchain"
    /// The template has no variable of that name.
    case unknownVariable = "unknown-variable"
    /// A value cannot be written in a plugin.yaml so that the host reads it.
    case unrepresentableValue = "unrepresentable-value"
    /// The command line was not understood (exit status 2).
    case usage
}
