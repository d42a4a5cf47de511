//! The wire. This file is the route table: the whole API on one screen. Each line is a method, a path, the handler
//! (which is also the `operationId`) and the module that it stands in; the router and the OpenAPI document are both
//! made from these lines. The router tries patterns in this order, so the public door comes first.

pub mod admin;
pub mod answer;
mod aside;
pub mod auth;
pub mod bounds;
pub mod cache;
pub mod carried;
pub mod conditional;
pub mod cursor;
pub mod docs;
mod encoding;
pub mod extract;
pub mod fields;
pub mod health;
mod kept;
pub mod late;
pub mod limits;
pub mod list;
pub mod metrics;
pub mod middleware;
pub mod once;
pub mod openapi;
pub mod paths;
pub mod problem;
mod problem_schema;
pub mod public;
pub mod reader;
pub mod stream;
pub mod surrogate;
pub mod well_known;
pub mod wire;

use actix_web::http::Method;
use actix_web::web;

use crate::model::choices;
use bounds::Bounded;
use paths::Paths;

/// The methods that a line of the table may name.
macro_rules! method {
    (get) => {
        Method::GET
    };
    (post) => {
        Method::POST
    };
    (patch) => {
        Method::PATCH
    };
    (delete) => {
        Method::DELETE
    };
}

