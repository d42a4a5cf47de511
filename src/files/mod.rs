//! Bytes: how a file arrives ([`staging`]), what it is ([`mod@probe`]), what the public may see of it ([`strip`]), in
//! which sizes and formats a picture is offered ([`variants`]), what it is called ([`names`]) and where it is kept
//! ([`storage`]).
//!
//! The way of an upload: [`Staging::begin`] → [`Upload::write`] … → [`Upload::finish`] → [`probe()`] →
//! [`public_copy`] → [`Storage::put`] of both. Everything here blocks; callers run it on a blocking pool and hold a
//! permit for it, because a probe decodes pictures, and a public copy of a film is written out whole. Nothing here
//! knows the database or HTTP, and nothing trusts what a client said about a file: neither its name nor its type.

mod anatomy;
mod audio;
mod blank;
mod bytes;
mod codecs;
mod described;
mod error;
mod isobmff;
pub mod names;
mod pixels;
pub mod probe;
mod source;
pub mod staging;
pub mod storage;
pub mod strip;
mod tags;
pub mod variants;
mod webm;
pub mod webvtt;

pub use described::{Described, described};
pub use error::{FileError, Refused, StoreError, UploadError};
pub use names::safe_file_name;
pub use probe::{Kind, Probed, probe};
pub use staging::{Staged, Staging, Upload};
pub use storage::Storage;
pub use strip::public_copy;

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;
