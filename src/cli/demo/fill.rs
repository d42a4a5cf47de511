//! Fills an empty database with the demo newsroom, through the same use cases and input rules as any client.

use std::collections::HashMap;
use std::sync::Arc;

use deserr::Deserr;
use serde_json::{Value, json};

use super::stock::{self, Stock};
use super::{Article, Collection, Item, Newsroom, newsroom};
use crate::app::App;
use crate::crypto::password;
use crate::domain::articles::{self, ArticleView};
use crate::domain::{
    Actor, Cx, Precondition, authors, collections, comments, live_updates, publishing, site, tags, users, views,
};
use crate::error::{Error, Result};
use crate::model::comment::NewCommentInput;
use crate::model::people::NewUser;
use crate::model::{Faults, FromText, Id, Role, Time};
use crate::text::Body;

/// The people of the demo: local part of the address, name, role.
const PEOPLE: &[(&str, &str, Role)] = &[
    ("admin", "Ada Admin", Role::Admin),
    ("editor", "Edda Editor", Role::Editor),
    ("author", "Arthur Author", Role::Author),
    ("contributor", "Coral Contributor", Role::Contributor),
];

/// The hour of a newsroom's clock.
const HOUR: i64 = 3_600;

/// Fills the database if it has no user yet; answers the lines that tell its logins.
///
/// # Errors
/// The database's, or the disk's.
pub fn fill(app: &Arc<App>) -> Result<Vec<String>> {
    if !app.write_here(|cx, _| users::none_yet(cx))? {
        return Ok(vec!["The database has users already: the demo was not filled in again.".to_owned()]);
    }
    let newsroom = newsroom().map_err(Error::internal)?;
    let stock = stock::put(app, &newsroom)?;
    let word = password::generate();
    let hash = password::hash(&word).map_err(Error::internal)?;
    app.write_here(|cx, system| {
        let editor = people(cx, system, &hash)?;
        Filling { app, newsroom: &newsroom, ids: HashMap::new() }.run(cx, &editor, stock)
    })?;
    let line = |(local, _, role): &(&str, &str, Role)| format!("  {:<12} {local}@demo.example  {word}", role.as_str());
    Ok(PEOPLE.iter().map(line).collect())
}

/// Makes the people; answers the editor, who owns everything.
fn people(cx: &mut Cx, system: &Actor, hash: &str) -> Result<Actor> {
    let mut editor = None;
    for (local, name, role) in PEOPLE {
        let new = NewUser { email: text(&format!("{local}@demo.example"))?, name: text(name)?, role: *role };
        let user = users::create(cx, system, new, hash.to_owned())?;
        if *role == Role::Editor {
            editor = Some(Actor { user: Some(user.id), name: user.name, role: *role, ..Actor::system() });
        }
    }
    editor.ok_or_else(|| Error::internal("the demo has an editor"))
}

pub(super) fn text<T: FromText>(text: &str) -> Result<T> {
    T::from_text(text).map_err(|(_, detail)| Error::internal(detail))
}

/// Reads an input as if a client had sent it.
pub(super) fn input<T: Deserr<Faults>>(value: Value) -> Result<T> {
    deserr::deserialize::<T, _, Faults>(value).map_err(Error::from)
}

/// The sets of keys: within each a key stands once.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Set {
    Tag,
    Author,
    Picture,
    /// A film or a sound, of ours or of another site.
    Recording,
    Article,
}

pub(super) struct Filling<'a> {
    pub(super) app: &'a App,
    pub(super) newsroom: &'a Newsroom,
    pub(super) ids: HashMap<(Set, &'a str), Id>,
}

impl<'a> Filling<'a> {
    fn run(mut self, cx: &mut Cx, editor: &Actor, stock: Stock) -> Result<()> {
        self.site(cx)?;
        self.taxonomy(cx, editor)?;
        self.media(cx, editor, stock)?;
        let mut views = Vec::new();
        for article in &self.newsroom.articles {
            let view = articles::create(cx, editor, input(self.article(article)?)?)?;
            self.ids.insert((Set::Article, &article.key), view.article.row.id);
            views.push(view);
        }
        for (article, view) in self.newsroom.articles.iter().zip(views) {
            let view = self.relate(cx, editor, article, view)?;
            publish(cx, editor, article, view)?;
        }
        for article in &self.newsroom.articles {
            self.follow_up(cx, editor, article)?;
        }
        for collection in &self.newsroom.collections {
            self.collection(cx, editor, collection)?;
        }
        self.views(cx)
    }

