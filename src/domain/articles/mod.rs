//! Working copies: creating, changing, reading, throwing away. Every save adds one to the version and appends a
//! revision, an audit entry and an event in the same transaction.

mod change;
pub mod input;
pub mod listing;
pub mod locks;
pub(super) mod references;
mod rules;
pub mod save;
pub mod slugs;
pub mod translations;
pub mod view;

use serde_json::json;

use super::policy::{self, Op};
use super::tags::merged;
use super::workflow::{self, Standing};
use super::{Actor, Cx, Precondition, site};
use crate::error::{Error, Fault, FaultCode, Result};
use crate::model::{ArticleAction, ArticleInput, ArticleState, Content, Field, Id, Locale, Review};
use crate::store::articles::{self, ArticleRow};
use crate::store::copies::{self, Interval};
use crate::store::locks::LockRow;
use crate::store::{previews, tag_merges};
use crate::text::Body;
pub use change::{retag, update};
use references::Before;
pub use rules::check_rules;
pub(super) use rules::locale_faults;
use save::Change;
use translations::Group;
pub use view::ArticleView;

/// An article as it is loaded for a use case.
pub struct Loaded {
    /// The row.
    pub row: ArticleRow,
    /// Its content, parsed.
    pub content: Content,
    /// Its body, parsed.
    pub body: Body,
    /// The copies that are live or wait, in order.
    pub copies: Vec<Interval>,
    /// Where it stands now.
    pub standing: Standing,
    /// Who works on it.
    pub lock: Option<LockRow>,
}

impl Loaded {
    /// The copy that is live now.
    #[must_use]
    pub fn live(&self) -> Option<&Interval> {
        self.copies.first().filter(|_| self.standing.live)
    }

    /// Whether the text as it stands was approved: nothing of it was saved since.
    #[must_use]
    pub fn is_approved(&self) -> bool {
        self.row.approved_version.is_some_and(|approved| approved >= self.row.content_version)
    }

    /// The copy that waits.
    #[must_use]
    pub fn waiting(&self) -> Option<&Interval> {
        self.copies.last().filter(|_| self.standing.scheduled)
    }
}

/// The article, if this actor may see it.
///
/// # Errors
/// 404 for what is unknown or may not be read.
pub fn load(cx: &mut Cx, actor: &Actor, id: Id) -> Result<Loaded> {
    policy::check(actor, Op::GetAdminArticle)?;
    let row = articles::find(cx.conn, id)?.ok_or_else(Error::not_found)?;
    if !policy::reads_article(actor, row.owner_id) {
        return Err(Error::not_found());
    }
    loaded(cx, row)
}

/// An article that is not stored yet.
#[must_use]
pub fn unsaved(cx: &Cx, actor: &Actor, id: Id, group: Id, content: Content, body: Body) -> Loaded {
    let row = new_row(cx, actor, id, group);
    let standing = Standing { state: row.state, review: row.review, live: false, scheduled: false, locked: false };
    Loaded { row, content, body, copies: Vec::new(), standing, lock: None }
}

/// An article with what its row holds, and where it stands.
///
/// # Errors
/// The row is damaged.
pub fn loaded(cx: &mut Cx, row: ArticleRow) -> Result<Loaded> {
    loaded_all(cx, vec![row])?.pop().ok_or_else(|| Error::internal("one article of one row"))
}

