//! The section `webhooks`: what endpoints are sent, one entry per kind of event, made from the table of the model.

use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::references::to_schema;
use crate::model::webhook_event::{
    ArticleEvent, Audience, AuthorEvent, CollectionEvent, MediaEvent, Message, Subject, TEST, TagEvent, TestEvent,
};
use crate::model::{EventKind, Id, MediaKind, Status, Time};

/// What the examples are about.
const EXAMPLE_ID: &str = "0193a6f0-4d1c-7a2b-8c3d-000000000007";
/// When it happened in the examples. Seconds since 1970.
const EXAMPLE_TIME: i64 = 1_736_332_200;
/// Kinds after which nothing is left to be told but the id.
const LAST: &[EventKind] = &[
    EventKind::MediaDeleted,
    EventKind::TagDeleted,
    EventKind::AuthorDeleted,
    EventKind::CollectionUnpublished,
    EventKind::CollectionDeleted,
];

/// Adds the schemas, the headers and the section.
pub fn complete(document: &mut Value) {
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        add::<ArticleEvent>(schemas);
        add::<TagEvent>(schemas);
        add::<AuthorEvent>(schemas);
        add::<MediaEvent>(schemas);
        add::<CollectionEvent>(schemas);
        add::<TestEvent>(schemas);
    }
    document["components"]["parameters"] = headers();
    let told = EventKind::ALL.iter().map(|kind| entry(kind.as_str(), &said(*kind), data(*kind), example(*kind)));
    let description = "A test, which `POST /v1/admin/webhooks/{id}/test` asked for. It is sent once.";
    let test = entry(TEST, description, TestEvent::name().as_ref(), value(TEST, TestEvent { webhook: id() }));
    document["webhooks"] = Value::Object(told.chain([test]).collect());
}

fn add<T: ToSchema>(schemas: &mut Map<String, Value>) {
    schemas.insert(T::name().into_owned(), serde_json::to_value(T::schema()).unwrap_or_default());
}

/// The headers of the Standard Webhooks specification.
fn headers() -> Value {
    let header = |name: &str, description: &str, schema: Value| json!({ "name": name, "in": "header", "required": true, "description": description, "schema": schema });
    json!({
        "WebhookId": header(
            "webhook-id",
            "The event; the same however often it is sent, so that it can be known again.",
            json!({ "type": "string", "format": "uuid" }),
        ),
        "WebhookTimestamp": header(
            "webhook-timestamp",
            "When this message was sent, in seconds since 1970. Refuse one that is more than 5 minutes old.",
            json!({ "type": "string", "pattern": "^[0-9]{1,12}$" }),
        ),
        "WebhookSignature": header(
            "webhook-signature",
            "`v1,` and the base64 of HMAC-SHA256 over `webhook-id.webhook-timestamp.body`; two of them with a space \
             between while a secret is being rotated. One that fits is enough.",
            json!({ "type": "string", "maxLength": 200 }),
        ),
    })
}

fn said(kind: EventKind) -> String {
    let who = match (kind.audience(), kind.subject()) {
        (Audience::Trusted, _) => "Trusted webhooks only: readers don't see this.",
        (Audience::Everyone, Subject::Article) => {
            "Webhooks that are not trusted hear of articles that were public, and are not under embargo."
        }
        (Audience::Everyone, _) => "Webhooks that are not trusted are told no names of what is not public.",
    };
    format!("{}\n\n{who}", kind.meaning())
}

fn data(kind: EventKind) -> &'static str {
    match kind.subject() {
        Subject::Article => "ArticleEvent",
        Subject::Tag => "TagEvent",
        Subject::Author => "AuthorEvent",
        Subject::Media => "MediaEvent",
        Subject::Collection => "CollectionEvent",
    }
}

