//! Where the tokens of SQL end, over bytes.

use crate::bytes::{find, find_either, find_solid};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A keyword, or a name without quotes.
    Word,
    /// A name between double quotes, with them.
    QuotedName,
    /// A string constant of any kind, with its quotes and the letter before them.
    String,
    /// A number; digits only, or with one point.
    Number,
    /// A parameter such as `$1`.
    Parameter,
    /// One byte of anything else.
    Symbol,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Other,
    Space,
    Letter,
    Digit,
    Dollar,
}

static CLASSES: [Class; 256] = {
    let mut classes = [Class::Other; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'\t'..=b'\r' | b' ' => Class::Space,
            b'A'..=b'Z' | b'a'..=b'z' | b'_' | 0x80..=0xFF => Class::Letter,
            b'0'..=b'9' => Class::Digit,
            b'$' => Class::Dollar,
            _ => Class::Other,
        };
        byte += 1;
    }
    classes
};

#[inline(always)]
fn class(byte: u8) -> Class {
    CLASSES[usize::from(byte)]
}

/// Whether a byte can be part of a word, its beginning aside.
#[inline(always)]
pub(crate) fn is_in_word(byte: u8) -> bool {
    class(byte) as u8 >= Class::Letter as u8
}

/// Whether a byte can begin a word.
#[inline(always)]
pub(crate) fn is_letter(byte: u8) -> bool {
    class(byte) == Class::Letter
}

/// Whether a byte is white space.
#[inline(always)]
pub(crate) fn is_space(byte: u8) -> bool {
    class(byte) == Class::Space
}

/// The byte at `at`, 0 past the end.
#[inline(always)]
pub(crate) fn byte(text: &[u8], at: usize) -> u8 {
    match text.get(at) {
        Some(&byte) => byte,
        None => 0,
    }
}

/// Where the word ends that goes on at `from`.
#[inline]
pub(crate) fn word_end(text: &[u8], from: usize) -> usize {
    let mut end = from;
    while text.get(end).map_or(false, |&byte| is_in_word(byte)) {
        end += 1;
    }
    end
}

/// Whether a quote at `quote` comes right behind one of these letters, alone.
#[inline]
pub(crate) fn has_prefix(text: &[u8], quote: usize, letter: u8) -> bool {
    let before = |back| byte(text, quote.wrapping_sub(back));
    before(1) | 0x20 == letter && !is_in_word(before(2))
}

// What each stop of a search costs in fuel, rounded up.
const STOP_COST: i32 = 110;

/// How far a word is read that may be a keyword, in bytes.
const LONGEST_WORD: usize = 64;

/// What a backslash in a quoted run does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slash {
    /// Nothing.
    Plain,
    /// It escapes what follows.
    Escape,
    /// Nothing, or it escapes a quote, as the server is set.
    Unknown,
}

/// Where the run in quotes ends that begins at `quote`; a doubled quote is part of it. `None` if it
/// may end elsewhere: a quote has an odd number of unknown backslashes before it.
#[inline(never)]
pub(crate) fn quoted_end(text: &[u8], quote: usize, slash: Slash, fuel: &mut i32) -> Option<usize> {
    let mark = byte(text, quote);
    let mut at = quote + 1;
    while *fuel >= 0 {
        let from = at;
        let first = byte(text, at);
        if first == mark {
            if byte(text, at + 1) != mark {
                return Some(at + 1);
            }
            at += 2;
        } else if first != b'\\' || slash == Slash::Plain {
            at = find_either(text, at, mark, if slash == Slash::Plain { mark } else { b'\\' });
        } else if slash == Slash::Escape {
            at += 2;
        } else {
            while byte(text, at) == b'\\' {
                at += 1;
            }
            *fuel -= (at - from) as i32 * 16;
            if (at - from) % 2 == 1 && byte(text, at) == mark {
                return None;
            }
        }
        *fuel -= STOP_COST + (at - from) as i32 * 2;
        if at >= text.len() {
            break;
        }
    }
    Some(text.len())
}

/// Where the comment ends that begins at `start`, if one does.
#[inline(never)]
pub(crate) fn comment_end(text: &[u8], start: usize, fuel: &mut i32) -> Option<usize> {
    match (byte(text, start), byte(text, start + 1)) {
        (b'-', b'-') => {
            let end = find_either(text, start + 2, b'\n', b'\r');
            *fuel -= STOP_COST + (end - start) as i32 * 2;
            Some(end)
        }
        (b'/', b'*') => Some(block_comment_end(text, start + 2, fuel)),
        _ => None,
    }
}

#[inline]
fn block_comment_end(text: &[u8], start: usize, fuel: &mut i32) -> usize {
    let (mut at, mut depth) = (start, 1);
    while *fuel >= 0 {
        let from = at;
        match (byte(text, at), byte(text, at + 1)) {
            (b'*', b'/') if depth == 1 => return at + 2,
            (b'*', b'/') => (at, depth) = (at + 2, depth - 1),
            (b'/', b'*') => (at, depth) = (at + 2, depth + 1),
            (b'*' | b'/', _) => at += 1,
            _ => at = find_either(text, at, b'*', b'/'),
        }
        *fuel -= STOP_COST + (at - from) as i32 * 2;
        if at >= text.len() {
            break;
        }
    }
    text.len()
}

