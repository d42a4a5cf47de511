//! `slugline user`: makes users, and sets the password of those who lost theirs.

use std::io::Read;

use clap::Subcommand;

use super::{Outcome, log, say, sentence};
use crate::app::{App, Clock};
use crate::config::Config;
use crate::crypto::password::Password;
use crate::domain::accounts::{self, Handed};
use crate::domain::users::{self, Hashed};
use crate::domain::{Precondition, two_factor};
use crate::model::people::NewUser;
use crate::model::{Email, FromText, Line, Role};

/// What is to be done.
#[derive(Subcommand, Clone, Debug)]
pub enum Command {
    /// Make a user. Without --password-stdin a password is made and shown once.
    Create {
        /// The address to sign in with.
        #[arg(long, value_parser = from_text::<Email>)]
        email: Email,
        /// What colleagues see.
        #[arg(long, value_parser = from_text::<Line<200>>)]
        name: Line<200>,
        /// What the user may do: contributor, author, editor or admin.
        #[arg(long, value_parser = from_text::<Role>)]
        role: Role,
        /// Read the password from the first line of standard input.
        #[arg(long)]
        password_stdin: bool,
    },
    /// Make a user who chooses the password by a link, and print the link.
    Invite {
        /// The address to sign in with.
        #[arg(long, value_parser = from_text::<Email>)]
        email: Email,
        /// What colleagues see.
        #[arg(long, value_parser = from_text::<Line<200>>)]
        name: Line<200>,
        /// What the user may do: contributor, author, editor or admin.
        #[arg(long, value_parser = from_text::<Role>)]
        role: Role,
    },
    /// Turn off the second factor of a user who has lost it, and end all their sessions.
    ResetTotp {
        /// The address of the user.
        #[arg(long, value_parser = from_text::<Email>)]
        email: Email,
    },
    /// Set a user's password, and end all their sessions; or print a link by which the user does.
    ResetPassword {
        /// The address of the user.
        #[arg(long, value_parser = from_text::<Email>)]
        email: Email,
        /// Read the password from the first line of standard input.
        #[arg(long, conflicts_with = "link")]
        password_stdin: bool,
        /// Print a link to a new password that works once, for an hour, and change nothing else.
        #[arg(long)]
        link: bool,
    },
}

/// Does it.
///
/// # Errors
/// The address is taken or unknown, the password is weak, or the database is away.
pub fn run(config: Config, command: Command) -> Outcome {
    log::quiet(&config.log)?;
    match command {
        Command::Create { email, name, role, password_stdin } => {
            let hashed = hashed(email.as_str(), password_stdin)?;
            let app = open(config)?;
            let new = NewUser { email, name, role };
            let hash = hashed.hash.clone();
            let made = app.write_here(|cx, actor| users::create(cx, actor, new, hash));
            let row = made.map_err(|error| sentence(&error))?;
            say(&format!("Made the user {} with the role {}.", row.email, row.role.as_str()));
            show(&hashed);
        }
        Command::Invite { email, name, role } => {
            let app = open(config)?;
            let new = NewUser { email, name, role };
            let made = app.write_here(|cx, actor| accounts::create_invited(cx, actor, new, false));
            let (row, handed) = made.map_err(|error| sentence(&error))?;
            say(&format!("Made the user {} with the role {}.", row.email, row.role.as_str()));
            show_link(&handed);
        }
        Command::ResetTotp { email } => {
            let app = open(config)?;
            let done = app.write_here(|cx, actor| {
                let row = users::by_email(cx, &email)?;
                two_factor::reset(cx, actor, row.id, &Precondition::Any)
            });
            let row = done.map_err(|error| sentence(&error))?;
            say(&format!("Turned off the second factor of {}; all their sessions have ended.", row.email));
        }
        Command::ResetPassword { email, link: true, .. } => {
            let app = open(config)?;
            let made = app.write_here(|cx, actor| {
                let row = users::by_email(cx, &email)?;
                accounts::reset_user_password(cx, actor, row.id, false)
            });
            show_link(&made.map_err(|error| sentence(&error))?);
        }
        Command::ResetPassword { email, password_stdin, .. } => {
            let hashed = hashed(email.as_str(), password_stdin)?;
            let app = open(config)?;
            let hash = hashed.hash.clone();
            let done = app.write_here(|cx, actor| {
                let row = users::by_email(cx, &email)?;
                users::reset_password(cx, actor, row, hash)
            });
            let row = done.map_err(|error| sentence(&error))?;
            say(&format!("Set the password of {}; all their sessions have ended.", row.email));
            show(&hashed);
        }
    }
    Ok(())
}

/// Opens the application as a second node, migrating first.
pub(super) fn open(config: Config) -> Result<std::sync::Arc<App>, String> {
    App::open(config, Clock::default(), true).map_err(|error| sentence(&error))
}

/// Lets a value of the model stand on the command line.
pub(super) fn from_text<T: FromText>(text: &str) -> Result<T, String> {
    T::from_text(text).map_err(|(_, detail)| detail)
}

fn hashed(email: &str, from_stdin: bool) -> Result<Hashed, String> {
    let given = if from_stdin { Some(read_password()?) } else { None };
    users::hash_or_make(email, given.as_ref()).map_err(|error| sentence(&error))
}

fn read_password() -> Result<Password, String> {
    let mut text = zeroize::Zeroizing::new(String::new());
    std::io::stdin()
        .lock()
        .take(4_096)
        .read_to_string(&mut text)
        .map_err(|cause| format!("the password can't be read from standard input: {cause}"))?;
    let line = text.lines().next().unwrap_or_default();
    Password::parse(line).map_err(|weakness| weakness.fault("").detail)
}

fn show(hashed: &Hashed) {
    if let Some(password) = &hashed.made {
        say(&format!("Password, shown only this once: {password}"));
    }
}

fn show_link(handed: &Handed) {
    if let Handed::Shown(link) = handed {
        say(&format!("Link, shown only this once, good until {}: {}", link.expires_at, link.url));
    }
}
