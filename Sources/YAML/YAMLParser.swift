package import Basics
internal import CYAML

/// One event of a YAML text, as libyaml reports it.
package struct YAMLEvent: Sendable {
    /// What is reported.
    package enum Kind: Sendable {
        case documentStart, documentEnd
        case alias
        case scalar(text: String, style: YAMLScalar.Style)
        case sequenceStart, sequenceEnd
        case mappingStart, mappingEnd
    }

    package let kind: Kind
    /// The name of an alias or of the anchor of a value.
    package let anchor: String?
    /// The whole tag, such as `tag:yaml.org,2002:str` for `!!str`; `!` for the tag that makes a text of anything.
    package let tag: String?
    /// Where it begins.
    package let place: TextPlace
}

/// libyaml's parser over one text (`yaml_parser_parse`); freed when it goes out of scope.
@safe
package struct YAMLParser: ~Copyable {
    private let text: [UInt8]
    /// What libyaml reads; it points into itself and into `input`, so both stay where they are.
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>
    /// libyaml counts characters; this is the last place it told, with the number of characters before it.
    private var last = (place: TextPlace.start, characters: 0)
    private var hasEnded = false

    /// A parser for a UTF-8 text.
    package init(_ text: [UInt8]) {
        self.text = text
        unsafe parser = .allocate(capacity: 1)
        unsafe input = .allocate(capacity: max(1, text.count))
        _ = unsafe input.update(fromContentsOf: text)
        // It fails only without memory, as does everything here.
        guard unsafe yaml_parser_initialize(parser) == 1 else { fatalError("libyaml has no memory") }
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        unsafe yaml_parser_set_input_string(parser, input.baseAddress, text.count)
    }

    deinit {
        unsafe yaml_parser_delete(parser)
        unsafe parser.deallocate()
        unsafe input.deallocate()
    }

    /// The next event, nil behind the last.
    package mutating func next() throws(YAMLError) -> YAMLEvent? {
        while !hasEnded {
            var event = unsafe yaml_event_t()
            guard unsafe yaml_parser_parse(parser, &event) == 1 else {
                hasEnded = true
                throw failure()
            }
            defer { unsafe yaml_event_delete(&event) }
            switch unsafe event.type {
            case YAML_STREAM_START_EVENT: break
            case YAML_STREAM_END_EVENT, YAML_NO_EVENT: hasEnded = true
            default:
                let place = place(characters: unsafe event.start_mark.index)
                return unsafe Self.event(event, at: place, text)
            }
        }
        return nil
    }

    private static func event(_ event: yaml_event_t, at place: TextPlace, _ source: [UInt8]) -> YAMLEvent {
        unsafe withUnsafePointer(to: event) { event in
            var tag = unsafe cyaml_tag(event).map { unsafe String(cString: $0) }
            let kind: YAMLEvent.Kind
            switch unsafe event.pointee.type {
            case YAML_DOCUMENT_START_EVENT: kind = .documentStart
            case YAML_DOCUMENT_END_EVENT: kind = .documentEnd
            case YAML_ALIAS_EVENT: kind = .alias
            case YAML_SEQUENCE_START_EVENT: kind = .sequenceStart
            case YAML_SEQUENCE_END_EVENT: kind = .sequenceEnd
            case YAML_MAPPING_START_EVENT: kind = .mappingStart
            case YAML_MAPPING_END_EVENT: kind = .mappingEnd
            default:
                let bytes = unsafe UnsafeBufferPointer(start: cyaml_text(event), count: cyaml_length(event))
                let style = unsafe YAMLScalar.Style(cyaml_style(event))
                kind = unsafe .scalar(text: String(decoding: bytes, as: UTF8.self), style: style)
                // libyaml drops the tag `!`; no plain scalar begins like it.
                if style == .plain, tag == nil, place.offset < source.count, source[place.offset] == UInt8(ascii: "!") {
                    tag = "!"
                }
            }
            let anchor = unsafe cyaml_anchor(event).map { unsafe String(cString: $0) }
            return YAMLEvent(kind: kind, anchor: anchor, tag: tag, place: place)
        }
    }

    /// The place behind that many characters.
    private mutating func place(characters: Int) -> TextPlace {
        var offset = last.place.offset, count = last.characters
        while count < characters, offset < text.count {
            offset += 1
            while offset < text.count, text[offset] & 0xC0 == 0x80 { offset += 1 }
            count += 1
        }
        while count > characters, offset > 0 {
            offset -= 1
            while offset > 0, text[offset] & 0xC0 == 0x80 { offset -= 1 }
            count -= 1
        }
        last = (last.place.moved(to: offset, in: text), count)
        return last.place
    }

    /// What libyaml says of its failure.
    private mutating func failure() -> YAMLError {
        let problem = unsafe parser.pointee.problem.map { unsafe String(cString: $0) } ?? "unknown problem"
        switch unsafe parser.pointee.error {
        case YAML_MEMORY_ERROR: fatalError("libyaml has no memory")
        case YAML_READER_ERROR:
            let offset = unsafe parser.pointee.problem_offset
            let value = unsafe parser.pointee.problem_value
            let shown = value < 0 ? "" : " (\(String(UInt(value), radix: 16, uppercase: true)))"
            return YAMLError(.syntax, problem + shown, at: TextPlace(of: offset, in: text))
        default:
            let context = unsafe parser.pointee.context.map { unsafe String(cString: $0) }
            let begin = place(characters: unsafe parser.pointee.context_mark.index)
            let place = place(characters: unsafe parser.pointee.problem_mark.index)
            var message = problem
            if let context {
                message += " " + context
                if begin.line != place.line { message += " that begins on line \(begin.line)" }
            }
            return YAMLError(.syntax, message, at: place)
        }
    }
}

extension YAMLScalar.Style {
    fileprivate init(_ style: yaml_scalar_style_t) {
        switch style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE: self = .singleQuoted
        case YAML_DOUBLE_QUOTED_SCALAR_STYLE: self = .doubleQuoted
        case YAML_LITERAL_SCALAR_STYLE: self = .literal
        case YAML_FOLDED_SCALAR_STYLE: self = .folded
        default: self = .plain
        }
    }
}
