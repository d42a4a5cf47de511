//! Making a published copy: the working copy frozen, rendered, and cut at the paywall.

use std::collections::HashMap;

use serde::Serialize;
use uuid::Uuid;

use crate::domain::articles::{Loaded, save};
use crate::domain::{Cx, site};
use crate::error::{Error, Result};
use crate::model::{Access, Id, MediaKind, Time, Urls};
use crate::store::copies::{self, CopyBodyRow, CopyRow};
use crate::store::media::{self, MediaRow};
use crate::store::published::{self, LiveLink};
use crate::text::{ArticleLink, Asset, AssetKind, Body, Resolve, embed, reading_minutes};

/// The instants of a copy.
pub struct Times {
    /// When it appears.
    pub visible_from: Time,
    /// When it disappears by itself.
    pub ends_at: Time,
    /// Start of the live period, for readers.
    pub published_at: Time,
    /// When readers were last told something new.
    pub updated_at: Time,
    /// When the article was first public.
    pub first_published_at: Time,
}

/// Adds the copy.
///
/// # Errors
/// The database's.
pub fn make(cx: &mut Cx, article: &Loaded, times: &Times) -> Result<()> {
    let body = frozen(cx, article)?;
    let words = article.body.word_count();
    let copy = row(article, times, words)?;
    let texts = body_row(article, copy.copy_id, &body)?;
    let content = &article.content;
    let mut media = save::media_of(content, &Body::default());
    media.extend(body.media_refs().into_iter().map(|(_, id)| Id::from(id)));
    media.sort();
    media.dedup();
    let authors: Vec<Id> = content.authors.iter().map(|credit| credit.id).collect();
    copies::insert(cx.conn, &copy, &texts, &content.all_tags(), &authors, &media)
}

/// Sets the flags that were given on every copy of the article.
///
/// # Errors
/// The database's.
pub fn flag(cx: &mut Cx, article: Id, featured: Option<bool>, breaking: Option<bool>) -> Result<()> {
    for copy in copies::flags(cx.conn, article, cx.now)? {
        let (featured, breaking) = (featured.unwrap_or(copy.1), breaking.unwrap_or(copy.2));
        copies::set_flags(cx.conn, copy.0, featured, breaking)?;
    }
    Ok(())
}

fn row(article: &Loaded, times: &Times, words: u32) -> Result<CopyRow> {
    let (content, working) = (&article.content, &article.row);
    Ok(CopyRow {
        copy_id: Id::new(),
        article_id: working.id,
        version: working.version,
        visible_from: times.visible_from,
        visible_until: times.ends_at,
        ends_at: times.ends_at,
        locale: content.locale.to_string(),
        slug: content.slug.to_string(),
        kind: content.kind,
        access: content.access,
        headline: content.headline.to_string(),
        sort_headline: working.sort_headline.clone(),
        kicker: content.kicker.as_ref().map(ToString::to_string),
        standfirst: content.standfirst.as_ref().map(ToString::to_string),
        section_id: content.section,
        hero_id: content.hero,
        video_id: content.recommended_video,
        tag_ids: json(&content.tags)?,
        authors: json(&content.authors)?,
        related_ids: json(&content.related)?,
        byline: content.byline.as_ref().map(ToString::to_string),
        featured: content.featured,
        breaking: content.breaking,
        published_at: times.published_at,
        updated_at: times.updated_at,
        first_published_at: times.first_published_at,
        word_count: i32::try_from(words).unwrap_or(i32::MAX),
        reading_minutes: i32::try_from(reading_minutes(words)).unwrap_or(i32::MAX),
        translation_group: working.translation_group,
    })
}

fn body_row(article: &Loaded, copy_id: Id, body: &Body) -> Result<CopyBodyRow> {
    let content = &article.content;
    Ok(CopyBodyRow {
        copy_id,
        body: json(body)?,
        body_html: body.to_html(),
        body_text: body.to_plain(),
        body_markdown: body.to_markdown(),
        dateline: content.dateline.as_ref().map(json).transpose()?,
        source: content.source.as_ref().map(json).transpose()?,
        seo: json(&content.seo)?,
        rights: json(&content.rights)?,
        custom: json(&content.custom)?,
        corrections: json(&content.corrections)?,
    })
}

fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(Error::internal)
}

/// What the public gets of the body: the part before the paywall unless the article is free, with everything that it
/// names written in.
fn frozen(cx: &mut Cx, article: &Loaded) -> Result<Body> {
    let open = match article.content.access {
        Access::Free => article.body.clone(),
        Access::Registered | Access::Subscriber => article.body.cut_at_paywall(),
    };
    let media_ids: Vec<Id> = open.media_refs().into_iter().map(|(_, id)| Id::from(id)).collect();
    let mut rows = media::by_ids(cx.conn, &media_ids)?;
    let posters: Vec<Id> = rows.iter().filter_map(|row| row.poster_id).collect();
    rows.extend(media::by_ids(cx.conn, &posters)?);
    let article_ids: Vec<Id> = open.article_refs().into_iter().map(|(_, id)| Id::from(id)).collect();
    let live = published::links(cx.conn, &article_ids, cx.now)?;
    let default_locale = site::load(cx)?.default_locale;
    let found = Found {
        urls: &cx.urls,
        default_locale: default_locale.as_str(),
        media: rows.into_iter().map(|row| (row.id, row)).collect(),
        articles: live.into_iter().map(|link| (link.article_id, link)).collect(),
    };
    Ok(open.freeze(&found))
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

fn asset(row: &MediaRow, all: &HashMap<Id, MediaRow>, urls: &Urls) -> Asset {
    let address = |row: &MediaRow| row.file_name.as_ref().map(|name| urls.media(row.id, name));
    let embed = row.embed_url.as_deref().and_then(embed::embed);
    Asset {
        id: row.id.uuid(),
        kind: match row.kind {
            MediaKind::Image => AssetKind::Image,
            MediaKind::Video => AssetKind::Video,
            MediaKind::Audio => AssetKind::Audio,
            MediaKind::Document => AssetKind::Document,
        },
        url: address(row).or_else(|| row.embed_url.clone()).unwrap_or_default(),
        file_name: row.file_name.clone().unwrap_or_default(),
        mime: row.mime.clone().unwrap_or_default(),
        alt: row.alt.clone(),
        caption: row.caption.clone(),
        credit: row.credit.clone(),
        width: row.width.and_then(|pixels| u32::try_from(pixels).ok()),
        height: row.height.and_then(|pixels| u32::try_from(pixels).ok()),
        duration_seconds: row.duration_ms.map(seconds),
        poster: row.poster_id.and_then(|id| all.get(&id)).and_then(address),
        embed,
    }
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of a film fit in 52 bits")]
fn seconds(milliseconds: i64) -> f64 {
    milliseconds as f64 / 1_000.0
}
