//! What those hear who listen: readers of what changed in public, editors of every event. Both are made here from the
//! numbered events, one read for all listeners of a process.
//!
//! What the public hears is read through [`crate::store::published::live`]: an article that is not live is named by its id alone,
//! and only where it was live before.

mod shown;

use std::collections::HashMap;

use serde_json::Value;

use super::events::InPublic;
use super::{Actor, Cx, Op, policy};
use crate::error::{Error, Result};
use crate::model::{Id, Time};
use crate::store::articles;
use crate::store::outbox::{self, EventRow};
use shown::Shown;
pub use shown::{Collection, LiveArticle};

/// More missed events than this are not replayed; whoever missed more loads afresh.
pub const MOST_REPLAYED: i64 = 1_000;
/// Numbers that a replay looks through at the most.
const MOST_SCANNED: i64 = 50_000;

/// What an event of a kind can mean to readers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Means {
    /// What the event's `public` says, of the article.
    Article,
    /// A live blog got, changed or lost an update.
    LiveUpdate(InPublic),
    /// What the event's `public` says, of the collection.
    Collection,
}

/// The only table of what is public: events of other kinds are for editors.
const PUBLIC: &[(&str, Means)] = &[
    ("article.published", Means::Article),
    ("article.updated", Means::Article),
    ("article.corrected", Means::Article),
    ("article.unpublished", Means::Article),
    ("article.killed", Means::Article),
    ("live_update.created", Means::LiveUpdate(InPublic::Live)),
    ("live_update.updated", Means::LiveUpdate(InPublic::Changed)),
    ("live_update.deleted", Means::LiveUpdate(InPublic::Gone)),
    ("collection.published", Means::Collection),
    ("collection.unpublished", Means::Collection),
];

/// Kinds of things whose events everybody at the editorial door may hear of.
const SHARED: &[&str] = &["tag", "author", "media", "site", "media_folder", "collection"];

/// An event, and what it means to whom.
#[derive(Clone, Debug)]
pub struct News {
    /// Its number.
    pub seq: i64,
    /// API.md's event type.
    pub kind: String,
    /// When it happened.
    pub at: Time,
    /// What editors are told.
    pub data: Value,
    /// What readers are told, if anything.
    pub public: Option<PublicNews>,
    /// Which editors are told.
    pub audience: Audience,
}

/// Which editors an event is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// All of them.
    Everybody,
    /// Those who see everything, and this one.
    Owner(Id),
    /// Those who see everything.
    SeesAll,
}

/// Which events a listener at the editorial door hears of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hears {
    /// All.
    All,
    /// Those about this user's own articles, and those for everybody.
    Own(Id),
}

impl Hears {
    /// Whether an event is for this listener.
    #[must_use]
    pub fn hears(self, audience: Audience) -> bool {
        match (self, audience) {
            (Self::All, _) | (Self::Own(_), Audience::Everybody) => true,
            (Self::Own(user), Audience::Owner(owner)) => user == owner,
            (Self::Own(_), Audience::SeesAll) => false,
        }
    }
}

/// What readers are told.
#[derive(Clone, Debug)]
pub enum PublicNews {
    /// An article went live, or changed while it was.
    Shown {
        /// Whether it was live before.
        changed: bool,
        /// The article as it is live now.
        article: LiveArticle,
    },
    /// An article went away.
    Gone {
        /// The article.
        id: Id,
        /// Its language.
        locale: String,
    },
    /// A live blog got, changed or lost an update.
    LiveUpdate {
        /// The update.
        id: Id,
        /// What happened to it.
        means: InPublic,
        /// The live blog.
        article: LiveArticle,
    },
    /// A collection was published, for the first time or anew.
    CollectionShown {
        /// Whether readers saw it before.
        changed: bool,
        /// The collection as they see it now.
        collection: Collection,
    },
    /// A collection went away.
    CollectionGone {
        /// The collection.
        id: Id,
    },
}

/// Which events this actor hears of.
///
/// # Errors
/// 403.
pub fn listen(actor: &Actor) -> Result<Hears> {
    policy::check(actor, Op::StreamAdminEvents)?;
    match actor.user {
        Some(user) if !policy::sees_all(actor, Op::StreamAdminEvents) => Ok(Hears::Own(user)),
        _ => Ok(Hears::All),
    }
}

/// The events behind number `seq`, at most `most`, with what they mean.
///
/// # Errors
/// The database's.
pub fn after(cx: &mut Cx, seq: i64, most: i64) -> Result<Vec<News>> {
    let rows = outbox::events_after(cx.conn, seq, most)?;
    news(cx, rows)
}

