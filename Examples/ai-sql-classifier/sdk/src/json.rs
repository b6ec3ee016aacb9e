//! JSON, read where it lies and no further than needed, and written into one buffer.

use crate::bytes::{copy_sixteen, find_either, find_escaped, is_ascii, json_marks, padded};
use std::cell::Cell;
use std::mem::ManuallyDrop;

/// How deep arrays and objects may lie one in another.
const DEEPEST: usize = 100;

/// An input of more bytes is not read beyond its first text: fuel must suffice whatever it holds.
pub(crate) const MOST_WALKED: usize = 262_144;

/// What a text may take: each byte counts one, and what JSON escapes counts more.
#[derive(Clone, Copy, Debug)]
struct Bounds {
    most: usize,
    escape: usize,
    /// An escape that the host does not write.
    rare_escape: usize,
    /// What decoding may cost.
    fuel: usize,
}

// What decoding costs in fuel, rounded up.
const PLAIN_COST: usize = 3;
const COPIED_COST: usize = 2;
const PIECE_COST: usize = 250;
const TURN_COST: usize = 45;
const SHORT_COST: usize = 43;
const CODE_COST: usize = 51;
const RARE_COST: usize = 650;

/// A value that begins at `at`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Json<'a> {
    input: &'a [u8],
    at: usize,
}

impl<'a> Json<'a> {
    /// The value that an input is.
    pub(crate) fn new(input: &'a [u8]) -> Option<Self> {
        Json { input, at: 0 }.skip_space()
    }

    #[inline(never)]
    fn skip_space(self) -> Option<Self> {
        let mut at = self.at;
        while *self.input.get(at)? <= b' ' {
            at += 1;
        }
        Some(Json { at, ..self })
    }

    fn first(self) -> u8 {
        byte(self.input, self.at)
    }

