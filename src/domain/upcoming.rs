//! What will happen in public, as the actor may see it.

use std::collections::HashMap;

use super::policy::{self, Op};
use super::{Actor, Cx};
use crate::error::Result;
use crate::model::paging::{Ends, Paging};
use crate::model::{Id, Time};
use crate::store::upcoming::{self, Between, Upcoming};
use crate::store::users;

/// Something upcoming, and the owner of its article by id and name.
pub type Owned = (Upcoming, Option<(Id, String)>);

/// A part of what will happen, in the order of time.
///
/// # Errors
/// 403.
pub fn list(
    cx: &mut Cx,
    actor: &Actor,
    after: Option<Time>,
    before: Option<Time>,
    paging: &Paging,
) -> Result<(Vec<Owned>, Ends)> {
    policy::check(actor, Op::ListUpcoming)?;
    let owner = if policy::sees_all(actor, Op::ListUpcoming) { None } else { actor.user };
    let after = after.map_or(cx.now, |after| after.max(cx.now));
    let wanted = Between { after, before: before.unwrap_or(Time::NEVER), owner };
    let found = upcoming::list(cx.conn, &wanted, paging)?;
    let owners: Vec<Id> = found.rows.iter().filter_map(|one| one.article.owner_id).collect();
    let names: HashMap<Id, String> = users::names(cx.conn, &owners)?.into_iter().collect();
    let with_owner = |one: Upcoming| {
        let owner = one.article.owner_id.and_then(|id| names.get(&id).map(|name| (id, name.clone())));
        (one, owner)
    };
    Ok((found.rows.into_iter().map(with_owner).collect(), found.ends))
}
