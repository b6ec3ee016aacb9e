//! JSON, read where it lies and written into one buffer.

use crate::text::{find, find_below};
use std::borrow::Cow;

/// How deep arrays and objects may lie one in another.
const DEEPEST: usize = 100;

/// A value inside the bytes the host handed over. Nothing is copied; a string is decoded when it is read.
#[derive(Clone, Copy)]
pub(crate) struct Json<'a>(&'a [u8]);

impl<'a> Json<'a> {
    /// The text of a string, `None` for any other value.
    pub(crate) fn text(self) -> Option<Cow<'a, str>> {
        let inside = match self.0 {
            [b'"', inside @ .., b'"'] => inside,
            _ => return None,
        };
        if find(inside, 0, b'\\', b'\\') == inside.len() {
            // The lossy way goes byte by byte, so it is the last resort.
            return Some(std::str::from_utf8(inside).map_or_else(|_| String::from_utf8_lossy(inside), Cow::Borrowed));
        }
        Some(Cow::Owned(match String::from_utf8(unescaped(inside)) {
            Ok(text) => text,
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        }))
    }

    /// The bytes between the quotes of a string, escapes included.
    pub(crate) fn inside_len(self) -> usize {
        self.0.len().saturating_sub(2)
    }

    pub(crate) fn is_true(self) -> bool {
        self.0 == b"true"
    }

    /// A whole number that is not negative, or the greatest there is room for; 0 for any other value.
    pub(crate) fn unsigned(self) -> u64 {
        let mut number: u64 = 0;
        for &byte in self.0 {
            match byte {
                b'0'..=b'9' => number = number.saturating_mul(10).saturating_add((byte - b'0') as u64),
                _ => return 0,
            }
        }
        number
    }

    /// The elements of an array; none for any other value.
    pub(crate) fn elements(self) -> Elements<'a> {
        let mut scanner = Scanner::new(self.0);
        let open = scanner.past(b'[').is_some() && scanner.peek() != Some(b']');
        Elements(if open { Some(scanner) } else { None })
    }

    /// The value of an object's member for whose name `wanted` holds, the last if there are several.
    pub(crate) fn member(self, wanted: impl Fn(&str) -> bool) -> Option<Json<'a>> {
        let mut found = None;
        Scanner::new(self.0).object(|name, value| {
            if wanted(name) {
                found = Some(value);
            }
        });
        found
    }
}

pub(crate) struct Elements<'a>(Option<Scanner<'a>>);

impl<'a> Iterator for Elements<'a> {
    type Item = Json<'a>;

    fn next(&mut self) -> Option<Json<'a>> {
        let scanner = self.0.as_mut()?;
        let value = scanner.value(DEEPEST);
        if value.is_none() || scanner.past(b',').is_none() {
            self.0 = None;
        }
        value
    }
}

/// One pass over the bytes. Whatever gives `None` has met something that is not JSON.
pub(crate) struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Scanner { bytes, at: 0 }
    }

    /// The first byte that is not space.
    fn peek(&mut self) -> Option<u8> {
        while let Some(&byte) = self.bytes.get(self.at) {
            if byte > b' ' {
                return Some(byte);
            }
            self.at += 1;
        }
        None
    }

    /// Passes over space and then this byte.
    pub(crate) fn past(&mut self, byte: u8) -> Option<()> {
        if self.peek()? != byte {
            return None;
        }
        self.at += 1;
        Some(())
    }

    /// Whether there is nothing left but space.
    pub(crate) fn is_at_end(&mut self) -> bool {
        self.peek().is_none()
    }

    /// Passes over an object and hands out its members.
    pub(crate) fn object(&mut self, mut each: impl FnMut(&str, Json<'a>)) -> Option<()> {
        self.past(b'{')?;
        if self.peek()? == b'}' {
            return self.past(b'}');
        }
        loop {
            let key = self.key()?;
            let value = self.value(DEEPEST)?;
            each(&key.text()?, value);
            if self.peek()? == b'}' {
                return self.past(b'}');
            }
            self.past(b',')?;
        }
    }

    fn since(&self, start: usize) -> Option<Json<'a>> {
        self.bytes.get(start..self.at).map(Json)
    }

    fn key(&mut self) -> Option<Json<'a>> {
        self.peek()?;
        let start = self.at;
        self.string()?;
        let key = self.since(start);
        self.past(b':')?;
        key
    }

    fn string(&mut self) -> Option<()> {
        self.past(b'"')?;
        loop {
            self.at = find(self.bytes, self.at, b'"', b'\\');
            if *self.bytes.get(self.at)? == b'"' {
                self.at += 1;
                return Some(());
            }
            self.at += 2;
        }
    }

    /// Passes over the value that comes next, which may be `depth` arrays and objects deep.
    fn value(&mut self, depth: usize) -> Option<Json<'a>> {
        let first = self.peek()?;
        let start = self.at;
        match first {
            b'"' => self.string()?,
            b'{' | b'[' => self.container(first, depth)?,
            _ => {
                while let Some(b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'+' | b'.') = self.bytes.get(self.at) {
                    self.at += 1;
                }
                match self.bytes.get(start..self.at)? {
                    b"true" | b"false" | b"null" | [b'-' | b'0'..=b'9', ..] => (),
                    _ => return None,
                }
            }
        }
        self.since(start)
    }

    fn container(&mut self, open: u8, depth: usize) -> Option<()> {
        let (close, depth) = (open + 2, depth.checked_sub(1)?);
        self.past(open)?;
        if self.peek()? == close {
            return self.past(close);
        }
        loop {
            if open == b'{' {
                self.key()?;
            }
            self.value(depth)?;
            if self.peek()? == close {
                return self.past(close);
            }
            self.past(b',')?;
        }
    }
}

