//! `slugline migrate`: brings the schema up to date, or says what that would run.

use super::{Outcome, log, say, sentence};
use crate::config::Config;
use crate::store::{Store, migrate};

/// What `migrate` takes.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Only say which migrations would run.
    #[arg(long)]
    pub dry_run: bool,
}

/// Runs the pending migrations.
///
/// # Errors
/// The database is away, its schema is newer than this binary, or a migration failed (and changed nothing).
pub fn run(config: &Config, args: &Args) -> Outcome {
    log::quiet(&config.log)?;
    let store =
        Store::open(&config.database.database_url, config.database.database_connections).map_err(|e| sentence(&e))?;
    let act = if args.dry_run { migrate::pending } else { migrate::run };
    let names = act(&store).map_err(|error| sentence(&error))?;
    if names.is_empty() {
        say("The schema is up to date.");
    }
    let verb = if args.dry_run { "would run" } else { "ran" };
    names.iter().for_each(|name| say(&format!("{verb} {name}")));
    Ok(())
}
