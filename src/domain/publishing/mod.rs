//! From the working copy to the public and back: publish, schedule, unpublish, kill, correct. Each is one transaction
//! with its revision, event and audit entry.
//!
//! A published copy is visible in `visible_from <= now < visible_until`; at any instant at most one copy of an article
//! is. `ends_at` is the end that editors asked for; `visible_until` is that, or the start of the copy that waits.

pub mod copy;
pub mod due;
pub mod embargo;
pub mod freeze;
pub mod gate;
pub mod refile;
pub mod whole;
mod withdrawing;

use super::articles::save::{self, Change};
use super::articles::{self, ArticleView, Loaded, load_for, view};
use super::events::InPublic;
use super::{Actor, Cx, Precondition, review};
use crate::error::{Error, Fault, FaultCode, Result};
use crate::model::actions::{Correct, Flag, Kill, Publish, Schedule, Unpublish, why};
use crate::model::{ArticleAction, ArticleState, Correction, Id, Review, Time};
use crate::store::copies::{self, CopyRow};
use crate::store::{media_usage, previews};
use withdrawing::{end, keep_addresses, take_back, take_end, withdraw};

/// Makes the working copy public now, in place of what is live and of what waits.
///
/// # Errors
/// 404, 403, 412, 409, 422.
pub fn publish(cx: &mut Cx, actor: &Actor, id: Id, wanted: &Precondition, input: Publish) -> Result<ArticleView> {
    let (published_at, unpublish_at) = (input.published_at.set(), input.unpublish_at.set());
    let minor = input.minor_edit.set().unwrap_or(false);
    let (overridden, reason) = why(input.override_embargo, input.reason)?;
    embargo::permit(cx, actor, id, overridden)?;
    let mut article = load_for(cx, actor, id, wanted, ArticleAction::Publish)?;
    let mut faults = Vec::new();
    if published_at.is_some_and(|at| at > cx.now) {
        let detail = "This must not lie in the future; `schedule` publishes later.";
        faults.push(Fault::at("/published_at", FaultCode::OutOfRange, detail));
    }
    faults.extend(end_fault(unpublish_at, cx.now));
    faults.extend(embargo::fault(&article, "/embargoed_until", cx.now, overridden));
    faults.extend(gate::faults(cx, &article, cx.now)?);
    if !faults.is_empty() {
        return Err(Error::invalid(faults));
    }
    let live = article.live().cloned();
    due::settle(cx, id)?;
    keep_addresses(cx, id)?;
    take_back(cx, &article)?;
    if let Some(live) = &live {
        end(cx, &article, live)?;
    }
    let first_published_at = article.row.first_published_at.unwrap_or_else(|| published_at.unwrap_or(cx.now));
    let since = published_at.or(live.as_ref().map(|live| live.published_at)).unwrap_or(cx.now);
    let updated_at = match &live {
        Some(live) if minor => live.updated_at,
        Some(_) => cx.now,
        // A first publication may be dated back, as imports are; what readers have seen before is news again.
        None if article.row.first_published_at.is_none() => since,
        None => cx.now,
    };
    article.row.first_published_at = Some(first_published_at);
    article.row.review = Review::Draft;
    copies::dig_up(cx.conn, id)?;
    let times = copy::Times {
        visible_from: cx.now,
        ends_at: unpublish_at.unwrap_or(Time::NEVER),
        published_at: since,
        updated_at,
        first_published_at,
    };
    let means = if live.is_some() { InPublic::Changed } else { InPublic::Live };
    let change = Change::new("publish_article", "article.published").because(reason.clone()).in_public(Some(means));
    save::store(cx, actor, &mut article, &change)?;
    embargo::note(cx, actor, &article, cx.now, reason.as_deref().filter(|_| overridden))?;
    copy::make(cx, &article, &times)?;
    answer(cx, actor, article)
}

