//! The OpenAPI 3.1 document, made from the serving types and the route table. What holds for many operations alike
//! (problems, `If-Match`, headers, permissions) is written in here from each route's nature, once.

mod errors;
mod examples;
mod headers;
mod inputs;
mod links;
mod permission;
mod references;
mod streams;
mod tidy;
mod webhooks;
mod written;

use serde_json::{Map, Value, json};
use utoipa::{OpenApi, ToSchema};

use super::admin::articles::list::AdminArticleSort;
use super::bounds;
use super::carried;
use super::once;
use super::problem_schema::{EntryCode, ProblemCode, ProblemDocument, ProblemEntry, ProblemUse};
use super::public::article_params::ArticleSort;
use super::public::authors::AuthorField;
use super::public::forms;
use super::public::outputs::feeds::FeedContent;
use super::public::popular::PopularWindow;
use super::public::tags::TagField;
use crate::domain::media::UsePlace;
use crate::error::{Error, Result};
use crate::model::{ArticleAction, Handle, TranslationStatus};

/// What every operation of the document is seen as while it is completed.
struct Operation<'a> {
    method: &'a str,
    path: &'a str,
    id: String,
    value: &'a mut Map<String, Value>,
}

impl Operation<'_> {
    /// Whether it needs credentials. Public operations have an empty `security` once [`permission::complete`] marked them.
    fn is_editorial(&self) -> bool {
        self.value.contains_key("security") && !self.value.contains_key("x-public")
    }

    fn has_body(&self) -> bool {
        self.value.contains_key("requestBody")
    }

    /// Whether no body at all means `{}`: actions that need nothing to be said.
    fn body_is_optional(&self) -> bool {
        const SAYING: &[&str] = &[
            "schedule_article",
            "correct_article",
            "flag_article",
            "request_article_changes",
            "create_comment",
            "redeliver_webhook",
            "create_live_update",
            "merge_tag",
            "replace_media_file",
            "create_media_track",
        ];
        self.method == "post" && self.path.contains("{id}/") && !SAYING.contains(&self.id.as_str())
    }

    fn writes(&self) -> bool {
        self.method != "get"
    }

    fn is_public_get(&self) -> bool {
        self.method == "get"
            && !self.is_editorial()
            && !self.is_stream()
            && !self.is_for_readers()
            && !matches!(self.path, "/livez" | "/readyz" | "/metrics" | "/v1/preview/{token}")
    }

    /// Whether it takes the token of a reader.
    fn is_for_readers(&self) -> bool {
        matches!(self.id.as_str(), "get_full_article" | "list_full_live_updates")
    }

    fn is_stream(&self) -> bool {
        streams::is_stream(&self.id)
    }

    /// Whether it takes an `Idempotency-Key`: every POST of the editorial resources, but for those on the list.
    fn takes_key(&self) -> bool {
        self.method == "post" && self.path.starts_with("/v1/admin/") && !once::WITHOUT_KEY.contains(&self.id.as_str())
    }

    fn needs_if_match(&self) -> bool {
        needs_if_match(self.method, self.path, &self.id)
    }
}

/// Whether an operation changes a version that the client must name: PATCH, DELETE and the state actions of what has
/// a version.
fn needs_if_match(method: &str, path: &str, id: &str) -> bool {
    const PLAIN: &[&str] = &[
        "duplicate_article",
        "create_comment",
        "update_comment",
        "delete_comment",
        "create_live_update",
        "redeliver_webhook",
        "test_webhook",
        "lock_article",
        "unlock_article",
        "create_preview_token",
        "delete_preview_token",
        "create_media_track",
        "invite_user",
        "reset_user_password",
    ];
    let action = method == "post" && path.contains("{id}/");
    let changes = matches!(method, "patch" | "delete") || action;
    changes && path.starts_with("/v1/admin/") && !PLAIN.contains(&id)
}

