//! `slugline token`: makes API tokens.

use clap::Subcommand;

use super::user::{from_text, open};
use super::{Outcome, log, say, sentence};
use crate::config::Config;
use crate::domain::{tokens, users};
use crate::model::token::NewToken;
use crate::model::{Email, Line, Scope};

const DAY_SECONDS: i64 = 86_400;

/// What is to be done.
#[derive(Subcommand, Clone, Debug)]
pub enum Command {
    /// Make an API token. It is printed once and kept nowhere.
    Create {
        /// What the token is for.
        #[arg(long, value_parser = from_text::<Line<100>>)]
        name: Line<100>,
        /// What it may be used for, separated by commas: articles:read, media:write …
        #[arg(long, value_delimiter = ',', required = true, value_parser = from_text::<Scope>)]
        scopes: Vec<Scope>,
        /// The address of the user on whose behalf it acts.
        #[arg(long, value_parser = from_text::<Email>)]
        user: Email,
        /// When it ends; never where left out.
        #[arg(long, value_parser = clap::value_parser!(i64).range(1..=36_500))]
        expires_in_days: Option<i64>,
    },
}

/// Does it.
///
/// # Errors
/// The user is unknown, its role does not allow a scope, or the database is away.
pub fn run(config: Config, command: Command) -> Outcome {
    log::quiet(&config.log)?;
    let Command::Create { name, mut scopes, user, expires_in_days } = command;
    scopes.sort_unstable();
    scopes.dedup();
    let app = open(config)?;
    let made = app.write_here(|cx, actor| {
        let owner = users::by_email(cx, &user)?;
        let expires_at = expires_in_days.map(|days| cx.now.plus_seconds(days * DAY_SECONDS));
        tokens::create(cx, actor, NewToken { name, scopes, user: Some(owner.id), expires_at, networks: Vec::new() })
    });
    let (_, plain) = made.map_err(|error| sentence(&error))?;
    say(&plain);
    Ok(())
}
