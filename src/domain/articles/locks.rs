//! Who works on an article. A lock is advice: it tells colleagues, and keeps nobody from writing; against lost updates
//! there is `If-Match`. It changes no version, and ends by the clock unless its holder renews it.

use serde_json::{Value, json};

use super::{ArticleView, Loaded, load_for, loaded, view};
use crate::domain::{Actor, Cx, Precondition, events};
use crate::error::{Code, Error, Result};
use crate::model::actions::Lock;
use crate::model::{ArticleAction, Field, Id, Line};
use crate::store::locks::{self, LockRow};

/// How long a lock holds after it was taken or renewed, in seconds.
pub const LASTS_SECONDS: i64 = 120;

/// Takes the lock of an article, or renews one's own; takes it from somebody else where that is asked for with a
/// reason. Renewing leaves no event and no audit entry.
///
/// # Errors
/// 422, 404, 403, 409 for an article that can't be edited; [`Code::Locked`] where somebody else holds it.
pub fn lock(cx: &mut Cx, actor: &Actor, id: Id, input: Lock) -> Result<ArticleView> {
    let (reason, take_over) = input.sound()?;
    let article = load_for(cx, actor, id, &Precondition::Any, ArticleAction::Lock)?;
    let user = actor.user.ok_or_else(|| Error::new(Code::Forbidden, "Only a user can hold a lock."))?;
    let others = article.lock.clone().filter(|held| held.user_id != user);
    if let Some(held) = others.as_ref().filter(|_| !take_over) {
        return Err(refused(held));
    }
    let own = article.lock.clone().filter(|held| held.user_id == user);
    let row = wanted(cx, actor, id, user, own.as_ref(), reason);
    if !locks::take(cx.conn, &row, take_over, cx.now)? {
        let held = locks::of(cx.conn, &[id], cx.now)?.pop();
        return Err(
            held.map_or_else(|| Error::new(Code::Conflict, "Another change came in between."), |held| refused(&held))
        );
    }
    if own.is_none() {
        tell(cx, &article, "article.locked", &json!({ "user": holder(&row), "expires_at": row.expires_at }))?;
    }
    if let Some(held) = others {
        let detail = json!({ "taken_from": holder(&held), "reason": row.reason });
        events::audit(cx, actor, "lock_article", "article", id, &detail)?;
    }
    answer(cx, actor, article)
}

/// Takes a lock away: one's own, or another's. Where there is none, nothing happens.
///
/// # Errors
/// 404, 403.
pub fn unlock(cx: &mut Cx, actor: &Actor, id: Id) -> Result<ArticleView> {
    let article = super::load(cx, actor, id)?;
    crate::domain::workflow::permit(actor, ArticleAction::Unlock, article.row.owner_id, article.standing)?;
    if let Some(held) = article.lock.clone() {
        locks::remove(cx.conn, id)?;
        tell(cx, &article, "article.unlocked", &json!({ "user": holder(&held) }))?;
        if Some(held.user_id) != actor.user {
            events::audit(cx, actor, "unlock_article", "article", id, &json!({ "taken_from": holder(&held) }))?;
        }
    }
    answer(cx, actor, article)
}

/// The lock as it is to be: one that is renewed keeps its beginning, and its reason where no other one is given.
fn wanted(cx: &Cx, actor: &Actor, id: Id, user: Id, own: Option<&LockRow>, reason: Field<Line<500>>) -> LockRow {
    LockRow {
        article_id: id,
        user_id: user,
        user_name: actor.name.clone(),
        since: own.map_or(cx.now, |own| own.since),
        expires_at: cx.now.plus_seconds(LASTS_SECONDS),
        reason: reason.map(String::from).or(own.and_then(|own| own.reason.clone())),
    }
}

fn refused(held: &LockRow) -> Error {
    let lock = json!({
        "user": holder(held), "since": held.since, "expires_at": held.expires_at, "reason": held.reason,
    });
    Error::new(Code::Locked, "Somebody else works on the article. Ask them, wait, or take the lock over with a reason.")
        .with("lock", lock)
}

fn holder(held: &LockRow) -> Value {
    json!({ "id": held.user_id, "name": held.user_name })
}

/// An event for the newsroom; no reader and no webhook hears of locks.
fn tell(cx: &mut Cx, article: &Loaded, kind: &str, more: &Value) -> Result<()> {
    let mut data = json!({ "id": article.row.id, "version": article.row.version });
    for (name, value) in more.as_object().into_iter().flatten() {
        data[name] = value.clone();
    }
    events::emit(cx, kind, article.row.id, &data)
}

fn answer(cx: &mut Cx, actor: &Actor, article: Loaded) -> Result<ArticleView> {
    let article = loaded(cx, article.row)?;
    view::of(cx, actor, article)
}
