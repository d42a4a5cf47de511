//! What the table says of time, places and limits, around each route. The extractors see to the body.

use std::future::{Ready, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use actix_web::body::BoxBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::{Error as ActixError, HttpMessage, HttpResponse, web};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;

use super::{Bounds, Places};
use crate::app::App;
use crate::error::{Code, Error, Result};
use crate::http::extract::peer::client_address;
use crate::http::limits::{Limited, Limits};
use crate::http::problem::Problem;

/// Wraps a route.
#[derive(Clone, Copy, Debug)]
pub struct Bounded(&'static Bounds);

impl Bounded {
    /// With the bounds of this operation.
    #[must_use]
    pub fn of(operation: &str) -> Self {
        Self(Bounds::of_operation(operation))
    }

    /// With these bounds.
    #[must_use]
    pub const fn by(bounds: &'static Bounds) -> Self {
        Self(bounds)
    }
}

impl<S> Transform<S, ServiceRequest> for Bounded
where
    S: Service<ServiceRequest, Response = ServiceResponse<BoxBody>, Error = ActixError> + 'static,
    S::Future: 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = ActixError;
    type Transform = BoundedService<S>;
    type InitError = ();
    type Future = Ready<std::result::Result<Self::Transform, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        ready(Ok(BoundedService { bounds: self.0, inner }))
    }
}

/// [`Bounded`] around a route.
#[derive(Debug)]
pub struct BoundedService<S> {
    bounds: &'static Bounds,
    inner: S,
}

impl<S> Service<ServiceRequest> for BoundedService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<BoxBody>, Error = ActixError> + 'static,
    S::Future: 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = ActixError;
    type Future = Pin<Box<dyn Future<Output = std::result::Result<Self::Response, ActixError>>>>;

    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<std::result::Result<(), ActixError>> {
        self.inner.poll_ready(cx)
    }

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let bounds = self.bounds;
        request.extensions_mut().insert(bounds);
        let place = match let_in(bounds, &request) {
            Ok(place) => place,
            Err(error) => return Box::pin(ready(Ok(refused(request, error)))),
        };
        let asked = request.request().clone();
        let working = timeout(bounds.in_all(), self.inner.call(request));
        Box::pin(async move {
            let answer = match working.await {
                Ok(answer) => answer,
                Err(_) => {
                    let late =
                        Error::new(Code::Unavailable, "This took too long. A change may have been made all the same.");
                    Ok(ServiceResponse::new(asked, HttpResponse::from_error(Problem::from(late))))
                }
            };
            drop(place);
            answer
        })
    }
}

fn refused(request: ServiceRequest, error: Error) -> ServiceResponse<BoxBody> {
    let (request, _) = request.into_parts();
    ServiceResponse::new(request, HttpResponse::from_error(Problem::from(error)))
}

/// Counts the request where its network is limited, and gives it its place where there are few.
fn let_in(bounds: &'static Bounds, request: &ServiceRequest) -> Result<Option<OwnedSemaphorePermit>> {
    let by_network = bounds.limited.iter().find(|limited| !matches!(limited, Limited::Account | Limited::Token));
    if let Some(limited) = by_network
        && let Some(limits) = request.app_data::<web::Data<Limits>>()
        && let Some(app) = request.app_data::<web::Data<App>>()
    {
        let address = client_address(request.request(), &app.config.server.trusted_proxies);
        if let Some(standing) = limits.of_network(*limited, address)? {
            request.extensions_mut().insert(standing);
        }
    }
    let places = request.app_data::<web::Data<Places>>().and_then(|places| places.0.get(bounds.group));
    let Some(places) = places else { return Ok(None) };
    let busy = |_| Error::new(Code::Unavailable, "Too many others ask for the same at once.").retry_after(1);
    Arc::clone(places).try_acquire_owned().map(Some).map_err(busy)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::time::Duration;

    use actix_web::test::{TestRequest, call_service, init_service};
    use tokio::sync::Semaphore;

    use super::*;

    static SHORT: Bounds = Bounds::for_tests(0, Duration::from_millis(60));

    async fn slow() -> HttpResponse {
        tokio::time::sleep(Duration::from_secs(20)).await;
        HttpResponse::Ok().finish()
    }

    async fn quick() -> HttpResponse {
        HttpResponse::Ok().finish()
    }

    #[actix_web::test]
    async fn time_and_places_have_bounds() {
        let places = Places(HashMap::from([("tests", Arc::new(Semaphore::new(1)))]));
        let app = actix_web::App::new()
            .app_data(web::Data::new(places))
            .route("/slow", web::get().to(slow).wrap(Bounded::by(&SHORT)))
            .route("/quick", web::get().to(quick).wrap(Bounded::by(&SHORT)));
        let app = init_service(app).await;
        let ask = |path: &str| call_service(&app, TestRequest::get().uri(path).to_request());
        assert_eq!(ask("/quick").await.status(), 200);
        let (late, full) = tokio::join!(ask("/slow"), ask("/quick"));
        assert_eq!(late.status(), 503, "it took too long");
        assert_eq!(full.status(), 503, "the one place was taken");
        assert_eq!(full.headers().get("retry-after").unwrap(), "1");
        assert_eq!(ask("/quick").await.status(), 200, "the place is free again");
    }
}