/// Where an operation is.
fn path_of(operation: &str) -> Option<&'static str> {
    super::ROUTES.iter().find(|route| route.operation == operation).map(|route| route.path)
}

/// `two_words` as `TwoWords`.
fn camel_case(words: &str) -> String {
    let capital = |word: &str| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_uppercase() + rest
    };
    words.split('_').map(capital).collect()
}

/// The whole document.
///
/// # Errors
/// The examples are damaged, which a test would show.
pub fn document() -> Result<Value> {
    let mut document = serde_json::to_value(super::Operations::openapi()).map_err(Error::internal)?;
    frame(&mut document);
    let mut paths = document["paths"].take();
    let mut responses = Map::new();
    for (path, item) in paths.as_object_mut().into_iter().flatten() {
        for (method, value) in item.as_object_mut().into_iter().flatten() {
            let Some(value) = value.as_object_mut() else { continue };
            let id = value.get("operationId").and_then(Value::as_str).unwrap_or_default().to_owned();
            let mut operation = Operation { method, path, id, value };
            tidy::operation(operation.value);
            permission::complete(&mut operation);
            operation.value.insert("x-bounds".to_owned(), bounds::extension(&operation.id));
            body(&mut operation);
            headers::complete(&mut operation);
            errors::complete(&mut operation, &mut responses);
            links::complete(&mut operation);
            streams::complete(&mut operation);
            examples::attach(&mut operation)?;
        }
    }
    document["paths"] = paths;
    responses.sort_keys();
    document["components"]["responses"] = Value::Object(responses);
    document["components"]["headers"] = headers::shared();
    schemas(&mut document);
    open(&mut document);
    webhooks::complete(&mut document);
    tidy::join_parts(&mut document);
    inputs::complete(&mut document);
    written::complete(&mut document);
    tidy::require_nullable(&mut document);
    entries(&mut document);
    tidy::drop_unused(&mut document);
    Ok(document)
}

/// What stands around the operations.
fn frame(document: &mut Value) {
    document["info"] = json!({
        "title": "Slugline",
        "version": env!("CARGO_PKG_VERSION"),
        "summary": "The headless CMS for newsrooms.",
        "description": "Two doors lead into one house. **The public door** is anonymous, cacheable, and sees only what \
            is live. **The editorial door** (`/v1/admin`, `/v1/auth`) is authenticated and sees what the caller's role \
            allows.\n\nEvery error is a problem document (RFC 9457) with a stable `code`. Every answer carries \
            `X-Request-Id`. HEAD works wherever GET does. Request bodies are taken uncompressed. Unknown parameters \
            and members are refused, with a suggestion.\n\nWhat an operation takes at the most stands in its `x-bounds`: \
            `body_bytes` of JSON or of a body that is not looked at, `receive_seconds` for all of the body, \
            `answer_seconds` from there to the head of the answer, `at_once` of its kind, and how often one client may \
            ask (`limits`), unless the operator chose otherwise. `/docs/limits` has all of it on one page.",
        "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
    });
    document["servers"] = json!([{ "url": "/", "description": "The server that this document came from." }]);
    document["tags"] = json!([
        { "name": "articles", "description": "Articles, with their working and published copies." },
        { "name": "audit", "description": "Who did what." },
        { "name": "auth", "description": "Signing in and out, sessions, invitations, the own password, address, profile and second factor." },
        { "name": "authors", "description": "Who writes; an author need not be a user." },
        { "name": "collections", "description": "Curated, ordered lists of articles: front pages, editors' picks, the page of a topic." },
        { "name": "comments", "description": "What colleagues say about an article; never public." },
        { "name": "docs", "description": "This document." },
        { "name": "outputs", "description": "Live articles for readers' programs, search engines and other newsrooms." },
        { "name": "events", "description": "What happens, as it happens (Server-Sent Events)." },
        { "name": "health", "description": "For whoever keeps the server running." },
        { "name": "media", "description": "Pictures, video, sound, documents and embeds." },
        { "name": "policy", "description": "Who may do what." },
        { "name": "site", "description": "What holds for the whole site." },
        { "name": "tags", "description": "Sections, topics, people, places, organizations, events, series." },
        { "name": "tokens", "description": "API tokens of integrations." },
        { "name": "users", "description": "Who may come in." },
        { "name": "webhooks", "description": "Telling other systems what happens, by the Standard Webhooks specification." },
    ]);
    document["components"]["securitySchemes"] = json!({
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "An access token (a JWT of 15 minutes, from `POST /v1/auth/login`) or an API token (`sl_…`).",
        },
        "entitlement": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "A reader's entitlement token: a JWT signed with Ed25519 (`EdDSA`) by one of the keys in the \
                site's `entitlement_keys`, which its header names as `kid`. Claims: `exp`, `iat`, `sub` (the reader, as the \
                issuer names them), `aud` (`slugline-reader`), `access` (`registered` or `subscriber`, which holds the \
                other), and `articles` (ids) where it is for these alone.",
        },
    });
}

