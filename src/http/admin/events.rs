//! Everything that happens in the newsroom, as it happens.

use std::net::IpAddr;

use actix_web::{HttpRequest, HttpResponse, web};

use crate::app::App;
use crate::domain::feed::{self, Hears};
use crate::error::{Code, Error};
use crate::http::extract::caller::{bearer, of_bearer};
use crate::http::extract::peer::client_address;
use crate::http::extract::{Caller, Query};
use crate::http::problem::Problem;
use crate::http::public::events::StreamParams;
use crate::http::stream::{self, Guard, Hub, Listener, Since};
use crate::model::Time;

/// The longest time that a connection is kept without signing in anew, in seconds: as long as an access token lasts.
const LONGEST: i64 = 15 * 60;

/// Streams everything that happens in the newsroom.
///
/// Server-Sent Events as at `/v1/events`, which says what `id`, `Last-Event-ID` and `reset` mean. Each event's name is its type as webhooks have it (`article.updated`,
/// `article.submitted`, `comment.created`, …); `data` has `type`, `timestamp` and the thin `data` of the event, see
/// `x-events`. Contributors and authors hear of their own articles, and of tags, authors, media and the site.
///
/// The connection ends when the access token does, and after 15 minutes at the latest; come again with a fresh token and
/// `Last-Event-ID`. `EventSource` can't send `Authorization`: read the body of a `fetch` instead.
#[utoipa::path(get, path = "/v1/admin/events", tag = "events", params(StreamParams,
    ("Last-Event-ID" = Option<String>, Header, description = "Go on behind this event."),
), security(("bearer" = [])), responses((status = 200, description = "The stream.", body = String,
    content_type = "text/event-stream")))]
pub async fn stream_admin_events(
    app: web::Data<App>,
    hub: web::Data<Hub>,
    Caller(actor): Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let params = Query::<StreamParams>::of(&request)?;
    let hears = feed::listen(&actor)?;
    let since = Since::of(request.headers(), params.last_event_id.map(|number| number.0));
    let token = bearer(&request).ok_or_else(|| Error::internal("a caller without a bearer"))?;
    let address = client_address(&request, &app.config.server.trusted_proxies);
    let guard = guard(&app, token, address, hears);
    Ok(stream::open(&app, &hub, Listener::Editor(hears), since, Some(guard)).await?)
}

/// Ends the stream with the token, and soon after the caller may not come in any more, or hears of less.
fn guard(app: &web::Data<App>, token: String, address: IpAddr, hears: Hears) -> Guard {
    let now = app.clock.now();
    let claimed = app.keys.ring().verify_access(&token, now.unix()).ok();
    let expires = claimed.map(|token| Time::from_micros(token.claims.exp.saturating_mul(1_000_000)));
    let until = now.plus_seconds(LONGEST).min(expires.unwrap_or(Time::NEVER));
    let (clock, app) = (app.clock.clone(), app.clone());
    Guard {
        is_over: Box::new(move || clock.now() >= until),
        may_stay: Box::new(move || {
            let (app, token) = (app.clone(), token.clone());
            Box::pin(async move {
                match of_bearer(&app, &token, address).await {
                    Ok(actor) => feed::listen(&actor).is_ok_and(|now| now == hears),
                    Err(error) => error.code() != Code::Unauthenticated,
                }
            })
        }),
    }
}
