internal import Arguments
internal import PluginRegistry

/// The options that allow a release which an install or update would refuse.
struct AcceptanceOptions: ParsableArguments, Sendable {
    @Flag(name: .long, help: "Allow signed modules that a web registry's index has on other servers.")
    var allowOtherOrigins = false
    @Flag(
        name: .long,
        help: "Allow an update signed with another key, or an unsigned or unverified update of a signed plugin.")
    var acceptNewKey = false
    @Flag(name: .long, help: "Allow an update that asks for permissions which the installed plugin does not have.")
    var allowNewPermissions = false

    var installOptions: InstallOptions {
        var options = InstallOptions()
        options.allowsOtherOrigins = allowOtherOrigins
        options.acceptsNewKey = acceptNewKey
        options.allowsNewPermissions = allowNewPermissions
        return options
    }
}
