//! Who comes in.

use std::net::IpAddr;

use super::{Actor, Cx};
use crate::crypto::jwt::Verified;
use crate::error::{Error, Result};
use crate::model::{Id, Network, Role, Scope, Time};
use crate::store::users::{self, SignedIn, UserRow};

/// How long after signing in somebody may do what is dangerous, in seconds. Refreshing is not signing in.
pub const FRESH_SECONDS: i64 = 15 * 60;

/// The person of an access token, unless the session has ended, the key that signed it is gone, the person is suspended,
/// or the token is older than what ended every older one (a new password, a new role).
///
/// # Errors
/// The database's.
pub fn actor_of_session(cx: &mut Cx, token: &Verified) -> Result<Option<Actor>> {
    let claims = &token.claims;
    let session = Id::from(claims.sid);
    let Some(found) = users::of_session(cx.conn, session, &token.kid, cx.now)? else { return Ok(None) };
    let SignedIn { user, since, require_totp } = found;
    let issued = Time::from_micros(claims.iat.saturating_mul(1_000_000));
    if user.id != Id::from(claims.sub)
        || user.suspended_at.is_some()
        || issued.plus_seconds(1) <= user.tokens_valid_from
    {
        return Ok(None);
    }
    let required: Vec<Role> = serde_json::from_str(&require_totp).map_err(Error::internal)?;
    let fresh = since.plus_seconds(FRESH_SECONDS) > cx.now;
    let lacks_totp = user.totp_since.is_none() && required.contains(&user.role);
    Ok(Some(Actor { session: Some(session), fresh, lacks_totp, ..actor(user) }))
}

/// The owner of an API token, with the token's scopes, unless the owner is suspended or the token may not be used from
/// `address`; and the token's id.
///
/// # Errors
/// The database's.
pub fn actor_of_token(cx: &mut Cx, hash: &str, address: IpAddr) -> Result<Option<(Actor, Id)>> {
    let Some(found) = users::of_token(cx.conn, hash, cx.now)? else { return Ok(None) };
    let networks: Vec<Network> = serde_json::from_str(&found.networks).map_err(Error::internal)?;
    let is_from_elsewhere = !networks.is_empty() && !networks.iter().any(|network| network.contains(address));
    if found.user.suspended_at.is_some() || is_from_elsewhere {
        return Ok(None);
    }
    let scopes: Vec<Scope> = serde_json::from_str(&found.scopes).map_err(Error::internal)?;
    Ok(Some((Actor { scopes: Some(scopes), ..actor(found.user) }, found.token)))
}

fn actor(user: UserRow) -> Actor {
    let totp = user.totp_since.is_some();
    Actor { user: Some(user.id), name: user.name, role: user.role, fresh: false, totp, ..Actor::system() }
}
