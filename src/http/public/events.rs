//! What changes in public, as it happens.

use actix_web::{HttpRequest, HttpResponse, web};
use deserr::Deserr;
use utoipa::IntoParams;

use crate::app::App;
use crate::http::extract::Query;
use crate::http::extract::params::Int;
use crate::http::problem::Problem;
use crate::http::stream::{self, Hub, Listener, Since};
use crate::model::faults::Faults;

/// What streams take.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StreamParams {
    /// Go on behind this event, for clients that can't send the header `Last-Event-ID`, which goes before it. What is no
    /// number is refused.
    #[deserr(default)]
    #[param(value_type = i64, minimum = 0, required = false)]
    pub last_event_id: Option<Int<0, { i64::MAX }>>,
}

/// Streams what changes in public.
///
/// Server-Sent Events (WHATWG HTML), as `EventSource` reads them. `article.live`: an article went live.
/// `article.changed`: a live article says something new. `article.gone`: an article is not live any more; a client that
/// shows it takes it away. `live_update`: a live blog got, changed or lost an update. `collection.live`,
/// `collection.changed`, `collection.gone`: the same of a collection; what its articles do is told by their own events.
/// `reset`: more was missed than is replayed (1 000 events, 30 days); load afresh. `data` is a JSON object, see `x-events`.
///
/// `id` is the event's number. A client that comes again with `Last-Event-ID` is told what it missed. A browser sends that
/// header by itself, so one that this server never gave out does not break the stream: it is answered with `reset`. Who
/// writes `last_event_id` into the address is told 400 where it is no number. Numbers count everything that happens in
/// the newsroom, so there are gaps between those that readers see: they tell how much goes on, and nothing of what.
///
/// A comment every 15 seconds keeps the connection open. Whoever reads too slowly is cut off, and comes again. When there are too many
/// listeners, the answer is 503 with `Retry-After`.
#[utoipa::path(get, path = "/v1/events", tag = "events", params(StreamParams,
    ("Last-Event-ID" = Option<String>, Header, description = "Go on behind this event."),
), responses((status = 200, description = "The stream; it does not end by itself.", body = String,
    content_type = "text/event-stream")))]
pub async fn stream_events(
    app: web::Data<App>,
    hub: web::Data<Hub>,
    request: HttpRequest,
    Query(params): Query<StreamParams>,
) -> Result<HttpResponse, Problem> {
    let since = Since::of(request.headers(), params.last_event_id.map(|number| number.0));
    Ok(stream::open(&app, &hub, Listener::Reader, since, None).await?)
}