    fn rest(self) -> &'a [u8] {
        self.input.get(self.at..).unwrap_or_default()
    }

    /// What comes after `byte`, if that is what comes.
    #[inline(never)]
    fn past(self, byte: u8) -> Option<Self> {
        (self.first() == byte).then_some(())?;
        Json { at: self.at + 1, ..self }.skip_space()
    }

    pub(crate) fn is_text(self) -> bool {
        self.first() == b'"'
    }

    pub(crate) fn is_true(self) -> bool {
        self.rest().starts_with(b"true")
    }

    /// A whole number that is not negative, or the greatest there is room for; 0 for others.
    pub(crate) fn unsigned(self) -> u64 {
        let mut number: u64 = 0;
        for &byte in self.rest() {
            match byte {
                b'0'..=b'9' => {
                    number = number.saturating_mul(10).saturating_add(u64::from(byte - b'0'));
                }
                b'.' | b'e' | b'E' => return 0,
                _ => break,
            }
        }
        number
    }

    /// The bytes between a string's quotes with its escapes; `None` if it has no end within `most`.
    pub(crate) fn raw(self, most: usize) -> Option<&'a [u8]> {
        let start = self.at + 1;
        let end = string_end(self.input, start, start.saturating_add(most))?;
        self.input.get(start..end)
    }

    /// A string, and what fuel it took to decode it.
    ///
    /// What has escapes is decoded into memory that is not given back: an instance lives for one
    /// call, and its heap only grows.
    fn bytes(self, bounds: Bounds) -> Option<(&'a [u8], usize)> {
        if !self.is_text() {
            return None;
        }
        let rest = self.rest().get(1..)?;
        let window = rest.get(..bounds.most.saturating_add(1)).unwrap_or(rest);
        let end = find_either(window, 0, b'"', b'\\');
        match window.get(end)? {
            b'"' => Some((window.get(..end)?, end)),
            _ => decode(rest, end, bounds),
        }
    }

    /// A text of SQL that is to be examined, and what fuel it took to decode it. What JSON escapes
    /// counts four towards the limit.
    pub(crate) fn examined(self, limit: usize) -> Option<(&'a [u8], usize)> {
        let limit = limit.min(usize::MAX / 16);
        self.bytes(Bounds { most: limit, escape: 4, rare_escape: 12, fuel: limit * 27 / 2 })
    }

    /// A string of at most `most` bytes as text.
    pub(crate) fn text(self, most: usize) -> Option<&'a str> {
        let (bytes, _) =
            self.bytes(Bounds { most, escape: 1, rare_escape: 1, fuel: usize::MAX })?;
        if is_ascii(bytes) {
            // Safety: ASCII is UTF-8.
            return Some(unsafe { std::str::from_utf8_unchecked(bytes) });
        }
        Some(std::str::from_utf8(bytes).unwrap_or_else(|_| {
            Box::leak(String::from_utf8_lossy(bytes).into_owned().into_boxed_str())
        }))
    }

    /// The elements of an array; none for any other value.
    pub(crate) fn elements(self) -> Elements<'a> {
        let first = self.past(b'[').filter(|first| first.first() != b']');
        Elements(first)
    }

    /// The two elements of an array; not the second one when the first is longer than this library
    /// walks over.
    pub(crate) fn pair(self) -> (Option<Json<'a>>, Option<Json<'a>>) {
        let first = self.elements().0;
        let near = first.filter(|first| first.input.len() <= MOST_WALKED);
        let second = near.and_then(|first| first.past_value(DEEPEST)?.past(b','));
        (first, second)
    }

    /// The value of an object's member for whose name `wanted` holds, the last of several.
    pub(crate) fn member(self, wanted: impl Fn(&str) -> bool) -> Option<Json<'a>> {
        let mut found = None;
        let mut next = self.past(b'{')?;
        while let Some((name, value)) = next.key() {
            if wanted(name.text(usize::MAX)?) {
                found = Some(value);
            }
            match value.past_value(DEEPEST).and_then(|after| after.past(b',')) {
                Some(after) => next = after,
                None => break,
            }
        }
        found
    }

    /// A member's name, and its value.
    fn key(self) -> Option<(Json<'a>, Json<'a>)> {
        if !self.is_text() {
            return None;
        }
        let start = self.at + 1;
        let mut end = find_either(self.input, start, b'"', b'\\');
        if self.input.get(end) != Some(&b'"') {
            end = string_end(self.input, start, usize::MAX)?;
        }
        let value = Json { at: end + 1, ..self }.skip_space()?.past(b':')?;
        Some((self, value))
    }

    /// What comes after this value, which may be `depth` arrays and objects deep; `None` at the end
    /// of the input and for what is not JSON.
    pub(crate) fn past_value(self, depth: usize) -> Option<Json<'a>> {
        let at = match self.first() {
            b'"' => string_end(self.input, self.at + 1, usize::MAX)? + 1,
            open @ (b'{' | b'[') => {
                let (close, depth) = (open + 2, depth.checked_sub(1)?);
                let mut next = self.past(open)?;
                while next.first() != close {
                    if open == b'{' {
                        next = next.key()?.1;
                    }
                    next = next.past_value(depth)?;
                    if next.first() != close {
                        next = next.past(b',')?;
                    }
                }
                next.at + 1
            }
            _ => {
                let mut at = self.at;
                while matches!(byte(self.input, at), b'+' | b'-' | b'.' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z')
                {
                    at += 1;
                }
                (at > self.at).then_some(at)?
            }
        };
        Json { at, ..self }.skip_space()
    }
}

/// The elements of an array.
#[derive(Clone, Debug)]
pub(crate) struct Elements<'a>(Option<Json<'a>>);

impl<'a> Iterator for Elements<'a> {
    type Item = Json<'a>;

    fn next(&mut self) -> Option<Json<'a>> {
        let value = self.0?;
        self.0 = value.past_value(DEEPEST).and_then(|after| after.past(b','));
        Some(value)
    }
}

/// A member as far as it is known.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Member<'a> {
    Missing,
    /// Behind more than this library walks over.
    TooFar,
    Value(Json<'a>),
}

/// An object whose members are looked for one after another, up to the one that is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Object<'a, const N: usize> {
    names: [&'static str; N],
    /// Where each one's value begins; 0 while it is not known.
    values: Cell<[usize; N]>,
    /// The value that was found last, or the object itself.
    last: Cell<Option<Json<'a>>>,
    /// Whether a member was looked for.
    has_begun: Cell<bool>,
}

