//! Who calls: the bearer of `Authorization`, checked against the database on every request.

use std::net::IpAddr;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};

use crate::app::App;
use crate::crypto::tokens::{self, ApiToken};
use crate::domain::{Actor, auth};
use crate::error::{Code, Error, Result};
use crate::http::extract::peer::client_address;
use crate::http::limits::{Limited, Limits};
use crate::http::middleware::request_id::RequestId;
use crate::http::problem::Problem;
use crate::model::Id;

/// The authenticated caller of an editorial route. Its extraction answers 401 before anything else is looked at.
pub struct Caller(pub Actor);

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = std::result::Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(Self(authenticate(&request).await?)) })
    }
}

async fn authenticate(request: &HttpRequest) -> Result<Actor> {
    let app = request.app_data::<web::Data<App>>().cloned().ok_or_else(|| Error::internal("no App"))?;
    let token = bearer(request).ok_or_else(unauthenticated)?;
    let address = client_address(request, &app.config.server.trusted_proxies);
    let (mut actor, token) = principal(&app, &token, address).await?;
    if let Some(limits) = request.app_data::<web::Data<Limits>>() {
        let counted = match (token, actor.user) {
            (Some(token), _) => limits.of_id(Limited::Token, token)?,
            (None, Some(user)) => limits.of_id(Limited::Account, user)?,
            (None, None) => None,
        };
        if let Some(standing) = counted {
            request.extensions_mut().insert(standing);
        }
    }
    actor.request_id = request.extensions().get::<RequestId>().map(ToString::to_string).unwrap_or_default();
    Ok(actor)
}

/// Whom an access token or an API token lets in now, from this address.
///
/// # Errors
/// [`Code::Unauthenticated`]; the database's.
pub(in crate::http) async fn of_bearer(app: &App, token: &str, address: IpAddr) -> Result<Actor> {
    principal(app, token, address).await.map(|(actor, _)| actor)
}

/// The same with the API token that it was.
async fn principal(app: &App, token: &str, address: IpAddr) -> Result<(Actor, Option<Id>)> {
    let found = if ApiToken::looks_valid(token) {
        let hash = tokens::hash(token);
        let found = app.read_briefly(move |cx| auth::actor_of_token(cx, &hash, address)).await?;
        found.map(|(actor, token)| {
            app.token_uses.note(token, app.clock.now());
            (actor, Some(token))
        })
    } else {
        let claims = app.keys.ring.verify_access(token, app.clock.now().unix()).map_err(|_| unauthenticated())?;
        app.read_briefly(move |cx| auth::actor_of_session(cx, &claims)).await?.map(|actor| (actor, None))
    };
    found.ok_or_else(unauthenticated)
}

/// The token of `Authorization: Bearer`, if it is given once and in that form.
pub(in crate::http) fn bearer(request: &HttpRequest) -> Option<String> {
    let mut lines = request.headers().get_all(header::AUTHORIZATION);
    let line = lines.next()?.to_str().ok()?;
    let (scheme, token) = line.split_once(' ')?;
    (lines.next().is_none() && scheme.eq_ignore_ascii_case("bearer")).then(|| token.trim().to_owned())
}

fn unauthenticated() -> Error {
    Error::new(Code::Unauthenticated, "This needs a valid access token or API token: `Authorization: Bearer …`.")
}
