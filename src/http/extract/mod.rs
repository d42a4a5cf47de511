//! What handlers take in: JSON bodies, query parameters, `If-Match`.
//!
//! actix runs the extractors of a handler concurrently, and the first that fails answers. So that authentication
//! always answers first, [`JsonBody`] and [`MergePatch`] never fail as extractors: the handler asks them.

pub mod body;
pub mod caller;
pub mod entitled;
pub mod form;
pub mod if_match;
pub mod json;
pub mod paced;
pub mod params;
pub mod path;
pub mod peer;
pub mod query;

pub use caller::Caller;
pub use entitled::Entitled;
pub use if_match::IfMatch;
pub use json::{JsonBody, JsonInput, MergePatch};
pub use query::{NoParams, Query};

#[cfg(test)]
mod tests;