impl<'a, const N: usize> Object<'a, N> {
    pub(crate) fn new(json: Option<Json<'a>>, names: [&'static str; N]) -> Self {
        let object = json.filter(|json| json.first() == b'{');
        Object {
            names,
            values: Cell::new([0; N]),
            last: Cell::new(object),
            has_begun: Cell::new(false),
        }
    }

    /// The member of this index.
    pub(crate) fn member(&self, index: usize) -> Member<'a> {
        loop {
            let last = match self.last.get() {
                Some(last) => last,
                None => return Member::Missing,
            };
            let at = self.values.get()[index];
            if at != 0 {
                return Member::Value(Json { at, ..last });
            }
            let is_first = !self.has_begun.replace(true);
            if !is_first && last.input.len() > MOST_WALKED {
                return Member::TooFar;
            }
            let next = if is_first {
                last.past(b'{')
            } else {
                last.past_value(DEEPEST).and_then(|after| after.past(b','))
            };
            let (name, value) = match next.and_then(Json::key) {
                Some(member) => member,
                None => return Member::Missing,
            };
            self.last.set(Some(value));
            if let Some(index) = self.names.iter().position(|&known| name.is(known)) {
                let mut values = self.values.get();
                if values[index] == 0 {
                    values[index] = value.at;
                    self.values.set(values);
                }
            }
        }
    }

    /// The value of a member.
    pub(crate) fn value(&self, index: usize) -> Option<Json<'a>> {
        match self.member(index) {
            Member::Value(value) => Some(value),
            _ => None,
        }
    }
}

impl<'a> Json<'a> {
    /// Whether a string is `text`, which the host writes without escapes.
    fn is(self, text: &str) -> bool {
        let inside = self.input.get(self.at + 1..).unwrap_or_default();
        let same = inside.iter().zip(text.as_bytes()).take_while(|(one, other)| one == other);
        let same = same.count();
        match byte(inside, same) {
            b'"' => same == text.len(),
            b'\\' => {
                let most = text.len();
                let bounds = Bounds { most, escape: 1, rare_escape: 1, fuel: usize::MAX };
                self.bytes(bounds).map_or(false, |(bytes, _)| bytes == text.as_bytes())
            }
            _ => false,
        }
    }
}

/// Where the quote is that ends a string whose text begins at `start`, before `limit`.
///
/// 64 bytes at a time, whatever they hold: a quote counts unless an odd number of backslashes
/// stands before it, and the sum of a run's bits and the run tells where it ends.
fn string_end(input: &[u8], start: usize, limit: usize) -> Option<usize> {
    const EVEN: u64 = 0x5555_5555_5555_5555;
    let mut at = start;
    let mut is_escaped = 0;
    while at < input.len() && at < limit {
        let (quotes, slashes) = match input.get(at..at + 64) {
            Some(block) => json_marks(block.try_into().ok()?),
            None => json_marks(&padded(input, at)),
        };
        let mut escaped = is_escaped;
        if slashes != 0 {
            let slashes = slashes & !is_escaped;
            let follows = slashes << 1 | is_escaped;
            let odd_starts = slashes & !EVEN & !follows;
            let (ends, carry) = odd_starts.overflowing_add(slashes);
            is_escaped = u64::from(carry);
            escaped = (EVEN ^ ends << 1) & follows;
        } else {
            is_escaped = 0;
        }
        let quotes = quotes & !escaped;
        if quotes != 0 {
            return Some(at + quotes.trailing_zeros() as usize).filter(|&end| end < input.len());
        }
        at += 64;
    }
    None
}

