//! Writing a working copy: the row, its relations, the revision, the audit entry and the event, together.

use serde_json::json;

use super::Loaded;
use super::translations::Group;
use crate::domain::precondition::came_too_late;
use crate::domain::tags::merged;
use crate::domain::{Actor, Cx, Precondition, events};
use crate::error::{Error, Result};
use crate::model::{Content, Id, Time};
use crate::store::articles::{self, ArticleRow, RevisionRow};
use crate::text::{Body, fold};

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
}

impl Change {
    /// A change of where the article stands, without a reason.
    #[must_use]
    pub fn new(action: &'static str, event: &'static str) -> Self {
        Self { action, event, reason: None, of_content: false }
    }

    /// A change of what readers would see.
    #[must_use]
    pub fn of_content(action: &'static str, event: &'static str) -> Self {
        Self { of_content: true, ..Self::new(action, event) }
    }

    /// The same with a reason.
    #[must_use]
    pub fn because(mut self, reason: Option<String>) -> Self {
        self.reason = reason;
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
    let row = written(cx, &mut article, &change)?;
    articles::insert(cx.conn, &row)?;
    finish(cx, actor, &article, &change)?;
    Ok(article)
}

/// Saves the next version of an article.
///
/// # Errors
/// 412 when somebody else saved in between; the database's.
pub fn store(cx: &mut Cx, actor: &Actor, article: &mut Loaded, change: &Change) -> Result<()> {
    let expected = article.row.version;
    let row = written(cx, article, change)?;
    if !articles::replace(cx.conn, &row, expected)? {
        let now = articles::find(cx.conn, row.id)?.ok_or_else(Error::not_found)?;
        return Err(came_too_late(now.version, now.updated_at));
    }
    finish(cx, actor, article, change)
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
    let (content, row) = (&article.content, &mut article.row);
    row.version += 1;
    row.updated_at = now;
    row.locale = content.locale.to_string();
    row.slug = content.slug.to_string();
    row.kind = content.kind;
    row.access = content.access;
    row.headline = content.headline.to_string();
    row.sort_headline = fold(content.headline.as_str());
    row.section_id = content.section;
    row.featured = content.featured;
    row.breaking = content.breaking;
    row.content = serde_json::to_string(content).map_err(Error::internal)?;
    row.body = serde_json::to_string(&article.body).map_err(Error::internal)?;
    Ok(())
}

fn finish(cx: &mut Cx, actor: &Actor, article: &Loaded, change: &Change) -> Result<()> {
    append(cx, actor, article, change.action, change.reason.clone())?;
    let row = &article.row;
    events::emit(cx, change.event, row.id, &json!({ "id": row.id, "version": row.version, "locale": row.locale }))?;
    let detail = json!({ "version": row.version, "reason": change.reason });
    events::audit(cx, actor, change.action, "article", row.id, &detail)
}

/// Writes the relations of a saved row and appends its revision.
///
/// # Errors
/// The database's.
pub fn append(cx: &mut Cx, actor: &Actor, article: &Loaded, action: &str, reason: Option<String>) -> Result<()> {
    let row = &article.row;
    articles::set_relations(cx.conn, row.id, &article.content, &media_of(&article.content, &article.body))?;
    let revision = RevisionRow {
        article_id: row.id,
        version: row.version,
        at: row.updated_at,
        actor_id: actor.user,
        actor_name: actor.name.clone(),
        action: action.to_owned(),
        reason,
        content: row.content.clone(),
        body: row.body.clone(),
    };
    articles::append_revision(cx.conn, &revision)
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
    if let Some((by, _)) = articles::revision_author(cx.conn, row.id, row.version)? {
        error = error.with("updated_by", by);
    }
    if let Some(known) = wanted.known_before(row.version)
        && let Some(old) = articles::revision(cx.conn, row.id, known)?
    {
        error = error.with("changed_fields", changed_fields(&old, row));
    }
    Ok(error)
}

/// The members that differ between a revision and the present row.
fn changed_fields(old: &RevisionRow, row: &ArticleRow) -> Vec<String> {
    let parse =
        |json: &str| serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(json).unwrap_or_default();
    let (before, after) = (parse(&old.content), parse(&row.content));
    let mut changed: Vec<String> =
        after.iter().filter(|(name, value)| before.get(*name) != Some(value)).map(|(name, _)| name.clone()).collect();
    if old.body != row.body {
        changed.push("body".to_owned());
    }
    changed
}
