//! The guest library: what a hook is told, what it answers, and what the host offers.
//!
//! Write one function a hook and name it once with its macro:
//!
//! ```
//! use plugin_sdk::{Decision, Query};
//!
//! plugin_sdk::pre_query!(guard);
//! fn guard(query: &Query) -> Decision {
//!     if query.touches("secrets") {
//!         return Decision::block("off limits");
//!     }
//!     Decision::Continue
//! }
//! ```
//!
//! Off WebAssembly the host's functions have stand-ins, so that `cargo test` runs a plugin's own code: see [`testing`].

#[doc(hidden)]
pub mod abi;
mod answers;
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

pub use answers::{AuthDecision, Decision, Identity, RouteDecision};
pub use events::{AuthRequest, Outcome, Query};
pub use kv::sha256;
pub use text::{decimal, includes, join};

/// Makes `fn(&Query) -> Decision` the hook that runs before a query.
#[macro_export]
macro_rules! pre_query {
    ($function:path) => {
        const _: () = {
            const HOOK: fn(&$crate::Query<'_>) -> $crate::Decision = $function;
            let _ = HOOK;
            #[cfg(target_arch = "wasm32")]
            #[export_name = "pre_query"]
            unsafe extern "C" fn plugin_pre_query(input: *const u8, size: usize) -> u64 {
                $crate::abi::pre_query(input, size, HOOK)
            }
        };
    };
}

/// Makes `fn(&Query, &Outcome)` the hook that sees how a query went.
#[macro_export]
macro_rules! post_query {
    ($function:path) => {
        const _: () = {
            const HOOK: fn(&$crate::Query<'_>, &$crate::Outcome<'_>) = $function;
            let _ = HOOK;
            #[cfg(target_arch = "wasm32")]
            #[export_name = "post_query"]
            unsafe extern "C" fn plugin_post_query(input: *const u8, size: usize) {
                $crate::abi::post_query(input, size, HOOK)
            }
        };
    };
}

/// Makes `fn(&AuthRequest) -> AuthDecision` the hook that says who may come in.
#[macro_export]
macro_rules! authenticate {
    ($function:path) => {
        const _: () = {
            const HOOK: fn(&$crate::AuthRequest<'_>) -> $crate::AuthDecision = $function;
            let _ = HOOK;
            #[cfg(target_arch = "wasm32")]
            #[export_name = "authenticate"]
            unsafe extern "C" fn plugin_authenticate(input: *const u8, size: usize) -> u64 {
                $crate::abi::authenticate(input, size, HOOK)
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
            let _ = HOOK;
            #[cfg(target_arch = "wasm32")]
            #[export_name = "route"]
            unsafe extern "C" fn plugin_route(input: *const u8, size: usize) -> u64 {
                $crate::abi::route(input, size, HOOK)
            }
        };
    };
}
