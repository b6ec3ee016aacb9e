//! The calls as the host makes them.

use crate::{AuthDecision, AuthRequest, Decision, Outcome, Query, RouteDecision};

#[cfg(target_arch = "wasm32")]
#[export_name = "alloc"]
extern "C" fn plugin_alloc(size: usize) -> *mut u8 {
    match std::alloc::Layout::from_size_align(size.max(1), 16) {
        // The layout has at least one byte.
        Ok(layout) => unsafe { std::alloc::alloc(layout) },
        Err(_) => std::ptr::null_mut(),
    }
}

#[cfg(target_arch = "wasm32")]
#[export_name = "dealloc"]
unsafe extern "C" fn plugin_dealloc(block: *mut u8, size: usize) {
    if let Ok(layout) = std::alloc::Layout::from_size_align(size.max(1), 16) {
        std::alloc::dealloc(block, layout);
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
    std::slice::from_raw_parts(input, size)
}

/// `(pointer << 32) | length`, as the host takes it.
fn output(json: Vec<u8>) -> u64 {
    let json = json.leak();
    (json.as_ptr() as u64) << 32 | json.len() as u64
}

/// # Safety
/// `size` bytes must lie at `at`, and nothing may write them.
pub unsafe fn pre_query(at: *const u8, size: usize, hook: fn(&Query<'_>) -> Decision) -> u64 {
    Query::read(input(at, size)).map_or(0, |query| output(hook(&query).into_json()))
}

/// # Safety
/// `size` bytes must lie at `at`, and nothing may write them.
pub unsafe fn post_query(at: *const u8, size: usize, hook: fn(&Query<'_>, &Outcome<'_>)) {
    if let Some((query, outcome)) = Outcome::read(input(at, size)) {
        hook(&query, &outcome);
    }
}

/// # Safety
/// `size` bytes must lie at `at`, and nothing may write them.
pub unsafe fn authenticate(at: *const u8, size: usize, hook: fn(&AuthRequest<'_>) -> AuthDecision) -> u64 {
    AuthRequest::read(input(at, size)).map_or(0, |request| output(hook(&request).into_json()))
}

/// # Safety
/// `size` bytes must lie at `at`, and nothing may write them.
pub unsafe fn route(at: *const u8, size: usize, hook: fn(&Query<'_>) -> RouteDecision) -> u64 {
    Query::read(input(at, size)).map_or(0, |query| output(hook(&query).into_json()))
}
