//! Paths with their methods. A path that lacks a method answers 405 with `Allow`, and 204 with `Allow` to a plain OPTIONS;
//! what is no path is 404. actix itself would answer 404 to all of them, or 405 without a problem document.

use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, Route, web};

use crate::error::{Code, Error};
use crate::http::problem::Problem;

/// Routes, path by path: each pattern is compiled once, whatever the number of its methods.
#[derive(Default)]
pub struct Paths(Vec<(&'static str, Vec<(Method, Route)>)>);

impl Paths {
    /// With another route, at a path in actix's form (`/v1/tags/{id}`).
    #[must_use]
    pub fn with(mut self, method: Method, path: &'static str, route: Route) -> Self {
        let known = self.0.iter_mut().find(|(known, _)| *known == path);
        let route = (method.clone(), route.method(method));
        match known {
            Some((_, routes)) => routes.push(route),
            None => self.0.push((path, vec![route])),
        }
        self
    }

    /// With something to read.
    #[must_use]
    pub fn get(self, path: &'static str, route: Route) -> Self {
        self.with(Method::GET, path, route)
    }

    /// Lets actix know them. It tries them in their order, but that what has no parameter comes before a pattern that would
    /// take it too.
    pub fn register(mut self, services: &mut web::ServiceConfig) {
        self.0.sort_by_key(|(path, _)| path.contains('{'));
        for (path, routes) in self.0 {
            let allow = allow(routes.iter().map(|(method, _)| method.clone()).collect());
            let resource = routes.into_iter().fold(web::resource(path), |resource, (_, route)| resource.route(route));
            let other = move |request: HttpRequest| {
                let answer = without_method(&request, &allow);
                async move { answer }
            };
            services.service(resource.default_service(web::to(other)));
        }
    }
}

/// Answers a request for what is no path.
///
/// # Errors
/// 404.
pub async fn no_path() -> Result<HttpResponse, Problem> {
    Err(Error::not_found().into())
}

fn without_method(request: &HttpRequest, allow: &HeaderValue) -> Result<HttpResponse, Problem> {
    if request.method() == Method::OPTIONS {
        let mut response = HttpResponse::new(StatusCode::NO_CONTENT);
        response.headers_mut().insert(header::ALLOW, allow.clone());
        return Ok(response);
    }
    let error = Error::new(Code::MethodNotAllowed, "This path does not have that method; `Allow` lists its own.");
    Err(Problem::from(error).with_header(header::ALLOW, allow.clone()))
}

/// `Allow`: HEAD goes with GET, and OPTIONS with everything.
fn allow(mut methods: Vec<Method>) -> HeaderValue {
    if methods.contains(&Method::GET) {
        methods.push(Method::HEAD);
    }
    methods.push(Method::OPTIONS);
    methods.sort_by(|a, b| a.as_str().cmp(b.as_str()));
    let names: Vec<&str> = methods.iter().map(Method::as_str).collect();
    HeaderValue::from_str(&names.join(", ")).unwrap_or_else(|_| HeaderValue::from_static("GET"))
}
