//! Texts, at less fuel than the standard library's way.

use crate::bytes::find;
use crate::json::put;

/// Whether `part` is somewhere in `text`, byte for byte; costs less fuel than `str::contains`.
pub fn includes(text: &str, part: &str) -> bool {
    position(text.as_bytes(), 0, part.as_bytes()).is_some()
}

fn position(text: &[u8], from: usize, part: &[u8]) -> Option<usize> {
    let first = match part.first() {
        Some(&first) => first,
        None => return Some(from),
    };
    let mut at = from;
    loop {
        at = find(text, at, first);
        if at >= text.len() {
            return None;
        }
        if text[at..].starts_with(part) {
            return Some(at);
        }
        at += 1;
    }
}

/// The parts with a separator between them; costs less fuel than `format!`.
pub fn join(parts: &[&str], separator: &str) -> String {
    parts.join(separator)
}

/// The parts between the separators; costs less fuel than `str::split`. An empty separator is none.
pub fn split<'t>(text: &'t str, separator: &'t str) -> impl Iterator<Item = &'t str> {
    let mut next = Some(0);
    std::iter::from_fn(move || {
        let from = next?;
        let end = match separator {
            "" => None,
            _ => position(text.as_bytes(), from, separator.as_bytes()),
        };
        next = end.map(|end| end + separator.len());
        text.get(from..end.unwrap_or(text.len()))
    })
}

/// A whole number in decimal; costs less fuel than `to_string`.
pub fn decimal(number: i64) -> String {
    let mut out = Vec::with_capacity(20);
    push_decimal(&mut out, number);
    out.into_iter().map(char::from).collect()
}

/// Adds a number of at most 20 bytes, for which there is room.
pub(crate) fn push_decimal(out: &mut Vec<u8>, number: i64) {
    if number < 0 {
        put(out, b"-");
    }
    let mut digits = [0; 20];
    let mut rest = number.unsigned_abs();
    let mut first = digits.len();
    for (place, digit) in digits.iter_mut().enumerate().rev() {
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
        first = place;
        if rest == 0 {
            break;
        }
    }
    put(out, digits.get(first..).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn includes_what_contains_does() {
        let texts = ["", "a", "ab", "aab", "SELECT * FROM naïve WHERE é = 'é'", "éé"];
        let parts =
            ["", "a", "ab", "b", "naïve", "é", "'é'", "ééé", "SELECT * FROM naïve WHERE é = 'é'"];
        for text in texts {
            for part in parts {
                assert_eq!(includes(text, part), text.contains(part), "{:?} in {:?}", part, text);
            }
        }
    }

    #[test]
    fn splits_and_joins() {
        for text in ["", "a", "a,b", ",", ",,a,", "é, ü, x", "no separator at all in this text"] {
            for separator in [",", ", ", "é"] {
                let parts: Vec<_> = split(text, separator).collect();
                assert_eq!(parts, text.split(separator).collect::<Vec<_>>());
                assert_eq!(join(&parts, separator), text);
            }
        }
        assert_eq!(split("abc", "").collect::<Vec<_>>(), ["abc"]);
    }

    #[test]
    fn writes_numbers() {
        for number in [0, 1, -1, 9, 10, 1_234_567_890, i64::MAX, i64::MIN] {
            assert_eq!(decimal(number), number.to_string());
        }
    }
}
