import CPluginABI

/// A value that the host wrote, in JSON, which is read from its beginning to what is asked for and no further.
///
/// What is missing or malformed is a value as well: one of which every question is answered with nothing.
public struct JSON {
    let raw: PluginField

    init(_ raw: PluginField) { self.raw = raw }

    /// The value that a text begins with.
    public init(_ text: Text) {
        raw = PluginField(at: text.start.characters, end: text.end.characters)
    }

    /// The member of this name, if this is an object that has one.
    public subscript(name: Text) -> JSON { JSON(plugin_member(raw, name.raw, false)) }

    /// The same; capitals in the name don't matter.
    public subscript(ignoringCase name: Text) -> JSON { JSON(plugin_member(raw, name.raw, true)) }

    /// The text that this is.
    public var field: Field { Field(raw) }

    /// The texts in this array.
    public var texts: [Text] {
        var list = PluginList(rest: raw)
        var field = PluginField()
        var texts: [Text] = []
        while plugin_list_next(&list, &field) {
            if let text = Field(field).text { texts.append(text) }
        }
        return texts
    }

    /// The whole number that this is; 0 for any other value, and for one that doesn't fit 64 bits.
    public var integer: Int64 { plugin_number(raw) }

    /// Whether this is `true`.
    public var isTrue: Bool { plugin_is_true(raw) }
}

/// A text that the host sends, whose size can be asked for before its bytes are.
///
/// The host lets a query run when a plugin runs out of fuel, so read with a bound what may be long.
public struct Field {
    private let raw: PluginField

    init(_ raw: PluginField) { self.raw = raw }

    /// Whether the host sent a string; null is none.
    public var exists: Bool { plugin_field_exists(raw) }

    /// How many bytes the text takes as the host wrote it, with its escapes: never fewer than the text itself has.
    public var size: Int {
        // What cannot be reached for its size is larger than any number.
        let size = plugin_field_size(raw)
        return size < 0 ? .max : size
    }

    /// The text; nil when there is none.
    public var text: Text? { Text(plugin_field_text(raw)) }

    /// The text if it has at most `maxCount` bytes. It is left alone, at no cost that grows with it, when it has more.
    public func text(upTo maxCount: Int) -> Text? { Text(plugin_field_text_up_to(raw, max(maxCount, 0))) }

    /// The beginning of the text: what its first `maxCount` bytes in JSON say, at most.
    public func beginning(upTo maxCount: Int) -> Text? { Text(plugin_field_beginning(raw, max(maxCount, 0))) }
}
