//! A reader whose token lets them read more: the bearer of `Authorization`, signed by whoever sells subscriptions.

use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};

use super::caller::bearer;
use crate::app::App;
use crate::domain::entitlements::{self, Entitlement, unauthenticated};
use crate::error::{Error, Result};
use crate::http::problem::Problem;

/// A reader with a valid entitlement token. Its extraction answers 401 before anything else is looked at.
pub struct Entitled(pub Entitlement);

impl FromRequest for Entitled {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = std::result::Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(Self(entitled(&request).await?)) })
    }
}

async fn entitled(request: &HttpRequest) -> Result<Entitlement> {
    let app = request.app_data::<web::Data<App>>().cloned().ok_or_else(|| Error::internal("no App"))?;
    let token = bearer(request).ok_or_else(unauthenticated)?;
    let site = app.read_briefly(entitlements::keys).await?;
    Entitlement::of(&site, &token, app.clock.now())
}
