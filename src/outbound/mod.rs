//! The one client for requests to other machines. Addresses are written by people of the newsroom, so it is guarded: it
//! connects to global addresses only (and to what the operator allows beyond them), follows no redirect but a few on the
//! way to a file, each guarded alike, goes by no proxy variable, and bounds time and size. A leaf.
//!
//! | module | for |
//! |---|---|
//! | [`address`] | which addresses are global, and networks (CIDR, RFC 4632) |
//! | [`allow`] | what the operator allows beyond them: `SLUGLINE_OUTBOUND_ALLOW` |
//! | [`client`] | connecting, TLS (rustls), HTTP/1.1 (hyper) |
//! | [`tls`] | whom this machine trusts; the media store in S3 asks too |
//! | [`download`] | files, with a few guarded redirects |
//! | [`mail`] | letters, by the operator's mail server (SMTP); the only one that is not guarded |

pub mod address;
pub mod allow;
pub mod client;
pub mod download;
pub mod mail;
#[cfg(test)]
mod tests;
pub mod tls;

pub use address::is_global;
pub use allow::Allowed;
pub use client::{Answer, Client, Exchange, Failure};
pub use download::{Download, NoFile};
pub use mail::{Letter, Mailer};
