//! The guest library: what a hook is told, what it answers, and what the host offers.
//!
//! Write one function a hook and name it once with its macro:
//!
//! ```
//! use plugin_sdk::{pre_query, Query, QueryDecision, Touch};
//!
//! pre_query!(guard);
//! fn guard(query: &Query) -> QueryDecision {
//!     match query.touches("secrets", 65_536) {
//!         Touch::No => QueryDecision::Continue,
//!         _ => QueryDecision::block("off limits"),
//!     }
//! }
//! ```
//!
//! Off WebAssembly the host's functions have stand-ins, so that `cargo test` runs a plugin's own
//! code: see [`testing`].

#![deny(unsafe_op_in_unsafe_fn)]
#![warn(missing_debug_implementations, missing_docs)]

#[doc(hidden)]
pub mod abi;
mod bytes;
mod decisions;
mod events;
mod json;
pub mod kv;
#[cfg(target_arch = "wasm32")]
mod memory;
#[cfg(not(target_arch = "wasm32"))]
mod native;
pub mod sql;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;
mod text;

pub use decisions::{
    AuthenticateDecision, CachedResult, Column, Identity, MalformedResult, QueryDecision,
    RouteDecision,
};
pub use events::{AuthenticateRequest, Field, Outcome, Query};
pub use kv::sha256;
pub use sql::{Examination, Table, Touch};
pub use text::{decimal, includes, join, split};

/// Makes `fn(&Query) -> QueryDecision` the hook that runs before a query.
#[macro_export]
macro_rules! pre_query {
    ($function:path) => {
        const _: () = {
            const HOOK: fn(&$crate::Query<'_>) -> $crate::QueryDecision = $function;
            // Off WebAssembly nobody calls it.
            #[cfg(not(target_arch = "wasm32"))]
            #[used]
            static USED: fn(&$crate::Query<'_>) -> $crate::QueryDecision = HOOK;
            #[cfg(target_arch = "wasm32")]
            #[export_name = "pre_query"]
            unsafe extern "C" fn plugin_pre_query(input: *const u8, size: usize) -> u64 {
                // Safety: the host has put `size` bytes there.
                unsafe { $crate::abi::pre_query(input, size, HOOK) }
            }
        };
    };
}

/// Makes `fn(&Query, &Outcome)` the hook that sees the outcome of a query.
#[macro_export]
macro_rules! post_query {
    ($function:path) => {
        const _: () = {
            const HOOK: fn(&$crate::Query<'_>, &$crate::Outcome<'_>) = $function;
            // Off WebAssembly nobody calls it.
            #[cfg(not(target_arch = "wasm32"))]
            #[used]
            static USED: fn(&$crate::Query<'_>, &$crate::Outcome<'_>) = HOOK;
            #[cfg(target_arch = "wasm32")]
            #[export_name = "post_query"]
            unsafe extern "C" fn plugin_post_query(input: *const u8, size: usize) {
                // Safety: the host has put `size` bytes there.
                unsafe { $crate::abi::post_query(input, size, HOOK) }
            }
        };
    };
}

/// Makes `fn(&AuthenticateRequest) -> AuthenticateDecision` the hook that says who may log in.
#[macro_export]
macro_rules! authenticate {
    ($function:path) => {
        const _: () = {
            const HOOK: fn(&$crate::AuthenticateRequest<'_>) -> $crate::AuthenticateDecision =
                $function;
            // Off WebAssembly nobody calls it.
            #[cfg(not(target_arch = "wasm32"))]
            #[used]
            static USED: fn(&$crate::AuthenticateRequest<'_>) -> $crate::AuthenticateDecision =
                HOOK;
            #[cfg(target_arch = "wasm32")]
            #[export_name = "authenticate"]
            unsafe extern "C" fn plugin_authenticate(input: *const u8, size: usize) -> u64 {
                // Safety: the host has put `size` bytes there.
                unsafe { $crate::abi::authenticate(input, size, HOOK) }
            }
        };
    };
}

/// Makes `fn(&Query) -> RouteDecision` the hook that says where a query runs.
#[macro_export]
macro_rules! route {
    ($function:path) => {
        const _: () = {
            const HOOK: fn(&$crate::Query<'_>) -> $crate::RouteDecision = $function;
            // Off WebAssembly nobody calls it.
            #[cfg(not(target_arch = "wasm32"))]
            #[used]
            static USED: fn(&$crate::Query<'_>) -> $crate::RouteDecision = HOOK;
            #[cfg(target_arch = "wasm32")]
            #[export_name = "route"]
            unsafe extern "C" fn plugin_route(input: *const u8, size: usize) -> u64 {
                // Safety: the host has put `size` bytes there.
                unsafe { $crate::abi::route(input, size, HOOK) }
            }
        };
    };
}
