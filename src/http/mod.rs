//! The wire. This file is the route table: the whole API on one screen. Each line is a method, a path, the handler
//! (which is also the `operationId`) and the module that it stands in; the router and the OpenAPI document are both
//! made from these lines.

pub mod admin;
pub mod answer;
mod choices;
pub mod conditional;
pub mod cursor;
mod encoding;
pub mod extract;
pub mod fields;
pub mod health;
pub mod list;
pub mod middleware;
pub mod openapi;
pub mod problem;
mod problem_schema;
pub mod public;

use actix_web::web;

macro_rules! routes {
    ($($method:ident $path:literal $handler:ident in $($module:ident)::+;)+) => {
        /// Every route of the API.
        pub const ROUTES: &[Route] = &[
            $(Route { method: stringify!($method), path: $path, operation: stringify!($handler) },)+
        ];

        /// Lets actix know every route.
        pub fn configure(services: &mut web::ServiceConfig) {
            $(services.route($path, web::$method().to($($module)::+::$handler));)+
        }

        /// The operations as their handlers describe them.
        #[derive(utoipa::OpenApi)]
        #[openapi(paths($($($module)::+::$handler,)+))]
        pub(crate) struct Operations;
    };
}

/// One line of the table.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// `get`, `post`, `patch` or `delete`.
    pub method: &'static str,
    /// The path with its parameters in braces.
    pub path: &'static str,
    /// The handler's name and `operationId`.
    pub operation: &'static str,
}

routes! {
    // Health
    get "/livez" get_livez in health;
    get "/readyz" get_readyz in health;

    // Articles
    get "/v1/articles" list_articles in public::articles;
    get "/v1/articles/{slug_or_id}" get_article in public::articles;
    get "/v1/articles/{slug_or_id}/related" list_related_articles in public::related;
    post "/v1/articles/{id}/views" count_view in public::views;
    get "/v1/popular" list_popular_articles in public::popular;
}
