//! Searches that look at 16 or 64 bytes at a time: with the vector instructions of WebAssembly,
//! each of which costs one unit of fuel, and byte by byte elsewhere.

#[cfg(not(target_arch = "wasm32"))]
use self::portable as lanes;
#[cfg(target_arch = "wasm32")]
use self::vector as lanes;

/// Where the first `byte` is at or after `from`; the end of `bytes` when there is none.
pub(crate) fn find(bytes: &[u8], from: usize, byte: u8) -> usize {
    find_either(bytes, from, byte, byte)
}

/// Where the first of two bytes is at or after `from`; the end of `bytes` when there is none.
pub(crate) fn find_either(bytes: &[u8], from: usize, one: u8, other: u8) -> usize {
    let rest = bytes.get(from..).unwrap_or(&[]);
    bytes.len() - rest.len() + lanes::find_any(rest, one, other, 0)
}

/// Where the first byte is that JSON escapes: a quote, a backslash or a control character.
pub(crate) fn find_escaped(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or(&[]);
    bytes.len() - rest.len() + lanes::find_any(rest, b'"', b'\\', b' ')
}

/// Where the first byte is at or after `from` that is neither space nor a control character.
pub(crate) fn find_solid(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or(&[]);
    bytes.len() - rest.len() + lanes::find_solid(rest)
}

/// Whether all bytes are ASCII.
pub(crate) fn is_ascii(bytes: &[u8]) -> bool {
    lanes::is_ascii(bytes)
}

/// One bit a byte: where the quotes are, and where the backslashes.
#[inline]
pub(crate) fn json_marks(block: &[u8; 64]) -> (u64, u64) {
    lanes::json_marks(block)
}

/// The last bytes, and zeros.
#[inline(never)]
pub(crate) fn padded(text: &[u8], at: usize) -> [u8; 64] {
    let mut block = [0; 64];
    for (padded, &byte) in block.iter_mut().zip(text.get(at..).unwrap_or_default()) {
        *padded = byte;
    }
    block
}

/// Copies 16 bytes; says with a bit each which of them are quotes or backslashes.
///
/// # Safety
///
/// They can be read, and there is room for them.
#[inline]
#[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
pub(crate) unsafe fn copy_sixteen(from: *const u8, to: *mut u8) -> u32 {
    // Safety: as the caller promises.
    unsafe { lanes::copy_sixteen(from, to) }
}

/// What 64 bytes of SQL hold, one bit a byte.
#[derive(Clone, Copy, Default)]
pub(crate) struct SqlMarks {
    /// Letters, underscores and all bytes from 0x80: what a name can begin with.
    pub letters: u64,
    /// Quotes, `;`, `-`, `/` and `$`; parentheses and brackets if they are asked for.
    pub symbols: u64,
    /// Commas and dots; parentheses if they are not asked for.
    pub separators: u64,
    /// Where one of the asked-for pairs of letters is, or might be at the end of the block.
    pub pairs: u64,
}

/// The first two letters of words that change what a query reads or writes, each with its bit. The
/// vectors find a few more pairs: whoever asks compares the word.
pub(crate) mod pairs {
    /// `fr`om, `jo`in.
    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) const FROM_JOIN: u8 = 1;
    /// `in`to, `in`sert, `is`.
    pub(crate) const INTO_IS: u8 = 2;
    /// `ta`ble.
    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) const TABLE: u8 = 4;
    /// `up`date, `us`ing.
    pub(crate) const UPDATE_USING: u8 = 8;
    /// `wi`th.
    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) const WITH: u8 = 0x10;
    /// `se`lect, `se`tval.
    pub(crate) const SELECT: u8 = 0x20;
    /// `de`lete, `me`rge, `ne`xtval.
    pub(crate) const DELETE_MERGE: u8 = 0x40;
    /// `fo`r.
    pub(crate) const FOR: u8 = 0x80;

    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) const ALL: [(u8, &[u8; 2]); 15] = [
        (FROM_JOIN, b"fr"),
        (FROM_JOIN, b"jo"),
        (INTO_IS, b"in"),
        (INTO_IS, b"is"),
        (TABLE, b"ta"),
        (UPDATE_USING, b"up"),
        (UPDATE_USING, b"us"),
        (WITH, b"wi"),
        (SELECT, b"se"),
        (DELETE_MERGE, b"de"),
        (DELETE_MERGE, b"me"),
        (DELETE_MERGE, b"ne"),
        (FOR, b"fo"),
        (FOR, b"jo"),
        (FROM_JOIN, b"fo"),
    ];
}

