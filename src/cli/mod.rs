//! The command line: a file a command. Beside a running server every command is a second node on the same database.
//! Exit status: 0 done, 1 failed (with one sentence on standard error), 2 wrong usage.

pub mod demo;
pub mod doctor;
pub mod keys;
pub mod log;
pub mod migrate;
pub mod openapi;
pub mod seed;
pub mod serve;
pub mod shell;
pub mod token;
pub mod user;

use std::ffi::OsStr;
use std::io::Write;
use std::process::ExitCode;

use clap::builder::Resettable;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::config::Config;
use crate::error::{Code, Error};

/// What a command answers: a sentence for the operator when it fails.
pub type Outcome = std::result::Result<(), String>;

#[derive(Parser, Debug)]
#[command(
    name = "slugline",
    version,
    about = "The headless CMS for newsrooms.",
    long_about = "Slugline, the headless CMS for newsrooms: one binary, SQLite or PostgreSQL inside, an exact OpenAPI \
                  document.\n\nWithout a command it serves. Every flag has an environment variable, and `.env` in the \
                  working directory is read first; flags win over variables, and variables over `.env`.",
    after_help = "First steps:\n  slugline serve --demo\n  slugline user create --email you@example.org --name You --role \
                  admin\n\nExit status: 0 done, 1 failed, 2 wrong usage."
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    config: Config,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Serve the API (the default): migrate, listen, and print one line with the address.
    Serve(serve::Args),
    /// Bring the database's schema up to date.
    Migrate(migrate::Args),
    /// Make users, and help those who lost their password.
    #[command(subcommand)]
    User(user::Command),
    /// Make API tokens.
    #[command(subcommand)]
    Token(token::Command),
    /// Rotate the keys that sign access tokens.
    #[command(subcommand)]
    Keys(keys::Command),
    /// Fill the database with many plausible articles, for measuring.
    Seed(seed::Args),
    /// Print the OpenAPI document as JSON.
    Openapi,
    /// Look at everything that serving needs, and say what to do.
    Doctor,
    /// Print the completions of a shell: `slugline completions bash > /etc/bash_completion.d/slugline`.
    Completions(shell::Completions),
    /// Print the manual page: `slugline man | man -l -`.
    Man(shell::Man),
}

/// Runs the command that the process was started with.
#[must_use]
pub fn main() -> ExitCode {
    if let Err(sentence) = read_env_file() {
        eprintln!("slugline: {sentence}");
        return ExitCode::from(2);
    }
    let Cli { command, config } = match Cli::from_arg_matches(&command_line().get_matches()) {
        Ok(cli) => cli,
        Err(refused) => refused.exit(),
    };
    let outcome = match command.unwrap_or_else(|| Command::Serve(serve::Args::default())) {
        Command::Serve(args) => serve::run(config, &args),
        Command::Migrate(args) => migrate::run(&config, &args),
        Command::User(command) => user::run(config, command),
        Command::Token(command) => token::run(config, command),
        Command::Keys(command) => keys::run(config, command),
        Command::Seed(args) => seed::run(config, &args),
        Command::Openapi => openapi::run(),
        Command::Doctor => doctor::run(&config),
        Command::Completions(args) => shell::completions(&args),
        Command::Man(args) => shell::man(&args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("slugline: {sentence}");
            ExitCode::FAILURE
        }
    }
}

/// The command line; a variable that is set to nothing counts as not set.
fn command_line() -> clap::Command {
    let is_blank = |name: &OsStr| std::env::var_os(name).is_some_and(|value| value.is_empty());
    Cli::command().mut_args(|argument| match argument.get_env() {
        Some(name) if is_blank(name) => argument.env(Resettable::Reset),
        _ => argument,
    })
}

/// Reads `.env` of the working directory, if there is one; what the environment already has stays.
fn read_env_file() -> Outcome {
    match dotenvy::from_path(".env") {
        Ok(()) => Ok(()),
        Err(dotenvy::Error::Io(cause)) if cause.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(dotenvy::Error::Io(cause)) => Err(format!(".env can't be read: {cause}.")),
        Err(dotenvy::Error::LineParse(_, at)) => {
            Err(format!(".env has a line that can't be understood, at its character {at}; write NAME=value."))
        }
        Err(_) => Err(".env can't be understood; write one NAME=value a line.".to_owned()),
    }
}

/// The sentence of a use case's error; with faults, theirs.
fn sentence(error: &Error) -> String {
    if error.code() == Code::Unavailable {
        return "the database is busy or can't be reached; check DATABASE_URL, and that its server runs.".to_owned();
    }
    if error.faults().is_empty() {
        return error.detail().to_owned();
    }
    error.faults().iter().map(|fault| fault.detail.as_str()).collect::<Vec<_>>().join(" ")
}

/// Writes a line to standard output, whatever becomes of it.
fn say(line: &str) {
    let _ = print(&mut std::io::stdout(), format!("{line}\n").as_bytes());
}

/// Writes; a closed pipe, as with `| head`, is not an error.
fn print(out: &mut impl Write, text: &[u8]) -> Outcome {
    match out.write_all(text).and_then(|()| out.flush()) {
        Err(cause) if cause.kind() != std::io::ErrorKind::BrokenPipe => Err(format!("this can't be printed: {cause}.")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        super::Cli::command().debug_assert();
    }
}
