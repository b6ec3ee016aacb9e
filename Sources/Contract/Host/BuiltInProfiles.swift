extension HostProfile {
    /// The profiles that are part of the program; the first is the one that counts where none is named.
    package static let builtIn: [HostProfile] = [builtIn(PackageResources.helios_1_5_json)]

    /// The profile that counts where none is named.
    package static var standard: HostProfile { builtIn[0] }

    /// The built-in profile of this name.
    package static func builtIn(named id: String) -> HostProfile? { builtIn.first { $0.id == id } }

    private static func builtIn(_ bytes: [UInt8]) -> HostProfile {
        do {
            return try HostProfile(try JSONDocument(parsing: bytes).root.value)
        } catch {
            // A test reads every profile: one that is broken does not leave the workshop.
            fatalError("a built-in host profile cannot be read: \(error)")
        }
    }
}
