//! Writing a working copy: the row, its relations, the revision, the audit entry and the event, together.

use serde_json::{Value, json};

use super::Loaded;
use super::translations::{Group, say_the_same};
use crate::domain::events::InPublic;
use crate::domain::precondition::came_too_late;
use crate::domain::revisions::differing;
use crate::domain::tags::merged;
use crate::domain::{Actor, Cx, Precondition, events, search};
use crate::error::{Error, Result};
use crate::model::{Content, Id, Review, Time};
use crate::store::articles::{self, ArticleRow};
use crate::store::revisions::{self, RevisionHead, RevisionRow};
use crate::text::{Body, fold};

/// Autosaves are folded into one revision that the first of them began no longer ago than this, in seconds.
pub const FOLDED_SECONDS: i64 = 15 * 60;
/// Versions looked at to say what is new since one that is not kept any more.
const MAX_STEPS: i64 = 200;

/// What a save is called in the revision, the audit log and the outbox.
pub struct Change {
    /// The operation.
    pub action: &'static str,
    /// The event's type.
    pub event: &'static str,
    /// Why, in the editor's words.
    pub reason: Option<String>,
    /// Whether what readers would see changed, or only where the article stands.
    pub of_content: bool,
    /// What it means to readers at once, if anything.
    pub in_public: Option<InPublic>,
    /// Whether it was saved by a machine's clock, without anybody asking.
    pub autosave: bool,
}

impl Change {
    /// A change of where the article stands, without a reason.
    #[must_use]
    pub fn new(action: &'static str, event: &'static str) -> Self {
        Self { action, event, reason: None, of_content: false, in_public: None, autosave: false }
    }

    /// A change of what readers would see.
    #[must_use]
    pub fn of_content(action: &'static str, event: &'static str) -> Self {
        Self { of_content: true, ..Self::new(action, event) }
    }

    /// The same, made by a machine's clock or not.
    #[must_use]
    pub fn autosaved(mut self, autosave: bool) -> Self {
        self.autosave = autosave;
        self
    }

    /// The same with a reason.
    #[must_use]
    pub fn because(mut self, reason: Option<String>) -> Self {
        self.reason = reason;
        self
    }

    /// The same with what it means to readers.
    #[must_use]
    pub fn in_public(mut self, in_public: Option<InPublic>) -> Self {
        self.in_public = in_public;
        self
    }
}

/// Adds an article with its first revision.
///
/// # Errors
/// The database's.
pub fn first(cx: &mut Cx, actor: &Actor, id: Id, group: Group, content: Content, body: &Body) -> Result<Loaded> {
    let mut article = super::unsaved(cx, actor, id, group.id, content, body.clone());
    (article.row.translation_source, article.row.translated_version) = group.source.unzip();
    let change = Change::of_content("create_article", "article.created");
    article.row.text_version = article.row.version + 1;
    let row = written(cx, &mut article, &change)?;
    articles::insert(cx.conn, &row)?;
    finish(cx, actor, &article, &change, Step { since: 0, fields: Vec::new() })?;
    Ok(article)
}

/// Saves the next version of an article.
///
/// # Errors
/// 412 when somebody else saved in between; the database's.
pub fn store(cx: &mut Cx, actor: &Actor, article: &mut Loaded, change: &Change) -> Result<()> {
    let expected = article.row.version;
    let (content, body) = (article.row.content.clone(), article.row.body.clone());
    if change.of_content && article.standing.review == Review::Approved {
        // Only those who may approve can save here, so that what they saved is approved, by them.
        (article.row.approved_version, article.row.approved_by) = (Some(expected + 1), actor.user);
    }
    if change.of_content && says_else(&content, &body, article)? {
        article.row.text_version = expected + 1;
    }
    let row = written(cx, article, change)?;
    if !articles::replace(cx.conn, &row, expected)? {
        let now = articles::find(cx.conn, row.id)?.ok_or_else(Error::not_found)?;
        return Err(stale(cx, &now, &Precondition::Versions(vec![expected]))?);
    }
    let fields = changed_fields(&content, &body, &row)?;
    finish(cx, actor, article, change, Step { since: expected, fields })
}