/// Looks for symbols and the pairs whose bits are set.
#[inline]
pub(crate) fn sql_marks(block: &[u8; 64], pairs: u8, has_brackets: bool) -> SqlMarks {
    lanes::sql_marks(block, pairs, has_brackets)
}

/// In which of the 32 places from `at` on a byte is; capitals are small letters.
fn few_places(text: &[u8], at: usize, byte: u8) -> u32 {
    let places = text.get(at..).unwrap_or_default().iter().take(32).enumerate();
    places
        .fold(0, |found, (place, one)| found | u32::from(one.eq_ignore_ascii_case(&byte)) << place)
}

/// Whether a name of at least two bytes is in the text, the case of ASCII letters aside. `None`
/// when looking for it takes more fuel than there is.
#[inline(never)]
pub(crate) fn mentions(text: &[u8], name: &[u8], fuel: &mut i32) -> Option<bool> {
    *fuel -= text.len() as i32 * 3 / 2;
    let (first, last) = (*name.first()?, *name.last()?);
    let mut at = 0;
    while at + name.len() <= text.len() {
        let (first, last) = (first.to_ascii_lowercase(), last.to_ascii_lowercase());
        let (place, mut found) = lanes::find_pair(text, at, first, last, name.len() - 1);
        *fuel -= 60;
        for (index, byte) in name.iter().enumerate() {
            if found == 0 {
                break;
            }
            *fuel -= PLACES_COST;
            found &= lanes::places(text, place + index, byte.to_ascii_lowercase());
        }
        if *fuel < 0 {
            return None;
        }
        if found != 0 {
            return Some(true);
        }
        at = place + 32;
    }
    Some(false)
}

/// What looking at 32 places costs in fuel, rounded up.
const PLACES_COST: i32 = 84;

#[cfg(target_arch = "wasm32")]
mod vector {
    use super::SqlMarks;
    use std::arch::wasm32::*;

    /// The 16 bytes at `at`.
    #[inline]
    #[target_feature(enable = "simd128")]
    fn load(bytes: &[u8], at: usize) -> v128 {
        debug_assert!(at + 16 <= bytes.len());
        // Safety: the callers keep within the slice; a vector may stand anywhere.
        unsafe { v128_load(bytes.as_ptr().add(at).cast()) }
    }

    /// Where the first of two bytes is, or one below a third.
    #[target_feature(enable = "simd128")]
    pub(super) fn find_any(bytes: &[u8], one: u8, other: u8, limit: u8) -> usize {
        let (ones, others, limits) = (u8x16_splat(one), u8x16_splat(other), u8x16_splat(limit));
        macro_rules! is_either {
            ($chunk:expr) => {{
                let chunk = $chunk;
                v128_or(u8x16_eq(chunk, ones), u8x16_eq(chunk, others))
            }};
        }
        let mut at = 0;
        // The first bytes are looked at apart: most runs are short.
        let blocks = if limit == 0 { bytes } else { &[] };
        for block in blocks.chunks_exact(64) {
            let a = is_either!(load(block, 0));
            if v128_any_true(a) {
                return at + u8x16_bitmask(a).trailing_zeros() as usize;
            }
            let b = is_either!(load(block, 16));
            let (c, d) = (is_either!(load(block, 32)), is_either!(load(block, 48)));
            if v128_any_true(v128_or(b, v128_or(c, d))) {
                break;
            }
            at += 64;
        }
        while at + 16 <= bytes.len() {
            let chunk = load(bytes, at);
            let found = v128_or(is_either!(chunk), u8x16_lt(chunk, limits));
            if v128_any_true(found) {
                return at + u8x16_bitmask(found).trailing_zeros() as usize;
            }
            at += 16;
        }
        while bytes.get(at).map_or(false, |&byte| byte != one && byte != other && byte >= limit) {
            at += 1;
        }
        at
    }

