//! `slugline completions` and `slugline man`: what a shell and a reader of manuals want to know, made from the command
//! line itself.

use std::path::{Path, PathBuf};

use clap::CommandFactory;
use clap_complete::Shell;

use super::{Cli, Outcome, print};

/// What `completions` takes.
#[derive(clap::Args, Clone, Debug)]
pub struct Completions {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

/// What `man` takes.
#[derive(clap::Args, Clone, Debug)]
pub struct Man {
    /// Write a page for every command into this folder, instead of the first page to standard output.
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

/// Prints the completions of a shell.
///
/// # Errors
/// Standard output can't be written.
pub fn completions(args: &Completions) -> Outcome {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "slugline", &mut text);
    print(&mut std::io::stdout(), &text)
}

/// Prints the manual page, or writes all of them.
///
/// # Errors
/// Standard output or the folder can't be written.
pub fn man(args: &Man) -> Outcome {
    if let Some(folder) = &args.folder {
        return pages(folder).map_err(|cause| format!("{} can't be written: {cause}.", folder.display()));
    }
    let mut text = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut text).map_err(|cause| cause.to_string())?;
    print(&mut std::io::stdout(), &text)
}

fn pages(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    clap_mangen::generate_to(Cli::command(), folder)
}
