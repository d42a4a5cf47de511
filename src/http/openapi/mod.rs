//! The OpenAPI 3.1 document, made from the serving types and the route table. What holds for many operations alike
//! (problems, `If-Match`, headers, permissions) is written in here from each route's nature, once.

mod errors;
mod examples;
mod headers;

use serde_json::{Map, Value, json};
use utoipa::{OpenApi, PartialSchema, ToSchema};

use super::problem_schema::{EntryCode, ProblemCode, ProblemDocument, ProblemEntry};
use crate::domain::Op;
use crate::error::{Error, Result};
use crate::model::Role;

/// What every operation of the document is seen as while it is completed.
struct Operation<'a> {
    method: &'a str,
    path: &'a str,
    id: String,
    value: &'a mut Map<String, Value>,
}

impl Operation<'_> {
    fn is_editorial(&self) -> bool {
        self.value.contains_key("security")
    }

    fn has_body(&self) -> bool {
        self.value.contains_key("requestBody")
    }

    /// Whether no body at all means `{}`: actions that need nothing to be said.
    fn body_is_optional(&self) -> bool {
        const SAYING: &[&str] = &["schedule_article", "correct_article", "flag_article"];
        self.method == "post" && self.path.contains("{id}/") && !SAYING.contains(&self.id.as_str())
    }

    fn writes(&self) -> bool {
        self.method != "get"
    }

    fn is_public_get(&self) -> bool {
        self.method == "get" && !self.is_editorial() && !matches!(self.path, "/livez" | "/readyz" | "/metrics")
    }

    /// Whether the change is of a version that the client must name: PATCH, DELETE and the state actions of what has
    /// a version.
    fn needs_if_match(&self) -> bool {
        const PLAIN: &[&str] = &["duplicate_article"];
        let action = self.method == "post" && self.path.contains("{id}/");
        let changes = matches!(self.method, "patch" | "delete") || action;
        changes && self.path.starts_with("/v1/admin/") && !PLAIN.contains(&self.id.as_str())
    }
}

/// The whole document.
///
/// # Errors
/// The examples are damaged, which a test would show.
pub fn document() -> Result<Value> {
    let mut document = serde_json::to_value(super::Operations::openapi()).map_err(Error::internal)?;
    frame(&mut document);
    let mut paths = document["paths"].take();
    for (path, item) in paths.as_object_mut().into_iter().flatten() {
        for (method, value) in item.as_object_mut().into_iter().flatten() {
            let Some(value) = value.as_object_mut() else { continue };
            let id = value.get("operationId").and_then(Value::as_str).unwrap_or_default().to_owned();
            let mut operation = Operation { method, path, id, value };
            permissions(&mut operation);
            body(&mut operation);
            headers::complete(&mut operation);
            errors::complete(&mut operation);
            examples::attach(&mut operation)?;
        }
    }
    document["paths"] = paths;
    schemas(&mut document);
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
            and members are refused, with a suggestion.",
        "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
    });
    document["servers"] = json!([{ "url": "/", "description": "The server that this document came from." }]);
    document["tags"] = json!([
        { "name": "articles", "description": "Articles, with their working and published copies." },
        { "name": "tags", "description": "Sections, topics, people, places, organizations, events, series." },
        { "name": "authors", "description": "Who writes; an author need not be a user." },
        { "name": "media", "description": "Pictures, video, sound, documents and embeds." },
        { "name": "site", "description": "What holds for the whole site." },
        { "name": "auth", "description": "Signing in and out, sessions, the own password." },
        { "name": "users", "description": "Who may come in." },
        { "name": "tokens", "description": "API tokens of integrations." },
        { "name": "health", "description": "For whoever keeps the server running." },
        { "name": "docs", "description": "This document." },
    ]);
    document["components"]["securitySchemes"] = json!({
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "An access token (a JWT of 15 minutes, from `POST /v1/auth/login`) or an API token (`sl_…`).",
        },
    });
}

/// Says whether the body may be left out.
fn body(operation: &mut Operation) {
    let required = !operation.body_is_optional();
    if let Some(body) = operation.value.get_mut("requestBody") {
        body["required"] = json!(required);
    }
}

/// Says who may, from the policy table.
fn permissions(operation: &mut Operation) {
    if !operation.is_editorial() {
        operation.value.insert("security".to_owned(), json!([]));
        operation.value.insert("x-public".to_owned(), json!(true));
        return;
    }
    let Some(op) = Op::ALL.iter().find(|op| op.as_str() == operation.id) else { return };
    let rule = op.rule();
    let scope = rule.scope.map_or("API tokens can't do this.".to_owned(), |scope| {
        format!("An API token needs the scope `{}`.", scope.as_str())
    });
    let who = if rule.own == rule.any {
        format!("Needs the role {} or a higher one.", rule.any.as_str())
    } else {
        format!("Needs the role {} for what is one's own, {} for the rest.", name(rule.own), name(rule.any))
    };
    let text = operation.value.get("description").and_then(Value::as_str).unwrap_or_default();
    let text = format!("{text}\n\n**Permission.** {who} {scope}");
    operation.value.insert("description".to_owned(), json!(text.trim()));
}

fn name(role: Role) -> &'static str {
    role.as_str()
}

/// The schemas of problems, and what utoipa leaves open: objects that take nothing but what they name.
fn schemas(document: &mut Value) {
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else { return };
    let mut add = |name: &str, schema: Value| drop(schemas.insert(name.to_owned(), schema));
    let schema =
        |schema| serde_json::to_value::<utoipa::openapi::RefOr<utoipa::openapi::Schema>>(schema).unwrap_or_default();
    add(&ProblemDocument::name(), schema(ProblemDocument::schema()));
    add(&ProblemEntry::name(), schema(ProblemEntry::schema()));
    add(&ProblemCode::name(), schema(ProblemCode::schema()));
    add(&EntryCode::name(), schema(EntryCode::schema()));
    schemas.sort_keys();
}