    #[inline]
    #[target_feature(enable = "simd128")]
    pub(super) unsafe fn copy_sixteen(from: *const u8, to: *mut u8) -> u32 {
        // Safety: as the caller promises; a vector may stand anywhere.
        let chunk = unsafe {
            let chunk = v128_load(from.cast());
            v128_store(to.cast(), chunk);
            chunk
        };
        let (quotes, slashes) = (u8x16_splat(b'"'), u8x16_splat(b'\\'));
        u32::from(u8x16_bitmask(v128_or(u8x16_eq(chunk, quotes), u8x16_eq(chunk, slashes))))
    }

    #[target_feature(enable = "simd128")]
    pub(super) fn find_solid(bytes: &[u8]) -> usize {
        let mut at = 0;
        while at + 16 <= bytes.len() {
            let found = u8x16_gt(load(bytes, at), u8x16_splat(b' '));
            if v128_any_true(found) {
                return at + u8x16_bitmask(found).trailing_zeros() as usize;
            }
            at += 16;
        }
        while matches!(bytes.get(at), Some(0..=b' ')) {
            at += 1;
        }
        at
    }

    #[target_feature(enable = "simd128")]
    pub(super) fn is_ascii(bytes: &[u8]) -> bool {
        let mut at = 0;
        while at + 16 <= bytes.len() {
            if u8x16_bitmask(load(bytes, at)) != 0 {
                return false;
            }
            at += 16;
        }
        bytes[at..].iter().all(u8::is_ascii)
    }

    #[inline]
    #[target_feature(enable = "simd128")]
    fn equal(chunk: v128, byte: u8) -> u64 {
        u64::from(u8x16_bitmask(u8x16_eq(chunk, u8x16_splat(byte))))
    }

    #[inline]
    #[target_feature(enable = "simd128")]
    pub(super) fn json_marks(block: &[u8; 64]) -> (u64, u64) {
        let (a, b, c, d) = (load(block, 0), load(block, 16), load(block, 32), load(block, 48));
        let quotes =
            equal(a, b'"') | equal(b, b'"') << 16 | equal(c, b'"') << 32 | equal(d, b'"') << 48;
        let slashes =
            equal(a, b'\\') | equal(b, b'\\') << 16 | equal(c, b'\\') << 32 | equal(d, b'\\') << 48;
        (quotes, slashes)
    }

    /// The bit that capitals lack, for letters only.
    fn case(byte: u8) -> v128 {
        u8x16_splat(if byte.is_ascii_lowercase() { 0x20 } else { 0 })
    }

    /// The next place from `at` on, in steps of 32, where in one of 32 places one byte is, and
    /// another so many behind it; and in which.
    #[target_feature(enable = "simd128")]
    pub(super) fn find_pair(
        text: &[u8],
        mut at: usize,
        first: u8,
        last: u8,
        distance: usize,
    ) -> (usize, u32) {
        let (firsts, lasts) = (u8x16_splat(first), u8x16_splat(last));
        let (first_case, last_case) = (case(first), case(last));
        while at + distance + 32 <= text.len() {
            let near = v128_and(
                u8x16_eq(v128_or(load(text, at), first_case), firsts),
                u8x16_eq(v128_or(load(text, at + distance), last_case), lasts),
            );
            let far = v128_and(
                u8x16_eq(v128_or(load(text, at + 16), first_case), firsts),
                u8x16_eq(v128_or(load(text, at + distance + 16), last_case), lasts),
            );
            if v128_any_true(v128_or(near, far)) {
                return (at, u32::from(u8x16_bitmask(near)) | u32::from(u8x16_bitmask(far)) << 16);
            }
            at += 32;
        }
        (at, super::few_places(text, at, first) & super::few_places(text, at + distance, last))
    }

    /// In which of the 32 places from `at` on a byte is; capitals are small letters.
    #[target_feature(enable = "simd128")]
    pub(super) fn places(text: &[u8], at: usize, byte: u8) -> u32 {
        if at + 32 > text.len() {
            return super::few_places(text, at, byte);
        }
        let (bytes, case) = (u8x16_splat(byte), case(byte));
        let near = u8x16_eq(v128_or(load(text, at), case), bytes);
        let far = u8x16_eq(v128_or(load(text, at + 16), case), bytes);
        u32::from(u8x16_bitmask(near)) | u32::from(u8x16_bitmask(far)) << 16
    }

