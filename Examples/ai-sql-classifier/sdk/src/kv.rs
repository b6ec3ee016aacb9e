//! The host's key-value store. It is this plugin's own and outlives the call, but not the host's
//! process; a key and a value hold at most 65,536 bytes, the store at most 1,024 keys. Operators
//! read and write it through the host's admin address: that is how a plugin is configured.

use crate::text::push_decimal;
use std::error::Error;
use std::fmt;

#[cfg(not(target_arch = "wasm32"))]
use crate::native::{kv_delete, kv_get, kv_set, sha256_hex};

#[cfg(target_arch = "wasm32")]
#[link(wasm_import_module = "env")]
extern "C" {
    fn kv_get(key: *const u8, key_size: usize, out: *mut u8, room: usize) -> i32;
    fn kv_set(key: *const u8, key_size: usize, value: *const u8, value_size: usize) -> i32;
    fn kv_delete(key: *const u8, key_size: usize) -> i32;
    fn sha256_hex(input: *const u8, size: usize, out: *mut u8) -> i32;
}

/// Why nothing was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// A cap of the host was hit.
    Full,
    /// What is stored is no whole number of 64 bits.
    NotANumber,
    /// The sum does not fit into 64 bits.
    Overflow,
}

impl fmt::Display for StoreError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            StoreError::Full => "a cap of the host was hit",
            StoreError::NotANumber => "the value is no whole number of 64 bits",
            StoreError::Overflow => "the sum does not fit into 64 bits",
        })
    }
}

impl Error for StoreError {}

/// The value under a key.
pub fn get(key: impl AsRef<[u8]>) -> Option<Vec<u8>> {
    let key = key.as_ref();
    let mut room = 256;
    // A value that does not fit is asked for again with more room, up to more than the host keeps.
    while room <= 1 << 20 {
        let mut out: Vec<u8> = Vec::with_capacity(room);
        // Safety: the host reads the key, and writes at most `room` bytes.
        let size = unsafe { kv_get(key.as_ptr(), key.len(), out.as_mut_ptr(), room) };
        match usize::try_from(size) {
            Ok(size) if size <= room => {
                // Safety: the host has written so many.
                unsafe { out.set_len(size) };
                return Some(out);
            }
            _ if size == -2 => room *= 16,
            _ => return None,
        }
    }
    None
}

/// The value under a key as text; `None` also when it is not UTF-8.
pub fn get_text(key: impl AsRef<[u8]>) -> Option<String> {
    String::from_utf8(get(key)?).ok()
}

/// Puts a value under a key.
///
/// # Errors
/// When a cap was hit: nothing is stored then.
pub fn set(key: impl AsRef<[u8]>, value: impl AsRef<[u8]>) -> Result<(), StoreError> {
    let (key, value) = (key.as_ref(), value.as_ref());
    // Safety: the host reads both.
    match unsafe { kv_set(key.as_ptr(), key.len(), value.as_ptr(), value.len()) } {
        0 => Ok(()),
        _ => Err(StoreError::Full),
    }
}

/// Takes a key out.
pub fn delete(key: impl AsRef<[u8]>) {
    let key = key.as_ref();
    // Safety: the host reads the key.
    unsafe { kv_delete(key.as_ptr(), key.len()) };
}

/// Adds to the whole number under a key, and gives the sum; no key counts as 0. Of two calls at the
/// same time, one may be lost.
///
/// # Errors
/// When the value is no number, the sum has no room, or a cap was hit: nothing is stored then.
pub fn add(key: impl AsRef<[u8]>, amount: i64) -> Result<i64, StoreError> {
    let key = key.as_ref();
    let number = match get(key) {
        None => 0,
        Some(value) => {
            let text = std::str::from_utf8(&value).map_err(|_| StoreError::NotANumber)?;
            text.parse::<i64>().map_err(|_| StoreError::NotANumber)?
        }
    };
    let sum = number.checked_add(amount).ok_or(StoreError::Overflow)?;
    let mut decimal = Vec::with_capacity(20);
    push_decimal(&mut decimal, sum);
    set(key, decimal).map(|()| sum)
}

/// The SHA-256 of some bytes, as 64 lowercase hex digits, computed by the host.
pub fn sha256(input: impl AsRef<[u8]>) -> Option<String> {
    let input = input.as_ref();
    let mut out = [0; 64];
    // Safety: the host reads the input and writes 64 bytes.
    let size = unsafe { sha256_hex(input.as_ptr(), input.len(), out.as_mut_ptr()) };
    if size != 64 {
        return None;
    }
    std::str::from_utf8(&out).ok().map(String::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::decimal;

    #[test]
    fn follows_the_hosts_rules() {
        crate::testing::clear();
        assert_eq!(get("a"), None);
        for size in [0, 1, 255, 256, 257, 4096, 4097, 65_536] {
            assert_eq!(set("a", vec![7; size]), Ok(()));
            assert_eq!(get("a"), Some(vec![7; size]));
        }
        assert_eq!(set("a", vec![7; 65_537]), Err(StoreError::Full));
        delete("a");
        assert_eq!(get("a"), None);
        for key in 0..1024 {
            assert_eq!(set(decimal(key), "x"), Ok(()));
        }
        assert_eq!(set("one more", "x"), Err(StoreError::Full));
        assert_eq!(set("7", "y"), Ok(()));
    }

    #[test]
    fn adds() {
        crate::testing::clear();
        assert_eq!(add("n", 5), Ok(5));
        assert_eq!(add("n", -7), Ok(-2));
        assert_eq!(add("n", 3_000_000_002), Ok(3_000_000_000));
        assert_eq!(get_text("n").unwrap(), "3000000000");
        assert_eq!(set("n", "many"), Ok(()));
        assert_eq!(add("n", 1), Err(StoreError::NotANumber));
        assert_eq!(set("n", decimal(i64::MAX)), Ok(()));
        assert_eq!(add("n", 1), Err(StoreError::Overflow));
        assert_eq!(add("n", i64::MIN), Ok(-1));
    }

    #[test]
    fn hashes() {
        for (input, digest) in [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
            ),
        ] {
            assert_eq!(sha256(input).unwrap(), digest);
        }
    }
}
