internal import Synchronization

/// A set of options and arguments that several commands share.
package protocol ParsableArguments {
    init()
    /// Checks the values together; throws `ValidationError`.
    func validate() throws
}

extension ParsableArguments {
    package func validate() throws {}
}

/// A mistake on the command line that only the values together show.
package struct ValidationError: Error {
    package let message: String
    package init(_ message: String) { self.message = message }
}

/// How an option is spelled; `.long` is the property's own name.
package struct ArgumentName: Sendable, ExpressibleByArrayLiteral {
    enum Spelling: Sendable { case long, short, customLong(String), customShort(Character) }
    let spellings: [Spelling]

    package static let long = ArgumentName(spellings: [.long])
    package static let short = ArgumentName(spellings: [.short])
    package static let shortAndLong = ArgumentName(spellings: [.short, .long])
    package static func customLong(_ name: String) -> ArgumentName { ArgumentName(spellings: [.customLong(name)]) }
    package static func customShort(_ name: Character) -> ArgumentName { ArgumentName(spellings: [.customShort(name)]) }

    private init(spellings: [Spelling]) { self.spellings = spellings }
    package init(arrayLiteral elements: ArgumentName...) { spellings = elements.flatMap(\.spellings) }

    /// The names with their dashes, for a property called `label`.
    func names(for label: String) -> [String] {
        spellings.map { spelling in
            switch spelling {
            case .long: "--" + label
            case .short: "-" + label.prefix(1)
            case .customLong(let name): "--" + name
            case .customShort(let name): "-" + String(name)
            }
        }
    }
}

/// What a property stands for on the command line.
struct Declaration: Sendable {
    var kind: ArgumentShape.Kind
    var name = ArgumentName.long
    var help: String
    var isOptional: Bool
    var isRepeating = false
    var defaultText: String?
    var values: [String] = []
    /// Takes a value as it was typed, or the empty text of a flag; false when it is none of its type.
    let set: @Sendable (String) -> Bool
}

/// A property wrapper that declares a part of the command line.
protocol DeclaringWrapper { var declaration: Declaration { get } }

/// A property wrapper whose value declares parts of the command line.
protocol GroupingWrapper { var group: any ParsableArguments { get } }

/// The value of one property; it is set while the command line is read.
final class ParsedValue<Value: Sendable>: Sendable {
    private let value: Mutex<Value?>

    init(_ value: Value?) { self.value = Mutex(value) }

    /// The value; a command is only used after all that it requires has been given.
    var required: Value {
        guard let value = value.withLock({ $0 }) else { preconditionFailure("the command line has not been read") }
        return value
    }

    func set(_ new: Value) { value.withLock { $0 = new } }
}

/// An option with a value: `--name VALUE` or `--name=VALUE`.
@propertyWrapper
package struct Option<Value: Sendable>: Sendable, DeclaringWrapper {
    private let value: ParsedValue<Value>
    let declaration: Declaration

    package var wrappedValue: Value {
        get { value.required }
        nonmutating set { value.set(newValue) }
    }

    private init(_ parts: (value: ParsedValue<Value>, declaration: Declaration), _ name: ArgumentName) {
        value = parts.value
        var declaration = parts.declaration
        declaration.name = name
        self.declaration = declaration
    }

    /// A required option.
    package init(name: ArgumentName = .long, help: String = "") where Value: ExpressibleByArgument {
        self.init(Declaration.required(.option, help), name)
    }

    /// An option with a default.
    package init(wrappedValue: Value, name: ArgumentName = .long, help: String = "")
    where Value: ExpressibleByArgument {
        self.init(Declaration.defaulting(.option, help, to: wrappedValue), name)
    }

    /// An option that may be left out.
    package init<Item: ExpressibleByArgument>(name: ArgumentName = .long, help: String = "") where Value == Item? {
        self.init(Declaration.optional(.option, help), name)
    }

    /// An option that may be left out.
    package init<Item: ExpressibleByArgument>(
        wrappedValue: Value, name: ArgumentName = .long, help: String = ""
    ) where Value == Item? { self.init(Declaration.optional(.option, help, wrappedValue), name) }

    /// An option that may be given several times.
    package init<Item: ExpressibleByArgument>(
        wrappedValue: Value, name: ArgumentName = .long, help: String = ""
    ) where Value == [Item] { self.init(Declaration.repeating(.option, help, wrappedValue), name) }
}

