//! `slugline keys`: the keys that sign access tokens.

use clap::Subcommand;

use super::user::open;
use super::{Outcome, log, say, sentence};
use crate::config::Config;
use crate::domain::keys::{self, Listed, Rotation, Turn};

/// What is to be done.
#[derive(Subcommand, Clone, Copy, Debug)]
pub enum Command {
    /// List the signing keys: which one signs, which one will, and which ones still verify.
    List,
    /// Make the next signing key. It is published at once, signs an hour later, and nobody notices.
    Rotate {
        /// Let the new key sign at once and remove the others: every access token ends on every node, and clients go on
        /// with their refresh tokens. For a key that others may know.
        #[arg(long)]
        now: bool,
    },
}

/// Does it.
///
/// # Errors
/// A new key waits already, or the database is away.
pub fn run(config: Config, command: Command) -> Outcome {
    log::quiet(&config.log)?;
    let app = open(config)?;
    match command {
        Command::List => {
            let listed = app.write_here(|cx, _| keys::list(cx)).map_err(|error| sentence(&error))?;
            listed.iter().for_each(|key| say(&line(key)));
        }
        Command::Rotate { now } => {
            let how = if now { Rotation::AtOnce } else { Rotation::Overlapping };
            let made = app.write_here(|cx, actor| keys::rotate(cx, actor, &app.keys.secret, how));
            let row = made.map_err(|error| sentence(&error))?;
            let kid = row.public.unwrap_or_default();
            say(&match how {
                Rotation::AtOnce => format!("{kid} signs from now on; every access token has ended."),
                Rotation::Overlapping => format!("{kid} is published, and signs from {} on.", row.signs_from),
            });
        }
    }
    Ok(())
}

fn line(key: &Listed) -> String {
    let turn = match key.turn {
        Turn::Waits(from) => format!("signs from {from} on"),
        Turn::Signs(since) => format!("signs since {since}"),
        Turn::Verifies(until) => format!("verifies until {until}"),
    };
    format!("{}  {turn}", key.kid)
}
