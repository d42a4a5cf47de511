//! Previews: whoever has a preview token sees one article as readers would, before they do, and nothing else that is
//! not public.

use std::sync::Arc;

use serde_json::json;

use super::articles::{self, Loaded, save};
use super::publishing::copy;
use super::reading::{self, Beside};
use super::revisions::content_of;
use super::workflow::can_be_previewed;
use super::{Actor, Cx, Op, events, policy};
use crate::error::{Code, Error, Fault, FaultCode, Result};
use crate::model::actions::NewPreviewToken;
use crate::model::paging::{Key, Paged, Paging};
use crate::model::{Id, Time};
use crate::store::articles::{self as article_rows, ArticleRow};
use crate::store::previews::{self, PreviewRow};
use crate::store::{revisions, users};

/// Most tokens of one article that have not ended.
pub const MAX_TOKENS: i64 = 100;
/// How long the addresses of media work that a preview shows, in seconds; never longer than its token.
const MEDIA_SECONDS: i64 = 3_600;

/// A preview token, without the token itself.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The row.
    pub row: PreviewRow,
    /// The name of whoever made it.
    pub made_by: String,
}

/// Makes a preview token of an article, or of one version of it.
///
/// # Errors
/// 422, 403, 404; 409 for what is withdrawn or in the trash, and where there are [`MAX_TOKENS`] already.
pub fn create(cx: &mut Cx, actor: &Actor, id: Id, input: NewPreviewToken) -> Result<Preview> {
    let (version, seconds) = input.sound()?;
    policy::check(actor, Op::CreatePreviewToken)?;
    let article = articles::load(cx, actor, id)?;
    let user = actor.user.ok_or_else(|| Error::new(Code::Forbidden, "Only a user can make a preview."))?;
    if !can_be_previewed(article.row.state) {
        let detail = "An article that is withdrawn or in the trash has no preview. Restore it first.";
        return Err(Error::new(Code::Conflict, detail));
    }
    if previews::count(cx.conn, id, cx.now)? >= MAX_TOKENS {
        return Err(Error::new(Code::Conflict, "The article has 100 preview tokens already. Revoke some of them."));
    }
    if let Some(version) = version
        && revisions::head(cx.conn, id, version)?.is_none()
    {
        let fault = Fault::at("/version", FaultCode::UnknownId, "The article has no such version any more.");
        return Err(Error::invalid(vec![fault]));
    }
    let expires_at = cx.now.plus_seconds(seconds);
    let row = PreviewRow { id: Id::new(), article_id: id, version, user_id: user, created_at: cx.now, expires_at };
    previews::insert(cx.conn, &row)?;
    let detail = json!({ "token": row.id, "version": version, "expires_at": expires_at });
    events::audit(cx, actor, Op::CreatePreviewToken.as_str(), "article", id, &detail)?;
    Ok(Preview { row, made_by: actor.name.clone() })
}

/// A part of the tokens of an article that have not ended, the oldest first.
///
/// # Errors
/// 403, 404.
pub fn list(cx: &mut Cx, actor: &Actor, id: Id, paging: &Paging) -> Result<Paged<Preview>> {
    policy::check(actor, Op::ListPreviewTokens)?;
    articles::load(cx, actor, id)?;
    let total = if paging.counts() { previews::count(cx.conn, id, cx.now)? } else { 0 };
    let rows = previews::list(cx.conn, id, paging, cx.now)?;
    let rows = rows.into_iter().map(|(row, made_by)| Preview { row, made_by }).collect();
    Ok(paging.page(rows, total, |preview: &Preview| (Key::Number(0), preview.row.id)))
}

/// Revokes a token, at once.
///
/// # Errors
/// 403, 404.
pub fn delete(cx: &mut Cx, actor: &Actor, id: Id, token: Id) -> Result<()> {
    policy::check(actor, Op::DeletePreviewToken)?;
    articles::load(cx, actor, id)?;
    if !previews::remove(cx.conn, id, token)? {
        return Err(Error::not_found());
    }
    events::audit(cx, actor, Op::DeletePreviewToken.as_str(), "article", id, &json!({ "token": token }))
}

/// What the token `id`, whose signature was checked, shows: the article as its publication now would show it, with its
/// whole body, and with addresses of media that work for an hour whether these are public or not.
///
/// # Errors
/// 404, always alike.
pub fn show(cx: &mut Cx, id: Id, beside: Beside) -> Result<reading::Article> {
    let token = previews::valid(cx.conn, id, cx.now)?.ok_or_else(Error::not_found)?;
    let maker = users::find(cx.conn, token.user_id)?.ok_or_else(Error::not_found)?;
    let sees_all = maker.role >= Op::GetAdminArticle.rule().any;
    let may_read = |row: &ArticleRow| sees_all || row.owner_id == Some(maker.id);
    let row = article_rows::find(cx.conn, token.article_id)?.filter(|row| can_be_previewed(row.state) && may_read(row));
    let article = articles::loaded(cx, row.ok_or_else(Error::not_found)?)?;
    let article = at_version(cx, article, token.version)?;
    let until = token.expires_at.min(cx.now.plus_seconds(MEDIA_SECONDS));
    cx.urls = Arc::new(cx.urls.signing(cx.media_key, until.unix()));
    let times = times(&article, cx.now);
    let drawn = copy::drawn(cx, &article, &times, &article.body)?;
    reading::preview(cx, drawn.row, drawn.texts, beside)
}

fn at_version(cx: &mut Cx, article: Loaded, version: Option<i64>) -> Result<Loaded> {
    let Some(version) = version.filter(|version| *version != article.row.version) else { return Ok(article) };
    let old = revisions::find(cx.conn, article.row.id, version)?.ok_or_else(Error::not_found)?;
    let (content, body) = (content_of(cx, &old)?, articles::stored_body(&old.body)?);
    let mut then = Loaded { content, body, ..article };
    save::describe(&mut then)?;
    (then.row.version, then.row.updated_at) = (version, old.head.at);
    Ok(then)
}

/// The instants that readers would see: those of the live period, and of the version where there is none.
fn times(article: &Loaded, now: Time) -> copy::Times {
    let saved = article.row.updated_at;
    let published_at = article.live().map_or(saved, |live| live.published_at);
    copy::Times {
        visible_from: now,
        ends_at: Time::NEVER,
        published_at,
        updated_at: saved,
        first_published_at: article.row.first_published_at.unwrap_or(published_at),
    }
}
