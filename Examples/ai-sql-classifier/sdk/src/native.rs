//! Stand-ins for the host's functions, with its caps and return values, for `cargo test`.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::slice::from_raw_parts;

thread_local! {
    /// One store a thread, so one a test.
    pub(crate) static STORE: RefCell<BTreeMap<Vec<u8>, Vec<u8>>> = RefCell::default();
}

const MOST_BYTES: usize = 65_536;
const MOST_KEYS: usize = 1_024;

pub(crate) unsafe fn kv_get(key: *const u8, key_size: usize, out: *mut u8, room: usize) -> i32 {
    // Safety: the caller, the library itself, hands over a slice.
    let key = unsafe { from_raw_parts(key, key_size) };
    STORE.with(|store| match store.borrow().get(key) {
        None => -1,
        Some(value) if value.len() > room => -2,
        Some(value) => {
            // Safety: there is room for `room` bytes.
            unsafe { out.copy_from_nonoverlapping(value.as_ptr(), value.len()) };
            value.len() as i32
        }
    })
}

pub(crate) unsafe fn kv_set(
    key: *const u8,
    key_size: usize,
    value: *const u8,
    value_size: usize,
) -> i32 {
    // Safety: the caller, the library itself, hands over slices.
    let (key, value) =
        unsafe { (from_raw_parts(key, key_size), from_raw_parts(value, value_size)) };
    STORE.with(|store| {
        let mut store = store.borrow_mut();
        let full = store.len() >= MOST_KEYS && !store.contains_key(key);
        if full || key.len() > MOST_BYTES || value.len() > MOST_BYTES {
            return -1;
        }
        store.insert(key.to_vec(), value.to_vec());
        0
    })
}

pub(crate) unsafe fn kv_delete(key: *const u8, key_size: usize) -> i32 {
    // Safety: the caller, the library itself, hands over a slice.
    let key = unsafe { from_raw_parts(key, key_size) };
    STORE.with(|store| store.borrow_mut().remove(key));
    0
}

pub(crate) unsafe fn sha256_hex(input: *const u8, size: usize, out: *mut u8) -> i32 {
    // Safety: the caller, the library itself, hands over a slice.
    let input = unsafe { from_raw_parts(input, size) };
    let digest: String = sha256(input).iter().map(|word| format!("{:08x}", word)).collect();
    // Safety: there is room for 64 bytes.
    unsafe { out.copy_from_nonoverlapping(digest.as_ptr(), digest.len()) };
    64
}

/// FIPS 180-4, with the constants computed: the fractions of the roots of the first primes.
fn sha256(input: &[u8]) -> [u32; 8] {
    let primes: Vec<u128> = (2..312).filter(|n: &u128| (2..*n).all(|d| n % d != 0)).collect();
    let mut hash = [0; 8];
    for (part, prime) in hash.iter_mut().zip(&primes) {
        *part = root(prime << 64, 2);
    }
    let rounds: Vec<u32> = primes.iter().map(|prime| root(prime << 96, 3)).collect();

    let mut message = input.to_vec();
    message.push(0x80);
    while message.len() % 64 != 56 {
        message.push(0);
    }
    message.extend_from_slice(&(input.len() as u64 * 8).to_be_bytes());

    for block in message.chunks_exact(64) {
        let mut words: Vec<u32> = block
            .chunks_exact(4)
            .map(|four| u32::from_be_bytes([four[0], four[1], four[2], four[3]]))
            .collect();
        for i in 16..64 {
            let (x, y) = (words[i - 15], words[i - 2]);
            let s0 = x.rotate_right(7) ^ x.rotate_right(18) ^ x >> 3;
            let s1 = y.rotate_right(17) ^ y.rotate_right(19) ^ y >> 10;
            words.push(words[i - 16].wrapping_add(s0).wrapping_add(words[i - 7]).wrapping_add(s1));
        }
        let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = hash;
        for (round, word) in rounds.iter().zip(&words) {
            let s1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
            let choice = e & f ^ !e & g;
            let t1 =
                h.wrapping_add(s1).wrapping_add(choice).wrapping_add(*round).wrapping_add(*word);
            let s0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
            let t2 = s0.wrapping_add(a & b ^ a & c ^ b & c);
            h = g;
            g = f;
            f = e;
            e = d.wrapping_add(t1);
            d = c;
            c = b;
            b = a;
            a = t1.wrapping_add(t2);
        }
        for (part, more) in hash.iter_mut().zip([a, b, c, d, e, f, g, h]) {
            *part = part.wrapping_add(more);
        }
    }
    hash
}

/// The low 32 bits of the whole root of this degree.
fn root(number: u128, degree: u32) -> u32 {
    let (mut low, mut high) = (0u128, 1 << 40);
    while high - low > 1 {
        let middle = (low + high) / 2;
        if middle.pow(degree) <= number {
            low = middle;
        } else {
            high = middle;
        }
    }
    low as u32
}