/// Whether an article reads otherwise than this stored content and body: only then its translations fall behind.
fn says_else(content: &str, body: &str, article: &Loaded) -> Result<bool> {
    let before: Content = serde_json::from_str(content).map_err(Error::internal)?;
    let body = super::stored_body(body)?;
    Ok(!say_the_same((&before, &body), (&article.content, &article.body)))
}

/// The row of the next version. A revision that comes back may name tags that were merged since.
fn written(cx: &mut Cx, article: &mut Loaded, change: &Change) -> Result<ArticleRow> {
    merged::follow(cx, [&mut article.content])?;
    prepare(article, cx.now)?;
    if change.of_content {
        article.row.content_version = article.row.version;
    }
    Ok(article.row.clone())
}

/// Makes the row say what the content and the body say, one version on.
///
/// # Errors
/// They can't be written as JSON.
pub fn prepare(article: &mut Loaded, now: Time) -> Result<()> {
    article.row.version += 1;
    article.row.updated_at = now;
    describe(article)
}

/// Makes the row say what the content and the body say.
///
/// # Errors
/// They can't be written as JSON.
pub fn describe(article: &mut Loaded) -> Result<()> {
    let (content, row) = (&article.content, &mut article.row);
    row.locale = content.locale.to_string();
    row.slug = content.slug.to_string();
    row.kind = content.kind;
    row.access = content.access;
    row.headline = content.headline.to_string();
    row.sort_headline = fold(content.headline.as_str());
    row.section_id = content.section;
    row.featured = content.featured;
    row.breaking = content.breaking;
    row.embargoed_until = content.embargoed_until;
    row.content = serde_json::to_string(content).map_err(Error::internal)?;
    row.body = serde_json::to_string(&article.body).map_err(Error::internal)?;
    Ok(())
}

/// What a save changed, since which version.
pub struct Step {
    /// The version before; 0 where there is none.
    pub since: i64,
    /// The members that differ from it, by their names on the wire.
    pub fields: Vec<String>,
}

fn finish(cx: &mut Cx, actor: &Actor, article: &Loaded, change: &Change, step: Step) -> Result<()> {
    let row = &article.row;
    let detail = json!({ "version": row.version, "reason": change.reason, "fields": step.fields });
    append(cx, actor, article, change, step)?;
    let mut data = json!({ "id": row.id, "version": row.version, "locale": row.locale });
    if let Some(in_public) = change.in_public {
        data["public"] = json!(in_public);
    }
    events::emit(cx, change.event, row.id, &data)?;
    events::audit(cx, actor, change.action, "article", row.id, &detail)
}

/// Writes the relations of a saved row and appends its revision; an autosave takes the place of the one before.
///
/// # Errors
/// The database's.
pub fn append(cx: &mut Cx, actor: &Actor, article: &Loaded, change: &Change, mut step: Step) -> Result<()> {
    let row = &article.row;
    let is_new = step.since == 0;
    if is_new || !step.fields.is_empty() {
        if !is_new {
            articles::drop_relations(cx.conn, row.id)?;
        }
        articles::set_relations(cx.conn, row.id, &article.content, &media_of(&article.content, &article.body))?;
        search::index::working(cx, article)?;
    }
    let mut began_at = None;
    if let Some(last) = folded(cx, actor, row.id, change, step.since)? {
        began_at = Some(last.began_at.unwrap_or(last.at));
        step.since = last.since_version.unwrap_or(step.since);
        step.fields.extend(serde_json::from_str::<Vec<String>>(&last.changed_fields).map_err(Error::internal)?);
        step.fields.sort_unstable();
        step.fields.dedup();
        revisions::remove(cx.conn, row.id, &[last.version])?;
    }
    let head = RevisionHead {
        article_id: row.id,
        version: row.version,
        at: row.updated_at,
        actor_id: actor.user,
        actor_name: actor.name.clone(),
        action: change.action.to_owned(),
        reason: change.reason.clone(),
        changed_fields: json!(step.fields).to_string(),
        since_version: Some(step.since),
        public_from: None,
        autosave: change.autosave,
        began_at,
    };
    revisions::append(cx.conn, RevisionRow { head, content: row.content.clone(), body: row.body.clone() })
}

