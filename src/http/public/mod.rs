//! The public door: anonymous, cacheable, sees only what is live. No type of the editorial door is used here.

pub mod authors;
pub mod files;
pub mod media;
pub mod tags;
