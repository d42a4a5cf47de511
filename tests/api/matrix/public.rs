//! The public door: the same for everybody, and what is there only while it is public.

use std::collections::BTreeMap;

use serde_json::json;
use slugline::domain::Op;
use slugline::http::{ROUTES, Route};

use super::things::{Kind, Thing};
use super::{Matrix, Principal, ROLES, short, those_outside};
use crate::support::{Answer, Client, Session};

/// On what a public operation is asked for; what there is depends on the state alone.
fn kind(operation: &str) -> Option<Kind> {
    Some(match operation {
        "get_article"
        | "get_full_article"
        | "list_related_articles"
        | "list_live_updates"
        | "list_full_live_updates"
        | "get_article_jsonld"
        | "get_article_ninjs"
        | "count_view" => Kind::Article,
        "get_tag" => Kind::Tag,
        "get_author" => Kind::Author,
        "get_media" => Kind::Media,
        "get_collection"
        | "get_media_file"
        | "get_original_file"
        | "get_media_variant"
        | "get_media_track_file"
        | "get_sitemap_part"
        | "get_preview"
        | "list_articles"
        | "list_popular_articles"
        | "list_tags"
        | "list_authors"
        | "get_site"
        | "stream_events"
        | "search_articles"
        | "list_suggestions"
        | "get_rss_feed"
        | "get_atom_feed"
        | "get_json_feed"
        | "get_sitemap_index"
        | "get_news_sitemap"
        | "get_livez"
        | "get_readyz"
        | "get_metrics"
        | "get_openapi"
        | "get_jwks"
        | "login"
        | "refresh_token"
        | "logout"
        | "request_password_reset"
        | "confirm_password_reset"
        | "accept_invitation"
        | "confirm_email_change" => Kind::Nothing,
        _ => return None,
    })
}

/// What everybody gets.
fn expected(operation: &str, thing: &Thing) -> u16 {
    match (operation, thing.kind, thing.state) {
        ("count_view", ..) => 204,
        ("get_full_article" | "list_full_live_updates", ..) => 401,
        (_, Kind::Article, "published") | (_, Kind::Tag | Kind::Author | Kind::Media, "public") => 200,
        (_, Kind::Article, "killed") => 410,
        (_, Kind::Article | Kind::Tag | Kind::Author | Kind::Media, _) => 404,
        ("get_collection" | "get_preview" | "get_sitemap_part", ..) => 404,
        ("get_media_file" | "get_original_file" | "get_media_variant" | "get_media_track_file", ..) => 404,
        ("search_articles" | "list_suggestions", ..) => 200,
        ("login" | "refresh_token" | "logout" | "request_password_reset", ..) => 422,
        ("confirm_password_reset" | "accept_invitation" | "confirm_email_change", ..) => 422,
        _ => 200,
    }
}

fn ask(client: &Client, route: &Route, thing: &Thing) -> Answer {
    let steps = route.path.split('/').map(|step| match step {
        "{slug_or_id}" | "{id}" if thing.kind != Kind::Nothing => thing.id().to_owned(),
        step => step
            .replace("{name}.{ext}", "w320.webp")
            .replace("{file_name}", "a.png")
            .replace("{number}", "999")
            .replace("{slug}", "nothing")
            .replace("{token}", "nothing")
            .replace("{track_id}", "0193a6f0-4d1c-7a2b-8c3d-000000000098")
            .replace("{id}", "0193a6f0-4d1c-7a2b-8c3d-000000000099"),
    });
    let mut path = steps.collect::<Vec<_>>().join("/");
    if matches!(route.operation, "search_articles" | "list_suggestions") {
        path.push_str("?q=article");
    }
    match route.method {
        "get" => client.get(&path),
        _ if route.operation == "count_view" => client.send("POST", &path, None),
        _ => client.post(&path, &json!({})),
    }
}

/// Every public operation, for everybody, on things in every state.
pub fn walk(matrix: &mut Matrix, people: &BTreeMap<&'static str, Session>) {
    let mut everybody = those_outside(matrix.app, &people["admin"]);
    everybody.extend(ROLES.map(|role| Principal::person(role, &people[role], role)));
    let is_public = |route: &&Route| Op::ALL.iter().all(|op| op.as_str() != route.operation);
    for route in ROUTES.iter().filter(is_public) {
        let kind = kind(route.operation).unwrap_or_else(|| panic!("{} has no recipe", route.operation));
        matrix.seen.insert(route.operation);
        for thing in matrix.things.of(&everybody[0], kind) {
            let expected = expected(route.operation, &thing);
            for who in &everybody {
                let answer = ask(&who.client, route, &thing);
                matrix.cells += 1;
                if answer.status != expected {
                    let (name, operation) = (&who.name, route.operation);
                    let text = format!(
                        "{name} {operation} {thing}: {} instead of {expected}: {}",
                        answer.status,
                        short(&answer)
                    );
                    matrix.note(text);
                }
            }
        }
    }
}