/// Makes the working copy public later; what is live until then is capped there, and what waited is replaced.
///
/// # Errors
/// 404, 403, 412, 409, 422.
pub fn schedule(cx: &mut Cx, actor: &Actor, id: Id, wanted: &Precondition, input: Schedule) -> Result<ArticleView> {
    let (overridden, reason) = why(input.override_embargo, input.reason.clone())?;
    let (publish_at, unpublish_at) = input.sound()?;
    embargo::permit(cx, actor, id, overridden)?;
    let mut article = load_for(cx, actor, id, wanted, ArticleAction::Schedule)?;
    let mut faults = Vec::new();
    if publish_at <= cx.now {
        faults.push(Fault::at("/publish_at", FaultCode::OutOfRange, "This must lie in the future."));
    }
    faults.extend(end_fault(unpublish_at, publish_at.max(cx.now)));
    faults.extend(embargo::fault(&article, "/publish_at", publish_at, overridden));
    faults.extend(gate::faults(cx, &article, publish_at)?);
    if !faults.is_empty() {
        return Err(Error::invalid(faults));
    }
    due::settle(cx, id)?;
    take_back(cx, &article)?;
    let live = article.live().cloned();
    let mut since = publish_at;
    if let Some(live) = live.filter(|live| live.ends_at >= publish_at) {
        take_end(cx, &live)?;
        copies::end_at(cx.conn, live.copy_id, publish_at)?;
        copies::redirect(cx.conn, &live.locale, &live.slug, id, cx.now)?;
        since = live.published_at;
    }
    let times = copy::Times {
        visible_from: publish_at,
        ends_at: unpublish_at.unwrap_or(Time::NEVER),
        published_at: since,
        updated_at: publish_at,
        first_published_at: article.row.first_published_at.unwrap_or(publish_at),
    };
    article.row.review = Review::Draft;
    let change = Change::new("schedule_article", "article.scheduled").because(reason.clone());
    save::store(cx, actor, &mut article, &change)?;
    embargo::note(cx, actor, &article, publish_at, reason.as_deref().filter(|_| overridden))?;
    copy::make(cx, &article, &times)?;
    answer(cx, actor, article)
}

/// Takes back what waits; what is live goes on as if nothing had been scheduled.
///
/// # Errors
/// 404, 403, 412, 409.
pub fn unschedule(cx: &mut Cx, actor: &Actor, id: Id, wanted: &Precondition) -> Result<ArticleView> {
    let mut article = load_for(cx, actor, id, wanted, ArticleAction::Unschedule)?;
    due::settle(cx, id)?;
    take_back(cx, &article)?;
    article.row.review = review::after_taking_back(&article);
    save::store(cx, actor, &mut article, &Change::new("unschedule_article", "article.updated"))?;
    answer(cx, actor, article)
}

/// Ends what is live, and takes back what waits.
///
/// # Errors
/// 404, 403, 412, 409.
pub fn unpublish(cx: &mut Cx, actor: &Actor, id: Id, wanted: &Precondition, input: Unpublish) -> Result<ArticleView> {
    let mut article = load_for(cx, actor, id, wanted, ArticleAction::Unpublish)?;
    withdraw(cx, &article)?;
    let change = Change::new("unpublish_article", "article.unpublished").because(input.reason.map(String::from).set());
    let change = change.in_public(Some(InPublic::Gone));
    save::store(cx, actor, &mut article, &change)?;
    answer(cx, actor, article)
}

/// Puts an article away; what is live or waits ends.
///
/// # Errors
/// 404, 403, 412, 409.
pub fn archive(cx: &mut Cx, actor: &Actor, id: Id, wanted: &Precondition) -> Result<ArticleView> {
    let mut article = load_for(cx, actor, id, wanted, ArticleAction::Archive)?;
    let event = if article.standing.live { "article.unpublished" } else { "article.updated" };
    withdraw(cx, &article)?;
    (article.row.state, article.row.state_at) = (ArticleState::Archived, Some(cx.now));
    let change = Change::new("archive_article", event).in_public(gone_if_live(&article));
    save::store(cx, actor, &mut article, &change)?;
    answer(cx, actor, article)
}

/// Takes an article out of the archive or the trash, or back from being killed, as a draft. Its address
/// answers 404 then, as that of any draft.
///
/// # Errors
/// 404, 403, 412, 409; 422 when another article has taken its slug or its place in the translation group.
pub fn restore(cx: &mut Cx, actor: &Actor, id: Id, wanted: &Precondition) -> Result<ArticleView> {
    let mut article = load_for(cx, actor, id, wanted, ArticleAction::Restore)?;
    let (locale, slug) = (article.content.locale.clone(), article.content.slug.clone());
    if article.row.state == ArticleState::Trashed {
        if crate::store::articles::slug_is_taken(cx.conn, locale.as_str(), slug.as_str(), id, cx.now)? {
            article.content.slug = articles::slugs::made(cx, &locale, slug.as_str(), id)?;
        }
        let group = article.row.translation_group;
        if crate::store::articles::in_group(cx.conn, group, locale.as_str())?.is_some() {
            article.row.translation_group = id;
        }
    }
    (article.row.state, article.row.state_at, article.row.notice) = (ArticleState::Active, None, None);
    review::withdraw(&mut article);
    copies::dig_up(cx.conn, id)?;
    save::store(cx, actor, &mut article, &Change::new("restore_article", "article.updated"))?;
    answer(cx, actor, article)
}

