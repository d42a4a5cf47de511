//! The command line's way in.

use std::process::ExitCode;

/// A list of articles is some thousand small strings; and hashing passwords gives its memory back.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    slugline::cli::main()
}
