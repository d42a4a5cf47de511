//! The questions that use cases ask of the table.

use super::Op;
use crate::domain::Actor;
use crate::error::{Code, Error, Result};
use crate::model::policy::Demand;
use crate::model::{Id, Role};

/// From this role on, an embargo can be overridden, with a reason.
const OVERRIDES: Role = Role::Admin;

/// May this actor run `op` at all, on something of its own at the least?
///
/// # Errors
/// [`Code::InsufficientScope`] or [`Code::Forbidden`].
pub fn check(actor: &Actor, op: Op) -> Result<()> {
    let rule = op.rule();
    if let Some(scopes) = &actor.scopes {
        match rule.scope {
            Some(scope) if scopes.contains(&scope) => {}
            Some(scope) => {
                return Err(Error::new(
                    Code::InsufficientScope,
                    format!("The API token lacks the scope {}.", scope.as_str()),
                ));
            }
            None => return Err(in_person()),
        }
    }
    if actor.lacks_totp && rule.demand != Demand::SetUp {
        let detail = "Your role needs a second factor here: set it up with POST /v1/auth/totp first.";
        return Err(Error::new(Code::TotpSetupRequired, detail));
    }
    if actor.role < rule.own {
        return Err(forbidden(rule.own));
    }
    if rule.demand == Demand::Fresh { check_in_person(actor) } else { Ok(()) }
}

/// Is this a person who signed in a short while ago? What is dangerous asks for it, be it a whole operation or a member
/// of its body.
///
/// # Errors
/// [`Code::Forbidden`] for API tokens, [`Code::FreshLoginRequired`].
pub fn check_in_person(actor: &Actor) -> Result<()> {
    if actor.scopes.is_some() {
        return Err(in_person());
    }
    if actor.fresh {
        return Ok(());
    }
    Err(Error::new(Code::FreshLoginRequired, "This needs a sign-in within the last 15 minutes: sign in again."))
}

fn in_person() -> Error {
    Error::new(Code::Forbidden, "API tokens can't do this; sign in as a person.")
}

/// May this actor run `op` on something that `owner` owns?
///
/// # Errors
/// As [`check`].
pub fn check_owned(actor: &Actor, op: Op, owner: Option<Id>) -> Result<()> {
    check(actor, op)?;
    let rule = op.rule();
    if actor.role >= rule.any || actor.owns(owner) { Ok(()) } else { Err(forbidden(rule.any)) }
}

/// Changing a tag, an author or a media record that is public needs the role for everything.
///
/// # Errors
/// As [`check`].
pub fn check_public(actor: &Actor, op: Op, is_public: bool) -> Result<()> {
    check(actor, op)?;
    let rule = op.rule();
    if !is_public || actor.role >= rule.any { Ok(()) } else { Err(forbidden(rule.any)) }
}

/// May this actor read the working copy of an article that `owner` owns?
#[must_use]
pub fn reads_article(actor: &Actor, owner: Option<Id>) -> bool {
    sees_all(actor, Op::GetAdminArticle) || actor.owns(owner)
}

/// Whether `op` is open to this actor on everything, or only on its own.
#[must_use]
pub fn sees_all(actor: &Actor, op: Op) -> bool {
    actor.role >= op.rule().any
}

fn forbidden(role: Role) -> Error {
    let higher = if role == Role::Admin { "" } else { " or a higher one" };
    Error::new(Code::Forbidden, format!("This needs the role {}{higher}.", role.as_str()))
}

/// May this actor publish within an embargo?
///
/// # Errors
/// As [`check`].
pub fn check_override(actor: &Actor) -> Result<()> {
    check(actor, Op::PublishArticle)?;
    if actor.role >= OVERRIDES { Ok(()) } else { Err(forbidden(OVERRIDES)) }
}

/// May this actor say what is featured and what is breaking?
///
/// # Errors
/// [`Code::Forbidden`].
pub fn check_flags(actor: &Actor) -> Result<()> {
    let role = Op::FlagArticle.rule().own;
    if actor.role >= role { Ok(()) } else { Err(forbidden(role)) }
}

/// Whether this role publishes what is its own.
#[must_use]
pub fn publishes(actor: &Actor) -> bool {
    actor.role >= Op::PublishArticle.rule().own
}