/// Withdraws an article; if the public ever saw it, its address answers 410 with the notice.
///
/// # Errors
/// 404, 403, 412, 409.
pub fn kill(cx: &mut Cx, actor: &Actor, id: Id, wanted: &Precondition, input: Kill) -> Result<ArticleView> {
    let notice = input.notice.map(String::from).set();
    let mut article = load_for(cx, actor, id, wanted, ArticleAction::Kill)?;
    keep_addresses(cx, id)?;
    withdraw(cx, &article)?;
    if article.row.first_published_at.is_some() {
        // Never the slug of the working copy, which readers may not have seen; no reader can ask for an id as a slug.
        let slug = copies::last_address(cx.conn, id)?.unwrap_or_else(|| id.to_string());
        copies::bury(cx.conn, id, article.content.locale.as_str(), &slug, notice.as_deref(), cx.now)?;
    }
    previews::end(cx.conn, id)?;
    (article.row.state, article.row.state_at) = (ArticleState::Killed, Some(cx.now));
    article.row.notice = notice;
    let change = Change::new("kill_article", "article.killed").because(input.reason.map(String::from).set());
    let change = change.in_public(gone_if_live(&article));
    save::store(cx, actor, &mut article, &change)?;
    answer(cx, actor, article)
}

/// Adds a public correction to the live copy, and to what waits, and publishes nothing else.
///
/// # Errors
/// 404, 403, 412, 409, 422.
pub fn correct(cx: &mut Cx, actor: &Actor, id: Id, wanted: &Precondition, input: Correct) -> Result<ArticleView> {
    let (kind, text) = input.sound()?;
    let mut article = load_for(cx, actor, id, wanted, ArticleAction::Correct)?;
    if article.content.corrections.len() >= crate::model::article::MAX_CORRECTIONS {
        return Err(Error::invalid(vec![Fault::at(
            "",
            FaultCode::TooLong,
            "The article has 100 corrections already.",
        )]));
    }
    article.content.corrections.insert(0, Correction { kind, text, at: cx.now });
    let json = serde_json::to_string(&article.content.corrections).map_err(Error::internal)?;
    for copy in article.copies.clone() {
        let updated_at = if copy.visible_from <= cx.now { cx.now } else { copy.updated_at };
        copies::correct(cx.conn, copy.copy_id, &json, updated_at)?;
    }
    let change = Change::new("correct_article", "article.corrected").in_public(Some(InPublic::Changed));
    save::store(cx, actor, &mut article, &change)?;
    answer(cx, actor, article)
}

/// Sets featured or breaking on the working copy and on every published one at once.
///
/// # Errors
/// 404, 403, 412, 409, 422.
pub fn flag(cx: &mut Cx, actor: &Actor, id: Id, wanted: &Precondition, input: Flag) -> Result<ArticleView> {
    let (featured, breaking) = input.sound()?;
    let mut article = load_for(cx, actor, id, wanted, ArticleAction::Flag)?;
    let before = (article.content.featured, article.content.breaking);
    article.content.featured = featured.unwrap_or(before.0);
    article.content.breaking = breaking.unwrap_or(before.1);
    copy::flag(cx, id, featured, breaking)?;
    let means = article.standing.live.then_some(InPublic::Changed);
    save::store(cx, actor, &mut article, &Change::new("flag_article", "article.updated").in_public(means))?;
    answer(cx, actor, article)
}

fn gone_if_live(article: &Loaded) -> Option<InPublic> {
    article.standing.live.then_some(InPublic::Gone)
}

fn end_fault(unpublish_at: Option<Time>, start: Time) -> Option<Fault> {
    let late = unpublish_at.is_none_or(|end| end > start);
    (!late)
        .then(|| Fault::at("/unpublish_at", FaultCode::OutOfRange, "This must lie after the start and in the future."))
}

/// The article as it stands after the change.
fn answer(cx: &mut Cx, actor: &Actor, article: Loaded) -> Result<ArticleView> {
    let article = articles::loaded(cx, article.row)?;
    view::of(cx, actor, article)
}

/// Ends what no interval needs any more: copies that ended before `limit` are removed, after what the working copies
/// must remember of them is written down. Answers how many went.
///
/// # Errors
/// The database's.
pub fn sweep(cx: &mut Cx, limit: Time, most: i64) -> Result<usize> {
    let ended = copies::ended(cx.conn, limit, most)?;
    forget(cx, &ended)?;
    Ok(ended.len())
}

/// Removes the copies that have ended and used a media record, so that they don't keep it: nobody sees them any more.
///
/// # Errors
/// The database's.
pub fn forget_using(cx: &mut Cx, media: Id) -> Result<()> {
    let ended = media_usage::ended_using(cx.conn, media, cx.now)?;
    for copy in &ended {
        due::settle(cx, copy.article_id)?;
    }
    forget(cx, &ended)
}

/// Removes copies that have ended, after what the working copies must remember of them is written down.
fn forget(cx: &mut Cx, ended: &[CopyRow]) -> Result<()> {
    for copy in ended {
        copies::remember_first_publication(cx.conn, copy.article_id, copy.first_published_at)?;
        copies::redirect_if_free(cx.conn, &copy.locale, &copy.slug, copy.article_id, cx.now)?;
    }
    let ids: Vec<Id> = ended.iter().map(|copy| copy.copy_id).collect();
    copies::remove_all(cx.conn, &ids)
}
