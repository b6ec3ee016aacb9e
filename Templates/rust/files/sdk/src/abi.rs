//! The calls as the host makes them.

use crate::{
    AuthenticateDecision, AuthenticateRequest, Outcome, Query, QueryDecision, RouteDecision,
};
#[cfg(target_arch = "wasm32")]
use std::alloc::{alloc, dealloc, Layout};

#[cfg(target_arch = "wasm32")]
#[export_name = "alloc"]
extern "C" fn plugin_alloc(size: usize) -> *mut u8 {
    match Layout::from_size_align(size.max(1), 16) {
        // Safety: the layout has at least one byte.
        Ok(layout) => unsafe { alloc(layout) },
        Err(_) => std::ptr::null_mut(),
    }
}

#[cfg(target_arch = "wasm32")]
#[export_name = "dealloc"]
unsafe extern "C" fn plugin_dealloc(block: *mut u8, size: usize) {
    if let Ok(layout) = Layout::from_size_align(size.max(1), 16) {
        // Safety: the host gives back what it got.
        unsafe { dealloc(block, layout) };
    }
}

/// The input that the host wrote.
///
/// # Safety
/// `size` bytes must lie at `input`, and nothing may write them.
unsafe fn input<'a>(input: *const u8, size: usize) -> &'a [u8] {
    if input.is_null() || size > isize::MAX as usize {
        return &[];
    }
    // Safety: as above.
    unsafe { std::slice::from_raw_parts(input, size) }
}

/// `(pointer << 32) | length`, as the host takes it.
fn output(json: Vec<u8>) -> u64 {
    let json = json.leak();
    (json.as_ptr() as u64) << 32 | json.len() as u64
}

/// Answers a `pre_query` call.
///
/// # Safety
/// `size` bytes must lie at `at`, and nothing may write them.
pub unsafe fn pre_query(at: *const u8, size: usize, hook: fn(&Query<'_>) -> QueryDecision) -> u64 {
    // Safety: as above.
    let query = Query::read(unsafe { input(at, size) });
    output(hook(&query).into_json())
}

/// Takes a `post_query` call.
///
/// # Safety
/// `size` bytes must lie at `at`, and nothing may write them.
pub unsafe fn post_query(at: *const u8, size: usize, hook: fn(&Query<'_>, &Outcome<'_>)) {
    // Safety: as above.
    let (query, outcome) = Outcome::read(unsafe { input(at, size) });
    hook(&query, &outcome);
}

/// Answers an `authenticate` call.
///
/// # Safety
/// `size` bytes must lie at `at`, and nothing may write them.
pub unsafe fn authenticate(
    at: *const u8,
    size: usize,
    hook: fn(&AuthenticateRequest<'_>) -> AuthenticateDecision,
) -> u64 {
    // Safety: as above.
    let request = AuthenticateRequest::read(unsafe { input(at, size) });
    output(hook(&request).into_json())
}

/// Answers a `route` call.
///
/// # Safety
/// `size` bytes must lie at `at`, and nothing may write them.
pub unsafe fn route(at: *const u8, size: usize, hook: fn(&Query<'_>) -> RouteDecision) -> u64 {
    // Safety: as above.
    let query = Query::read(unsafe { input(at, size) });
    output(hook(&query).into_json())
}
