//! Whether what an article refers to is there.

use std::collections::{HashMap, HashSet};

use crate::domain::policy;
use crate::domain::tags::merged;
use crate::domain::{Actor, Cx};
use crate::error::{Error, Fault, FaultCode, Result};
use crate::model::{ArticleState, Content, Id, MediaKind, TagKind};
use crate::store::{articles, authors, media as media_store, published, tags};
use crate::text::{AssetKind, Body};

/// Most articles that take each other's place in a row.
const MAX_SUPERSEDED: usize = 100;

/// Section, tags, authors. A tag that was merged is the one that it was merged into.
pub fn tags_and_authors(cx: &mut Cx, content: &Content) -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    let mut content = content.clone();
    let mut kinds = tags::kinds(cx.conn, &content.all_tags())?;
    if content.all_tags().iter().any(|id| !kinds.contains_key(id)) {
        merged::follow(cx, [&mut content])?;
        kinds = tags::kinds(cx.conn, &content.all_tags())?;
    }
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
    wanted.extend(media_of(body));
    judged(cx, wanted)
}

/// The media and the articles that a body names by itself, without an article around it. The articles `already` named
/// before are not looked at again.
pub fn of_body(cx: &mut Cx, actor: &Actor, body: &Body, already: &[Id]) -> Result<Vec<Fault>> {
    let mut faults = judged(cx, media_of(body))?;
    let named = articles_of(body);
    let mut known = nameable(cx, actor, &named.iter().map(|(_, id)| *id).collect::<Vec<_>>())?;
    known.extend(already);
    faults.extend(named.into_iter().filter(|(_, id)| !known.contains(id)).map(|(pointer, _)| unknown(pointer)));
    Ok(faults)
}

/// The media of a body: where each stands, and of which kind it must be.
fn media_of(body: &Body) -> Vec<(String, Id, MediaKind)> {
    let uses = body.media_uses().into_iter();
    uses.map(|(pointer, id, kind)| (format!("/body{pointer}"), Id::from(id), media_kind(kind))).collect()
}

/// The articles that a body names, and where.
fn articles_of(body: &Body) -> Vec<(String, Id)> {
    body.article_refs().into_iter().map(|(pointer, id)| (format!("/body{pointer}"), Id::from(id))).collect()
}

/// Those of these articles that are not in the trash, and that the actor may read here or in public: naming an article
/// shows its headline.
pub(in crate::domain) fn nameable(cx: &mut Cx, actor: &Actor, ids: &[Id]) -> Result<HashSet<Id>> {
    let mut rows = articles::find_many(cx.conn, ids)?;
    rows.retain(|row| row.state != ArticleState::Trashed);
    let strange: Vec<Id> =
        rows.iter().filter(|row| !policy::reads_article(actor, row.owner_id)).map(|row| row.id).collect();
    let live = if strange.is_empty() { Vec::new() } else { published::live_among(cx.conn, &strange, cx.now)? };
    let known = rows.iter().map(|row| row.id).filter(|id| !strange.contains(id) || live.contains(id));
    Ok(known.collect())
}

/// Media that are not there, or not of the kind that they must be of.
fn judged(cx: &mut Cx, wanted: Vec<(String, Id, MediaKind)>) -> Result<Vec<Fault>> {
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

/// The curated list, the articles that the body links to, and the one whose place this one takes. Those that were
/// there before are not looked at again: one may have gone to the trash since.
pub fn articles(
    cx: &mut Cx,
    actor: &Actor,
    id: Id,
    content: &Content,
    body: &Body,
    before: Before,
) -> Result<Vec<Fault>> {
    let already = before.named;
    let mut faults = Vec::new();
    let in_body = articles_of(body);
    let named = content.related.iter().chain(&content.supersedes).copied();
    let ids: Vec<Id> = named.chain(in_body.iter().map(|(_, id)| *id)).collect();
    let mut known = nameable(cx, actor, &ids)?;
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
    if let Some(earlier) = content.supersedes.filter(|earlier| before.supersedes != Some(*earlier)) {
        if known.contains(&earlier) {
            faults.extend(strangers(cx, actor, earlier)?);
            faults.extend(circle(cx, id, earlier)?);
        } else {
            faults.push(unknown("/supersedes".to_owned()));
        }
    }
    Ok(faults)
}

/// What the working copy named before.
#[derive(Clone, Copy, Debug, Default)]
pub struct Before<'a> {
    /// The articles of its curated list and of its body.
    pub named: &'a [Id],
    /// The one whose place it took.
    pub supersedes: Option<Id>,
}

/// The fault of taking the place of somebody else's article, whose readers would be led away.
fn strangers(cx: &mut Cx, actor: &Actor, earlier: Id) -> Result<Option<Fault>> {
    let own = articles::find(cx.conn, earlier)?.is_some_and(|row| policy::reads_article(actor, row.owner_id));
    let detail = "Only an editor can take the place of an article that is not the caller's own.";
    Ok((!own).then(|| Fault::at("/supersedes", FaultCode::Inconsistent, detail)))
}

/// The fault of an article that would take its own place, by way of others or not.
fn circle(cx: &mut Cx, id: Id, earlier: Id) -> Result<Option<Fault>> {
    let fault = |detail: &str| Some(Fault::at("/supersedes", FaultCode::Inconsistent, detail));
    let mut at = Some(earlier);
    for _ in 0..MAX_SUPERSEDED {
        let Some(next) = at else { return Ok(None) };
        if next == id {
            return Ok(fault("An article can't take its own place, nor that of one that takes its place."));
        }
        at = match articles::find(cx.conn, next)? {
            Some(row) => serde_json::from_str::<Content>(&row.content).map_err(Error::internal)?.supersedes,
            None => None,
        };
    }
    Ok(fault("At most 100 articles can take each other's place in a row."))
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
