//! What others look up at fixed places (RFC 8615).

use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::{CacheControl, json_public};
use crate::app::App;
use crate::http::extract::{NoParams, Query};
use crate::http::problem::Problem;

/// How long the key set may be kept: much shorter than a key is published before it signs.
const KEY_SET_CACHE: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// The keys that access tokens are verified with (RFC 7517, 5).
#[derive(Serialize, ToSchema)]
pub struct JwkSet {
    /// The keys. The first one signs; one that will is here an hour before, and one that did until its last token has
    /// ended.
    pub keys: Vec<Jwk>,
}

/// An Ed25519 public key (RFC 8037, 2).
#[derive(Serialize, ToSchema)]
pub struct Jwk {
    /// `OKP`.
    pub kty: String,
    /// `Ed25519`.
    pub crv: String,
    /// `sig`.
    #[serde(rename = "use")]
    pub purpose: String,
    /// `EdDSA`.
    pub alg: String,
    /// The `kid` in the header of a token.
    pub kid: String,
    /// The key, in base64url.
    pub x: String,
}

/// Answers the keys that access tokens are verified with.
///
/// For services beside this one; ask again when a token names a key that is not here. A valid signature does not tell
/// whether the session still stands: only this API does.
#[utoipa::path(get, path = "/.well-known/jwks.json", tag = "auth", responses(
    (status = 200, description = "The keys.", body = JwkSet),
))]
pub async fn get_jwks(app: web::Data<App>, request: HttpRequest, _: Query<NoParams>) -> Result<HttpResponse, Problem> {
    let bytes = app.keys.ring().jwks(app.clock.now().unix()).to_string().into_bytes();
    let mut response = json_public(&request, bytes, CacheControl::PUBLIC);
    response.headers_mut().insert(header::CACHE_CONTROL, KEY_SET_CACHE);
    Ok(response)
}
