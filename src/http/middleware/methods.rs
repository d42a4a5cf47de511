//! The default service: 404 where there is nothing, 405 with `Allow` where there is another method, 204 with `Allow`
//! for a plain OPTIONS. actix itself answers 404 for all of them.

use actix_web::dev::ResourceDef;
use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse};

use crate::error::{Code, Error};
use crate::http::problem::Problem;

/// Every path of the API with its methods. Made once from the OpenAPI document, shared by all workers.
pub struct MethodTable(Vec<(ResourceDef, HeaderValue)>);

impl MethodTable {
    /// From `(pattern, method)` pairs, patterns in actix's form (`/v1/tags/{id}`), in any order.
    #[must_use]
    pub fn new<'a>(routes: impl IntoIterator<Item = (&'a str, Method)>) -> Self {
        let mut paths: Vec<(String, Vec<Method>)> = Vec::new();
        for (pattern, method) in routes {
            let at = paths.iter().position(|(known, _)| known == pattern).unwrap_or_else(|| {
                paths.push((pattern.to_owned(), Vec::new()));
                paths.len() - 1
            });
            let methods = &mut paths[at].1;
            if method == Method::GET && !methods.contains(&Method::HEAD) {
                methods.push(Method::HEAD);
            }
            if !methods.contains(&method) {
                methods.push(method);
            }
        }
        // What has no parameter comes before a pattern that would take it too.
        paths.sort_by_key(|(pattern, _)| pattern.contains('{'));
        Self(paths.into_iter().map(|(pattern, methods)| (ResourceDef::new(pattern), allow(methods))).collect())
    }

    /// Answers a request that no route took.
    ///
    /// # Errors
    /// 404 or 405.
    pub fn unmatched(&self, request: &HttpRequest) -> Result<HttpResponse, Problem> {
        let path = request.match_info().as_str();
        let Some(allow) = self.0.iter().find(|(pattern, _)| pattern.is_match(path)).map(|(_, allow)| allow.clone())
        else {
            return Err(Error::not_found().into());
        };
        if request.method() == Method::OPTIONS {
            let mut response = HttpResponse::new(StatusCode::NO_CONTENT);
            response.headers_mut().insert(header::ALLOW, allow);
            return Ok(response);
        }
        let error = Error::new(Code::MethodNotAllowed, "This path does not have that method; `Allow` lists its own.");
        Err(Problem::from(error).with_header(header::ALLOW, allow))
    }
}

fn allow(mut methods: Vec<Method>) -> HeaderValue {
    methods.push(Method::OPTIONS);
    methods.sort_by(|a, b| a.as_str().cmp(b.as_str()));
    let names: Vec<&str> = methods.iter().map(Method::as_str).collect();
    HeaderValue::from_str(&names.join(", ")).unwrap_or_else(|_| HeaderValue::from_static("GET"))
}
