//! Embargoes: nothing of an article shows before `embargoed_until`, unless somebody who may decides otherwise and says
//! why.

use serde_json::json;

use crate::domain::articles::{self, Loaded};
use crate::domain::{Actor, Cx, events, policy};
use crate::error::{Fault, FaultCode, Result};
use crate::model::{Content, Id, Time};

/// May this actor publish within an embargo, where it asks to?
///
/// # Errors
/// 404 for what it may not read, then 403.
pub fn permit(cx: &mut Cx, actor: &Actor, id: Id, asked: bool) -> Result<()> {
    if asked {
        articles::load(cx, actor, id)?;
        policy::check_override(actor)?;
    }
    Ok(())
}

/// The fault of a public copy that starts within the embargo.
#[must_use]
pub fn fault(article: &Loaded, pointer: &str, start: Time, overridden: bool) -> Option<Fault> {
    let until = article.content.embargoed_until.filter(|until| !overridden && *until > start)?;
    let detail = format!(
        "The article is embargoed until {until}. An administrator can let it start earlier, with `override_embargo` and a \
         `reason`."
    );
    Some(Fault::at(pointer, FaultCode::Inconsistent, detail))
}

/// Writes down that an embargo was overridden, if one was in force at `start`.
///
/// # Errors
/// The database's.
pub fn note(cx: &mut Cx, actor: &Actor, article: &Loaded, start: Time, reason: Option<&str>) -> Result<()> {
    let (Some(reason), Some(until)) = (reason, article.content.embargoed_until.filter(|until| *until > start)) else {
        return Ok(());
    };
    let detail =
        json!({ "version": article.row.version, "embargoed_until": until, "starts_at": start, "reason": reason });
    events::audit(cx, actor, "override_embargo", "article", article.row.id, &detail)
}

/// The fault of an embargo in force that would end earlier by somebody who may not override it, and of one that would
/// end after what waits appears.
#[must_use]
pub fn change_fault(actor: &Actor, article: &Loaded, content: &Content, now: Time) -> Option<Fault> {
    let in_force = article.content.embargoed_until.filter(|until| *until > now);
    let is_earlier = in_force.is_some_and(|until| content.embargoed_until.is_none_or(|earlier| earlier < until));
    if is_earlier && policy::check_override(actor).is_err() {
        let detail = "Only an administrator can shorten or lift an embargo that is in force.";
        return Some(Fault::at("/embargoed_until", FaultCode::Immutable, detail));
    }
    let start = article.waiting()?.visible_from;
    let is_late = content.embargoed_until.is_some_and(|until| until > start);
    (is_late && content.embargoed_until != article.content.embargoed_until).then(|| {
        let detail = "A version is scheduled to appear before. Unschedule it first.";
        Fault::at("/embargoed_until", FaultCode::Inconsistent, detail)
    })
}
