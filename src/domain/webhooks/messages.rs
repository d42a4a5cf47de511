//! What is told, and to whom: the one place that decides what an endpoint may hear. A message is made when it is sent,
//! so that neither a retry nor a replay tells what has been withdrawn, put under embargo or kept from the endpoint
//! since.

use serde::{Deserialize, Serialize};

use crate::domain::{Cx, articles, site};
use crate::error::{Error, Result};
use crate::model::webhook_event::{
    ArticleEvent, Audience, AuthorEvent, CollectionEvent, MediaEvent, Message, Subject, TEST, TagEvent, TestEvent,
};
use crate::model::{EventKind, Id, Time};
use crate::store::articles::{self as working, ArticleRow};
use crate::store::collections;
use crate::store::copies;
use crate::store::webhook_deliveries::DeliveryRow;
use crate::store::{authors, media, published, published_media, published_taxonomy, tags};

/// What an event keeps.
#[derive(Deserialize)]
struct Kept {
    #[serde(default)]
    version: i64,
    #[serde(default)]
    locale: Option<String>,
    #[serde(default)]
    into: Option<Id>,
    /// What the event means to readers, if anything.
    #[serde(default)]
    public: Option<String>,
}

/// What decides about an embargo.
#[derive(Deserialize)]
struct Embargo {
    #[serde(default)]
    embargoed_until: Option<Time>,
}

/// Whether an endpoint that wants `wanted` (everything where empty) gets a message of this kind at all.
#[must_use]
pub fn wants(trusted: bool, wanted: &[EventKind], kind: EventKind) -> bool {
    (trusted || kind.audience() == Audience::Everyone) && (wanted.is_empty() || wanted.contains(&kind))
}

/// The body of a message; none where the endpoint may not hear of it.
///
/// # Errors
/// The database's.
pub fn body(cx: &mut Cx, trusted: bool, delivery: &DeliveryRow) -> Result<Option<Vec<u8>>> {
    if delivery.kind == TEST {
        return whole(delivery, &TestEvent { webhook: delivery.webhook_id }).map(Some);
    }
    let Some(kind) = EventKind::parse(&delivery.kind).filter(|kind| wants(trusted, &[], *kind)) else {
        return Ok(None);
    };
    let kept: Kept = serde_json::from_str(&delivery.data).map_err(Error::internal)?;
    let id = delivery.subject_id;
    match kind.subject() {
        Subject::Article => article(cx, trusted, id, kept)?.map(|data| whole(delivery, &data)).transpose(),
        Subject::Tag => whole(delivery, &tag(cx, trusted, id, &kept)?).map(Some),
        Subject::Author => whole(delivery, &author(cx, trusted, id, &kept)?).map(Some),
        Subject::Media => whole(delivery, &medium(cx, trusted, id, &kept)?).map(Some),
        Subject::Collection => whole(delivery, &collection(cx, trusted, id, &kept)?).map(Some),
    }
}