/// What somebody missed who heard of everything up to `seen`, when `known` is the number of the latest event: `None`
/// where that is too much, no longer kept, or not of this database.
///
/// # Errors
/// The database's.
pub fn missed(cx: &mut Cx, seen: i64, known: i64, only_public: bool) -> Result<Option<Vec<News>>> {
    if seen == known {
        return Ok(Some(Vec::new()));
    }
    let kept_from = outbox::first_seq(cx.conn)?.unwrap_or(i64::MAX);
    if seen > known || kept_from > seen + 1 || known - seen > MOST_SCANNED {
        return Ok(None);
    }
    let kinds: Vec<&str> = PUBLIC.iter().map(|(kind, _)| *kind).collect();
    let kinds = only_public.then_some(kinds.as_slice());
    let rows = outbox::events_between(cx.conn, seen, known, kinds, MOST_REPLAYED + 1)?;
    if i64::try_from(rows.len()).unwrap_or(i64::MAX) > MOST_REPLAYED {
        return Ok(None);
    }
    news(cx, rows).map(Some)
}

/// An event with what can be read off itself.
struct Read {
    row: EventRow,
    data: Value,
    means: Option<Means>,
    article: Option<Id>,
}

impl Read {
    fn of(row: EventRow) -> Result<Self> {
        let data: Value = serde_json::from_str(&row.data).map_err(Error::internal)?;
        let means = PUBLIC.iter().find(|(kind, _)| *kind == row.kind).map(|(_, means)| *means);
        let named = data["article_id"].as_str().and_then(Id::parse);
        let itself = row.kind.starts_with("article.").then_some(row.subject_id);
        Ok(Self { article: itself.or(named), row, data, means })
    }

    /// What the event means to readers, if the article is as it says.
    fn in_public(&self) -> Option<InPublic> {
        let said = serde_json::from_value(self.data["public"].clone()).ok();
        match self.means? {
            Means::Article | Means::Collection => said,
            Means::LiveUpdate(_) if self.data["draft"] == true => said,
            Means::LiveUpdate(means) => said.or(Some(means)),
        }
    }

    fn public(&self, shown: &Shown) -> Option<PublicNews> {
        let means = self.in_public()?;
        if self.means == Some(Means::Collection) {
            return self.collection(means, shown);
        }
        let (id, live) = (self.article?, &shown.articles);
        if matches!(self.means, Some(Means::LiveUpdate(_))) {
            let article = live.get(&id)?.clone();
            return Some(PublicNews::LiveUpdate { id: self.row.subject_id, means, article });
        }
        if means == InPublic::Gone {
            let locale = self.data["locale"].as_str().unwrap_or_default().to_owned();
            return Some(PublicNews::Gone { id, locale });
        }
        let article = live.get(&id)?.clone();
        Some(PublicNews::Shown { changed: means == InPublic::Changed, article })
    }

    fn collection(&self, means: InPublic, shown: &Shown) -> Option<PublicNews> {
        let id = self.row.subject_id;
        if means == InPublic::Gone {
            return Some(PublicNews::CollectionGone { id });
        }
        let collection = shown.collections.get(&id)?.clone();
        Some(PublicNews::CollectionShown { changed: means == InPublic::Changed, collection })
    }

    fn audience(&self, owners: &HashMap<Id, Id>) -> Audience {
        if let Some(article) = self.article {
            return owners.get(&article).map_or(Audience::SeesAll, |owner| Audience::Owner(*owner));
        }
        let kind = self.row.kind.split('.').next().unwrap_or_default();
        if SHARED.contains(&kind) { Audience::Everybody } else { Audience::SeesAll }
    }
}

fn news(cx: &mut Cx, rows: Vec<EventRow>) -> Result<Vec<News>> {
    let events = rows.into_iter().map(Read::of).collect::<Result<Vec<_>>>()?;
    let shown = Shown::of(cx, &events)?;
    let mut named: Vec<Id> = events.iter().filter_map(|event| event.article).collect();
    named.sort_unstable();
    named.dedup();
    let owners: HashMap<Id, Id> = articles::owners(cx.conn, &named)?.into_iter().collect();
    let tell = |event: Read| {
        let (public, audience) = (event.public(&shown), event.audience(&owners));
        let Read { row, data, .. } = event;
        News { seq: row.seq, kind: row.kind, at: row.at, data, public, audience }
    };
    Ok(events.into_iter().map(tell).collect())
}
