//! What can be done to an article beside editing it. Each action is a path of its own with a body of its own.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::wire::AdminArticleAnswer;
use super::{shown, written};
use crate::app::App;
use crate::domain::articles::{self, ArticleView};
use crate::domain::{Actor, Cx, Precondition, publishing, review};
use crate::error::Result;
use crate::http::extract::{Caller, JsonBody, JsonInput, NoParams, Query, path};
use crate::http::once::Once;
use crate::http::problem::Problem;
use crate::model::Id;
use crate::model::actions::{
    Correct, Duplicate, Flag, Kill, Lock, Nothing, Publish, RequestChanges, Schedule, Submit, Unpublish,
};

/// Actions take small bodies; no body at all is `{}`.
macro_rules! action_inputs {
    ($($ty:ty),+) => { $(
        impl JsonInput for $ty {
            const EMPTY_IS_OBJECT: bool = true;
        }
    )+ };
}
action_inputs!(Correct, Duplicate, Flag, Kill, Lock, Nothing, Publish, RequestChanges, Schedule, Submit, Unpublish);

/// A use case of publishing.
type Verb<T> = fn(&mut Cx, &Actor, Id, &Precondition, T) -> Result<ArticleView>;

/// What every action handler takes in.
type Input<T> = (web::Data<App>, Caller, HttpRequest, web::Path<String>, JsonBody<T>);

async fn act<T: JsonInput + Send + 'static>(input: Input<T>, verb: Verb<T>) -> Result<HttpResponse, Problem> {
    let (app, Caller(actor), request, path, body) = input;
    Query::<NoParams>::of(&request)?;
    let asked = body.syntax()?.read_if_match(&request);
    let asked = asked.and_then(|(wanted, input)| Ok((path::id(&path)?, wanted.precondition(), input)));
    let once = Once::of(&request, &actor)?;
    let work = move |cx: &mut Cx, (id, wanted, input): (Id, Precondition, T)| {
        shown(verb(cx, &actor, id, &wanted, input)?, StatusCode::OK, cx)
    };
    once.run_with(&app, asked, work).await
}

/// Declares an action's handler.
macro_rules! action {
    ($(#[doc = $doc:literal])+ $path:literal $handler:ident($input:ty) = $verb:expr) => {
        $(#[doc = $doc])+
        #[utoipa::path(post, path = $path, tag = "articles", security(("bearer" = [])),
            params(("id" = Id, Path, description = "The article.")),
            request_body(content = $input, description = "May be left out where nothing must be given."),
            responses((status = 200, description = "The article as it is now.", body = AdminArticleAnswer)))]
        pub async fn $handler(
            app: web::Data<App>,
            caller: Caller,
            request: HttpRequest,
            path: web::Path<String>,
            body: JsonBody<$input>,
        ) -> Result<HttpResponse, Problem> {
            act((app, caller, request, path, body), $verb).await
        }
    };
}

action! {
    /// Publish an article.
    ///
    /// Copies the working copy into public, now, in place of what is live and of what waits. `published_at` starts the
    /// live period earlier, for articles that come from elsewhere; `minor_edit` keeps `updated_at`. Editors may
    /// publish straight from a draft, authors what is their own.
    "/v1/admin/articles/{id}/publish" publish_article(Publish) = publishing::publish
}

action! {
    /// Schedule an article.
    ///
    /// Copies the working copy as it is now; the copy appears at `publish_at`, on the second. What is live until then
    /// ends there. What waited before is replaced. Later edits need another `schedule` or `publish`.
    "/v1/admin/articles/{id}/schedule" schedule_article(Schedule) = publishing::schedule
}

action! {
    /// Unschedule an article.
    ///
    /// Takes back what waits; what is live goes on as if nothing had been scheduled.
    "/v1/admin/articles/{id}/unschedule" unschedule_article(Nothing) =
        |cx, actor, id, wanted, _| publishing::unschedule(cx, actor, id, wanted)
}

action! {
    /// Unpublish an article.
    ///
    /// Ends what is live and takes back what waits. The working copy stays.
    "/v1/admin/articles/{id}/unpublish" unpublish_article(Unpublish) = publishing::unpublish
}

action! {
    /// Archive an article.
    ///
    /// Puts the article away; what is live or waits ends. `restore` takes it out again.
    "/v1/admin/articles/{id}/archive" archive_article(Nothing) =
        |cx, actor, id, wanted, _| publishing::archive(cx, actor, id, wanted)
}

action! {
    /// Restore an article.
    ///
    /// Takes it out of the archive or the trash, or back from being killed, as a draft. Its address
    /// answers 404 then, as that of any draft.
    "/v1/admin/articles/{id}/restore" restore_article(Nothing) =
        |cx, actor, id, wanted, _| publishing::restore(cx, actor, id, wanted)
}

action! {
    /// Kill an article.
    ///
    /// Withdraws it everywhere at once. If the public ever saw it, its address answers 410 with the `notice`.
    "/v1/admin/articles/{id}/kill" kill_article(Kill) = publishing::kill
}

action! {
    /// Correct an article.
    ///
    /// Adds a public correction to the live copy, and to what waits, and publishes nothing else of the working copy.
    /// Moves the public `updated_at`.
    "/v1/admin/articles/{id}/correct" correct_article(Correct) = publishing::correct
}

action! {
    /// Flag an article.
    ///
    /// Sets `featured` or `breaking` on the working copy and in public at once.
    "/v1/admin/articles/{id}/flag" flag_article(Flag) = publishing::flag
}

action! {
    /// Submit an article.
    ///
    /// Hands the working copy in for review, with a `note` for the reviewer. From then on only those who may approve it
    /// can change it, until they give it back.
    "/v1/admin/articles/{id}/submit" submit_article(Submit) = review::submit
}

action! {
    /// Approve an article.
    ///
    /// Finds what was submitted good to go. The approval is of this version, which `approved_version` names; when
    /// somebody who may approve saves a change, it moves on to what was saved.
    "/v1/admin/articles/{id}/approve" approve_article(Nothing) =
        |cx, actor, id, wanted, _| review::approve(cx, actor, id, wanted)
}

action! {
    /// Request changes to an article.
    ///
    /// Gives what was submitted or approved back to its author, as a draft, with the `reason`.
    "/v1/admin/articles/{id}/request-changes" request_article_changes(RequestChanges) = review::request_changes
}

/// Duplicate an article.
///
/// Makes a new draft, owned by the caller, from the working copy, neither featured nor breaking. In another `locale` it
/// joins the translation group.
#[utoipa::path(post, path = "/v1/admin/articles/{id}/duplicate", tag = "articles", security(("bearer" = [])),
    params(("id" = Id, Path, description = "The article.")),
    request_body(content = Duplicate, description = "May be left out."),
    responses((status = 201, description = "The new draft.", body = AdminArticleAnswer)))]
pub async fn duplicate_article(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
    body: JsonBody<Duplicate>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let input = body.read()?;
    let id = path::id(&path)?;
    let once = Once::of(&request, &actor)?;
    written(&app, once, StatusCode::CREATED, move |cx| articles::duplicate(cx, &actor, id, input.locale)).await
}