fn entry(kind: &str, description: &str, data: &str, example: Value) -> (String, Value) {
    let schema = json!({
        "type": "object",
        "description": "A message.",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": { "type": "string", "const": kind, "description": "What happened." },
            "timestamp": { "type": "string", "format": "date-time", "description": "When it happened." },
            "data": { "$ref": to_schema(data) },
        },
    });
    let reference = |name: &str| json!({ "$ref": format!("#/components/parameters/{name}") });
    let operation = json!({
        "tags": ["webhooks"],
        "summary": format!("Told: {kind}"),
        "description": description,
        "operationId": format!("receive_{}", kind.replace('.', "_")),
        "security": [],
        "parameters": (["WebhookId", "WebhookTimestamp", "WebhookSignature"].map(reference)),
        "requestBody": {
            "required": true,
            "content": { "application/json": { "schema": schema, "example": example } },
        },
        "responses": {
            "200": { "description": "Taken, within 15 seconds. Every 2xx means the same." },
            "410": { "description": "The receiver is gone for good: the webhook is disabled." },
            "default": { "description": "Not taken, redirects included: sent again, nine times within three days." },
        },
    });
    (kind.to_owned(), json!({ "post": operation }))
}

fn id() -> Id {
    Id::parse(EXAMPLE_ID).unwrap_or_default()
}

fn value(kind: &str, data: impl Serialize) -> Value {
    let timestamp = Time::from_micros(0).plus_seconds(EXAMPLE_TIME);
    serde_json::to_value(Message { r#type: kind.to_owned(), timestamp, data }).unwrap_or_default()
}

/// What a message looks like: one to an endpoint that is not trusted, where such hear of it.
fn example(kind: EventKind) -> Value {
    let (id, version, name) = (id(), 4, kind.as_str());
    let there = !LAST.contains(&kind);
    let text = |text: &str| there.then(|| text.to_owned());
    match kind.subject() {
        Subject::Article => value(name, article(kind, id, version)),
        Subject::Media => {
            let url = text("https://api.news.example/media/0193a6f0-4d1c-7a2b-8c3d-000000000007/ferry.jpg");
            let kind = there.then_some(MediaKind::Image);
            value(name, MediaEvent { id, version, public: there, kind, url })
        }
        Subject::Tag => {
            let (slug, called) = (text("ferries"), text("Ferries"));
            let into = (kind == EventKind::TagMerged).then_some(id);
            let url = text("https://news.example/tags/ferries");
            value(name, TagEvent { id, version, public: there, slug, name: called, url, into })
        }
        Subject::Author => {
            let (slug, called) = (text("aliya-omarova"), text("Aliya Omarova"));
            let url = text("https://news.example/authors/aliya-omarova");
            value(name, AuthorEvent { id, version, public: there, slug, name: called, url })
        }
        Subject::Collection => {
            let public = kind == EventKind::CollectionPublished;
            let (slug, called, locale) = (text("front-page"), text("Front page"), text("en"));
            value(name, CollectionEvent { id, version, public, slug, name: called, locale })
        }
    }
}

fn article(kind: EventKind, id: Id, version: i64) -> ArticleEvent {
    let live = matches!(kind, EventKind::ArticlePublished | EventKind::ArticleCorrected);
    let trusted = kind.audience() == Audience::Trusted;
    let status = match kind {
        EventKind::ArticleSubmitted => Status::InReview,
        EventKind::ArticleApproved => Status::Approved,
        EventKind::ArticleScheduled => Status::Scheduled,
        EventKind::ArticleDeleted => Status::Trashed,
        _ => Status::Draft,
    };
    let told = |text: &str| (live || trusted).then(|| text.to_owned());
    ArticleEvent {
        id,
        version,
        locale: Some("en".to_owned()),
        live,
        status: trusted.then_some(status),
        slug: told("ferries-return"),
        headline: told("Ferries return to the bay"),
        url: live.then(|| "https://news.example/ferries-return".to_owned()),
        published_at: live.then(|| Time::from_micros(0).plus_seconds(EXAMPLE_TIME)),
    }
}