fn whole(delivery: &DeliveryRow, data: &impl Serialize) -> Result<Vec<u8>> {
    let message = Message { r#type: delivery.kind.clone(), timestamp: delivery.happened_at, data };
    serde_json::to_vec(&message).map_err(Error::internal)
}

/// Facts of an article. Who is not trusted hears of what changes for readers, whatever embargo lies on the working copy:
/// what they see, or that they see it no more. Of all else it hears nothing where readers have never seen the article, or
/// where an embargo lies on it.
fn article(cx: &mut Cx, trusted: bool, id: Id, kept: Kept) -> Result<Option<ArticleEvent>> {
    let row = working::find(cx.conn, id)?;
    let live = published::card_by_id(cx.conn, id, cx.now)?;
    if !trusted && kept.public.is_none() && !is_open(cx, row.as_ref())? {
        return Ok(None);
    }
    let site = site::load(cx)?;
    let address = |copy: &copies::CopyRow| cx.urls.article(&copy.locale, site.default_locale.as_str(), &copy.slug, id);
    let mut data = ArticleEvent {
        id,
        version: kept.version,
        locale: live.as_ref().map(|copy| copy.locale.clone()).or(kept.locale),
        live: live.is_some(),
        status: None,
        slug: live.as_ref().map(|copy| copy.slug.clone()),
        headline: live.as_ref().map(|copy| copy.headline.clone()),
        url: live.as_ref().map(address),
        published_at: live.as_ref().map(|copy| copy.published_at),
    };
    if let Some(row) = row.filter(|_| trusted) {
        data.slug = Some(row.slug.clone());
        data.headline = Some(row.headline.clone());
        data.status = Some(articles::loaded(cx, row)?.standing.status());
    }
    Ok(Some(data))
}

/// Whether readers have seen the article, and no embargo lies on it now.
fn is_open(cx: &mut Cx, row: Option<&ArticleRow>) -> Result<bool> {
    let Some(row) = row else { return Ok(false) };
    let Embargo { embargoed_until } = serde_json::from_str(&row.content).map_err(Error::internal)?;
    if embargoed_until.is_some_and(|until| until > cx.now) {
        return Ok(false);
    }
    Ok(row.first_published_at.is_some_and(|at| at <= cx.now)
        || copies::first_publications(cx.conn, &[row.id], cx.now)?.contains_key(&row.id))
}

fn tag(cx: &mut Cx, trusted: bool, id: Id, kept: &Kept) -> Result<TagEvent> {
    let public = published_taxonomy::tag_is_public(cx.conn, id, cx.now)?;
    let row = tags::find(cx.conn, id)?.filter(|_| trusted || public);
    let url = row.as_ref().filter(|_| public).map(|row| cx.urls.tag(&row.slug, id));
    let (slug, name) = row.map(|row| (row.slug, row.name)).unzip();
    Ok(TagEvent { id, version: kept.version, public, slug, name, url, into: kept.into })
}

fn author(cx: &mut Cx, trusted: bool, id: Id, kept: &Kept) -> Result<AuthorEvent> {
    let public = published_taxonomy::author_is_public(cx.conn, id, cx.now)?;
    let row = authors::find(cx.conn, id)?.filter(|_| trusted || public);
    let url = row.as_ref().filter(|_| public).map(|row| cx.urls.author(&row.slug, id));
    let (slug, name) = row.map(|row| (row.slug, row.name)).unzip();
    Ok(AuthorEvent { id, version: kept.version, public, slug, name, url })
}

fn collection(cx: &mut Cx, trusted: bool, id: Id, kept: &Kept) -> Result<CollectionEvent> {
    let seen = published::collections_among(cx.conn, &[id])?.pop();
    let public = seen.is_some();
    let working = if trusted { collections::find(cx.conn, id)? } else { None };
    let named = match (working, seen) {
        (Some(row), _) => Some((row.slug, row.name, row.locale)),
        (None, seen) => seen.map(|row| (row.slug, row.name, row.locale)),
    };
    let (slug, name, locale) =
        named.map_or((None, None, None), |(slug, name, locale)| (Some(slug), Some(name), locale));
    Ok(CollectionEvent { id, version: kept.version, public, slug, name, locale })
}

fn medium(cx: &mut Cx, trusted: bool, id: Id, kept: &Kept) -> Result<MediaEvent> {
    let row = media::find(cx.conn, id)?;
    let expires_at = row.as_ref().and_then(|row| row.expires_at);
    let public = published_media::is_public(cx.conn, id, expires_at, cx.now)?;
    let row = row.filter(|_| trusted || public);
    let shown = row.as_ref().filter(|_| public);
    let url = shown.and_then(|row| Some(cx.urls.media(id, row.file_name.as_deref()?, row.replaced_at)));
    Ok(MediaEvent { id, version: kept.version, public, kind: row.map(|row| row.kind), url })
}
