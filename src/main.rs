//! The command line's way in.

use std::process::ExitCode;

fn main() -> ExitCode {
    slugline::cli::main()
}