    /// Lets the first articles of the file be the most popular ones of this hour.
    fn views(&self, cx: &mut Cx) -> Result<()> {
        let hour = views::window_start(cx.now, 1);
        let counted: Vec<_> = (1..).zip(self.newsroom.articles.iter().rev()).collect();
        let counted =
            counted.into_iter().map(|(count, article)| Ok((self.id(Set::Article, &article.key)?, hour, count)));
        views::flush(cx, &counted.collect::<Result<Vec<_>>>()?).map(drop)
    }

    fn site(&self, cx: &mut Cx) -> Result<()> {
        let site = &self.newsroom.site;
        let change = json!({
            "name": site.name, "description": site.description, "locales": ["en", "es"], "default_locale": "en",
            "principles": [{ "title": "How we work", "url": "https://example.org/principles" }],
        });
        site::update(cx, &Actor::system(), &Precondition::Any, input(change)?).map(drop)
    }

    fn taxonomy(&mut self, cx: &mut Cx, editor: &Actor) -> Result<()> {
        for section in &self.newsroom.sections {
            let names = json!({ "en": section.names.en, "es": section.names.es });
            let tag = json!({ "name": section.names.en, "names": names, "kind": "section", "description": section.description });
            self.ids.insert((Set::Tag, &section.key), tags::create(cx, editor, input(tag)?)?.row.id);
        }
        for tag in &self.newsroom.tags {
            let names = json!({ "en": tag.names.en, "es": tag.names.es });
            let value =
                json!({ "name": tag.names.en, "names": names, "kind": tag.kind, "description": tag.description });
            self.ids.insert((Set::Tag, &tag.key), tags::create(cx, editor, input(value)?)?.row.id);
        }
        for author in &self.newsroom.authors {
            let value = json!({ "name": author.name, "job_title": author.job_title, "bio": author.bio });
            self.ids.insert((Set::Author, &author.key), authors::create(cx, editor, input(value)?)?.row.id);
        }
        Ok(())
    }

    fn id(&self, set: Set, key: &str) -> Result<Id> {
        self.ids.get(&(set, key)).copied().ok_or_else(|| Error::internal("the demo names a key that it does not have"))
    }

    fn all(&self, set: Set, keys: &[String]) -> Result<Vec<Id>> {
        keys.iter().map(|key| self.id(set, key)).collect()
    }

    /// What a client would send for this article.
    fn article(&self, article: &Article) -> Result<Value> {
        let authors: Vec<Value> = article
            .authors
            .iter()
            .map(|credit| Ok(json!({ "id": self.id(Set::Author, &credit.key)?, "role": credit.role })))
            .collect::<Result<_>>()?;
        let mut value = json!({
            "locale": article.locale, "kind": article.kind, "kicker": article.kicker, "headline": article.headline,
            "standfirst": article.standfirst, "body": self.body(article)?, "access": article.access,
            "section": self.id(Set::Tag, &article.section)?, "tags": self.all(Set::Tag, &article.tags)?, "authors": authors,
            "hero": self.id(Set::Picture, &article.hero)?, "featured": article.featured, "breaking": article.breaking,
            "slugline": format!("DEMO-{}", article.key.to_uppercase()),
        });
        if let Some(video) = &article.recommended_video {
            value["recommended_video"] = json!(self.id(Set::Recording, video)?);
        }
        if let Some(original) = &article.translation_of {
            value["translation_of"] = json!(self.id(Set::Article, original)?);
        }
        if let Some(dateline) = &article.dateline {
            value["dateline"] = json!({
                "text": dateline.text, "city": dateline.city, "country": dateline.country,
                "latitude": dateline.latitude, "longitude": dateline.longitude,
            });
        }
        if let Some(source) = &article.source {
            value["source"] = json!({ "name": source.name, "url": source.url });
        }
        Ok(value)
    }

