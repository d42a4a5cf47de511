//! The publish gate: what the site asks for before an article is published or scheduled, whoever does it.

use crate::domain::articles::Loaded;
use crate::domain::{Cx, site};
use crate::error::{Fault, FaultCode, Result};
use crate::model::gate::PublishGate;
use crate::model::{Id, Time};
use crate::store::media::{self, MediaRow};
use crate::text::Body;

/// Everything that the site asks for and the working copy lacks, where it is to be published at `at`. Each fault points
/// at the article's member.
///
/// # Errors
/// The database's.
pub fn faults(cx: &mut Cx, article: &Loaded, at: Time) -> Result<Vec<Fault>> {
    let gate = site::load(cx)?.publish_gate;
    if gate == PublishGate::default() {
        return Ok(Vec::new());
    }
    let content = &article.content;
    let hero = match content.hero {
        Some(id) => media::find(cx.conn, id)?,
        None => None,
    };
    let hero_has = |text: fn(&MediaRow) -> &Option<String>| hero.as_ref().is_none_or(|row| text(row).is_some());
    let has_byline = !content.authors.is_empty() || content.byline.is_some();
    let rules = [
        ("standfirst", "/standfirst", gate.standfirst, content.standfirst.is_some(), "a standfirst"),
        ("section", "/section", gate.section, content.section.is_some(), "a section"),
        ("byline", "/authors", gate.byline, has_byline, "authors, or a byline as printed"),
        ("tags", "/tags", gate.tags, !content.tags.is_empty(), "a tag"),
        ("body", "/body", gate.body, !article.body.0.is_empty(), "a body"),
        ("hero", "/hero", gate.hero, hero.is_some(), "a main picture"),
        ("hero_alt", "/hero/alt", gate.hero_alt, hero_has(|row| &row.alt), "an alternative text of the main picture"),
        ("hero_credit", "/hero/credit", gate.hero_credit, hero_has(|row| &row.credit), "a credit of the main picture"),
        ("approved", "/review", gate.approved, article.is_approved(), "the approval of this version"),
    ];
    let fault = |(rule, pointer, _, _, what)| {
        let detail = format!("The site's publish gate (`{rule}`) asks for {what}.");
        Fault::at(pointer, FaultCode::GateFailed, detail)
    };
    let mut faults: Vec<Fault> =
        rules.into_iter().filter(|(_, _, wanted, there, _)| *wanted && !there).map(fault).collect();
    if gate.rights_valid {
        faults.extend(expired(cx, uses(article), at)?);
    }
    Ok(faults)
}

/// What the site asks for of a body that is published by itself at `at`.
///
/// # Errors
/// The database's.
pub fn body_faults(cx: &mut Cx, body: &Body, at: Time) -> Result<Vec<Fault>> {
    if site::load(cx)?.publish_gate.rights_valid { expired(cx, uses_of_body(body), at) } else { Ok(Vec::new()) }
}

/// Where a working copy shows which media.
fn uses(article: &Loaded) -> Vec<(String, Id)> {
    let content = &article.content;
    let beside =
        [("/hero", content.hero), ("/recommended_video", content.recommended_video), ("/seo/image", content.seo.image)];
    let beside = beside.into_iter().filter_map(|(pointer, id)| Some((pointer.to_owned(), id?)));
    beside.chain(uses_of_body(&article.body)).collect()
}

fn uses_of_body(body: &Body) -> Vec<(String, Id)> {
    body.media_refs().into_iter().map(|(pointer, id)| (format!("/body{pointer}"), Id::from(id))).collect()
}

/// The places that show something which may not be used any more at `at`.
fn expired(cx: &mut Cx, uses: Vec<(String, Id)>, at: Time) -> Result<Vec<Fault>> {
    let ids: Vec<Id> = uses.iter().map(|(_, id)| *id).collect();
    let over = |row: &MediaRow| row.expires_at.is_some_and(|end| end <= at);
    let over: Vec<Id> = media::by_ids(cx.conn, &ids)?.iter().filter(|row| over(row)).map(|row| row.id).collect();
    let detail = "The site's publish gate (`rights_valid`) asks for media that may still be used then.";
    let uses = uses.into_iter().filter(|(_, id)| over.contains(id));
    Ok(uses.map(|(pointer, _)| Fault::at(pointer, FaultCode::GateFailed, detail)).collect())
}
