//! Answering from memory, in front of the router.

use std::sync::Arc;

use actix_http::Request;
use actix_web::body::BoxBody;
use actix_web::dev::{RequestHead, Service, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::HeaderMap;
use actix_web::{Error as ActixError, HttpMessage, HttpResponse};

use super::{Answer, Visit};
use crate::http::cache::{Cache, Flight, Kept, Look, target};
use crate::model::Time;

/// What memory has for a request.
pub(super) enum Recall {
    /// The answer.
    Known(HttpResponse, Arc<Kept>),
    /// No answer yet.
    Missing(Missing),
    /// Its answer is never kept.
    Never,
}

/// A request whose answer may be kept.
pub(super) struct Missing {
    cache: Arc<Cache>,
    target: Box<str>,
    /// The answer that was true before.
    before: Option<Arc<Kept>>,
    /// Whether the whole is there, and only a part of it is asked for.
    is_part: bool,
    now: Time,
}

/// An answer that is better than none.
pub(super) struct Before {
    cache: Arc<Cache>,
    kept: Arc<Kept>,
    headers: HeaderMap,
}

impl Before {
    /// The answer, if it may still be shown.
    pub(super) fn answer(self) -> Option<HttpResponse> {
        let now = self.cache.now();
        let answer = self.cache.is_bearable(&self.kept, now).then(|| self.kept.answer(&self.headers, now))?;
        self.cache.counts.hit(true);
        answer
    }
}

impl Recall {
    /// Looks what there is for a request.
    pub(super) fn of(cache: Option<&Arc<Cache>>, head: &RequestHead) -> Self {
        let Some(cache) = cache.filter(|_| matches!(head.method, Method::GET | Method::HEAD)) else {
            return Self::Never;
        };
        let Some(target) = target(&head.uri) else { return Self::Never };
        let now = cache.now();
        let (before, is_part) = match cache.look(&target, now) {
            Look::Here(kept, is_held) => match kept.answer(&head.headers, now) {
                Some(answer) => {
                    cache.counts.hit(is_held);
                    return Self::Known(answer, kept);
                }
                None => (None, true),
            },
            Look::Missing(before) => (before, false),
        };
        Self::Missing(Missing { cache: Arc::clone(cache), target: target.into(), before, is_part, now })
    }
}

impl Missing {
    /// Lets the application make the answer. Whoever asks for the same meanwhile waits, and looks again.
    pub(super) async fn make<S>(self, visit: Visit, request: Request, inner: &S) -> Answer
    where
        S: Service<Request, Response = ServiceResponse<BoxBody>, Error = ActixError>,
        S::Future: Unpin,
    {
        let Self { cache, target, before, is_part, mut now } = self;
        let mut lead = None;
        if !is_part {
            match cache.join(&target) {
                Flight::Lead(own) => lead = Some(own),
                Flight::Follow(other) => {
                    Cache::wait(other).await;
                    now = cache.now();
                    if let Look::Here(kept, is_held) = cache.look(&target, now)
                        && let Some(answer) = kept.answer(request.headers(), now)
                    {
                        cache.counts.hit(is_held);
                        return visit.finish_kept(&request, answer, &kept);
                    }
                }
            }
            request.extensions_mut().insert(cache.filling(&target, now));
        }
        cache.counts.miss();
        let before = before.map(|kept| Before { cache, kept, headers: request.headers().clone() });
        let answer = visit.made(request, inner, before).await;
        drop(lead);
        answer
    }
}
