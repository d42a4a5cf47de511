//! The OpenAPI document: committed as it is generated, complete, and at one with the route table, the policy table and
//! the table of codes.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};
use slugline::domain::Op;
use slugline::error::Code;
use slugline::http::{ROUTES, openapi};

/// The document as it is generated.
pub fn document() -> Value {
    openapi::document().unwrap()
}

/// Method, path and description of every operation.
pub fn operations(document: &Value) -> Vec<(String, String, &Value)> {
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            all.push((method.clone(), path.clone(), operation));
        }
    }
    all
}

/// The `operationId`.
pub fn id(operation: &Value) -> &str {
    operation["operationId"].as_str().unwrap()
}

/// What a reference leads to; the value itself where it is none.
pub fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap(),
        None => value,
    }
}

#[test]
fn the_committed_document_is_fresh() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi/openapi.json");
    let committed = std::fs::read_to_string(file).unwrap_or_default();
    let generated = serde_json::to_string_pretty(&document()).unwrap() + "\n";
    assert!(
        committed == generated,
        "openapi/openapi.json is stale; mend it with: cargo run -- openapi > openapi/openapi.json"
    );
}

#[test]
fn every_reference_resolves() {
    fn walk(document: &Value, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| walk(document, item)),
            Value::Object(members) => members.values().for_each(|member| walk(document, member)),
            Value::String(text) => {
                if let Some(pointer) = text.strip_prefix("#/").filter(|rest| rest.starts_with("components/")) {
                    assert!(document.pointer(&format!("/{pointer}")).is_some(), "{text} leads nowhere");
                }
            }
            _ => {}
        }
    }
    let document = document();
    walk(&document, &document);
}

#[test]
fn routes_operations_and_policies_name_the_same() {
    let document = document();
    let described: BTreeSet<(String, String, String)> = operations(&document)
        .into_iter()
        .map(|(method, path, operation)| (method, path, id(operation).to_owned()))
        .collect();
    let routed: BTreeSet<(String, String, String)> = ROUTES
        .iter()
        .map(|route| (route.method.to_owned(), route.path.to_owned(), route.operation.to_owned()))
        .collect();
    assert_eq!(described, routed);

    let editorial: BTreeSet<&str> = operations(&document)
        .into_iter()
        .filter(|(_, _, operation)| {
            operation["security"].as_array().unwrap().iter().any(|one| one.get("bearer").is_some())
        })
        .map(|(_, _, operation)| id(operation))
        .collect();
    let policies: BTreeSet<&str> = Op::ALL.iter().map(|op| op.as_str()).collect();
    assert_eq!(editorial, policies);
}

/// What is public asks for no credentials and can be asked for again with its tag; what is not, is the other way round.
#[test]
fn public_reads_are_documented_as_such() {
    let document = document();
    for (_, path, operation) in operations(&document) {
        let responses = operation["responses"].as_object().unwrap();
        let (public, id) = (operation["x-public"] == true, id(operation));
        let asks_nobody = operation["security"].as_array().is_some_and(Vec::is_empty);
        // The whole body is for readers whom somebody else lets in, and is kept nowhere.
        let is_for_readers = operation["security"] == json!([{ "entitlement": [] }]);
        assert_eq!(asks_nobody || is_for_readers, public, "{id}");
        assert_eq!(is_for_readers, ["get_full_article", "list_full_live_updates"].contains(&id));
        if is_for_readers {
            assert!(responses.contains_key("401") && !responses.contains_key("304"), "{id}");
            assert!(responses["200"]["headers"]["ETag"].is_null(), "{id}");
        }
        if path.starts_with("/v1/admin/") {
            assert!(!public && responses.contains_key("401") && !responses.contains_key("304"), "{id}");
        }
    }
    for path in ["/v1/articles", "/v1/articles/{slug_or_id}", "/v1/search", "/v1/feeds/rss.xml", "/v1/media/{id}"] {
        let operation = &document["paths"][path]["get"];
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.contains_key("304") && !responses.contains_key("401"), "{path}");
        assert!(!operation["responses"]["200"]["headers"]["ETag"].is_null(), "{path}");
        let asked = operation["parameters"].as_array().unwrap();
        assert!(asked.iter().any(|parameter| parameter["name"] == "If-None-Match"), "{path}");
    }
}

#[test]
fn every_operation_is_described() {
    let document = document();
    let tags: BTreeSet<&str> =
        document["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
    for (_, _, operation) in operations(&document) {
        let id = id(operation);
        let summary = operation["summary"].as_str().unwrap_or_default();
        assert!(!summary.is_empty() && !summary.ends_with('.'), "{id}: a title as its summary");
        assert!(!operation["description"].as_str().unwrap_or_default().is_empty(), "{id}: a description");
        assert!(operation["tags"].as_array().unwrap().iter().all(|tag| tags.contains(tag.as_str().unwrap())), "{id}");
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            assert!(parameter["description"].as_str().is_some_and(|text| !text.is_empty()), "{id}: {parameter}");
        }
        for (status, response) in operation["responses"].as_object().unwrap() {
            let response = resolved(&document, response);
            assert!(response["description"].as_str().is_some_and(|text| !text.is_empty()), "{id}: {status}");
        }
    }
}

#[test]
fn json_bodies_and_answers_have_an_example() {
    let document = document();
    for (_, _, operation) in operations(&document) {
        let id = id(operation);
        let bodies = [("request", &operation["requestBody"])].into_iter();
        let answers = ["200", "201"].into_iter().map(|status| (status, &operation["responses"][status]));
        for (what, described) in bodies.chain(answers) {
            for (media_type, content) in described["content"].as_object().into_iter().flatten() {
                let wanted = media_type.ends_with("json") && id != "get_openapi";
                let file = format!("openapi/examples/{id}.{what}.json");
                let has_one = content.get("example").is_some() || content.get("examples").is_some();
                assert!(!wanted || has_one, "{file} is missing");
            }
        }
    }
}

#[test]
fn every_code_stands_in_a_response() {
    let document = document();
    let mut all = String::new();
    for (_, _, operation) in operations(&document) {
        for response in operation["responses"].as_object().unwrap().values() {
            all.push_str(resolved(&document, response)["description"].as_str().unwrap());
        }
    }
    for code in Code::ALL {
        // A method that a path does not have belongs to no operation.
        let expected = *code != Code::MethodNotAllowed;
        assert_eq!(all.contains(&format!("`{code}`: ")), expected, "{code}");
    }
}