fn unescaped(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    loop {
        let plain = find(text, at, b'\\', b'\\');
        out.extend_from_slice(&text[at..plain]);
        let escape = match text.get(plain + 1) {
            Some(&escape) => escape,
            None => return out,
        };
        at = plain + 2;
        let code = match escape {
            b'b' => 8,
            b't' => 9,
            b'n' => 10,
            b'f' => 12,
            b'r' => 13,
            b'u' => {
                let mut code = hex4(text, at);
                at = text.len().min(at + 4);
                if code >> 10 == 0x36 && text[at..].starts_with(b"\\u") {
                    let low = hex4(text, at + 2);
                    if low >> 10 == 0x37 {
                        code = 0x10000 + ((code & 0x3FF) << 10 | (low & 0x3FF));
                        at += 6;
                    }
                }
                code
            }
            other => {
                out.push(other);
                continue;
            }
        };
        // Half a surrogate pair is no character.
        let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
        out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    }
}

/// The number that four hex digits spell, U+FFFD when there are none.
fn hex4(text: &[u8], at: usize) -> u32 {
    let digits = match text.get(at..at + 4) {
        Some(digits) => digits,
        None => return 0xFFFD,
    };
    let mut code = 0;
    for &digit in digits {
        match (digit as char).to_digit(16) {
            Some(digit) => code = code << 4 | digit,
            None => return 0xFFFD,
        }
    }
    code
}

/// Adds a JSON string.
pub(crate) fn push_string(out: &mut Vec<u8>, text: &str) {
    let text = text.as_bytes();
    let mut at = 0;
    out.reserve(text.len() + 8);
    out.push(b'"');
    loop {
        let plain = find_below(text, at, b'"', b'\\', 0x20);
        out.extend_from_slice(&text[at..plain]);
        match text.get(plain) {
            None => break,
            Some(&byte) if byte < 0x20 => {
                let digits = b"0123456789abcdef";
                out.extend_from_slice(b"\\u00");
                out.extend_from_slice(&[digits[(byte >> 4) as usize], digits[(byte & 15) as usize]]);
            }
            Some(&byte) => out.extend_from_slice(&[b'\\', byte]),
        }
        at = plain + 1;
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(json: &str) -> Option<String> {
        let json = format!("{{\"a\" : {}\n}}", json);
        let mut found = None;
        let mut scanner = Scanner::new(json.as_bytes());
        scanner.object(|_, value| found = value.text().map(Cow::into_owned))?;
        found
    }

    #[test]
    fn decodes_strings() {
        assert_eq!(text(r#""a\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00""#).unwrap(), "a\"\\/\u{8}\u{c}\n\r\té😀");
        assert_eq!(text(r#""\ud800\ud800\udc00\udc00x\ud800""#).unwrap(), "\u{FFFD}\u{10000}\u{FFFD}x\u{FFFD}");
        assert_eq!(text(r#""\u12""#).unwrap(), "\u{FFFD}");
        assert_eq!(text("12"), None);
    }

    #[test]
    fn refuses_what_is_not_json() {
        let long = "[".repeat(200);
        let bad = ["", "tru", "\"", "\"\\\"", "[1,]", "[1 2]", "{\"a\"}", "{\"a\":}", "{a:1}", "{\"a\":1,}", "[}", &long];
        for bad in bad {
            let mut scanner = Scanner::new(bad.as_bytes());
            assert!(scanner.value(DEEPEST).is_none(), "{}", bad);
        }
    }

    #[test]
    fn writes_what_it_reads() {
        for code in (0..0x300).chain(0xFFF0..0x10010).filter_map(char::from_u32) {
            for size in 0..10 {
                let plain = format!("{}{}{}", "x".repeat(size), code, "y".repeat(9 - size));
                let mut out = Vec::new();
                push_string(&mut out, &plain);
                assert_eq!(text(std::str::from_utf8(&out).unwrap()).unwrap(), plain);
            }
        }
    }
}
