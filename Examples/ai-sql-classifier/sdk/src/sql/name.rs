//! What a name in SQL says.

use super::lexer::byte;
use crate::json::{push_character, put};

/// PostgreSQL cuts longer names, at the beginning of a character.
const LONGEST: usize = 63;

/// One part of a name: the bytes that the server keeps.
#[derive(Debug)]
pub(crate) struct Name {
    pub bytes: Vec<u8>,
    /// Whether an escape is malformed.
    pub is_broken: bool,
}

/// Whether a name is `U&"…"`.
pub(crate) fn has_escapes(text: &[u8], start: usize) -> bool {
    byte(text, start) | 0x20 == b'u' && byte(text, start + 1) == b'&'
}

impl Name {
    /// The name that a word or a quoted name is.
    #[inline(never)]
    pub(crate) fn new(text: &[u8], (start, end): (usize, usize)) -> Self {
        let has_escapes = has_escapes(text, start);
        let is_quoted = has_escapes || byte(text, start) == b'"';
        let from = start + usize::from(is_quoted) + 2 * usize::from(has_escapes);
        let mut rest = text.get(from..end - usize::from(is_quoted)).unwrap_or_default();
        // With room for the character that is cut off.
        let mut bytes = Vec::with_capacity(LONGEST + 4);
        let mut is_broken = false;
        while let (Some((&first, after)), true) = (rest.split_first(), bytes.len() <= LONGEST) {
            rest = after;
            if first == b'\\' && has_escapes {
                match escaped(&mut rest) {
                    Some(character) => push_character(&mut bytes, character),
                    None => {
                        is_broken = true;
                        break;
                    }
                }
                continue;
            }
            if first == b'"' {
                rest = after.get(1..).unwrap_or_default();
            }
            put(&mut bytes, &[if is_quoted { first } else { first.to_ascii_lowercase() }]);
        }
        if bytes.len() > LONGEST {
            let mut size = LONGEST;
            while byte(&bytes, size) & 0xC0 == 0x80 {
                size -= 1;
            }
            bytes.truncate(size);
        }
        Name { bytes, is_broken }
    }

    /// Whether it is `wanted`, the case of ASCII letters aside.
    pub(crate) fn is(&self, wanted: &[u8]) -> bool {
        self.bytes.eq_ignore_ascii_case(wanted.get(..LONGEST).unwrap_or(wanted))
    }
}

/// Four hex digits or `+` and six.
#[inline(never)]
fn escape(rest: &mut &[u8]) -> Option<u32> {
    let (from, to) = if byte(rest, 0) == b'+' { (1, 7) } else { (0, 4) };
    let mut code = 0;
    for &digit in rest.get(from..to)? {
        code = code << 4 | char::from(digit).to_digit(16)?;
    }
    *rest = rest.get(to..)?;
    Some(code)
}

/// What a backslash stands before.
fn escaped(rest: &mut &[u8]) -> Option<char> {
    if byte(rest, 0) == b'\\' {
        *rest = rest.get(1..)?;
        return Some('\\');
    }
    let mut code = escape(rest)?;
    if code >> 10 == 0x36 {
        *rest = rest.strip_prefix(b"\\")?;
        let low = escape(rest)?;
        code = (0x10000 + ((code & 0x3FF) << 10 | (low & 0x3FF))) * u32::from(low >> 10 == 0x37);
    }
    char::from_u32(code).filter(|&character| character != '\0')
}