    // Bytes are told by their halves. A class is a bit, and a set of high halves times a set of
    // low halves: a byte is in it when both tables have the bit, and is in one at most.
    // 0x10: `A` to `O`, 0x20: `P` to `Z`, 0x40: `_`, 0x80: from 0x80; 1: `, .`,
    // 2: `" $ ' ( ) - /`, 4: `; [`, 8: `]`.
    const SEPARATOR: u8 = 1;
    const FIRST_LETTER: u8 = 0x10;
    const HIGH: v128 =
        u8x16(0, 0, 3, 4, 0x10, 0x6C, 0x10, 0x20, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80);
    const LOW: v128 = u8x16(
        0xA0, 0xB0, 0xB2, 0xB0, 0xB2, 0xB0, 0xB0, 0xB2, 0xB2, 0xB2, 0xB0, 0x94, 0x91, 0x9A, 0x91,
        0xD2,
    );
    // The same with 1: `( ) , .`, 2: `" $ ' - /`, 4: `;`, and no brackets.
    const PLAIN_HIGH: v128 =
        u8x16(0, 0, 3, 4, 0x10, 0x60, 0x10, 0x20, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80);
    const PLAIN_LOW: v128 = u8x16(
        0xA0, 0xB0, 0xB2, 0xB0, 0xB2, 0xB0, 0xB0, 0xB2, 0xB1, 0xB1, 0xB0, 0x94, 0x91, 0x92, 0x91,
        0xD2,
    );
    // The first and the second letter of a pair, by the bits in `pairs`.
    const FIRST_HIGH: v128 = u8x16(0, 0, 0, 0, 0xC3, 0x3C, 0xC3, 0x3C, 0, 0, 0, 0, 0, 0, 0, 0);
    const FIRST_LOW: v128 =
        u8x16(0, 0, 0, 0x20, 0x44, 8, 0x81, 0x10, 0, 2, 0x81, 0, 0, 0x40, 0x40, 0);
    const SECOND_HIGH: v128 = u8x16(0, 0, 0, 0, 0xF7, 0x0B, 0xF7, 0x0B, 0, 0, 0, 0, 0, 0, 0, 0);
    const SECOND_LOW: v128 = u8x16(8, 4, 1, 0x0A, 0, 0x60, 0, 0, 0, 0x10, 0, 0, 0, 0, 2, 0x81);

    /// Which bytes of four vectors are set.
    macro_rules! mask {
        ($a:expr, $b:expr, $c:expr, $d:expr) => {
            u64::from(u32::from(u8x16_bitmask($a)) | u32::from(u8x16_bitmask($b)) << 16)
                | u64::from(u32::from(u8x16_bitmask($c)) | u32::from(u8x16_bitmask($d)) << 16) << 32
        };
    }

    /// The same for four vectors.
    macro_rules! each {
        (|$($name:ident),*| $body:expr) => {
            (
                { $(let $name = $name.0;)* $body },
                { $(let $name = $name.1;)* $body },
                { $(let $name = $name.2;)* $body },
                { $(let $name = $name.3;)* $body },
            )
        };
    }

