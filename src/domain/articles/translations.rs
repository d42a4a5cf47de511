//! Translation groups: one article per language, and which of them was made from which.

use std::collections::HashMap;

use crate::domain::policy;
use crate::domain::workflow::Standing;
use crate::domain::{Actor, Cx};
use crate::error::{Fault, FaultCode, Result};
use crate::model::article::Standfirst;
use crate::model::{ArticleState, Content, Id, Line, Locale, Status};
use crate::store::articles::{self, ArticleRow, GroupMember};
use crate::store::copies;
use crate::text::Body;

/// The group that a new article stands in.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    /// The group itself.
    pub id: Id,
    /// What the article is translated from, and which version of that; nothing where it is the first of its group.
    pub source: Option<(Id, i64)>,
}

impl Group {
    /// A group of its own.
    #[must_use]
    pub const fn own(id: Id) -> Self {
        Self { id, source: None }
    }
}

/// The translation group of an article, if this locale is still free in it.
///
/// # Errors
/// The database's.
pub fn join(cx: &mut Cx, actor: &Actor, source: Id, locale: &Locale, faults: &mut Vec<Fault>) -> Result<Group> {
    let readable = |row: &ArticleRow| policy::reads_article(actor, row.owner_id);
    let found = articles::find(cx.conn, source)?.filter(|row| row.state != ArticleState::Trashed && readable(row));
    let Some(source) = found else {
        faults.push(Fault::at("/translation_of", FaultCode::UnknownId, "There is nothing with this id."));
        return Ok(Group::own(source));
    };
    if articles::in_group(cx.conn, source.translation_group, locale.as_str())?.is_some() {
        faults.push(Fault::at(
            "/translation_of",
            FaultCode::Taken,
            "The translation group has an article in this locale.",
        ));
    }
    Ok(Group { id: source.translation_group, source: Some((source.id, source.version)) })
}

/// Another article of a group.
#[derive(Clone, Debug)]
pub struct Translation {
    /// The article.
    pub id: Id,
    /// Its language.
    pub locale: String,
    /// Its address.
    pub slug: String,
    /// Its main line, if the actor may read it.
    pub headline: Option<String>,
    /// Where it stands.
    pub status: Status,
    /// Its version.
    pub version: i64,
    /// Whether its source says something else now.
    pub behind: bool,
}

/// What an article was translated from, as it is now.
#[derive(Clone, Copy, Debug)]
pub struct Source {
    /// Its version.
    pub version: i64,
    /// The version in which it came to say what it says, in words.
    pub text_version: i64,
}

impl Source {
    /// Whether it says something else now than in this version.
    #[must_use]
    pub const fn is_ahead_of(self, version: i64) -> bool {
        self.text_version > version
    }
}

/// The members of several groups.
pub struct Groups(Vec<(GroupMember, Translation)>);

impl Groups {
    /// The members of a group but for one article, by language.
    #[must_use]
    pub fn others(&self, group: Id, but: Id) -> Vec<Translation> {
        let of_group = self.0.iter().filter(|(row, _)| row.translation_group == group && row.id != but);
        of_group.map(|(_, translation)| translation.clone()).collect()
    }

    /// A member as the source of others.
    #[must_use]
    pub fn source(&self, id: Id) -> Option<Source> {
        let found = self.0.iter().find(|(row, _)| row.id == id);
        found.map(|(row, _)| Source { version: row.version, text_version: row.text_version })
    }
}

/// The untrashed articles of these groups, as the actor may know of them.
///
/// # Errors
/// The database's.
pub fn of_groups(cx: &mut Cx, actor: &Actor, groups: &[Id]) -> Result<Groups> {
    let rows = articles::groups(cx.conn, groups)?;
    let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
    let copies = copies::intervals(cx.conn, &ids, cx.now)?;
    let versions: HashMap<Id, i64> = rows.iter().map(|row| (row.id, row.text_version)).collect();
    let member = |row: GroupMember| {
        let of_row = || copies.iter().filter(|copy| copy.article_id == row.id);
        let standing = Standing {
            state: row.state,
            review: row.review,
            live: of_row().any(|copy| copy.visible_from <= cx.now),
            scheduled: of_row().any(|copy| copy.visible_from > cx.now),
            // Nothing of it is asked but the status, which no lock changes.
            locked: false,
        };
        let source = row.translation_source.and_then(|id| versions.get(&id).copied());
        let translation = Translation {
            id: row.id,
            locale: row.locale.clone(),
            slug: row.slug.clone(),
            headline: policy::reads_article(actor, row.owner_id).then(|| row.headline.clone()),
            status: standing.status(),
            version: row.version,
            behind: source.zip(row.translated_version).is_some_and(|(now, then)| now > then),
        };
        (row, translation)
    };
    Ok(Groups(rows.into_iter().map(member).collect()))
}

/// The fault of saying that an article was translated from `version` of its source, where there is no such version.
///
/// # Errors
/// The database's.
pub fn version_fault(cx: &mut Cx, row: &ArticleRow, version: i64) -> Result<Option<Fault>> {
    let source = match row.translation_source {
        Some(id) => articles::find(cx.conn, id)?,
        None => None,
    };
    Ok(match source {
        None => Some(Fault::at("/translated_version", FaultCode::Inconsistent, "This article has no known source.")),
        Some(source) => future_version(version, source.version),
    })
}

/// The fault of a version that is still to come.
#[must_use]
pub fn future_version(version: i64, present: i64) -> Option<Fault> {
    let detail = "This must be at most the present version of the source.";
    (version > present).then(|| Fault::at("/translated_version", FaultCode::OutOfRange, detail))
}

/// Whether two contents, and their bodies, say the same to who reads them: whatever a translator would put into another
/// language. Neither what only colleagues see nor pictures, tags, times and addresses count, but for the body, which
/// counts whole.
#[must_use]
pub fn say_the_same(one: (&Content, &Body), other: (&Content, &Body)) -> bool {
    texts(one.0) == texts(other.0) && one.0.custom == other.0.custom && one.1 == other.1
}

fn texts(content: &Content) -> [Option<&str>; 11] {
    let dateline = content.dateline.as_ref();
    [
        Some(content.headline.as_str()),
        content.kicker.as_ref().map(Line::as_str),
        content.standfirst.as_ref().map(Standfirst::as_str),
        content.byline.as_ref().map(Line::as_str),
        dateline.and_then(|dateline| dateline.text.as_deref()),
        dateline.and_then(|dateline| dateline.city.as_deref()),
        dateline.and_then(|dateline| dateline.country.as_deref()),
        content.seo.title.as_deref(),
        content.seo.description.as_deref(),
        content.rights.notice.as_deref(),
        content.rights.usage_terms.as_deref(),
    ]
}