    /// The blocks of an article, with its sound after the first one; in one that is not free for all, the paywall stands
    /// after the first two.
    fn body(&self, article: &Article) -> Result<Value> {
        const FREE_BLOCKS: usize = 2;
        let body = Body::from_markdown(&article.body_markdown).map_err(Error::invalid)?;
        let mut blocks = body
            .0
            .iter()
            .map(serde_json::to_value)
            .collect::<std::result::Result<Vec<_>, _>>()
            .map_err(Error::internal)?;
        if article.access != "free" && blocks.len() > FREE_BLOCKS {
            blocks.insert(FREE_BLOCKS, json!({ "_type": "paywall" }));
        }
        if let Some(sound) = &article.sound {
            blocks.insert(1, json!({ "_type": "audio", "media": self.id(Set::Recording, sound)? }));
        }
        Ok(Value::Array(blocks))
    }

    /// What happens after publication: the updates of a live blog, and edits that are not public yet.
    fn follow_up(&self, cx: &mut Cx, editor: &Actor, article: &Article) -> Result<()> {
        let id = self.id(Set::Article, &article.key)?;
        let start = cx.now.plus_seconds(-i64::from(article.hours_ago.unwrap_or(0)) * HOUR);
        for update in &article.updates {
            let author = update.author.as_deref().map(|key| self.id(Set::Author, key)).transpose()?;
            let value = json!({
                "at": start.plus_seconds(i64::from(update.minutes) * 60).to_string(), "headline": update.headline,
                "body_markdown": update.body_markdown, "pinned": update.pinned, "key_event": update.key_event,
                "draft": update.draft, "author": author,
            });
            live_updates::create(cx, editor, id, input(value)?)?;
        }
        if let Some(comment) = &article.comment {
            comments::create(cx, editor, id, input::<NewCommentInput>(comment.clone())?.sound_new()?)?;
        }
        if let Some(standfirst) = &article.later_standfirst {
            articles::update(cx, editor, id, &Precondition::Any, input(json!({ "standfirst": standfirst }))?, false)?;
        }
        Ok(())
    }

    /// Makes a front page and publishes it.
    fn collection(&self, cx: &mut Cx, editor: &Actor, collection: &Collection) -> Result<()> {
        let item = |item: &Item| {
            let article = self.id(Set::Article, &item.article)?;
            Ok(json!({ "article": article, "slot": item.slot, "headline": item.headline }))
        };
        let items = collection.items.iter().map(item).collect::<Result<Vec<_>>>()?;
        let value = json!({
            "slug": collection.slug, "name": collection.name, "description": collection.description,
            "locale": collection.locale, "size": collection.size, "items": items, "fill": { "kind": collection.kinds },
        });
        let id = collections::create(cx, editor, input(value)?)?.row.id;
        collections::publish(cx, editor, id, &Precondition::Any).map(drop)
    }

    /// Links the related articles, which may come later in the file.
    fn relate(&self, cx: &mut Cx, editor: &Actor, article: &Article, view: ArticleView) -> Result<ArticleView> {
        let supersedes = article.supersedes.as_deref().map(|key| self.id(Set::Article, key)).transpose()?;
        let mut change = json!({ "related": self.all(Set::Article, &article.related)?, "supersedes": supersedes });
        if let Some(original) = &article.translation_of {
            // The original got its own related articles after this one was made from it.
            let original = articles::get(cx, editor, self.id(Set::Article, original)?)?;
            change["translated_version"] = json!(original.article.row.version);
        }
        articles::update(cx, editor, view.article.row.id, &Precondition::Any, input(change)?, false)
    }
}

/// Publishes or schedules an article as its file says.
fn publish(cx: &mut Cx, editor: &Actor, article: &Article, view: ArticleView) -> Result<()> {
    let (id, any) = (view.article.row.id, Precondition::Any);
    let at = |hours: i64| -> Time { cx.now.plus_seconds(hours * HOUR) };
    match (article.hours_ago, article.hours_ahead) {
        (Some(ago), _) => {
            let published_at = at(-i64::from(ago)).to_string();
            publishing::publish(cx, editor, id, &any, input(json!({ "published_at": published_at }))?)?;
        }
        (None, Some(ahead)) => {
            let publish_at = at(i64::from(ahead)).to_string();
            publishing::schedule(cx, editor, id, &any, input(json!({ "publish_at": publish_at }))?)?;
        }
        (None, None) => {}
    }
    if let Some(correction) = &article.correction {
        let value = json!({ "kind": correction.kind, "text": correction.text });
        publishing::correct(cx, editor, id, &any, input(value)?)?;
    }
    Ok(())
}
