//! Whether what an article refers to is there.

use std::collections::{HashMap, HashSet};

use crate::domain::Cx;
use crate::error::{Fault, FaultCode, Result};
use crate::model::{ArticleState, Content, Id, MediaKind, TagKind};
use crate::store::{articles, authors, media as media_store, tags};
use crate::text::{AssetKind, Body};

/// Section, tags, authors.
pub fn tags_and_authors(cx: &mut Cx, content: &Content) -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    let kinds: HashMap<Id, TagKind> =
        tags::by_ids(cx.conn, &content.all_tags())?.into_iter().map(|tag| (tag.id, tag.kind)).collect();
    match content.section.map(|id| kinds.get(&id)) {
        Some(None) => faults.push(unknown("/section".to_owned())),
        Some(Some(kind)) if *kind != TagKind::Section => {
            faults.push(Fault::at("/section", FaultCode::WrongKind, "This must be a tag of kind section."));
        }
        _ => {}
    }
    each(&content.tags, "/tags", |id| kinds.contains_key(id), &mut faults);
    let ids: Vec<Id> = content.authors.iter().map(|credit| credit.id).collect();
    let known: HashSet<Id> = authors::by_ids(cx.conn, &ids)?.into_iter().map(|author| author.id).collect();
    each(&ids, "/authors", |id| known.contains(id), &mut faults);
    Ok(faults)
}

/// Hero, video, the picture for search engines, and all media of the body.
pub fn media(cx: &mut Cx, content: &Content, body: &Body) -> Result<Vec<Fault>> {
    let mut wanted: Vec<(String, Id, MediaKind)> = Vec::new();
    wanted.extend(content.hero.map(|id| ("/hero".to_owned(), id, MediaKind::Image)));
    wanted.extend(content.recommended_video.map(|id| ("/recommended_video".to_owned(), id, MediaKind::Video)));
    wanted.extend(content.seo.image.map(|id| ("/seo/image".to_owned(), id, MediaKind::Image)));
    for (pointer, id, kind) in body.media_uses() {
        wanted.push((format!("/body{pointer}"), Id::from(id), media_kind(kind)));
    }
    let ids: Vec<Id> = wanted.iter().map(|(_, id, _)| *id).collect();
    let kinds: HashMap<Id, MediaKind> =
        media_store::by_ids(cx.conn, &ids)?.into_iter().map(|row| (row.id, row.kind)).collect();
    let judge = |(pointer, id, kind): (String, Id, MediaKind)| match (kinds.get(&id), kind) {
        (None, _) => Some(unknown(pointer)),
        (Some(found), kind) if *found != kind => {
            let detail = format!("This must be media of kind {}.", kind.as_str());
            Some(Fault::at(pointer, FaultCode::WrongKind, detail))
        }
        _ => None,
    };
    Ok(wanted.into_iter().filter_map(judge).collect())
}

const fn media_kind(kind: AssetKind) -> MediaKind {
    match kind {
        AssetKind::Image => MediaKind::Image,
        AssetKind::Video => MediaKind::Video,
        AssetKind::Audio => MediaKind::Audio,
        AssetKind::Document => MediaKind::Document,
    }
}

/// The curated list and the articles that the body links to. Those that were there before are not looked at again:
/// one may have gone to the trash since.
pub fn articles(cx: &mut Cx, id: Id, content: &Content, body: &Body, already: &[Id]) -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    let in_body: Vec<(String, Id)> =
        body.article_refs().into_iter().map(|(pointer, id)| (format!("/body{pointer}"), Id::from(id))).collect();
    let ids: Vec<Id> = content.related.iter().copied().chain(in_body.iter().map(|(_, id)| *id)).collect();
    let mut known: HashSet<Id> = articles::find_many(cx.conn, &ids)?
        .into_iter()
        .filter(|row| row.state != ArticleState::Trashed)
        .map(|row| row.id)
        .collect();
    known.extend(already);
    if let Some(at) = content.related.iter().position(|related| *related == id) {
        faults.push(Fault::at(
            format!("/related/{at}"),
            FaultCode::Inconsistent,
            "An article is not related to itself.",
        ));
    }
    each(&content.related, "/related", |id| known.contains(id), &mut faults);
    faults.extend(in_body.into_iter().filter(|(_, id)| !known.contains(id)).map(|(pointer, _)| unknown(pointer)));
    Ok(faults)
}

/// Every entry of a list of ids is known, and stands once.
fn each(ids: &[Id], pointer: &str, known: impl Fn(&Id) -> bool, faults: &mut Vec<Fault>) {
    let mut seen = HashSet::new();
    for (index, id) in ids.iter().enumerate() {
        let at = format!("{pointer}/{index}");
        if !known(id) {
            faults.push(unknown(at));
        } else if !seen.insert(*id) {
            faults.push(Fault::at(at, FaultCode::Duplicate, "This stands twice in the list."));
        }
    }
}

fn unknown(pointer: String) -> Fault {
    Fault::at(pointer, FaultCode::UnknownId, "There is nothing with this id.")
}