/// The string at the beginning of `raw`, whose first escape is at `first`, and what fuel it took;
/// `None` if there is too much of it, or it has no end.
#[inline(never)]
#[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
fn decode(raw: &[u8], first: usize, bounds: Bounds) -> Option<(&'static [u8], usize)> {
    let room = bounds.most.min(raw.len()) + PIECE + 2 * MARGIN;
    let mut out: ManuallyDrop<Vec<u8>> = ManuallyDrop::new(Vec::with_capacity(room));
    put(&mut out, raw.get(..first)?);
    let mut at = first;
    // What escapes count more than the bytes they become.
    let mut more = 0;
    let mut fuel = first * PLAIN_COST;
    loop {
        let rest = raw.get(at..)?;
        let is_last = rest.len() <= MARGIN;
        let last = padded(if is_last { rest } else { &[] }, 0);
        let (from, size) = if is_last {
            (last.as_ptr(), rest.len())
        } else {
            (rest.as_ptr(), PIECE.min(rest.len() - MARGIN))
        };
        if room - out.len() < PIECE + MARGIN {
            return None;
        }
        // Safety: there are 32 bytes more to read than the piece has, and to write.
        let piece = unsafe {
            let begun = out.len();
            let piece = Piece::decoded(from, size, out.as_mut_ptr().add(begun));
            out.set_len(begun + piece.written);
            piece
        };
        at += piece.read;
        more += piece.escapes * (bounds.escape - 1);
        fuel += PIECE_COST + piece.fuel;
        let is_end = *raw.get(at)? == b'"';
        if piece.is_stopped && !is_end {
            // No escape of JSON.
            (byte(raw, at + 1) == b'u').then_some(())?;
            let (character, size) = unicode(raw.get(at + 2..)?);
            push_character(&mut out, character);
            more += bounds.rare_escape - 1;
            fuel += RARE_COST;
            at += 2 + size;
        }
        if out.len() + more > bounds.most || fuel > bounds.fuel {
            return None;
        }
        if is_end {
            return Some((ManuallyDrop::into_inner(out).leak(), fuel));
        }
    }
}

/// So many bytes of JSON are decoded before the bounds are looked at.
const PIECE: usize = 2048;

/// So many bytes a piece may read and write beyond its end.
const MARGIN: usize = 32;

/// A piece of a string, decoded.
struct Piece {
    read: usize,
    written: usize,
    escapes: usize,
    fuel: usize,
    /// Whether a quote ended it, a code that the host does not write or what is no escape.
    is_stopped: bool,
}

impl Piece {
    /// Decodes `size` bytes, or a few more.
    ///
    /// # Safety
    ///
    /// Behind `size` bytes 32 more can be read, and as many written.
    #[inline]
    #[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
    unsafe fn decoded(from: *const u8, size: usize, room: *mut u8) -> Piece {
        // A code of ASCII, as `\u001f`: the bits that are not its value's. The host writes control
        // characters so.
        const CODE: u64 = 0x30_3030_755C;
        const CODE_BITS: u64 = 0xF8_FFFF_FFFF;
        let (mut at, mut to) = (from, room);
        let (mut turns, mut codes) = (0, 0);
        let mut is_stopped = false;
        // Safety: `at` goes at most 20 bytes beyond `stop`, and no more than 12 are read from there.
        unsafe {
            let stop = from.add(size);
            'all: while at < stop {
                // Up to the next quote or backslash, 16 bytes at a time.
                let plain = (copy_sixteen(at, to) | 1 << 16).trailing_zeros() as usize;
                at = at.add(plain);
                to = to.add(plain);
                if plain == 16 {
                    continue;
                }
                turns += 1;
                let mut next = at.cast::<u64>().read_unaligned().to_le();
                if next as u8 == b'"' {
                    is_stopped = true;
                    break;
                }
                loop {
                    if next & CODE_BITS == CODE {
                        *to = (next >> 28) as u8 & 0x70 | DIGIT[(next >> 40) as usize & 31];
                        next = at.add(6).cast::<u64>().read_unaligned().to_le();
                        at = at.add(6);
                        codes += 1;
                    } else {
                        let meant = MEANT[(next >> 8) as usize & 127];
                        if meant == 0 {
                            is_stopped = true;
                            break 'all;
                        }
                        *to = meant;
                        next = at.add(2).cast::<u64>().read_unaligned().to_le();
                        at = at.add(2);
                    }
                    to = to.add(1);
                    if next as u8 != b'\\' || at >= stop {
                        break;
                    }
                }
            }
        }
        let (read, written) = (at as usize - from as usize, to as usize - room as usize);
        // Each escape is a byte of text, a short one two of JSON, a code six.
        let shorts = read - written - 5 * codes;
        let fuel = (written - shorts - codes) * COPIED_COST
            + turns * TURN_COST
            + shorts * SHORT_COST
            + codes * CODE_COST;
        Piece { read, written, escapes: shorts + codes, fuel, is_stopped }
    }
}

