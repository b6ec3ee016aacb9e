/// The kit's own version.
enum KitVersion {
    static let text = "0.1.0"
    /// What the kit calls itself to servers.
    static let userAgent = "pdk/" + text
}