/// The autosave that this one is folded into: the version just before it, by the same author, that began not long ago,
/// was and will be public never, is shown by no preview, and was translated by nobody.
fn folded(cx: &mut Cx, actor: &Actor, id: Id, change: &Change, before: i64) -> Result<Option<RevisionHead>> {
    if !change.autosave || actor.user.is_none() {
        return Ok(None);
    }
    let Some(last) = revisions::head(cx.conn, id, before)? else { return Ok(None) };
    let lasted = cx.now.seconds_since(last.began_at.unwrap_or(last.at));
    let same = last.autosave && last.actor_id == actor.user && last.public_from.is_none() && lasted < FOLDED_SECONDS;
    let folds = same && !revisions::is_previewed(cx.conn, id, before, cx.now)?;
    let folds = folds && !revisions::translated(cx.conn, id)?.contains(&before);
    Ok(folds.then_some(last))
}

/// All media that an article shows: hero, video, the picture for search engines, the body's; each once.
#[must_use]
pub fn media_of(content: &Content, body: &Body) -> Vec<Id> {
    let mut all: Vec<Id> = content.hero.into_iter().chain(content.recommended_video).chain(content.seo.image).collect();
    all.extend(body.media_refs().into_iter().map(|(_, id)| Id::from(id)));
    all.sort();
    all.dedup();
    all
}

/// The 412 of an article: who made the present version, when, and which members differ from the caller's.
///
/// # Errors
/// The database's.
pub fn stale(cx: &mut Cx, row: &ArticleRow, wanted: &Precondition) -> Result<Error> {
    let mut error = came_too_late(row.version, row.updated_at);
    if let Some(present) = revisions::head(cx.conn, row.id, row.version)? {
        error = error.with("updated_by", present.actor_name);
    }
    if let Some(known) = wanted.known_before(row.version) {
        let changed = match revisions::find(cx.conn, row.id, known)? {
            Some(old) => Some(changed_fields(&old.content, &old.body, row)?),
            None => told_since(cx, row, known)?,
        };
        if let Some(changed) = changed {
            error = error.with("changed_fields", changed);
        }
    }
    Ok(error)
}

/// The members that the versions after `known` tell of, where that one is not kept any more and they leave no gap: a
/// part of the members would mislead whoever merges by them.
fn told_since(cx: &mut Cx, row: &ArticleRow, known: i64) -> Result<Option<Vec<String>>> {
    let (mut reached, mut fields) = (known, Vec::new());
    for head in revisions::after(cx.conn, row.id, known, MAX_STEPS)? {
        if head.since_version.is_none_or(|since| since > reached) {
            return Ok(None);
        }
        reached = head.version;
        fields.extend(serde_json::from_str::<Vec<String>>(&head.changed_fields).map_err(Error::internal)?);
    }
    fields.sort_unstable();
    fields.dedup();
    Ok((reached == row.version).then_some(fields))
}

/// The members that differ between an earlier content and body and a row.
fn changed_fields(content: &str, body: &str, row: &ArticleRow) -> Result<Vec<String>> {
    let parse = |json: &str| serde_json::from_str::<Value>(json).map_err(Error::internal);
    let mut changed =
        if content == row.content { Vec::new() } else { differing(&parse(content)?, &parse(&row.content)?) };
    if body != row.body {
        changed.push("body".to_owned());
    }
    Ok(changed)
}
