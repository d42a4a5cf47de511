//! The problems that an operation can answer, from its nature.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::Operation;
use crate::domain::Op;
use crate::error::Code;
use crate::http::bounds::Bounds;
use crate::http::problem::{MEDIA_TYPE, status, title};
use crate::model::policy::Demand;

/// What an operation demands of a person besides the role, by the policy table.
fn demanded(operation: &Operation) -> Vec<Code> {
    let op = Op::ALL.iter().find(|op| op.as_str() == operation.id);
    let demand = op.map(|op| op.rule().demand);
    // Beginning with a second factor takes the password, or a sign-in a short while ago.
    let in_part = op.is_some_and(|op| *op == Op::StartTotp || !op.fresh_members().is_empty());
    let fresh = demand == Some(Demand::Fresh) || in_part;
    let codes = [(demand != Some(Demand::SetUp), Code::TotpSetupRequired), (fresh, Code::FreshLoginRequired)];
    codes.into_iter().filter_map(|(answers, code)| answers.then_some(code)).collect()
}

/// The codes of an operation.
fn codes(operation: &Operation) -> Vec<Code> {
    let mut codes = vec![Code::InvalidParameter, Code::BadRequest, Code::UnsupportedContentEncoding, Code::Internal];
    if matches!(operation.path, "/livez" | "/readyz" | "/openapi.json" | "/.well-known/jwks.json") {
        return codes;
    }
    codes.push(Code::Unavailable);
    let signing_in = matches!(operation.id.as_str(), "login" | "refresh_token");
    if operation.is_editorial() {
        codes.extend([Code::Unauthenticated, Code::Forbidden, Code::InsufficientScope]);
        codes.extend(demanded(operation));
    }
    if operation.id == "login" {
        codes.extend([Code::TotpRequired, Code::InvalidTotpCode]);
    }
    if matches!(operation.id.as_str(), "confirm_totp" | "disable_totp" | "renew_recovery_codes") {
        codes.push(Code::InvalidTotpCode);
    }
    let by_link =
        matches!(operation.id.as_str(), "accept_invitation" | "confirm_password_reset" | "confirm_email_change");
    if by_link {
        codes.push(Code::InvalidLink);
    }
    if !Bounds::of_operation(&operation.id).limited.is_empty() {
        codes.push(Code::TooManyRequests);
    }
    if signing_in {
        codes.push(Code::InvalidCredentials);
    }
    if operation.path.contains('{') || operation.path == "/metrics" {
        codes.push(Code::NotFound);
    }
    if matches!(
        operation.id.as_str(),
        "get_article"
            | "get_full_article"
            | "list_related_articles"
            | "list_live_updates"
            | "list_full_live_updates"
            | "get_article_jsonld"
            | "get_article_ninjs"
    ) {
        codes.push(Code::Gone);
    }
    if operation.is_for_readers() {
        codes.extend([Code::Unauthenticated, Code::EntitlementRequired, Code::StorageFull]);
    }
    if operation.id.starts_with("list_") {
        codes.push(Code::InvalidCursor);
    }
    if matches!(operation.id.as_str(), "get_media_file" | "get_media_variant" | "get_media_track_file") {
        codes.push(Code::RangeNotSatisfiable);
    }
    if operation.id == "count_view" {
        codes.extend([Code::PayloadTooLarge, Code::RequestTimeout]);
        return codes;
    }
    if operation.writes()
        && (operation.is_editorial()
            || signing_in
            || by_link
            || matches!(operation.id.as_str(), "logout" | "request_password_reset"))
    {
        codes.extend([Code::Conflict, Code::StorageFull]);
    }
    if operation.has_body() {
        codes.extend([
            Code::MalformedJson,
            Code::DuplicateKey,
            Code::PayloadTooLarge,
            Code::UnsupportedMediaType,
            Code::RequestTimeout,
            Code::InvalidBody,
        ]);
    }
    if matches!(operation.id.as_str(), "create_media" | "replace_media_file") {
        codes.extend([Code::MalformedMultipart, Code::UnsupportedFileType]);
    }
    if operation.id == "create_media_track" {
        codes.push(Code::MalformedMultipart);
    }
    if operation.needs_if_match() {
        codes.extend([Code::InvalidHeader, Code::IfMatchRequired, Code::StaleVersion]);
        match operation.method {
            "delete" => codes.extend([Code::InUse, Code::ArticleIsLive]),
            _ if operation.path.contains("/articles/") => codes.push(Code::IllegalAction),
            _ => {}
        }
    }
    if operation.takes_key() {
        codes.extend([Code::InvalidHeader, Code::IdempotencyKeyInUse, Code::IdempotencyKeyReused]);
    }
    if matches!(operation.id.as_str(), "batch_articles" | "batch_media") {
        codes.push(Code::BatchFailed);
    }
    if matches!(
        operation.id.as_str(),
        "duplicate_article"
            | "create_live_update"
            | "delete_live_update"
            | "unpublish_collection"
            | "delete_collection"
    ) {
        codes.push(Code::IllegalAction);
    }
    if operation.id == "lock_article" {
        codes.extend([Code::IllegalAction, Code::Locked]);
    }
    codes
}

