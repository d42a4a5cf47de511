//! The list of working copies, as the actor may see it.

use super::{ArticleView, loaded_all, view};
use crate::domain::policy::{self, Op};
use crate::domain::{Actor, Cx, handles, search};
use crate::error::{Error, FaultCode, Result};
use crate::model::paging::{Ends, MAX_COUNTED, Paging};
use crate::model::{Access, ArticleKind, Handle, Id, Locale, Review, Status, Time, TranslationStatus};
use crate::store;
use crate::store::working_list::{self, Sort, Wanted};
use crate::text::query::Query;

/// What is asked for; see the list's parameters.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "named as the parameters of the list")]
pub struct Listing {
    pub statuses: Option<Vec<Status>>,
    pub reviews: Option<Vec<Review>>,
    pub owner: Option<String>,
    pub sections: Option<Vec<Handle>>,
    pub tags_any: Option<Vec<Handle>>,
    pub tags_all: Option<Vec<Handle>>,
    pub tags_not: Option<Vec<Handle>>,
    pub authors: Option<Vec<Handle>>,
    pub kinds: Option<Vec<ArticleKind>>,
    pub access: Option<Vec<Access>>,
    pub featured: Option<bool>,
    pub breaking: Option<bool>,
    pub locale: Option<Locale>,
    pub fallback_locale: Option<Locale>,
    pub lacks_translation: Option<Locale>,
    pub translation_status: Option<TranslationStatus>,
    pub published_after: Option<Time>,
    pub published_before: Option<Time>,
    pub updated_after: Option<Time>,
    pub ids: Option<Vec<Id>>,
    pub query: Option<Query>,
    pub sort: Sort,
    pub descending: bool,
}

/// A part of the list.
///
/// # Errors
/// 403; 400 for an owner that is neither an id nor `me`.
pub fn list(cx: &mut Cx, actor: &Actor, asked: Listing, paging: &Paging) -> Result<(Vec<ArticleView>, Ends)> {
    policy::check(actor, Op::ListAdminArticles)?;
    let mut owner = owner(actor, asked.owner.as_deref())?;
    let mut ids = asked.ids;
    if !policy::sees_all(actor, Op::ListAdminArticles) {
        if owner.is_some_and(|owner| Some(owner) != actor.user) {
            ids = Some(Vec::new());
        }
        owner = actor.user;
    }
    let wanted = Wanted {
        owner,
        statuses: asked.statuses,
        reviews: asked.reviews,
        sections: asked.sections.map(|all| handles::tag_ids(cx, &all)).transpose()?,
        tags_any: asked.tags_any.map(|all| handles::tag_ids(cx, &all)).transpose()?,
        tags_all: match asked.tags_all {
            Some(all) => Some(
                all.into_iter()
                    .map(|handle| handles::tag_ids(cx, std::slice::from_ref(&handle)))
                    .collect::<Result<_>>()?,
            ),
            None => None,
        },
        tags_not: asked.tags_not.map(|all| handles::tag_ids(cx, &all)).transpose()?,
        authors: asked.authors.map(|all| handles::author_ids(cx, &all)).transpose()?,
        kinds: asked.kinds,
        access: asked.access,
        featured: asked.featured,
        breaking: asked.breaking,
        locale: asked.locale.map(String::from),
        fallback_locale: asked.fallback_locale.map(String::from),
        lacks_translation: asked.lacks_translation.map(String::from),
        translation_status: asked.translation_status,
        published_after: asked.published_after,
        published_before: asked.published_before,
        updated_after: asked.updated_after,
        ids,
        found: None,
    };
    let mut wanted = wanted;
    if let Some(query) = &asked.query {
        let matching = search::Sought::of(cx, query)?.owned_by(cx, owner)?;
        wanted.found = Some(store::search::working_matches(cx.conn, &matching, MAX_COUNTED)?);
    }
    let found = working_list::list(cx.conn, &wanted, asked.sort, asked.descending, paging, cx.now)?;
    let all = loaded_all(cx, found.rows)?;
    Ok((view::many(cx, actor, all)?, found.ends))
}

fn owner(actor: &Actor, asked: Option<&str>) -> Result<Option<Id>> {
    match asked {
        None => Ok(None),
        Some("me") => Ok(actor.user),
        Some(text) => Id::parse(text)
            .map(Some)
            .ok_or_else(|| Error::parameter("owner", FaultCode::InvalidFormat, "This must be a user's id, or `me`.")),
    }
}
