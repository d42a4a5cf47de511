//! A new file under an old record: the frozen bodies that show it are given its address, measures, widths and
//! tracks. All else that
//! was frozen stays as it was at publication.

use std::collections::HashMap;

use serde_json::Value;
use uuid::Uuid;

use super::freeze::{address, asset};
use crate::domain::Cx;
use crate::domain::articles::stored_body;
use crate::error::{Error, Result};
use crate::model::Id;
use crate::store::frozen::{self, Forms, Place};
use crate::store::media::MediaRow;
use crate::store::media_usage;
use crate::text::{ArticleLink, Asset, Resolve};

/// Films whose poster a picture is, at the most.
const MOST_FILMS: i64 = 10_000;

/// Shows the new file of a record wherever a body was frozen with the old one, as the poster of a film too.
///
/// # Errors
/// The database's.
pub fn show_file(cx: &mut Cx, row: &MediaRow) -> Result<()> {
    let films: Vec<Id> = media_usage::films(cx.conn, row.id, MOST_FILMS)?.into_iter().map(|(film, _)| film).collect();
    let shown: Vec<Id> = films.iter().copied().chain([row.id]).collect();
    for place in frozen::showing(cx.conn, &shown, cx.now)? {
        let shows_it = rewrite(cx, place, row, &films)?;
        if let (Place::Copy(copy), false) = (place, shows_it) {
            frozen::note_unshown(cx.conn, copy, &shown)?;
        }
    }
    Ok(())
}

/// Answers whether the body shows it.
fn rewrite(cx: &mut Cx, place: Place, row: &MediaRow, films: &[Id]) -> Result<bool> {
    let Some(blocks) = frozen::blocks(cx.conn, place)? else { return Ok(false) };
    let mut known = Known::default();
    known.gather(&serde_json::from_str(&blocks).map_err(Error::internal)?)?;
    let new = asset(row, &HashMap::new(), &cx.urls);
    let mut is_shown = false;
    if let Some(old) = known.media.get_mut(&row.id.uuid()) {
        let Asset { url, file_name, mime, width, height, duration_seconds, srcset, tracks, .. } = new;
        *old = Asset { url, file_name, mime, width, height, duration_seconds, srcset, tracks, ..old.clone() };
        is_shown = true;
    }
    for film in films {
        if let Some(film) = known.media.get_mut(&film.uuid()) {
            film.poster = address(row, &cx.urls);
            is_shown = true;
        }
    }
    if !is_shown {
        return Ok(false);
    }
    let body = stored_body(&blocks)?.freeze(&known);
    let blocks = serde_json::to_string(&body).map_err(Error::internal)?;
    let forms = Forms { blocks, html: body.to_html(), text: body.to_plain(), markdown: body.to_markdown() };
    frozen::rewrite(cx.conn, place, &forms)?;
    Ok(true)
}

/// What a frozen body has written in.
#[derive(Default)]
pub(super) struct Known {
    pub(super) media: HashMap<Uuid, Asset>,
    articles: HashMap<Uuid, ArticleLink>,
}

impl Known {
    /// Looks through blocks, as deep as they go.
    pub(super) fn gather(&mut self, value: &Value) -> Result<()> {
        match value {
            Value::Array(list) => list.iter().try_for_each(|entry| self.gather(entry)),
            Value::Object(members) => {
                if let Some(asset) = members.get("asset").filter(|asset| asset.is_object()) {
                    let asset: Asset = serde_json::from_value(asset.clone()).map_err(Error::internal)?;
                    self.media.insert(asset.id, asset);
                }
                if let (Some(id), Some(href)) = (members.get("article_id"), members.get("href")) {
                    self.link(id, href);
                }
                for item in members.get("items").and_then(Value::as_array).into_iter().flatten() {
                    let item: ArticleLink = serde_json::from_value(item.clone()).map_err(Error::internal)?;
                    self.articles.insert(item.id, item);
                }
                members.values().try_for_each(|member| self.gather(member))
            }
            _ => Ok(()),
        }
    }

    /// A link in the text says less of its article than a list of related ones, and takes nothing from it.
    fn link(&mut self, id: &Value, href: &Value) {
        let id = id.as_str().and_then(|id| Uuid::parse_str(id).ok());
        if let (Some(id), Some(url)) = (id, href.as_str()) {
            let link = ArticleLink { id, url: url.to_owned(), ..ArticleLink::default() };
            self.articles.entry(id).or_insert(link);
        }
    }
}

impl Resolve for Known {
    fn media(&self, id: Uuid) -> Option<Asset> {
        self.media.get(&id).cloned()
    }

    fn article(&self, id: Uuid) -> Option<ArticleLink> {
        self.articles.get(&id).cloned()
    }
}