/// An argument without a name, told by its place.
@propertyWrapper
package struct Argument<Value: Sendable>: Sendable, DeclaringWrapper {
    private let value: ParsedValue<Value>
    let declaration: Declaration

    package var wrappedValue: Value {
        get { value.required }
        nonmutating set { value.set(newValue) }
    }

    private init(_ parts: (value: ParsedValue<Value>, declaration: Declaration)) {
        (value, declaration) = parts
    }

    /// A required argument.
    package init(help: String = "") where Value: ExpressibleByArgument {
        self.init(Declaration.required(.positional, help))
    }

    /// An argument with a default.
    package init(wrappedValue: Value, help: String = "") where Value: ExpressibleByArgument {
        self.init(Declaration.defaulting(.positional, help, to: wrappedValue))
    }

    /// An argument that may be left out.
    package init<Item: ExpressibleByArgument>(help: String = "") where Value == Item? {
        self.init(Declaration.optional(.positional, help))
    }

    /// An argument that may be left out.
    package init<Item: ExpressibleByArgument>(wrappedValue: Value, help: String = "") where Value == Item? {
        self.init(Declaration.optional(.positional, help, wrappedValue))
    }

    /// An argument that may be given several times.
    package init<Item: ExpressibleByArgument>(wrappedValue: Value, help: String = "") where Value == [Item] {
        self.init(Declaration.repeating(.positional, help, wrappedValue))
    }
}

/// An option without a value.
@propertyWrapper
package struct Flag: Sendable, DeclaringWrapper {
    private let value: ParsedValue<Bool>
    let declaration: Declaration

    package var wrappedValue: Bool {
        get { value.required }
        nonmutating set { value.set(newValue) }
    }

    package init(wrappedValue: Bool, name: ArgumentName = .long, help: String = "") {
        let value = ParsedValue<Bool>(wrappedValue)
        self.value = value
        declaration = Declaration(kind: .flag, name: name, help: help, isOptional: true) { _ in
            value.set(!wrappedValue)
            return true
        }
    }
}

/// Options and arguments that are declared together.
@propertyWrapper
package struct OptionGroup<Value: ParsableArguments>: GroupingWrapper {
    package let wrappedValue: Value
    var group: any ParsableArguments { wrappedValue }

    package init() { wrappedValue = Value() }
}

extension OptionGroup: Sendable where Value: Sendable {}

extension Declaration {
    static func required<Value: ExpressibleByArgument>(
        _ kind: ArgumentShape.Kind, _ help: String
    ) -> (ParsedValue<Value>, Declaration) {
        let value = ParsedValue<Value>(nil)
        return (value, one(kind, help, isOptional: false, nil) { value.set($0) })
    }

    static func defaulting<Value: ExpressibleByArgument>(
        _ kind: ArgumentShape.Kind, _ help: String, to initial: Value
    ) -> (ParsedValue<Value>, Declaration) {
        let value = ParsedValue<Value>(initial)
        return (value, one(kind, help, isOptional: true, initial.argumentText) { value.set($0) })
    }

    static func optional<Item: ExpressibleByArgument>(
        _ kind: ArgumentShape.Kind, _ help: String, _ initial: Item? = nil
    ) -> (ParsedValue<Item?>, Declaration) {
        let value = ParsedValue<Item?>(.some(initial))
        return (value, one(kind, help, isOptional: true, initial?.argumentText) { (item: Item) in value.set(item) })
    }

    static func repeating<Item: ExpressibleByArgument>(
        _ kind: ArgumentShape.Kind, _ help: String, _ initial: [Item]
    ) -> (ParsedValue<[Item]>, Declaration) {
        let value = ParsedValue<[Item]>(initial)
        var declaration = one(kind, help, isOptional: true, nil) { (item: Item) in value.set(value.required + [item]) }
        declaration.isRepeating = true
        return (value, declaration)
    }

    private static func one<Item: ExpressibleByArgument>(
        _ kind: ArgumentShape.Kind, _ help: String, isOptional: Bool, _ defaultText: String?,
        take: @escaping @Sendable (Item) -> Void
    ) -> Declaration {
        Declaration(
            kind: kind, help: help, isOptional: isOptional, defaultText: defaultText, values: Item.argumentValues
        ) { text in
            guard let item = Item(argument: text) else { return false }
            take(item)
            return true
        }
    }
}
