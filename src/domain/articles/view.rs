//! An article with everything that it refers to, as editors see it.

use std::collections::HashMap;

use super::translations::{self, Source, Translation};
use super::{Loaded, save};
use crate::domain::media::{self, MediaView};
use crate::domain::{Actor, Cx, site, workflow};
use crate::error::Result;
use crate::model::{ArticleAction, Content, Id, Locale};
use crate::store::articles::{self, ArticleRow};
use crate::store::authors::{self, AuthorRow};
use crate::store::comments;
use crate::store::tags::{self, TagRow};
use crate::store::users::{self, UserRow};

/// An article and its surroundings.
pub struct ArticleView {
    /// The article itself.
    pub article: Loaded,
    /// What the caller can do with it now.
    pub allowed: Vec<ArticleAction>,
    /// The section and the tags, by id.
    pub tags: HashMap<Id, TagRow>,
    /// The authors, by id.
    pub authors: HashMap<Id, AuthorRow>,
    /// All media of the article, with their posters, by id.
    pub media: HashMap<Id, MediaView>,
    /// The related articles and the one whose place this one takes, by id.
    pub related: HashMap<Id, ArticleRow>,
    /// The other articles of the translation group.
    pub translations: Vec<Translation>,
    /// What it was translated from, as that is now.
    pub source: Option<Source>,
    /// Who owns it.
    pub owner: Option<UserRow>,
    /// Who approved the present text.
    pub approver: Option<UserRow>,
    /// How many threads of comments are open.
    pub open_comments: i64,
    /// The site's default locale.
    pub default_locale: Locale,
}

impl ArticleView {
    /// What it says.
    #[must_use]
    pub fn content(&self) -> &Content {
        &self.article.content
    }
}

/// Looks the surroundings of one article up.
///
/// # Errors
/// The database's.
pub fn of(cx: &mut Cx, actor: &Actor, article: Loaded) -> Result<ArticleView> {
    let mut all = many(cx, actor, vec![article])?;
    all.pop().ok_or_else(|| crate::error::Error::internal("one view of one article"))
}

/// Looks the surroundings of several articles up, one query per relation.
///
/// # Errors
/// The database's.
pub fn many(cx: &mut Cx, actor: &Actor, all: Vec<Loaded>) -> Result<Vec<ArticleView>> {
    let default_locale = site::load(cx)?.default_locale;
    let ids = |pick: &dyn Fn(&Loaded) -> Vec<Id>| -> Vec<Id> {
        let mut ids: Vec<Id> = all.iter().flat_map(pick).collect();
        ids.sort();
        ids.dedup();
        ids
    };
    let tag_ids = ids(&|article| article.content.all_tags());
    let author_ids = ids(&|article| article.content.authors.iter().map(|credit| credit.id).collect());
    let media_ids = ids(&|article| save::media_of(&article.content, &article.body));
    let related_ids =
        ids(&|article| article.content.related.iter().chain(&article.content.supersedes).copied().collect());
    let group_ids = ids(&|article| vec![article.row.translation_group]);
    let owner_ids = ids(&|article| article.row.owner_id.into_iter().chain(article.row.approved_by).collect());
    let article_ids = ids(&|article| vec![article.row.id]);
    let tags = by_id(tags::by_ids(cx.conn, &tag_ids)?, |row| row.id);
    let authors = by_id(authors::by_ids(cx.conn, &author_ids)?, |row| row.id);
    let media = by_id(media::by_ids(cx, &media_ids)?, |view| view.row.id);
    let related = by_id(articles::find_many(cx.conn, &related_ids)?, |row| row.id);
    let groups = translations::of_groups(cx, actor, &group_ids)?;
    let owners = by_id(users::by_ids(cx.conn, &owner_ids)?, |row| row.id);
    let comments = comments::open_counts(cx.conn, &article_ids)?;
    let mut views = Vec::with_capacity(all.len());
    for article in all {
        let row = &article.row;
        let others = groups.others(row.translation_group, row.id);
        let source = row.translation_source.and_then(|id| groups.source(id));
        let content = &article.content;
        let credits = content.authors.iter().map(|credit| credit.id);
        views.push(ArticleView {
            allowed: workflow::allowed(actor, article.row.owner_id, article.standing),
            tags: only(&tags, content.all_tags()),
            authors: only(&authors, credits),
            related: only(&related, content.related.iter().chain(&content.supersedes).copied()),
            media: only(&media, save::media_of(content, &article.body)),
            translations: others,
            source,
            approver: article.row.approved_by.filter(|_| article.is_approved()).and_then(|id| owners.get(&id).cloned()),
            open_comments: comments.get(&article.row.id).copied().unwrap_or(0),
            owner: article.row.owner_id.and_then(|id| owners.get(&id).cloned()),
            default_locale: default_locale.clone(),
            article,
        });
    }
    Ok(views)
}

fn by_id<T>(rows: Vec<T>, id: impl Fn(&T) -> Id) -> HashMap<Id, T> {
    rows.into_iter().map(|row| (id(&row), row)).collect()
}

fn only<T: Clone>(all: &HashMap<Id, T>, ids: impl IntoIterator<Item = Id>) -> HashMap<Id, T> {
    ids.into_iter().filter_map(|id| all.get(&id).map(|row| (id, row.clone()))).collect()
}
