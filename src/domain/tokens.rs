//! API tokens: they act on a user's behalf, within their scopes and within what the user's role allows.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use serde_json::json;

use super::precondition::{changed_members, stale};
use super::{Actor, Cx, Op, Precondition, events, policy};
use crate::crypto::tokens::ApiToken;
use crate::error::{Error, Fault, FaultCode, Result};
use crate::model::paging::{Key, Paged, Paging};
use crate::model::token::{NewToken, TokenChange};
use crate::model::{Id, Network, Role, Scope, Time};
use crate::store::tokens::{self, TokenRow};
use crate::store::users;

/// How exactly the last use of a token is kept, in seconds.
const USE_SECONDS: i64 = 60;
/// Most tokens whose use is remembered between two flushes.
const MAX_PENDING: usize = 10_000;

/// A token with its scopes.
#[derive(Clone, Debug)]
pub struct Token {
    /// The row.
    pub row: TokenRow,
    /// What it may be used for.
    pub scopes: Vec<Scope>,
    /// From where; from everywhere where empty.
    pub networks: Vec<Network>,
}

/// Whether any operation that needs `scope` is open to `role`.
#[must_use]
pub fn role_can_use(role: Role, scope: Scope) -> bool {
    let mut ops = Op::ALL.iter().map(|op| op.rule()).filter(|rule| rule.scope == Some(scope)).peekable();
    let least = match scope {
        Scope::UsersRead | Scope::UsersWrite | Scope::SiteWrite | Scope::WebhooksRead | Scope::WebhooksWrite => {
            Role::Admin
        }
        _ => Role::Contributor,
    };
    if ops.peek().is_none() { role >= least } else { ops.any(|rule| role >= rule.own) }
}

/// A part of the list of tokens, oldest first.
///
/// # Errors
/// 403.
pub fn list(cx: &mut Cx, actor: &Actor, paging: &Paging) -> Result<Paged<Token>> {
    policy::check(actor, Op::ListTokens)?;
    let total = if paging.counts() { tokens::count(cx.conn)? } else { 0 };
    let rows = tokens::list(cx.conn, paging)?;
    let rows = rows.into_iter().map(with_scopes).collect::<Result<Vec<_>>>()?;
    Ok(paging.page(rows, total, |token| (Key::Number(0), token.row.id)))
}

/// One token.
///
/// # Errors
/// 404, 403.
pub fn get(cx: &mut Cx, actor: &Actor, id: Id) -> Result<Token> {
    policy::check(actor, Op::GetToken)?;
    find(cx, id)
}

fn find(cx: &mut Cx, id: Id) -> Result<Token> {
    with_scopes(tokens::find(cx.conn, id)?.ok_or_else(Error::not_found)?)
}

fn with_scopes(row: TokenRow) -> Result<Token> {
    let scopes = serde_json::from_str(&row.scopes).map_err(Error::internal)?;
    let networks = serde_json::from_str(&row.networks).map_err(Error::internal)?;
    Ok(Token { row, scopes, networks })
}

/// Makes a token; answers it with its plain form, which is kept nowhere.
///
/// # Errors
/// 403; 422 for scopes beyond the user's role, an unknown user, or an end that has passed.
pub fn create(cx: &mut Cx, actor: &Actor, new: NewToken) -> Result<(Token, String)> {
    policy::check(actor, Op::CreateToken)?;
    let user = new.user.or(actor.user);
    let owner = match user {
        Some(user) => users::find(cx.conn, user)?,
        None => None,
    };
    let Some(owner) = owner else {
        let detail = "No user has this id.";
        return Err(Error::invalid(vec![Fault::at("/user", FaultCode::UnknownId, detail)]));
    };
    check_rules(cx.now, Some(owner.role), Some(&new.scopes), new.expires_at)?;
    let made = ApiToken::generate();
    let row = TokenRow {
        id: Id::new(),
        version: 1,
        user_id: owner.id,
        name: new.name.into(),
        prefix: made.prefix,
        hash: made.hash,
        scopes: json!(new.scopes).to_string(),
        expires_at: new.expires_at,
        last_used_at: None,
        created_at: cx.now,
        updated_at: cx.now,
        networks: json!(new.networks).to_string(),
        previous_hash: None,
        previous_until: None,
    };
    tokens::insert(cx.conn, &row)?;
    audit(cx, actor, "create_token", &row, &[])?;
    Ok((Token { row, scopes: new.scopes, networks: new.networks }, made.plain))
}

/// Changes name, scopes, networks or end of a token.
///
/// # Errors
/// 404, 403, 412, 422.
pub fn update(cx: &mut Cx, actor: &Actor, id: Id, change: TokenChange, precondition: &Precondition) -> Result<Token> {
    policy::check(actor, Op::UpdateToken)?;
    let before = find(cx, id)?;
    precondition.check(cx, id, before.row.version, before.row.updated_at)?;
    let role = users::find(cx.conn, before.row.user_id)?.map(|owner| owner.role);
    check_rules(cx.now, role, change.scopes.as_deref(), change.expires_at.flatten())?;
    let mut token = before.clone();
    if let Some(name) = change.name {
        token.row.name = name.into();
    }
    if let Some(scopes) = change.scopes {
        token.row.scopes = json!(scopes).to_string();
        token.scopes = scopes;
    }
    if let Some(networks) = change.networks {
        token.row.networks = json!(networks).to_string();
        token.networks = networks;
    }
    token.row.expires_at = change.expires_at.unwrap_or(token.row.expires_at);
    let fields = changed_members!(before.row, token.row, {
        "name": name, "scopes": scopes, "networks": networks, "expires_at": expires_at,
    });
    if fields.is_empty() {
        return Ok(before);
    }
    save(cx, &mut token.row, precondition)?;
    audit(cx, actor, "update_token", &token.row, &fields)?;
    Ok(token)
}

