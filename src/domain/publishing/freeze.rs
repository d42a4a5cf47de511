//! Freezing: what a body names by id is written into it, as the public may see it now.

use std::collections::HashMap;

use uuid::Uuid;

use crate::domain::media_variants::srcset;
use crate::domain::{Cx, site};
use crate::error::Result;
use crate::model::tracks::{self, TrackNote};
use crate::model::{Id, MediaKind, Time, Urls};
use crate::store::media::{self, MediaRow};
use crate::store::published::{self, LiveLink};
use crate::text::{ArticleLink, Asset, AssetKind, AssetTrack, Body, Resolve, embed};

/// The articles that a body names, each once.
#[must_use]
pub fn articles_of(body: &Body) -> Vec<Id> {
    let mut ids: Vec<Id> = body.article_refs().into_iter().map(|(_, id)| Id::from(id)).collect();
    ids.sort();
    ids.dedup();
    ids
}

/// A frozen body.
pub struct Frozen {
    /// The body with everything that it names written in.
    pub body: Body,
    /// When the right to use one of the media in it ends first, if one does.
    pub media_until: Option<Time>,
}

/// The body with everything that it names written in; what is not to be shown goes. Media whose rights have ended stay:
/// readers are kept from them when they read, so that they are back when the right is prolonged.
///
/// # Errors
/// The database's.
pub fn freeze(cx: &mut Cx, open: &Body) -> Result<Frozen> {
    frozen(cx, open, |_| true)
}

/// The same for a frozen body whose time is over: without the media whose rights have ended by now.
///
/// # Errors
/// The database's.
pub fn again(cx: &mut Cx, body: &Body) -> Result<Frozen> {
    let now = cx.now;
    frozen(cx, body, |row| !row.is_over(now))
}

fn frozen(cx: &mut Cx, open: &Body, usable: impl Fn(&MediaRow) -> bool) -> Result<Frozen> {
    let media_ids: Vec<Id> = open.media_refs().into_iter().map(|(_, id)| Id::from(id)).collect();
    let mut rows = media::by_ids(cx.conn, &media_ids)?;
    let posters: Vec<Id> = rows.iter().filter_map(|row| row.poster_id).collect();
    rows.extend(media::by_ids(cx.conn, &posters)?);
    rows.retain(usable);
    let media_until = rows.iter().filter_map(|row| row.expires_at).min();
    let live = published::links(cx.conn, &articles_of(open), cx.now)?;
    let default_locale = site::load(cx)?.default_locale;
    let found = Found {
        urls: &cx.urls,
        default_locale: default_locale.as_str(),
        media: rows.into_iter().map(|row| (row.id, row)).collect(),
        articles: live.into_iter().map(|link| (link.article_id, link)).collect(),
    };
    Ok(Frozen { body: open.freeze(&found), media_until })
}

/// What the body may show.
struct Found<'a> {
    urls: &'a Urls,
    default_locale: &'a str,
    media: HashMap<Id, MediaRow>,
    articles: HashMap<Id, LiveLink>,
}

impl Resolve for Found<'_> {
    fn media(&self, id: Uuid) -> Option<Asset> {
        self.media.get(&Id::from(id)).map(|row| asset(row, &self.media, self.urls))
    }

    fn article(&self, id: Uuid) -> Option<ArticleLink> {
        let link = self.articles.get(&Id::from(id))?;
        Some(ArticleLink {
            id,
            slug: link.slug.clone(),
            url: self.urls.article(&link.locale, self.default_locale, &link.slug, link.article_id),
            headline: link.headline.clone(),
        })
    }
}

/// Where the file of a record is.
pub(super) fn address(row: &MediaRow, urls: &Urls) -> Option<String> {
    row.file_name.as_ref().map(|name| urls.media(row.id, name, row.replaced_at))
}

pub(super) fn asset(row: &MediaRow, all: &HashMap<Id, MediaRow>, urls: &Urls) -> Asset {
    let embed = row.embed_url.as_deref().and_then(embed::embed);
    Asset {
        id: row.id.uuid(),
        kind: match row.kind {
            MediaKind::Image => AssetKind::Image,
            MediaKind::Video => AssetKind::Video,
            MediaKind::Audio => AssetKind::Audio,
            MediaKind::Document => AssetKind::Document,
        },
        url: address(row, urls).or_else(|| row.embed_url.clone()).unwrap_or_default(),
        file_name: row.file_name.clone().unwrap_or_default(),
        mime: row.mime.clone().unwrap_or_default(),
        alt: row.alt.clone(),
        caption: row.caption.clone(),
        credit: row.credit.clone(),
        width: row.width.and_then(|pixels| u32::try_from(pixels).ok()),
        height: row.height.and_then(|pixels| u32::try_from(pixels).ok()),
        duration_seconds: row.duration_ms.map(seconds),
        srcset: srcset(&row.into(), urls),
        tracks: tracks::read(row.tracks.as_deref()).into_iter().map(|note| track(row.id, note, urls)).collect(),
        poster: row.poster_id.and_then(|id| all.get(&id)).and_then(|poster| address(poster, urls)),
        embed,
    }
}

fn track(media: Id, note: TrackNote, urls: &Urls) -> AssetTrack {
    AssetTrack {
        kind: note.kind.as_str().to_owned(),
        language: note.language.as_str().to_owned(),
        label: note.label,
        default: note.default,
        url: urls.track(media, note.id),
    }
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of a film fit in 52 bits")]
fn seconds(milliseconds: i64) -> f64 {
    milliseconds as f64 / 1_000.0
}
