//! For `cargo test`: events from JSON, and the stand-in for the host's store. Each test has a store of its own.

use crate::native::STORE;
use crate::{AuthRequest, Outcome, Query};

fn leak(json: &str) -> &'static [u8] {
    Box::leak(json.to_owned().into_boxed_str()).as_bytes()
}

/// A query; fields left out are empty.
pub fn query(json: &str) -> Query<'static> {
    Query::read(leak(json)).expect("a JSON object")
}

/// An outcome; fields left out are empty.
pub fn outcome(json: &str) -> Outcome<'static> {
    let both = format!("[{{}},{}]", json);
    Outcome::read(leak(&both)).expect("a JSON object").1
}

/// An authentication request; fields left out are empty.
pub fn auth_request(json: &str) -> AuthRequest<'static> {
    AuthRequest::read(leak(json)).expect("a JSON object")
}

/// Empties the store.
pub fn clear() {
    STORE.with(|store| store.borrow_mut().clear());
}