    #[inline]
    #[target_feature(enable = "simd128")]
    pub(super) fn sql_marks(block: &[u8; 64], pairs: u8, has_brackets: bool) -> SqlMarks {
        let (lows, highs) = if has_brackets { (LOW, HIGH) } else { (PLAIN_LOW, PLAIN_HIGH) };
        let at = (0, 16, 32, 48);
        let bytes = each!(|at| load(block, at));
        let low = each!(|bytes| v128_and(bytes, u8x16_splat(15)));
        let high = each!(|bytes| u8x16_shr(bytes, 4));
        let class =
            each!(|low, high| v128_and(u8x16_swizzle(lows, low), u8x16_swizzle(highs, high)));
        let any = each!(|class| u8x16_ne(class, u8x16_splat(0)));
        let any = mask!(any.0, any.1, any.2, any.3);
        let letters = each!(|class| u8x16_ge(class, u8x16_splat(FIRST_LETTER)));
        let letters = mask!(letters.0, letters.1, letters.2, letters.3);
        let separators = each!(|class| u8x16_eq(class, u8x16_splat(SEPARATOR)));
        let separators = mask!(separators.0, separators.1, separators.2, separators.3);
        let symbols = any & !letters & !separators;
        let wanted = u8x16_splat(pairs);
        let first = each!(|low, high| v128_and(
            v128_and(u8x16_swizzle(FIRST_LOW, low), u8x16_swizzle(FIRST_HIGH, high)),
            wanted
        ));
        let second = each!(|low, high| v128_and(
            u8x16_swizzle(SECOND_LOW, low),
            u8x16_swizzle(SECOND_HIGH, high)
        ));
        // The byte behind each one decides; what is behind the last is not known.
        macro_rules! behind {
            ($this:expr, $next:expr) => {
                u8x16_shuffle::<1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16>($this, $next)
            };
        }
        let second = (
            behind!(second.0, second.1),
            behind!(second.1, second.2),
            behind!(second.2, second.3),
            behind!(second.3, u8x16_splat(0xFF)),
        );
        let pairs = each!(|first, second| u8x16_ne(v128_and(first, second), u8x16_splat(0)));
        let pairs = mask!(pairs.0, pairs.1, pairs.2, pairs.3);
        SqlMarks { letters, symbols, separators, pairs }
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod portable {
    use super::{pairs, SqlMarks};

    fn position(bytes: &[u8], wanted: impl Fn(u8) -> bool) -> usize {
        bytes.iter().position(|&byte| wanted(byte)).unwrap_or(bytes.len())
    }

    pub(super) fn find_any(bytes: &[u8], one: u8, other: u8, limit: u8) -> usize {
        position(bytes, |byte| byte == one || byte == other || byte < limit)
    }

    pub(super) unsafe fn copy_sixteen(from: *const u8, to: *mut u8) -> u32 {
        // Safety: as the caller promises.
        let bytes = unsafe { from.cast::<[u8; 16]>().read_unaligned() };
        unsafe { to.cast::<[u8; 16]>().write_unaligned(bytes) };
        let marks = bytes.iter().rev().map(|byte| u32::from(matches!(byte, b'"' | b'\\')));
        marks.fold(0, |all, mark| all << 1 | mark)
    }

    pub(super) fn find_solid(bytes: &[u8]) -> usize {
        position(bytes, |byte| byte > b' ')
    }

    pub(super) fn is_ascii(bytes: &[u8]) -> bool {
        bytes.is_ascii()
    }

    fn bits(bytes: &[u8], wanted: impl Fn(usize) -> bool) -> u64 {
        (0..bytes.len().min(64)).fold(0, |bits, at| bits | u64::from(wanted(at)) << at)
    }

    pub(super) fn json_marks(block: &[u8; 64]) -> (u64, u64) {
        (bits(block, |at| block[at] == b'"'), bits(block, |at| block[at] == b'\\'))
    }

    pub(super) fn find_pair(
        text: &[u8],
        at: usize,
        first: u8,
        last: u8,
        distance: usize,
    ) -> (usize, u32) {
        (at, super::few_places(text, at, first) & super::few_places(text, at + distance, last))
    }

    pub(super) fn places(text: &[u8], at: usize, byte: u8) -> u32 {
        super::few_places(text, at, byte)
    }

    pub(super) fn sql_marks(block: &[u8; 64], pairs: u8, has_brackets: bool) -> SqlMarks {
        SqlMarks {
            letters: bits(
                block,
                |at| matches!(block[at], b'A'..=b'Z' | b'a'..=b'z' | b'_' | 0x80..=0xFF),
            ),
            symbols: bits(block, |at| match block[at] {
                b'"' | b'\'' | b'$' | b'-' | b'/' | b';' => true,
                b'(' | b')' | b'[' | b']' => has_brackets,
                _ => false,
            }),
            separators: bits(block, |at| match block[at] {
                b',' | b'.' => true,
                b'(' | b')' => !has_brackets,
                _ => false,
            }),
            pairs: bits(block, |at| {
                pairs::ALL.iter().any(|&(bit, pair)| {
                    bit & pairs != 0
                        && block[at].eq_ignore_ascii_case(&pair[0])
                        && block
                            .get(at + 1)
                            .map_or(true, |next| next.eq_ignore_ascii_case(&pair[1]))
                })
            }),
        }
    }
}
