internal import Basics
internal import Files
internal import Trust

/// What a trust root's policy says of what is verified; the same for installing, verifying and auditing.
extension Trust {
    /// What a release of this name is verified against: nothing where it is unsigned and the policy allows that.
    ///
    /// Error `noSignature`: the policy has a rule that refuses it, which the error names.
    func allowingUnsigned(_ name: String, isSigned: Bool, subject: String) throws(RegistryError) -> Trust {
        guard !isSigned, let policy = root?.policy else { return self }
        if policy.allowsUnsigned(name) { return .digestOnly }
        guard let violation = policy.unsignedViolation(name) else { return self }
        throw RegistryError(
            .noSignature, "no signature for \(subject), and the policy refuses unsigned releases (\(violation.place))",
            help: "ask the publisher for a signed release", violations: [violation])
    }

    /// Refuses what a rule stands against.
    ///
    /// Error: `policyRefused`.
    func check(_ subject: PolicySubject, called shown: String) throws(RegistryError) {
        guard let root else { return }
        let found = root.violations(of: subject, at: WallClock.seconds)
        if let refusal = TrustRoot.refusal(found, of: shown, name: subject.name) { throw refusal }
    }
}