/// What a backslash and this byte stand for; 0 for `u` and what is no escape.
static MEANT: [u8; 128] = {
    let mut meant = [0; 128];
    let pairs = b"\"\"\\\\//b\x08f\x0Cn\nr\rt\t";
    let mut index = 0;
    while index < pairs.len() {
        meant[pairs[index] as usize] = pairs[index + 1];
        index += 2;
    }
    meant
};

#[inline(always)]
fn byte(raw: &[u8], at: usize) -> u8 {
    match raw.get(at) {
        Some(&byte) => byte,
        None => 0,
    }
}

/// Adds a character, for which there is room.
#[inline(never)]
pub(crate) fn push_character(out: &mut Vec<u8>, character: char) {
    let mut code = u32::from(character);
    let more = usize::from(code >= 0x80) + usize::from(code >= 0x800) + usize::from(code > 0xFFFF);
    let mut bytes: u32 = 0;
    for _ in 0..more {
        bytes = (bytes | 0x80 | code & 0x3F) << 8;
        code >>= 6;
    }
    bytes |= code | 0xF0E0_C000 >> (8 * more) & 0xFF;
    put(out, bytes.to_le_bytes().get(..more + 1).unwrap_or_default());
}

/// Adds bytes for which there is room.
#[inline(never)]
pub(crate) fn put(out: &mut Vec<u8>, bytes: &[u8]) {
    if out.capacity() - out.len() < bytes.len() {
        std::process::abort();
    }
    // Safety: there is room, and a part of another vector does not overlap it.
    unsafe {
        out.as_mut_ptr().add(out.len()).copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
        out.set_len(out.len() + bytes.len());
    }
}

/// What a hex digit is worth.
#[inline]
fn hex(digit: u8) -> u8 {
    ((digit & 15) + (digit >> 6) * 9) & 15
}

/// The same by the last five bits of a digit.
static DIGIT: [u8; 32] = {
    let mut values = [0; 32];
    let mut digit = 0;
    while digit < 16 {
        values[b"0123456789abcdef"[digit] as usize & 31] = digit as u8;
        digit += 1;
    }
    values
};

/// The character that the digits behind `\u` stand for, and how many bytes they take. Half a
/// surrogate pair is no character.
#[inline(never)]
fn unicode(text: &[u8]) -> (char, usize) {
    let (mut code, mut size) = (hex4(text, 0), 4);
    if code >> 10 == 0x36 && byte(text, 4) == b'\\' && byte(text, 5) == b'u' {
        let low = hex4(text, 6);
        if low >> 10 == 0x37 {
            code = 0x10000 + ((code & 0x3FF) << 10 | (low & 0x3FF));
            size = 10;
        }
    }
    (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), size)
}

/// The number that four hex digits are.
#[inline(never)]
fn hex4(text: &[u8], at: usize) -> u32 {
    (at..at + 4).fold(0, |code, at| code << 4 | u32::from(hex(byte(text, at))))
}

/// How many bytes [`push_string`] writes at most.
pub(crate) fn string_room(text: &str) -> usize {
    text.len() * 6 + 2
}

