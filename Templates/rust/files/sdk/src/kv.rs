//! The host's key-value store. It is this plugin's own and outlives the call; a key and a value hold at most 65,536
//! bytes, the store at most 1,024 keys.

use crate::text::decimal;

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

/// The value under a key.
pub fn get(key: impl AsRef<[u8]>) -> Option<Vec<u8>> {
    let key = key.as_ref();
    let mut room = 256;
    // A value that does not fit is asked for again with more room, up to more than the host keeps.
    while room <= 1 << 20 {
        let mut out: Vec<u8> = Vec::with_capacity(room);
        // The host writes at most `room` bytes and says how many.
        let size = unsafe { kv_get(key.as_ptr(), key.len(), out.as_mut_ptr(), room) };
        if size >= 0 && size as usize <= room {
            unsafe { out.set_len(size as usize) };
            return Some(out);
        }
        if size != -2 {
            return None;
        }
        room *= 16;
    }
    None
}

/// The value under a key as text; `None` also when it is not UTF-8.
pub fn get_text(key: impl AsRef<[u8]>) -> Option<String> {
    String::from_utf8(get(key)?).ok()
}

/// Puts a value under a key. False when a cap was hit: nothing is stored then.
pub fn set(key: impl AsRef<[u8]>, value: impl AsRef<[u8]>) -> bool {
    let (key, value) = (key.as_ref(), value.as_ref());
    unsafe { kv_set(key.as_ptr(), key.len(), value.as_ptr(), value.len()) == 0 }
}

/// Takes a key out.
pub fn delete(key: impl AsRef<[u8]>) {
    let key = key.as_ref();
    unsafe { kv_delete(key.as_ptr(), key.len()) };
}

/// Adds to the whole number under a key (none counts as 0) and gives the sum; `None`, and nothing stored, when the
/// value is no number, the sum has no room, or a cap was hit.
pub fn add(key: impl AsRef<[u8]>, amount: i64) -> Option<i64> {
    let key = key.as_ref();
    let number = match get(key) {
        None => 0,
        Some(value) => std::str::from_utf8(&value).ok()?.parse::<i64>().ok()?,
    };
    let sum = number.checked_add(amount)?;
    set(key, decimal(sum)).then_some(sum)
}

/// The SHA-256 of some bytes, as 64 lowercase hex digits, computed by the host.
pub fn sha256(input: impl AsRef<[u8]>) -> Option<String> {
    let input = input.as_ref();
    let mut out = [0; 64];
    let size = unsafe { sha256_hex(input.as_ptr(), input.len(), out.as_mut_ptr()) };
    if size != 64 {
        return None;
    }
    std::str::from_utf8(&out).ok().map(String::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_the_hosts_rules() {
        crate::testing::clear();
        assert_eq!(get("a"), None);
        for size in [0, 1, 255, 256, 257, 4096, 4097, 65_536] {
            assert!(set("a", vec![7; size]));
            assert_eq!(get("a"), Some(vec![7; size]));
        }
        assert!(!set("a", vec![7; 65_537]));
        delete("a");
        assert_eq!(get("a"), None);
        for key in 0..1024 {
            assert!(set(decimal(key), "x"));
        }
        assert!(!set("one more", "x"));
        assert!(set("7", "y"));
    }

    #[test]
    fn adds() {
        crate::testing::clear();
        assert_eq!(add("n", 5), Some(5));
        assert_eq!(add("n", -7), Some(-2));
        assert_eq!(get_text("n").unwrap(), "-2");
        set("n", "many");
        assert_eq!(add("n", 1), None);
        set("n", decimal(i64::MAX));
        assert_eq!(add("n", 1), None);
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