/// Says whether the body may be left out, and lets a form stand before JSON: generators take the first.
fn body(operation: &mut Operation) {
    let required = !operation.body_is_optional();
    let Some(body) = operation.value.get_mut("requestBody") else { return };
    body["required"] = json!(required);
    if operation.method == "patch" {
        // Generators that are given two types for one body make clients that don't work, so one is named.
        body["description"] = json!("A JSON Merge Patch (RFC 7396); the server also takes it as `application/json`.");
    }
    if let Some(content) = body["content"].as_object_mut()
        && let Some(form) = content.remove("multipart/form-data")
    {
        content.shift_insert(0, "multipart/form-data".to_owned(), form);
    }
}

/// The schemas that no handler names by itself: those of problems, and of parameters.
fn schemas(document: &mut Value) {
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else { return };
    add::<ProblemDocument>(schemas);
    add::<ProblemEntry>(schemas);
    add::<ProblemUse>(schemas);
    add::<ArticleAction>(schemas);
    add::<TranslationStatus>(schemas);
    add::<UsePlace>(schemas);
    add::<ProblemCode>(schemas);
    add::<EntryCode>(schemas);
    add::<Handle>(schemas);
    add::<AdminArticleSort>(schemas);
    add::<ArticleSort>(schemas);
    add::<PopularWindow>(schemas);
    add::<TagField>(schemas);
    add::<AuthorField>(schemas);
    add::<forms::ArticleField>(schemas);
    add::<forms::ArticleInclude>(schemas);
    add::<carried::BodyFormat>(schemas);
    add::<forms::CardField>(schemas);
    add::<carried::ListInclude>(schemas);
    add::<FeedContent>(schemas);
    streams::schemas(schemas);
}

/// Says that documents of other standards have more members than those that their schema names.
fn open(document: &mut Value) {
    for name in ["NewsArticle", "NewsItem"] {
        document["components"]["schemas"][name]["additionalProperties"] = json!(true);
    }
}

fn add<T: ToSchema>(schemas: &mut Map<String, Value>) {
    schemas.insert(T::name().into_owned(), serde_json::to_value(T::schema()).unwrap_or_default());
}

/// An entry of the editorial list is an article of which `fields` may leave out anything but `id`.
fn entries(document: &mut Value) {
    let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) else { return };
    let Some(mut entry) = schemas.get("AdminArticle").cloned() else { return };
    entry["required"] = json!(["id"]);
    entry["description"] = json!(
        "An article as the editorial list shows it. Members other than `id` are left out only where `fields` did not ask \
         for them, those of the body also where neither `include` nor `formats` did."
    );
    schemas.insert("AdminArticleEntry".to_owned(), entry);
    if let Some(page) = schemas.get_mut("AdminArticlePage") {
        page["properties"]["data"]["items"] = json!({ "$ref": "#/components/schemas/AdminArticleEntry" });
    }
}
