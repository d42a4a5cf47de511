//! The editorial door: authenticated, sees and changes what the caller's role allows.

pub mod authors;
pub mod tags;