/// What a `$` at `start` begins, and where it ends: `$1`, `$tag$…$tag$` or a mere `$`.
#[inline(never)]
pub(crate) fn dollar(text: &[u8], start: usize, fuel: &mut i32) -> (TokenKind, usize) {
    let mut at = start + 1;
    if class(byte(text, at)) == Class::Digit {
        while class(byte(text, at)) == Class::Digit {
            at += 1;
        }
        *fuel -= (at - start) as i32 * 20;
        return (TokenKind::Parameter, at);
    }
    while matches!(class(byte(text, at)), Class::Letter | Class::Digit) {
        at += 1;
    }
    *fuel -= (at - start) as i32 * 25;
    if byte(text, at) != b'$' {
        return (TokenKind::Symbol, start + 1);
    }
    at += 1;
    let tag = text.get(start..at).unwrap_or_default();
    while *fuel >= 0 {
        let from = at;
        if byte(text, at) != b'$' {
            at = find(text, at, b'$');
        }
        *fuel -= STOP_COST + (at - from) as i32 * 2 + tag.len() as i32 * 16;
        let end = at + tag.len();
        match text.get(at..end) {
            None => break,
            Some(same) if same == tag => return (TokenKind::String, end),
            Some(_) => at += 1,
        }
    }
    (TokenKind::String, text.len())
}

/// Where a number ends: digits, at most one point among them.
fn number_end(text: &[u8], start: usize) -> usize {
    let digits = |mut at: usize| {
        while matches!(byte(text, at), b'0'..=b'9' | b'_') {
            at += 1;
        }
        at
    };
    let end = digits(start);
    match byte(text, end) {
        b'.' => digits(end + 1),
        _ => end,
    }
}

/// The token that a statement begins with: the first one that is no parenthesis.
pub(crate) fn first_word(text: &[u8], mut at: usize, fuel: &mut i32) -> Option<(usize, usize)> {
    while *fuel >= 0 {
        let from = at;
        at = find_solid(text, at);
        *fuel -= 310 + (at - from) as i32 * 2;
        at = match *text.get(at)? {
            b'-' | b'/' => comment_end(text, at, fuel)?,
            b'(' => at + 1,
            first if is_letter(first) => {
                // No keyword is as long: a word of thousands of letters would burn the fuel.
                let most = at.saturating_add(LONGEST_WORD).min(text.len());
                let end = word_end(text.get(..most).unwrap_or_default(), at);
                *fuel -= (end - at) as i32 * 20;
                return Some((at, end));
            }
            _ => return None,
        };
    }
    None
}

/// The next token at or after `at`: what it is, and where.
pub(crate) fn token(text: &[u8], mut at: usize) -> Option<(TokenKind, usize, usize)> {
    loop {
        // Nothing is charged here.
        let fuel = &mut (i32::MAX / 2);
        let first = *text.get(at)?;
        let (kind, end) = match class(first) {
            Class::Space => {
                at += 1;
                continue;
            }
            Class::Letter => word_or_string(text, at),
            Class::Digit => (TokenKind::Number, number_end(text, at)),
            Class::Dollar => dollar(text, at, fuel),
            Class::Other => match first {
                b'\'' => (TokenKind::String, run_end(text, at, Slash::Plain)),
                b'"' => (TokenKind::QuotedName, run_end(text, at, Slash::Plain)),
                b'-' | b'/' if matches!(byte(text, at + 1), b'-' | b'*') => {
                    match comment_end(text, at, fuel) {
                        Some(end) => {
                            at = end;
                            continue;
                        }
                        None => (TokenKind::Symbol, at + 1),
                    }
                }
                _ => (TokenKind::Symbol, at + 1),
            },
        };
        return Some((kind, at, end));
    }
}

fn word_or_string(text: &[u8], start: usize) -> (TokenKind, usize) {
    let string = |quote, slash| (TokenKind::String, run_end(text, quote, slash));
    match (byte(text, start) | 0x20, byte(text, start + 1), byte(text, start + 2)) {
        (b'e', b'\'', _) => string(start + 1, Slash::Escape),
        (b'b' | b'n' | b'x', b'\'', _) => string(start + 1, Slash::Plain),
        (b'u', b'&', b'\'') => string(start + 2, Slash::Plain),
        (b'u', b'&', b'"') => (TokenKind::QuotedName, run_end(text, start + 2, Slash::Plain)),
        _ => (TokenKind::Word, word_end(text, start + 1)),
    }
}

/// Where a quoted run ends, whatever that costs.
fn run_end(text: &[u8], quote: usize, slash: Slash) -> usize {
    quoted_end(text, quote, slash, &mut (i32::MAX / 2)).unwrap_or(text.len())
}
