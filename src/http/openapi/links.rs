//! OpenAPI links: which operation an answer leads to, and what of the answer it takes. Clients find the way by them,
//! and tests that follow them reach what random input never would.

use serde_json::{Map, Value, json};

use super::{camel_case, needs_if_match};
use crate::http::{ROUTES, Route};

/// From a public list to what its entries lead to: the list, the operation, its parameter, and the entry's member.
const FROM_LISTS: &[(&str, &str, &str, &str)] = &[
    ("list_articles", "get_article", "slug_or_id", "id"),
    ("list_articles", "list_related_articles", "slug_or_id", "id"),
    ("list_articles", "list_live_updates", "slug_or_id", "id"),
    ("list_articles", "count_view", "id", "id"),
    ("list_popular_articles", "get_article", "slug_or_id", "id"),
    ("list_tags", "get_tag", "slug_or_id", "id"),
    ("list_tags", "list_articles", "tag", "id"),
    ("list_authors", "get_author", "slug_or_id", "id"),
    ("list_authors", "list_articles", "author", "id"),
];

/// From an article that was just published to where readers find it.
const FROM_PUBLISHING: &[(&str, &str)] =
    &[("get_article", "slug_or_id"), ("list_related_articles", "slug_or_id"), ("count_view", "id")];

/// A parameter, and where its value stands.
type Place = (&'static str, &'static str);

/// From an answer to what its members lead to: the operation, the other one, its parameters.
const FROM_PARTS: &[(&str, &str, &[Place])] = &[
    ("list_revisions", "get_revision", &[REQUEST_ID, ("version", "$response.body#/data/0/version")]),
    ("list_revisions", "diff_revision", &[REQUEST_ID, ("version", "$response.body#/data/0/version")]),
    ("create_preview_token", "get_preview", &[("token", "$response.body#/data/token")]),
    ("create_preview_token", "delete_preview_token", &[REQUEST_ID, ("token_id", "$response.body#/data/id")]),
    ("create_preview_token", "list_preview_tokens", &[REQUEST_ID]),
    ("publish_collection", "get_collection", &[("slug", "$response.body#/data/slug")]),
];

/// The record that was asked for.
const REQUEST_ID: Place = ("id", "$request.path.id");

/// What an action on an article is usually followed by.
const NEXT: &[(&str, &[&str])] = &[
    ("update_article", &["publish_article"]),
    ("publish_article", &["unpublish_article", "correct_article", "flag_article", "kill_article"]),
    ("schedule_article", &["unschedule_article"]),
    ("archive_article", &["restore_article"]),
    ("kill_article", &["restore_article"]),
];

/// What stands under a collection and answers something else than one of its records.
const OTHERS: &[&str] =
    &["batch_articles", "batch_media", "create_comment", "create_live_update", "create_media_track"];

/// Adds to the successes of an operation the links that lead on from there.
pub fn complete(operation: &mut super::Operation) {
    let links = links(operation.method, operation.path, &operation.id);
    if links.is_empty() {
        return;
    }
    let responses = operation.value.get_mut("responses").and_then(Value::as_object_mut);
    for (status, response) in responses.into_iter().flatten() {
        if matches!(status.as_str(), "200" | "201") {
            response["links"] = Value::Object(links.clone());
        }
    }
}

fn links(method: &str, path: &str, id: &str) -> Map<String, Value> {
    let mut links = Map::new();
    for (_, to, parameter, member) in FROM_LISTS.iter().filter(|(from, ..)| *from == id) {
        add(&mut links, to, json!({ *parameter: format!("$response.body#/data/0/{member}") }));
    }
    for (_, to, parameters) in FROM_PARTS.iter().filter(|(from, ..)| *from == id) {
        let parameters = parameters.iter().map(|(name, place)| ((*name).to_owned(), json!(place)));
        add(&mut links, to, Value::Object(parameters.collect()));
    }
    if id == "publish_article" {
        for (to, parameter) in FROM_PUBLISHING {
            add(&mut links, to, json!({ *parameter: "$response.body#/data/id" }));
        }
    }
    if let Some(collection) = path.strip_prefix("/v1/admin/").and_then(|rest| rest.split('/').next()) {
        let entry = format!("/v1/admin/{collection}/{{id}}");
        match (method, path.strip_prefix(&entry)) {
            _ if OTHERS.contains(&id) => {}
            ("get", None) => to_reading(&mut links, &entry, "$response.body#/data/0/id"),
            ("post", None) | ("get", Some("")) => to_changes(&mut links, &entry, |route| route.operation != id),
            ("patch", Some("")) | ("post", Some(_)) if id != "create_preview_token" => {
                let next = NEXT.iter().find(|(from, _)| *from == id).map_or(&[][..], |(_, next)| next);
                to_reading(&mut links, &entry, "$response.body#/data/id");
                to_changes(&mut links, &entry, |route| next.contains(&route.operation));
            }
            _ => {}
        }
    }
    links
}

/// To the ways of reading a record; its parts are reached from their lists.
fn to_reading(links: &mut Map<String, Value>, entry: &str, record: &str) {
    for route in routes_under(entry).filter(|route| route.method == "get") {
        add(links, route.operation, json!({ "id": record }));
    }
}

/// From one record to what can be done with it, at the version that the answer shows.
fn to_changes(links: &mut Map<String, Value>, entry: &str, wanted: impl Fn(&Route) -> bool) {
    for route in routes_under(entry).filter(|route| wanted(route)) {
        let mut parameters = json!({ "id": "$response.body#/data/id" });
        if needs_if_match(route.method, route.path, route.operation) {
            parameters["If-Match"] = json!("$response.header.ETag");
        }
        add(links, route.operation, parameters);
    }
}

/// Routes of one record that need nothing but its id.
fn routes_under(entry: &str) -> impl Iterator<Item = &'static Route> {
    ROUTES.iter().filter(move |route| route.path.strip_prefix(entry).is_some_and(|rest| !rest.contains('{')))
}

fn add(links: &mut Map<String, Value>, to: &str, parameters: Value) {
    links.insert(camel_case(to), json!({ "operationId": to, "parameters": parameters }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_record_leads_to_its_changes_at_its_version() {
        let links = links("post", "/v1/admin/tags", "create_tag");
        assert_eq!(links["UpdateTag"]["parameters"]["If-Match"], "$response.header.ETag");
        assert_eq!(links["GetAdminTag"]["parameters"], json!({ "id": "$response.body#/data/id" }));
    }

    #[test]
    fn every_link_leads_to_an_operation() {
        for route in ROUTES {
            for link in links(route.method, route.path, route.operation).values() {
                assert!(ROUTES.iter().any(|to| link["operationId"] == to.operation), "{}: {link}", route.operation);
            }
        }
    }
}
