//! What a name in SQL says.

use super::lexer::byte;

/// PostgreSQL cuts longer names, at the beginning of a character.
const LONGEST: usize = 63;

/// One part of a name as it stands in the text: the bytes that the server keeps, one by one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Name<'t> {
    /// What was not read yet, without quotes.
    rest: &'t [u8],
    is_quoted: bool,
    has_escapes: bool,
    /// Whether an escape is malformed.
    pub is_broken: bool,
    /// How many bytes may still come.
    room: usize,
    /// Bytes of the character that an escape stands for.
    pending: u32,
}

impl<'t> Name<'t> {
    /// The name that a word or a quoted name is.
    pub(crate) fn new(text: &'t [u8], (start, end): (usize, usize)) -> Self {
        let token = text.get(start..end).unwrap_or_default();
        let has_escapes = byte(token, 0) | 0x20 == b'u' && byte(token, 1) == b'&';
        let is_quoted = has_escapes || byte(token, 0) == b'"';
        let from = usize::from(is_quoted) + 2 * usize::from(has_escapes);
        let to = token.len() - usize::from(is_quoted);
        let rest = token.get(from..to).unwrap_or_default();
        Name { rest, is_quoted, has_escapes, is_broken: false, room: LONGEST, pending: 0 }
    }

    /// The same name, whatever the spelling; what comparing costs is charged.
    pub(crate) fn equals(self, other: Name<'_>, fuel: &mut i32) -> bool {
        // Most names are told by their lengths.
        let is_plain = !self.is_quoted && !other.is_quoted && self.rest.len() <= LONGEST;
        *fuel -= 60;
        if is_plain && self.rest.len() != other.rest.len() {
            return false;
        }
        *fuel -= (self.rest.len() + other.rest.len()) as i32 * 40;
        self.eq(other)
    }

    /// Whether it is `wanted`, the case of ASCII letters aside.
    pub(crate) fn is(mut self, wanted: &[u8]) -> bool {
        let cut = wanted.iter().take(LONGEST);
        cut.clone()
            .all(|wanted| self.next().map_or(false, |mine| mine.eq_ignore_ascii_case(wanted)))
            && (self.next().is_none() || wanted.len() > LONGEST)
    }

    /// Four hex digits or `+` and six.
    fn escape(&mut self) -> Option<u32> {
        let (from, count) = if byte(self.rest, 0) == b'+' { (1, 6) } else { (0, 4) };
        let digits = self.rest.get(from..)?.get(..count)?;
        let mut code = 0;
        for &digit in digits {
            code = code << 4 | char::from(digit).to_digit(16)?;
        }
        self.rest = self.rest.get(from + count..)?;
        Some(code)
    }

    /// What a backslash stands before.
    fn escaped(&mut self) -> Option<char> {
        if byte(self.rest, 0) == b'\\' {
            self.rest = self.rest.get(1..)?;
            return Some('\\');
        }
        let mut code = self.escape()?;
        if code >> 10 == 0x36 {
            self.rest = self.rest.strip_prefix(b"\\")?;
            let low = self.escape()?;
            code =
                (0x10000 + ((code & 0x3FF) << 10 | (low & 0x3FF))) * u32::from(low >> 10 == 0x37);
        }
        char::from_u32(code).filter(|&character| character != '\0')
    }
}

impl Iterator for Name<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        if self.pending != 0 {
            let next = self.pending as u8;
            self.pending >>= 8;
            return Some(next);
        }
        let (&first, after) = self.rest.split_first()?;
        let size = match first {
            0xF0.. => 4,
            0xE0.. => 3,
            0xC0.. => 2,
            0x80.. => 0,
            _ => 1,
        };
        self.rest = after;
        if first == b'\\' && self.has_escapes {
            let mut bytes = [0; 4];
            let size = match self.escaped() {
                Some(character) => character.encode_utf8(&mut bytes).len(),
                None => {
                    self.is_broken = true;
                    return None;
                }
            };
            self.room = self.room.checked_sub(size)?;
            self.pending = u32::from_le_bytes(bytes) >> 8;
            return Some(bytes[0]);
        }
        match self.room.checked_sub(size) {
            Some(room) => self.room = room,
            None => {
                self.rest = &[];
                return None;
            }
        }
        if first == b'"' {
            self.rest = after.get(1..).unwrap_or_default();
        }
        Some(if self.is_quoted { first } else { first.to_ascii_lowercase() })
    }
}