/// Adds a JSON string, for which there is [room](string_room).
#[inline(never)]
pub(crate) fn push_string(out: &mut Vec<u8>, text: &str) {
    let text = text.as_bytes();
    let mut at = 0;
    put(out, b"\"");
    loop {
        let plain = find_escaped(text, at);
        put(out, text.get(at..plain).unwrap_or_default());
        let escaped = match text.get(plain) {
            None => break,
            Some(&byte) => byte,
        };
        if escaped < 0x20 {
            let digit = escaped & 15;
            let digit = digit + if digit < 10 { b'0' } else { b'a' - 10 };
            put(out, &[b'\\', b'u', b'0', b'0', b'0' + (escaped >> 4), digit]);
        } else {
            put(out, &[b'\\', escaped]);
        }
        at = plain + 1;
    }
    put(out, b"\"");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(json: &str, most: usize) -> Option<&str> {
        Json::new(json.as_bytes())?.text(most)
    }

    #[test]
    fn decodes_strings() {
        let all = r#""a\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00""#;
        assert_eq!(text(all, 15), Some("a\"\\/\u{8}\u{c}\n\r\té😀"));
        assert_eq!(text(all, 14), None);
        assert_eq!(
            text(r#""\ud800\ud800\udc00\udc00x\ud800""#, 99),
            Some("\u{FFFD}\u{10000}\u{FFFD}x\u{FFFD}")
        );
        assert_eq!(text(r#""\u12""#, 99), None);
        assert_eq!(text("12", 99), None);
        assert_eq!(text("\"abc", 99), None);
        assert_eq!(text("\"abc\"", 3), Some("abc"));
        assert_eq!(text("\"abc\"", 2), None);
    }

    #[test]
    fn decodes_escapes_wherever_they_stand() {
        for code in (0..0x900).step_by(31).chain(0xFFE0..0x10010).filter_map(char::from_u32) {
            let mut units = [0; 2];
            let units = code.encode_utf16(&mut units).iter();
            let escape: String = units.map(|unit| format!("\\u{:04x}", unit)).collect();
            for size in (0..70).chain(2000..2080) {
                let (plain, short) = ("x".repeat(size), size % 23);
                let json = format!("\"{}{}{}{}\"", plain, escape, "\\n".repeat(short), escape);
                let meant = format!("{}{}{}{}", plain, code, "\n".repeat(short), code);
                assert_eq!(text(&json, meant.len()), Some(&*meant));
                assert_eq!(text(&json, meant.len() - 1), None);
                assert_eq!(text(&json[..json.len() - 1], usize::MAX), None);
            }
        }
    }

    #[test]
    fn finds_the_end_of_any_string() {
        let mut seed = 7u64;
        for size in 0..300 {
            let mut raw = Vec::new();
            while raw.len() < size {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                match seed >> 62 {
                    0 => raw.extend_from_slice(b"\\\\"),
                    1 => raw.extend_from_slice(b"\\\""),
                    _ => raw.push(b'x'),
                }
            }
            let end = raw.len();
            raw.extend_from_slice(b"\",\"y\\");
            assert_eq!(string_end(&raw, 0, usize::MAX), Some(end));
            assert_eq!(string_end(&raw[..end], 0, usize::MAX), None);
        }
    }

    #[test]
    fn refuses_what_is_not_json() {
        let long = "[".repeat(200);
        for bad in
            ["", "\"", "\"\\\"", "[1,]", "[1 2]", "{\"a\"}", "{\"a\":}", "{a:1}", "[}", &long]
        {
            let bad = format!("{} ,", bad);
            let after = Json::new(bad.as_bytes()).and_then(|value| value.past_value(DEEPEST));
            assert!(after.and_then(|after| after.past(b',')).is_none(), "{}", bad);
        }
    }

    #[test]
    fn steps_over_any_value() {
        for value in
            ["true", "null", "-2.5e+3", "[]", "{}", "[1,true]", "[[null] , {\"a\":[0]}]", "\"]\""]
        {
            let json = format!("{} , 7", value);
            let after = Json::new(json.as_bytes()).and_then(|value| value.past_value(DEEPEST));
            let after = after.and_then(|after| after.past(b','));
            assert_eq!(after.map(Json::unsigned), Some(7), "{}", value);
        }
    }

    #[test]
    fn writes_what_it_reads() {
        for code in (0..0x300).chain(0xFFF0..0x10010).filter_map(char::from_u32) {
            for size in 0..20 {
                let plain = format!("{}{}{}", "x".repeat(size), code, "y".repeat(19 - size));
                let mut out = Vec::with_capacity(string_room(&plain));
                push_string(&mut out, &plain);
                let json = Json::new(&out).unwrap();
                assert_eq!(json.text(plain.len()), Some(&*plain));
                assert_eq!(json.text(plain.len() - 1), None);
            }
        }
    }
}