/// Saves the next version.
fn save(cx: &mut Cx, row: &mut TokenRow, precondition: &Precondition) -> Result<()> {
    let expected = row.version;
    row.version += 1;
    row.updated_at = cx.now;
    if tokens::replace(cx.conn, row, expected)? {
        return Ok(());
    }
    let present = find(cx, row.id)?.row;
    Err(stale(cx, precondition, row.id, present.version, present.updated_at)?)
}

/// Gives a record a new token; the old one works for another `overlap` seconds. Answers the new one's plain form, which
/// is kept nowhere.
///
/// # Errors
/// 404, 403, 412.
pub fn rotate(
    cx: &mut Cx,
    actor: &Actor,
    id: Id,
    overlap: i64,
    precondition: &Precondition,
) -> Result<(Token, String)> {
    policy::check(actor, Op::RotateToken)?;
    let mut token = find(cx, id)?;
    precondition.check(cx, id, token.row.version, token.row.updated_at)?;
    let made = ApiToken::generate();
    let old = std::mem::replace(&mut token.row.hash, made.hash);
    token.row.prefix = made.prefix;
    (token.row.previous_hash, token.row.previous_until) =
        if overlap > 0 { (Some(old), Some(cx.now.plus_seconds(overlap))) } else { (None, None) };
    save(cx, &mut token.row, precondition)?;
    audit(cx, actor, "rotate_token", &token.row, &["token"])?;
    Ok((token, made.plain))
}

/// Ends a token.
///
/// # Errors
/// 404, 403, 412.
pub fn delete(cx: &mut Cx, actor: &Actor, id: Id, precondition: &Precondition) -> Result<()> {
    policy::check(actor, Op::DeleteToken)?;
    let token = find(cx, id)?;
    precondition.check(cx, id, token.row.version, token.row.updated_at)?;
    tokens::remove(cx.conn, id)?;
    audit(cx, actor, "delete_token", &token.row, &[])
}

/// A token is never more than its user. It is a person who asks: tokens make no tokens.
fn check_rules(now: Time, role: Option<Role>, scopes: Option<&[Scope]>, expires_at: Option<Time>) -> Result<()> {
    let mut faults = Vec::new();
    for (at, scope) in scopes.unwrap_or_default().iter().enumerate() {
        if !role.is_some_and(|role| role_can_use(role, *scope)) {
            let detail = "The role of the token's user does not allow this scope.";
            faults.push(Fault::at(format!("/scopes/{at}"), FaultCode::Inconsistent, detail));
        }
    }
    if expires_at.is_some_and(|end| end <= now) {
        faults.push(Fault::at("/expires_at", FaultCode::OutOfRange, "This must lie in the future."));
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::invalid(faults)) }
}

fn audit(cx: &mut Cx, actor: &Actor, action: &str, row: &TokenRow, fields: &[&str]) -> Result<()> {
    let (name, prefix, user) = (&row.name, &row.prefix, row.user_id);
    let detail = json!({ "version": row.version, "fields": fields, "name": name, "prefix": prefix, "user": user });
    events::audit(cx, actor, action, "token", row.id, &detail)
}

/// When tokens were used, in memory until it is flushed: reading must not write.
#[derive(Debug, Default)]
pub struct Uses(Mutex<Noted>);

#[derive(Debug, Default)]
struct Noted {
    pending: HashMap<Id, Time>,
    written: HashMap<Id, Time>,
}

impl Uses {
    /// Notes that a token was used.
    pub fn note(&self, token: Id, now: Time) {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = noted.written.get(&token).is_some_and(|at| now.seconds_since(*at) < USE_SECONDS);
        if !fresh && (noted.pending.len() < MAX_PENDING || noted.pending.contains_key(&token)) {
            noted.pending.insert(token, now);
        }
    }

    /// Takes what is to be written; the same token comes again after a minute at the earliest.
    #[must_use]
    pub fn take(&self) -> Vec<(Id, Time)> {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let taken: Vec<(Id, Time)> = noted.pending.drain().collect();
        if let Some(now) = taken.iter().map(|(_, at)| *at).max() {
            noted.written.retain(|_, at| now.seconds_since(*at) < USE_SECONDS);
            noted.written.extend(taken.iter().copied());
        }
        taken
    }
}

/// Writes down when tokens were used.
///
/// # Errors
/// The database's.
pub fn flush(cx: &mut Cx, used: &[(Id, Time)]) -> Result<()> {
    used.iter().try_for_each(|(token, at)| tokens::note_use(cx.conn, *token, *at))
}
