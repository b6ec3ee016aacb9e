/// An error that can be shown to a person: what failed, and what to do next.
///
/// Texts follow the house style: lower case, one sentence, no full stop, naming the file and the action.
package protocol Diagnostic: Error {
    /// A stable word for scripts, such as `invalid-manifest`.
    var code: String { get }
    /// What went wrong, with the file or the name it went wrong with.
    var message: String { get }
    /// The next thing to type or to change, when there is one.
    var help: String? { get }
}