/// The same for many, each relation by one query.
///
/// # Errors
/// A row is damaged.
pub fn loaded_all(cx: &mut Cx, rows: Vec<ArticleRow>) -> Result<Vec<Loaded>> {
    let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
    let intervals = copies::intervals(cx.conn, &ids, cx.now)?;
    let unknown: Vec<Id> = rows.iter().filter(|row| row.first_published_at.is_none()).map(|row| row.id).collect();
    let first = copies::first_publications(cx.conn, &unknown, cx.now)?;
    let held = crate::store::locks::of(cx.conn, &ids, cx.now)?;
    let parse = |row: &ArticleRow| serde_json::from_str(&row.content).map_err(Error::internal);
    let mut contents: Vec<Content> = rows.iter().map(parse).collect::<Result<_>>()?;
    merged::follow(cx, &mut contents)?;
    let load = |(mut row, content): (ArticleRow, Content)| {
        let body = stored_body(&row.body)?;
        let lock = held.iter().find(|lock| lock.article_id == row.id).cloned();
        let copies: Vec<_> = intervals.iter().filter(|copy| copy.article_id == row.id).cloned().collect();
        let standing = Standing {
            state: row.state,
            review: row.review,
            live: copies.first().is_some_and(|copy| copy.visible_from <= cx.now),
            scheduled: copies.last().is_some_and(|copy| copy.visible_from > cx.now),
            locked: lock.is_some(),
        };
        row.first_published_at = row.first_published_at.or_else(|| first.get(&row.id).copied());
        Ok(Loaded { row, content, body, copies, standing, lock })
    };
    rows.into_iter().zip(contents).map(load).collect()
}

/// Reads a body that the database keeps.
///
/// # Errors
/// It is damaged.
pub fn stored_body(json: &str) -> Result<Body> {
    let value = serde_json::from_str(json).map_err(Error::internal)?;
    Body::parse(&value).map_err(|_| Error::internal("a stored body is damaged"))
}

/// Loads an article for a change: 404, then 403, 412, 409, in this order.
///
/// # Errors
/// As said.
pub fn load_for(cx: &mut Cx, actor: &Actor, id: Id, wanted: &Precondition, action: ArticleAction) -> Result<Loaded> {
    tag_merges::lock_shared(cx.conn)?;
    let article = load(cx, actor, id)?;
    ready_for(cx, actor, &article, wanted, action)?;
    Ok(article)
}

/// Whether a loaded article may be changed so: 403, 412, 409, in this order.
///
/// # Errors
/// As said.
pub fn ready_for(
    cx: &mut Cx,
    actor: &Actor,
    article: &Loaded,
    wanted: &Precondition,
    action: ArticleAction,
) -> Result<()> {
    workflow::permit(actor, action, article.row.owner_id, article.standing)?;
    if !wanted.allows(article.row.version) {
        return Err(save::stale(cx, &article.row, wanted)?);
    }
    workflow::demand(actor, action, article.row.owner_id, article.standing)
}

/// One article.
///
/// # Errors
/// 404.
pub fn get(cx: &mut Cx, actor: &Actor, id: Id) -> Result<ArticleView> {
    let article = load(cx, actor, id)?;
    view::of(cx, actor, article)
}

/// Makes a draft that the actor owns.
///
/// # Errors
/// 403 for flags that take another role; 422 with every fault.
pub fn create(cx: &mut Cx, actor: &Actor, input: ArticleInput) -> Result<ArticleView> {
    let sound = input::sound(input, true)?;
    policy::check(actor, Op::CreateArticle)?;
    tag_merges::lock_shared(cx.conn)?;
    let site = site::load(cx)?;
    let headline = sound.headline().ok_or_else(|| Error::internal("the headline was checked"))?;
    let locale = sound.locale().unwrap_or_else(|| site.default_locale.clone());
    let id = Id::new();
    let mut faults = locale_faults(&site.locales, &locale);
    let mut group = match sound.translation_of() {
        Some(source) => translations::join(cx, actor, source, &locale, &mut faults)?,
        None => Group::own(id),
    };
    match (sound.translated_version(), &mut group.source) {
        (Some(version), Some((_, present))) => {
            faults.extend(translations::future_version(version, *present));
            *present = version;
        }
        (Some(_), None) if faults.is_empty() => {
            let detail = "Only a translation has a version that it was made from.";
            faults.push(Fault::at("/translated_version", FaultCode::Inconsistent, detail));
        }
        _ => {}
    }
    let slug = match sound.slug() {
        Some(slug) => slugs::claimed(cx, &locale, slug, id, &mut faults)?,
        None => slugs::made(cx, &locale, headline.as_str(), id)?,
    };
    let mut content = Content::new(locale.clone(), slug.clone(), headline);
    sound.apply(&mut content);
    if rules::flags(&content) != (false, false) {
        policy::check_flags(actor)?;
    }
    (content.locale, content.slug) = (locale, slug);
    let body = sound.body.unwrap_or_default();
    faults.extend(input::check_references(cx, actor, id, &content, &body, Before::default())?);
    if !faults.is_empty() {
        return Err(Error::invalid(faults));
    }
    let article = save::first(cx, actor, id, group, content, &body)?;
    view::of(cx, actor, article)
}

