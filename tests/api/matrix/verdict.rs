//! What is to come out, from the policy table and the table of moves.

use slugline::domain::workflow;
use slugline::domain::{Actor, Op, policy};
use slugline::error::{Code, Error};

use super::recipes::Recipe;
use super::things::{Kind, Thing};

/// What is to come out.
#[derive(Debug)]
pub enum Verdict {
    /// It is done.
    Granted,
    /// It is refused, with this status and code; any code where it is empty.
    Refused(u16, &'static str),
}

fn forbidden(error: &Error) -> Verdict {
    Verdict::Refused(403, error.code().as_str())
}

/// What is to come out when `actor` runs `op` on `thing`, in the order of the contract: 401, 404, 403, 409.
pub fn of(actor: Option<&Actor>, op: Op, recipe: &Recipe, thing: &Thing) -> Verdict {
    let Some(actor) = actor else { return Verdict::Refused(401, Code::Unauthenticated.as_str()) };
    let refused = match recipe.kind {
        Kind::Article => article(actor, op, thing),
        Kind::Tag | Kind::Author => {
            policy::check_public(actor, op, thing.state == "public").err().map(|e| forbidden(&e))
        }
        Kind::Media | Kind::Picture | Kind::Film => media(actor, op, thing),
        _ => policy::check(actor, op).err().map(|error| forbidden(&error)),
    };
    refused.or_else(|| recipe.conflict(op, thing)).unwrap_or(Verdict::Granted)
}

fn article(actor: &Actor, op: Op, thing: &Thing) -> Option<Verdict> {
    if let Err(error) = policy::check(actor, Op::GetAdminArticle) {
        return Some(forbidden(&error));
    }
    if !policy::reads_article(actor, thing.owner) {
        return Some(Verdict::Refused(404, Code::NotFound.as_str()));
    }
    let standing = thing.standing?;
    if let Err(error) = workflow::may_run(actor, op, thing.owner, standing) {
        return Some(forbidden(&error));
    }
    (workflow::legal(op, standing) == Some(false)).then_some(Verdict::Refused(409, ""))
}

fn media(actor: &Actor, op: Op, thing: &Thing) -> Option<Verdict> {
    let rule = op.rule();
    let checked = if rule.own == rule.any {
        policy::check(actor, op)
    } else {
        policy::check_owned(actor, op, thing.owner)
            .and_then(|()| policy::check_public(actor, op, thing.state == "public"))
    };
    checked.err().map(|error| forbidden(&error))
}
