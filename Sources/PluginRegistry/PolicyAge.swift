internal import Basics
internal import Contract
internal import Files
package import Trust

/// Releases that a policy's `min_age` does not let in yet: an older one is taken in their place.
extension RegistryContents {
    /// A release that is newer than the one that is taken.
    package struct PassedOver: Sendable {
        package let name: String
        package let version: String
        /// The rule and its place, and what it says of the release.
        package let violation: PolicyViolation

        /// As a warning says it.
        package var text: String {
            "\(name.printable) v\(version.printable) is passed over (\(violation.place)): \(violation.reason)"
        }
    }

    /// The entry that the options ask for; without an exact version, the newest that is old enough for the policy.
    ///
    /// Where none is old enough, the newest of all: the policy refuses it, and says why. Errors: those of `find`.
    package func find(
        _ name: String, _ options: InstallOptions, trust: Trust
    ) throws(RegistryError) -> RegistryEntry {
        let newest = try find(name, options)
        guard options.version == nil, tooYoung(newest, trust) != nil else { return newest }
        return (try? ripe(name, trust).find(name, options)) ?? newest
    }

    /// What is passed over where an entry is taken that nobody named; nil for nothing.
    package func passedOver(
        for entry: RegistryEntry, _ options: InstallOptions, trust: Trust
    ) -> PassedOver? {
        guard options.version == nil, let newest = try? find(entry.name, options),
            newest.order.precedence(against: entry.order) > 0
        else { return nil }
        return tooYoung(newest, trust)
    }

    /// What whoever installs an entry should know of the registry beside it.
    package func notes(on entry: RegistryEntry, _ options: InstallOptions, trust: Trust) -> [String] {
        [
            passedOver(for: entry, options, trust: trust)?.text,
            unknownWithdrawals(of: "\(entry.name.printable) v\(entry.version.printable)"),
        ].compactMap(\.self)
    }

    /// That withdrawals are not known where the tags of an OCI registry are all there is; nil where there is an index.
    package func unknownWithdrawals(of subject: String) -> String? {
        isMadeFromTags ? "\(location) has no index: whether \(subject) was withdrawn is not known" : nil
    }

    /// An entry with the rule that stands against it for its age; nil where it is old enough.
    package func tooYoung(_ entry: RegistryEntry, _ trust: Trust) -> PassedOver? {
        trust.root?.ageViolation(entry.name, publishedAt: entry.publishedAt, at: WallClock.seconds).map {
            PassedOver(name: entry.name, version: entry.version, violation: $0)
        }
    }

    /// An entry with the first rule that stands against it by what the index says; nil where only its bytes could tell.
    ///
    /// `permissions` are those of the installed one.
    package func refused(_ entry: RegistryEntry, _ trust: Trust, after permissions: [String]) -> PassedOver? {
        guard let root = trust.root else { return nil }
        let signer = root.keys.first { $0.id == entry.keyHint }.map { Signer(label: $0.label, keyID: $0.id) }
        var subject = PolicySubject(name: entry.name, version: entry.version, signer: signer, carriesManifest: true)
        subject.hasStatement = true
        subject.publishedAt = entry.publishedAt
        subject.origins = [location.origin]
        if let place = try? location.artifact(entry.artifact) {
            subject.origins.append(RegistryLocation.origin(of: place))
        }
        subject.newPermissions = (entry.permissions ?? []).filter { !permissions.contains($0) }
        subject.isToBeInstalled = true
        return root.violations(of: subject, at: WallClock.seconds)
            // Who has signed it is not known of a signed one whose key is not among these.
            .first { $0.rule != "unsigned" || !entry.isSigned }
            .map { PassedOver(name: entry.name, version: entry.version, violation: $0) }
    }

    private func ripe(_ name: String, _ trust: Trust) -> RegistryContents {
        RegistryContents(
            entries: entries(named: name).filter { tooYoung($0, trust) == nil }, withdrawn: withdrawn,
            location: location)
    }
}
