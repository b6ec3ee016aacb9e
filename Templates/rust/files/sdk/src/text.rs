//! Texts, looked at eight bytes at a time where that pays.

/// Where the first of two ASCII characters is at or after `from`; the end of `bytes` when there is none.
pub(crate) fn find(bytes: &[u8], from: usize, a: u8, b: u8) -> usize {
    find_below(bytes, from, a, b, 0)
}

/// The same, and any byte below `control`, which is 0x20 at the most.
#[inline(always)]
pub(crate) fn find_below(bytes: &[u8], from: usize, a: u8, b: u8, control: u8) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let (all_a, all_b, controls) = (ONES * a as u64, ONES * b as u64, ONES * control as u64);
    let rest = bytes.get(from..).unwrap_or(&[]);
    let mut at = bytes.len() - rest.len();
    let mut words = rest.chunks_exact(8);
    for word in &mut words {
        let word = u64::from_le_bytes([word[0], word[1], word[2], word[3], word[4], word[5], word[6], word[7]]);
        let mut found = (word ^ all_a).wrapping_sub(ONES) | (word ^ all_b).wrapping_sub(ONES);
        if control != 0 {
            found |= word.wrapping_sub(controls);
        }
        found &= !word & (ONES << 7);
        // The lowest top bit set marks such a byte; those above it may be mere carries.
        if found != 0 {
            return at + (found.trailing_zeros() >> 3) as usize;
        }
        at += 8;
    }
    for &byte in words.remainder() {
        if byte == a || byte == b || byte < control {
            break;
        }
        at += 1;
    }
    at
}

/// Whether `part` is somewhere in `text`, byte for byte; costs less fuel than `str::contains`.
pub fn includes(text: &str, part: &str) -> bool {
    let (text, part) = (text.as_bytes(), part.as_bytes());
    let first = match part.first() {
        Some(&first) => first,
        None => return true,
    };
    let mut at = 0;
    while text.len() - at >= part.len() {
        if first < 0x80 {
            at = find(text, at, first, first);
        }
        if text[at..].starts_with(part) {
            return true;
        }
        if at == text.len() {
            return false;
        }
        at += 1;
    }
    false
}

/// The parts, one after another; costs less fuel than `format!`.
pub fn join(parts: &[&str]) -> String {
    parts.concat()
}

/// A whole number in decimal; costs less fuel than `to_string`.
pub fn decimal(number: i64) -> String {
    let mut digits = Vec::with_capacity(20);
    let mut rest = number.unsigned_abs();
    loop {
        digits.push(b'0' + (rest % 10) as u8);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        digits.push(b'-');
    }
    digits.iter().rev().map(|&digit| digit as char).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_bytes_anywhere() {
        for size in 0..40 {
            for place in 0..size {
                let mut bytes = vec![b'\xC3'; size];
                bytes[place] = b'"';
                assert_eq!(find(&bytes, 0, b'"', b'\\'), place);
                assert_eq!(find(&bytes, place + 1, b'"', b'\\'), size);
                bytes[place] = 0x1F;
                assert_eq!(find_below(&bytes, 0, b'"', b'\\', 0x20), place);
                assert_eq!(find(&bytes, 0, b'"', b'\\'), size);
            }
        }
    }

    #[test]
    fn includes_what_contains_does() {
        let texts = ["", "a", "ab", "aab", "SELECT * FROM naïve WHERE é = 'é'", "éé"];
        for text in texts {
            for part in ["", "a", "ab", "b", "naïve", "é", "'é'", "ééé", "SELECT * FROM naïve WHERE é = 'é'"] {
                assert_eq!(includes(text, part), text.contains(part), "{:?} in {:?}", part, text);
            }
        }
    }

    #[test]
    fn writes_numbers() {
        for number in [0, 1, -1, 9, 10, 1234567890, i64::MAX, i64::MIN] {
            assert_eq!(decimal(number), number.to_string());
        }
    }
}
