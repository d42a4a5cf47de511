//! What is done with an input that means no good: each module feeds it to one part of the server, and panics where the
//! part panics or breaks a promise. The fuzz targets run them under libFuzzer, a plain `cargo test` over the seeds.

pub mod films;
pub mod html_in;
pub mod lists;
pub mod markdown_in;
pub mod merge_patch;
pub mod multipart;
pub mod pictures;
pub mod portable_text;
pub mod safe;
pub mod tokens;
pub mod webvtt;

/// A target: its name, which is that of its folder of seeds, and what it does.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: &[Target] = &[
    ("films", films::run),
    ("html_in", html_in::run),
    ("lists", lists::run),
    ("markdown_in", markdown_in::run),
    ("merge_patch", merge_patch::run),
    ("multipart", multipart::run),
    ("pictures", pictures::run),
    ("portable_text", portable_text::run),
    ("tokens", tokens::run),
    ("webvtt", webvtt::run),
];