/// Moves an article to the trash.
///
/// # Errors
/// 404, 403, 412, 409.
pub fn delete(cx: &mut Cx, actor: &Actor, id: Id, wanted: &Precondition) -> Result<()> {
    let mut article = load_for(cx, actor, id, wanted, ArticleAction::Delete)?;
    previews::end(cx.conn, id)?;
    article.row.state = ArticleState::Trashed;
    article.row.state_at = Some(cx.now);
    save::store(cx, actor, &mut article, &Change::new("delete_article", "article.deleted"))
}

/// Makes a new draft from the working copy, in the same locale or as a translation into another.
///
/// # Errors
/// 404, 403, 409, 422.
pub fn duplicate(cx: &mut Cx, actor: &Actor, id: Id, locale: Field<Locale>) -> Result<ArticleView> {
    if locale.is_null() {
        return Err(Error::invalid(vec![Fault::at("/locale", FaultCode::NotNull, "This can't be null.")]));
    }
    tag_merges::lock_shared(cx.conn)?;
    let source = load(cx, actor, id)?;
    workflow::permit(actor, ArticleAction::Duplicate, source.row.owner_id, source.standing)?;
    workflow::demand(actor, ArticleAction::Duplicate, source.row.owner_id, source.standing)?;
    let site = site::load(cx)?;
    let new = Id::new();
    let mut content = source.content.clone();
    let mut group = Group::own(new);
    if let Some(locale) = locale.set().filter(|locale| *locale != content.locale) {
        let mut faults = locale_faults(&site.locales, &locale);
        group = translations::join(cx, actor, id, &locale, &mut faults)?;
        if !faults.is_empty() {
            let faults = faults.into_iter().map(|fault| Fault::at("/locale", fault.code, fault.detail)).collect();
            return Err(Error::invalid(faults));
        }
        content.locale = locale;
    }
    content.slug = slugs::made(cx, &content.locale, content.headline.as_str(), new)?;
    content.corrections = Vec::new();
    content.supersedes = None;
    (content.featured, content.breaking) = (false, false);
    let article = save::first(cx, actor, new, group, content, &source.body)?;
    view::of(cx, actor, article)
}

/// The facts of a new row.
fn new_row(cx: &Cx, actor: &Actor, id: Id, group: Id) -> ArticleRow {
    ArticleRow {
        id,
        version: 0,
        content_version: 0,
        text_version: 0,
        locale: String::new(),
        slug: String::new(),
        kind: crate::model::ArticleKind::News,
        access: crate::model::Access::Free,
        headline: String::new(),
        sort_headline: String::new(),
        section_id: None,
        featured: false,
        breaking: false,
        owner_id: actor.user,
        review: Review::Draft,
        state: ArticleState::Active,
        state_at: None,
        notice: None,
        translation_group: group,
        first_published_at: None,
        created_at: cx.now,
        updated_at: cx.now,
        content: json!({}).to_string(),
        body: "[]".to_owned(),
        approved_version: None,
        approved_by: None,
        embargoed_until: None,
        translation_source: None,
        translated_version: None,
    }
}
