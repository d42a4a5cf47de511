//! What is indexed of an article: of a published copy what readers may see of it, of a working copy all that editors
//! wrote. Tags and authors are indexed by id, so that a rename is found at once.

use std::collections::HashSet;

use crate::domain::Cx;
use crate::domain::articles::{self, Loaded, stored_body};
use crate::error::{Error, Result};
use crate::model::{Credit, Id, Locale};
use crate::store::copies::{CopyBodyRow, CopyRow};
use crate::store::dialect::document::Document;
use crate::store::search::{self as store, Arrears, Mark};
use crate::store::{articles as working, authors, media, tags};
use crate::text::Body;

/// The members of a media record on which the documents of the copies that show it depend.
const SAID_OF_MEDIA: [&str; 4] = ["caption", "alt", "credit", "expires_at"];

/// Copies that one transaction indexes anew because of their pictures; older ones wait for the job.
const AT_ONCE: i64 = 50;

/// Notes that what shows a media record is to be indexed anew, if what is indexed of it changed.
pub fn media_changed(cx: &mut Cx, id: Id, members: &[&str]) {
    if members.iter().any(|member| SAID_OF_MEDIA.contains(member)) {
        cx.captioned.push(id);
    }
}

/// Indexes what shows the media that were noted: the newest copies at once, so that they stay findable. What can't be
/// indexed now is not found until the job has tried.
///
/// # Errors
/// The database's.
pub fn captioned(cx: &mut Cx) -> Result<()> {
    let media = std::mem::take(&mut cx.captioned);
    if media.is_empty() || !store::is_used(cx.conn, &media)? {
        return Ok(());
    }
    store::be_alone(cx.conn)?;
    store::forget_using(cx.conn, &media, cx.now)?;
    let at_once = |cx: &mut Cx| {
        let copies = store::unindexed_using(cx.conn, &media, cx.now, AT_ONCE)?;
        copies.iter().try_for_each(|(row, texts)| copy(cx, row, texts, &stored_body(&texts.body)?))
    };
    if let Err(error) = cx.attempt(at_once) {
        tracing::warn!(%error, "articles whose pictures changed are indexed later");
    }
    Ok(())
}

/// Indexes a published copy; whether and when it is visible is decided when it is looked for.
///
/// # Errors
/// The database's.
pub fn copy(cx: &mut Cx, copy: &CopyRow, texts: &CopyBodyRow, body: &Body) -> Result<()> {
    let mut document = Document::new(&copy.headline);
    for text in [&copy.kicker, &copy.standfirst, &copy.byline].into_iter().flatten() {
        document.text(text);
    }
    let mut credits: Vec<Credit> = serde_json::from_str(&copy.authors).map_err(Error::internal)?;
    let tags: Vec<Id> = serde_json::from_str(&copy.tag_ids).map_err(Error::internal)?;
    credits.dedup_by_key(|credit| credit.id);
    mark(&mut document, copy.section_id, &tags, &credits);
    document.mark(&Mark::word('k', copy.kind.as_str())).mark(&Mark::word('l', &copy.locale));
    for caption in captions(cx, body, copy.hero_id)? {
        document.text(&caption);
    }
    document.text(&texts.body_text);
    store::index_copy(cx.conn, copy.copy_id, copy.published_at, &document)
}

/// What pictures and recordings are described with, but for those whose right of use will end: their words are to go
/// with them.
fn captions(cx: &mut Cx, body: &Body, hero: Option<Id>) -> Result<Vec<String>> {
    let described = body.captions();
    let mut ids: Vec<Id> = described.iter().map(|(id, _)| Id::from(*id)).chain(hero).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = media::by_ids(cx.conn, &ids)?;
    let lasting: HashSet<Id> = rows.iter().filter(|row| row.expires_at.is_none()).map(|row| row.id).collect();
    let of_hero = rows.iter().filter(|row| Some(row.id) == hero && lasting.contains(&row.id));
    let of_hero = of_hero.flat_map(|row| [&row.caption, &row.alt, &row.credit]).flatten().cloned();
    let of_body = described.iter().filter(|(id, _)| lasting.contains(&Id::from(*id))).map(|(_, text)| text.clone());
    Ok(of_hero.chain(of_body).collect())
}

fn mark(document: &mut Document, section: Option<Id>, tags: &[Id], credits: &[Credit]) {
    if let Some(section) = section {
        document.mark(&Mark::id('s', section));
    }
    for tag in tags.iter().copied().chain(section) {
        document.mark(&Mark::id('t', tag));
    }
    for credit in credits {
        document.mark(&Mark::id('a', credit.id));
    }
}

/// Indexes a working copy for editors.
///
/// # Errors
/// The database's.
pub fn working(cx: &mut Cx, article: &Loaded) -> Result<()> {
    let content = &article.content;
    let mut document = Document::new(content.headline.as_str());
    let texts = [
        content.kicker.as_ref().map(ToString::to_string),
        content.standfirst.as_ref().map(ToString::to_string),
        content.byline.as_ref().map(ToString::to_string),
        content.slugline.as_ref().map(ToString::to_string),
        content.editor_note.as_ref().map(ToString::to_string),
    ];
    for text in texts.into_iter().flatten() {
        document.text(&text);
    }
    mark(&mut document, content.section, &content.tags, &content.authors);
    if let Some(owner) = article.row.owner_id {
        document.mark(&owned(owner));
    }
    for (_, caption) in article.body.captions() {
        document.text(&caption);
    }
    document.text(&article.body.to_plain());
    store::put_working(cx.conn, article.row.id, &document)
}

/// The mark of what somebody owns.
#[must_use]
pub fn owned(owner: Id) -> Mark {
    Mark::id('o', owner)
}

/// The mark of what is in a language.
#[must_use]
pub fn spoken(locale: &Locale) -> Mark {
    Mark::word('l', locale.as_str())
}

/// Brings some of what was indexed at different times together, so that it is found faster; answers whether there may be
/// more.
///
/// # Errors
/// The database's.
pub fn tidy(cx: &mut Cx) -> Result<bool> {
    store::tidy(cx.conn)
}

/// Begins to bring all that was indexed together, for after much was written at once; [`tidy`] goes on with it.
///
/// # Errors
/// The database's.
pub fn unite(cx: &mut Cx) -> Result<()> {
    store::unite(cx.conn)
}

/// Indexes some of what is not indexed yet: copies that an older release wrote, or that show a changed picture and could
/// not be indexed with it, and what was there before search was. Answers whether there may be more.
///
/// # Errors
/// The database's.
pub fn catch_up(cx: &mut Cx, most: i64) -> Result<bool> {
    if !store::is_alone(cx.conn)? {
        return Ok(false);
    }
    let copies = store::unindexed(cx.conn, most)?;
    for (row, texts) in &copies {
        copy(cx, row, texts, &stored_body(&texts.body)?)?;
    }
    let mut done = copies.len();
    for what in Arrears::ALL {
        let ids = store::take_arrears(cx.conn, what, most)?;
        done += ids.len();
        match what {
            Arrears::Tags => tags::by_ids(cx.conn, &ids)?.iter().try_for_each(|row| tags::name(cx.conn, row))?,
            Arrears::Authors => {
                authors::by_ids(cx.conn, &ids)?.iter().try_for_each(|row| authors::name(cx.conn, row))?
            }
            Arrears::Articles => {
                let rows = working::find_many(cx.conn, &ids)?;
                articles::loaded_all(cx, rows)?.iter().try_for_each(|article| working(cx, article))?;
            }
        }
    }
    Ok(done > 0)
}
