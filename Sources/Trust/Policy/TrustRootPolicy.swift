internal import Basics
internal import Contract
internal import Files

extension TrustRoot {
    /// The policy in a folder, nil where there is none; one that cannot be read refuses everything.
    static func policy(
        of folder: String, _ keys: [Key], _ syntax: PolicySyntax, _ warnings: inout [String]
    ) throws(RegistryError) -> TrustPolicy? {
        let path = FilePaths.join(folder, TrustPolicy.fileName)
        do {
            // A dangling link is one that cannot be read.
            guard try FileStatus.of(path) != nil else {
                warnings += unreadPolicies(in: folder).map { "\($0.path) is not used: \($0.message)" }
                return nil
            }
            warnings += try Self.warnings(path)
            let bytes = try WholeFiles.read(path, limit: TrustPolicy.maximumBytes)
            guard String(validating: bytes, as: UTF8.self) != nil else {
                throw PolicyError("it is not UTF-8", line: nil)
            }
            let policy = try TrustPolicy(try syntax.read(bytes), path: path)
            try check(policy, keys)
            return policy
        } catch let error as PolicyError {
            throw RegistryError(
                .policyInvalid, "\(path)\(error.line.map { ":\($0)" } ?? ""): \(error.message)",
                help: "nothing is accepted until it is fixed",
                commandHelp: "nothing is accepted until it is fixed; pdk schema policy prints its format")
        } catch {
            throw RegistryError(
                .policyInvalid, "\(error)", help: "nothing is accepted while the policy cannot be read",
                underlying: error)
        }
    }

    /// Files that were meant to be the policy, and have another name.
    private static func unreadPolicies(in folder: String) -> [(path: String, message: String)] {
        let names = (try? Folder(folder).names()) ?? []
        return names.sorted().filter {
            $0 != TrustPolicy.fileName && ["policy.yaml", "policy.yml", "policy.json"].contains($0.lowercased())
        }.map { (FilePaths.join(folder, $0), "only a file named \(TrustPolicy.fileName) is the policy") }
    }

    /// A key that is spoken of by a mistyped label would not be revoked.
    private static func check(_ policy: TrustPolicy, _ keys: [Key]) throws(PolicyError) {
        for rule in policy.keys {
            let isFingerprint = rule.key.utf8.count == 16 && Hex.decode(rule.key) != nil
            guard isFingerprint || keys.contains(where: { $0.label.utf8.elementsEqual(rule.key.utf8) }) else {
                let near = NearWord.to(rule.key, among: keys.map(\.label))
                throw PolicyError(
                    "keys: the trust root has no key '\(rule.key.printable)'"
                        + (near.map { "; did you mean \($0)?" } ?? "; give the fingerprint of a removed key"),
                    line: rule.line)
            }
        }
    }

    /// What is wrong with the folder's policy: that it cannot be read, or names keys that the trust root does not hold.
    package static func policyFindings(
        folder path: String, syntax: PolicySyntax
    ) throws(RegistryError) -> [(path: String, message: String)] {
        let file = FilePaths.join(path, TrustPolicy.fileName)
        let root: TrustRoot?
        do throws(RegistryError) { root = try loadIfAny(folder: path, isRequired: false, syntax: syntax) } catch {
            // What is wrong with the keys is found without a policy.
            guard error.kind == .policyInvalid else { return [] }
            return [(file, error.message)]
        }
        guard let root, let policy = root.policy else { return unreadPolicies(in: path) }
        var found: [(path: String, message: String)] = []
        for rule in policy.names?.value ?? [] {
            guard let listed = rule.settings.keys else { continue }
            for key in listed.value
            where !root.keys.contains(where: { $0.label.utf8.elementsEqual(key.utf8) || $0.id == key.lowercased() }) {
                found.append(
                    (
                        file,
                        "line \(listed.line ?? 0): the trust root has no key '\(key.printable)', so it signs nothing"
                    ))
            }
        }
        return found
    }

    /// The most statements that are read of a folder, and the ending of their names.
    private static let maximumStatements = 100
    private static let ending = ".rotation"

    /// The rotation statements in a folder that verify; what does not is not followed, and is among the faults.
    static func statements(
        of folder: String
    ) -> (good: [RotationStatement], faults: [(path: String, message: String)]) {
        let names = ((try? Folder(folder).names()) ?? []).filter { $0.hasSuffix(ending) }
        var good: [RotationStatement] = [], faults: [(path: String, message: String)] = []
        for name in names.prefix(maximumStatements) {
            let path = FilePaths.join(folder, name)
            do {
                good.append(
                    try RotationStatement(verifying: WholeFiles.read(path, limit: RotationStatement.maximumBytes)))
            } catch { faults.append((path, "\(error)")) }
        }
        if names.count > maximumStatements {
            faults.append((folder, "it has more than \(maximumStatements) of them; the others are not followed"))
        }
        return (good, faults)
    }

    /// The refusal of a plugin for a rule that stands against it.
    ///
    /// - Parameters:
    ///   - subject: What is shown of the plugin, such as `guard v0.1.0`.
    ///   - name: The plugin's name alone, which the help names.
    package static func refusal(
        _ violations: [PolicyViolation], of subject: String, name: String
    ) -> RegistryError? {
        guard let first = violations.first else { return nil }
        let others = violations.count - 1
        let asksForMore = first.rule == "new_permissions", explained = explanation(of: name, in: first.path)
        return RegistryError(
            .policyRefused,
            "the policy refuses \(subject) (\(first.place)): \(first.reason)"
                + (others > 0
                    ? "; and \(others) more: \(violations.dropFirst().map(\.place).joined(separator: "; "))" : ""),
            help: asksForMore
                ? "if they are intended, set InstallOptions.allowsNewPermissions"
                : "choose another release, or change the rule in \(first.path.printable)",
            commandHelp: asksForMore ? "if they are intended, give --allow-new-permissions" : explained,
            violations: violations)
    }

    /// The command that shows what a policy says of a name.
    private static func explanation(of name: String, in policy: String) -> String {
        let name = PluginName(name)?.description ?? "NAME"
        let folder = FilePaths.parent(of: policy) ?? "."
        return "pdk policy explain \(name) --trust-root \(folder.printable.shellWord) shows what the policy says"
    }
}
