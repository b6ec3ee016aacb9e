package import Basics
package import Contract

/// A hook case of `pdk test`: calls that share a store, and what is expected of each.
package struct HookCase: Sendable, Equatable {
    /// One call of a hook.
    package struct Call: Sendable, Equatable {
        package let hook: Hook
        /// The exact bytes that the hook is given.
        package var input: [UInt8]
        /// The file whose bytes are the input, relative to the case's file; nil where the case itself holds it.
        package let inputFile: String?
        /// What in the input the host never sends.
        package var assumptions: [HookInput.Assumption]
        /// Why the author assumes that the host sends it after all.
        package internal(set) var assume: String?
        /// What is expected; nil where only a failure counts.
        package let expectation: Expectation?
        /// Exactly these changes of the store, nil values for deleted keys; nil where any will do.
        package let writes: [ByteText: ByteText?]?
        /// The most fuel, in units.
        package let fuel: UInt64?
        /// The most time, in milliseconds.
        package let milliseconds: Int?
        /// The line, from 1.
        package let line: Int
    }

    /// An expected answer.
    package enum Expectation: Sendable, Equatable {
        /// No result.
        case none
        /// An answer in which these values stand; others are free.
        case part(JSONValue)
        /// An answer that is exactly this.
        case exact(JSONValue)

        /// Whether `answer` is what is expected.
        package func accepts(_ answer: JSONValue?) -> Bool {
            switch self {
            case .none: answer == nil
            case .exact(let value): answer?.isEquivalent(to: value) ?? false
            case .part(let value): answer.map { Self.contains($0, value) } ?? false
            }
        }

        private static func contains(_ answer: JSONValue, _ part: JSONValue) -> Bool {
            guard case .object(let members) = part, case .object = answer else { return answer.isEquivalent(to: part) }
            return members.allSatisfy { member in answer[member.name].map { contains($0, member.value) } ?? false }
        }
    }

    package let name: String
    /// The store before the first call.
    package let store: [ByteText: ByteText]
    package var calls: [Call]
    /// The line, from 1.
    package let line: Int
}