/// Codes that always come with another one of the same status, and would only make a name longer.
const IMPLIED: &[Code] = &[Code::BadRequest, Code::DuplicateKey];

/// Adds a response per status, each with its codes. Operations with the same codes share it: `shared` are the
/// document's responses.
pub fn complete(operation: &mut Operation, shared: &mut Map<String, Value>) {
    let mut by_status = BTreeMap::<u16, Vec<Code>>::new();
    for code in codes(operation) {
        by_status.entry(status(code).as_u16()).or_default().push(code);
    }
    let Some(responses) = operation.value.get_mut("responses").and_then(Value::as_object_mut) else { return };
    for (status, mut codes) in by_status {
        codes.sort_unstable();
        codes.dedup();
        let name = name(&codes);
        responses
            .entry(status.to_string())
            .or_insert_with(|| json!({ "$ref": format!("#/components/responses/{name}") }));
        shared.entry(name).or_insert_with(|| response(status, &codes));
    }
    responses.sort_keys();
}

/// The name of a response: its codes in CamelCase.
fn name(codes: &[Code]) -> String {
    let named = codes.iter().filter(|code| !IMPLIED.contains(code)).map(|code| super::camel_case(code.as_str()));
    named.collect::<Vec<_>>().join("Or")
}

fn response(status: u16, codes: &[Code]) -> Value {
    let lines: Vec<String> = codes.iter().map(|code| format!("`{code}`: {}", code.meaning().trim())).collect();
    let mut headers = json!({ "X-Request-Id": super::headers::request_id() });
    let mut add = |name: &str, description: &str, schema: Value| {
        headers[name] = json!({ "description": description, "required": true, "schema": schema });
    };
    match status {
        401 => add("WWW-Authenticate", "How to authenticate (RFC 6750).", json!({ "type": "string" })),
        416 => add("Content-Range", "The length of the whole: `bytes */N`.", json!({ "type": "string" })),
        429 | 503 => add("Retry-After", "Seconds to wait.", json!({ "type": "integer", "minimum": 0 })),
        _ => {}
    }
    if status == 429 {
        super::headers::add_limits(&mut headers);
    }
    let example = codes.first().map(|code| {
        json!({
            "type": format!("/docs/errors/{code}"),
            "title": title(*code),
            "status": status,
            "detail": code.meaning().trim(),
            "instance": "/requests/01932c5e-7b1e-7c3a-9d2e-1f0a5b6c7d8e",
            "code": code,
            "request_id": "01932c5e-7b1e-7c3a-9d2e-1f0a5b6c7d8e",
            "errors": [],
        })
    });
    json!({
        "description": lines.join("\n\n"),
        "headers": headers,
        "content": { MEDIA_TYPE: { "schema": { "$ref": "#/components/schemas/ProblemDocument" }, "example": example } },
    })
}