macro_rules! routes {
    ($($method:ident $path:literal $handler:ident in $($module:ident)::+;)+) => {
        /// Every route of the API.
        pub const ROUTES: &[Route] = &[
            $(Route { method: stringify!($method), path: $path, operation: stringify!($handler) },)+
        ];

        /// Lets actix know every route, each within its bounds.
        pub fn configure(services: &mut web::ServiceConfig) {
            let paths = Paths::default();
            $(let paths = paths.with(
                method!($method),
                $path,
                web::to($($module)::+::$handler).wrap(Bounded::of(stringify!($handler))),
            );)+
            paths.register(services);
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
    // The public door
    get "/v1/articles" list_articles in public::articles;
    get "/v1/articles/{slug_or_id}" get_article in public::articles;
    get "/v1/articles/{slug_or_id}/full" get_full_article in public::full;
    get "/v1/articles/{slug_or_id}/full/live-updates" list_full_live_updates in public::live_updates;
    get "/v1/articles/{slug_or_id}/related" list_related_articles in public::related;
    get "/v1/articles/{slug_or_id}/live-updates" list_live_updates in public::live_updates;
    post "/v1/articles/{id}/views" count_view in public::views;
    get "/v1/popular" list_popular_articles in public::popular;
    get "/v1/tags" list_tags in public::tags;
    get "/v1/tags/{slug_or_id}" get_tag in public::tags;
    get "/v1/authors" list_authors in public::authors;
    get "/v1/authors/{slug_or_id}" get_author in public::authors;
    get "/v1/collections/{slug}" get_collection in public::collections;
    get "/v1/media/{id}" get_media in public::media;
    get "/media/{id}/{file_name}" get_media_file in public::files;
    get "/media/{id}/original/{file_name}" get_original_file in public::files;
    get "/media/{id}/variants/{name}.{ext}" get_media_variant in public::variants;
    get "/media/{id}/tracks/{track_id}.vtt" get_media_track_file in public::tracks;
    get "/v1/site" get_site in public::site;
    get "/v1/events" stream_events in public::events;
    get "/v1/preview/{token}" get_preview in public::preview;
    get "/v1/search" search_articles in public::search;
    get "/v1/suggest" list_suggestions in public::suggest;
    get "/v1/articles/{slug_or_id}/jsonld" get_article_jsonld in public::outputs::described;
    get "/v1/articles/{slug_or_id}/ninjs" get_article_ninjs in public::outputs::described;
    get "/v1/feeds/rss.xml" get_rss_feed in public::outputs::feeds;
    get "/v1/feeds/atom.xml" get_atom_feed in public::outputs::feeds;
    get "/v1/feeds/feed.json" get_json_feed in public::outputs::feeds;
    get "/v1/sitemaps/index.xml" get_sitemap_index in public::outputs::sitemaps;
    get "/v1/sitemaps/news.xml" get_news_sitemap in public::outputs::sitemaps;
    get "/v1/sitemaps/articles-{number}.xml" get_sitemap_part in public::outputs::sitemaps;

    // Health, and what there is to know
    get "/livez" get_livez in health;
    get "/readyz" get_readyz in health;
    get "/metrics" get_metrics in metrics;
    get "/openapi.json" get_openapi in docs;
    get "/.well-known/jwks.json" get_jwks in well_known;

    // Signing in
    post "/v1/auth/login" login in auth;
    post "/v1/auth/refresh" refresh_token in auth;
    post "/v1/auth/logout" logout in auth;
    get "/v1/auth/me" get_me in auth::own;
    patch "/v1/auth/me" update_me in auth::accounts;
    post "/v1/auth/password" change_password in auth;
    post "/v1/auth/password-resets" request_password_reset in auth::accounts;
    post "/v1/auth/password-resets/confirm" confirm_password_reset in auth::accounts;
    post "/v1/auth/invitations/accept" accept_invitation in auth::accounts;
    post "/v1/auth/email" request_email_change in auth::accounts;
    post "/v1/auth/email/confirm" confirm_email_change in auth::accounts;
    post "/v1/auth/totp" start_totp in auth::two_factor;
    post "/v1/auth/totp/confirm" confirm_totp in auth::two_factor;
    post "/v1/auth/totp/disable" disable_totp in auth::two_factor;
    post "/v1/auth/totp/recovery-codes" renew_recovery_codes in auth::two_factor;
    get "/v1/auth/sessions" list_sessions in auth::own;
    delete "/v1/auth/sessions/{id}" delete_session in auth::own;
    delete "/v1/auth/sessions" delete_sessions in auth::accounts;

    // The editorial door: articles
    get "/v1/admin/articles" list_admin_articles in admin::articles::list;
    post "/v1/admin/articles" create_article in admin::articles;
    get "/v1/admin/articles/{id}" get_admin_article in admin::articles;
    patch "/v1/admin/articles/{id}" update_article in admin::articles;
    delete "/v1/admin/articles/{id}" delete_article in admin::articles;
    post "/v1/admin/articles/{id}/publish" publish_article in admin::articles::actions;
    post "/v1/admin/articles/{id}/schedule" schedule_article in admin::articles::actions;
    post "/v1/admin/articles/{id}/unschedule" unschedule_article in admin::articles::actions;
    post "/v1/admin/articles/{id}/unpublish" unpublish_article in admin::articles::actions;
    post "/v1/admin/articles/{id}/archive" archive_article in admin::articles::actions;
    post "/v1/admin/articles/{id}/restore" restore_article in admin::articles::actions;
    post "/v1/admin/articles/{id}/kill" kill_article in admin::articles::actions;
    post "/v1/admin/articles/{id}/correct" correct_article in admin::articles::actions;
    post "/v1/admin/articles/{id}/flag" flag_article in admin::articles::actions;
    post "/v1/admin/articles/{id}/duplicate" duplicate_article in admin::articles::actions;
    post "/v1/admin/articles/{id}/submit" submit_article in admin::articles::actions;
    post "/v1/admin/articles/{id}/approve" approve_article in admin::articles::actions;
    post "/v1/admin/articles/{id}/request-changes" request_article_changes in admin::articles::actions;
    post "/v1/admin/articles/batch" batch_articles in admin::articles::batch;
    get "/v1/admin/upcoming" list_upcoming in admin::upcoming;

    // Comments
    get "/v1/admin/articles/{id}/comments" list_comments in admin::comments;
    post "/v1/admin/articles/{id}/comments" create_comment in admin::comments;
    get "/v1/admin/articles/{id}/comments/{comment_id}" get_comment in admin::comments;
    patch "/v1/admin/articles/{id}/comments/{comment_id}" update_comment in admin::comments;
    delete "/v1/admin/articles/{id}/comments/{comment_id}" delete_comment in admin::comments;
    post "/v1/admin/articles/{id}/lock" lock_article in admin::articles::locks;
    post "/v1/admin/articles/{id}/unlock" unlock_article in admin::articles::locks;
    get "/v1/admin/articles/{id}/revisions" list_revisions in admin::articles::revisions;
    get "/v1/admin/articles/{id}/revisions/{version}" get_revision in admin::articles::revisions;
    get "/v1/admin/articles/{id}/revisions/{version}/diff" diff_revision in admin::articles::revisions;
    post "/v1/admin/articles/{id}/revisions/{version}/restore" restore_revision in admin::articles::revisions;
    get "/v1/admin/articles/{id}/preview-tokens" list_preview_tokens in admin::articles::previews;
    post "/v1/admin/articles/{id}/preview-tokens" create_preview_token in admin::articles::previews;
    delete "/v1/admin/articles/{id}/preview-tokens/{token_id}" delete_preview_token in admin::articles::previews;
    get "/v1/admin/articles/{id}/live-updates" list_admin_live_updates in admin::live_updates;
    post "/v1/admin/articles/{id}/live-updates" create_live_update in admin::live_updates;
    get "/v1/admin/articles/{id}/live-updates/{update_id}" get_admin_live_update in admin::live_updates;
    patch "/v1/admin/articles/{id}/live-updates/{update_id}" update_live_update in admin::live_updates;
    delete "/v1/admin/articles/{id}/live-updates/{update_id}" delete_live_update in admin::live_updates;

    // Media
    get "/v1/admin/media" list_admin_media in admin::media;
    post "/v1/admin/media" create_media in admin::media_upload;
    get "/v1/admin/media/{id}" get_admin_media in admin::media;
    patch "/v1/admin/media/{id}" update_media in admin::media;
    delete "/v1/admin/media/{id}" delete_media in admin::media;
    get "/v1/admin/media/{id}/usage" get_media_usage in admin::media;
    post "/v1/admin/media/{id}/replace-file" replace_media_file in admin::media_file;
    get "/v1/admin/media/{id}/tracks" list_media_tracks in admin::media_tracks;
    post "/v1/admin/media/{id}/tracks" create_media_track in admin::media_tracks;
    get "/v1/admin/media/{id}/tracks/{track_id}" get_media_track in admin::media_tracks;
    patch "/v1/admin/media/{id}/tracks/{track_id}" update_media_track in admin::media_tracks;
    delete "/v1/admin/media/{id}/tracks/{track_id}" delete_media_track in admin::media_tracks;
    post "/v1/admin/media/batch" batch_media in admin::media_batch;
    get "/v1/admin/media-folders" list_media_folders in admin::media_folders;
    post "/v1/admin/media-folders" create_media_folder in admin::media_folders;
    get "/v1/admin/media-folders/{id}" get_media_folder in admin::media_folders;
    patch "/v1/admin/media-folders/{id}" update_media_folder in admin::media_folders;
    delete "/v1/admin/media-folders/{id}" delete_media_folder in admin::media_folders;

    // Tags
    get "/v1/admin/tags" list_admin_tags in admin::tags;
    post "/v1/admin/tags" create_tag in admin::tags;
    get "/v1/admin/tags/{id}" get_admin_tag in admin::tags;
    patch "/v1/admin/tags/{id}" update_tag in admin::tags;
    delete "/v1/admin/tags/{id}" delete_tag in admin::tags;
    post "/v1/admin/tags/{id}/merge" merge_tag in admin::tag_merges;

    // Authors
    get "/v1/admin/authors" list_admin_authors in admin::authors;
    post "/v1/admin/authors" create_author in admin::authors;
    get "/v1/admin/authors/{id}" get_admin_author in admin::authors;
    patch "/v1/admin/authors/{id}" update_author in admin::authors;
    delete "/v1/admin/authors/{id}" delete_author in admin::authors;

    // Collections
    get "/v1/admin/collections" list_admin_collections in admin::collections;
    post "/v1/admin/collections" create_collection in admin::collections;
    get "/v1/admin/collections/{id}" get_admin_collection in admin::collections;
    patch "/v1/admin/collections/{id}" update_collection in admin::collections;
    delete "/v1/admin/collections/{id}" delete_collection in admin::collections;
    get "/v1/admin/collections/{id}/preview" preview_collection in admin::collections;
    post "/v1/admin/collections/{id}/publish" publish_collection in admin::collections;
    post "/v1/admin/collections/{id}/unpublish" unpublish_collection in admin::collections;

    // The site
    get "/v1/admin/site" get_admin_site in admin::site;
    patch "/v1/admin/site" update_site in admin::site;

    // Users
    get "/v1/admin/users" list_users in admin::users;
    post "/v1/admin/users" create_user in admin::users;
    get "/v1/admin/users/{id}" get_user in admin::users;
    patch "/v1/admin/users/{id}" update_user in admin::users;
    delete "/v1/admin/users/{id}" delete_user in admin::users;
    post "/v1/admin/users/{id}/suspend" suspend_user in admin::users;
    post "/v1/admin/users/{id}/reactivate" reactivate_user in admin::users;
    post "/v1/admin/users/{id}/invite" invite_user in admin::user_links;
    post "/v1/admin/users/{id}/reset-totp" reset_user_totp in admin::user_links;
    post "/v1/admin/users/{id}/reset-password" reset_user_password in admin::user_links;

    // Tokens
    get "/v1/admin/tokens" list_tokens in admin::tokens;
    post "/v1/admin/tokens" create_token in admin::tokens;
    get "/v1/admin/tokens/{id}" get_token in admin::tokens;
    patch "/v1/admin/tokens/{id}" update_token in admin::tokens;
    delete "/v1/admin/tokens/{id}" delete_token in admin::tokens;
    post "/v1/admin/tokens/{id}/rotate" rotate_token in admin::tokens;

    // Who may do what, and what happened
    get "/v1/admin/policy" get_policy in admin::policy;
    get "/v1/admin/audit" list_audit_entries in admin::audit;
    get "/v1/admin/events" stream_admin_events in admin::events;

    // Webhooks
    get "/v1/admin/webhooks" list_webhooks in admin::webhooks;
    post "/v1/admin/webhooks" create_webhook in admin::webhooks;
    get "/v1/admin/webhooks/{id}" get_webhook in admin::webhooks;
    patch "/v1/admin/webhooks/{id}" update_webhook in admin::webhooks;
    delete "/v1/admin/webhooks/{id}" delete_webhook in admin::webhooks;
    post "/v1/admin/webhooks/{id}/rotate-secret" rotate_webhook_secret in admin::webhooks;
    post "/v1/admin/webhooks/{id}/test" test_webhook in admin::webhook_deliveries;
    post "/v1/admin/webhooks/{id}/redeliver" redeliver_webhook in admin::webhook_deliveries;
    get "/v1/admin/webhooks/{id}/deliveries" list_webhook_deliveries in admin::webhook_deliveries;
    get "/v1/admin/webhooks/{id}/deliveries/{delivery_id}" get_webhook_delivery in admin::webhook_deliveries;
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::ROUTES;

    #[test]
    fn what_differs_in_the_names_of_parameters_alone_is_one_path() {
        let mut known = BTreeMap::new();
        for route in ROUTES {
            let parts = route.path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part });
            let shape = parts.collect::<Vec<_>>().join("/");
            assert_eq!(*known.entry(shape).or_insert(route.path), route.path, "the second would never be reached");
        }
    }
}
