//! What administrators see of webhooks and their deliveries.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::webhooks::{self, deliveries::Delivery};
use crate::http::list::{Links, Meta, PageMeta};
use crate::model::{DeliveryStatus, EventKind, Id, Time};
use crate::store::webhook_deliveries::{AttemptRow, DeliveryRow};

/// An endpoint that is told what happens. Its secret is told when it is made, and never again.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Webhook {
    /// Identity.
    pub id: Id,
    /// Counts the changes, from 1; the ETag is this in quotes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// What it is for.
    #[schema(max_length = 100)]
    pub name: String,
    /// Where messages go.
    #[schema(format = "uri", max_length = 2048)]
    pub url: String,
    /// What else there is to say.
    #[schema(max_length = 2000)]
    pub description: Option<String>,
    /// The kinds of events that it wants; all that it may hear of where empty.
    pub events: Vec<EventKind>,
    /// Whether messages are sent.
    pub active: bool,
    /// Whether it may hear of drafts and of articles under embargo.
    pub trusted: bool,
    /// How the last message fared; `null` before the first.
    pub last_delivery: Option<LastDelivery>,
    /// When the server turned it off, because its receiver was gone.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub disabled_at: Option<Time>,
    /// Why.
    pub disabled_reason: Option<String>,
    /// Until when messages are signed with the secret before the last rotation too.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub previous_secret_until: Option<Time>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
}

/// How the last message fared.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LastDelivery {
    /// `delivered` where the receiver took it, else `failed`, whether it is tried again or not.
    pub status: DeliveryStatus,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
}

/// One webhook.
#[derive(Serialize, ToSchema)]
pub struct WebhookAnswer {
    /// The webhook.
    pub data: Webhook,
    /// About the answer.
    pub meta: Meta,
}

/// A webhook with its new secret.
#[derive(Serialize, ToSchema)]
pub struct WebhookWithSecret {
    /// The webhook.
    #[serde(flatten)]
    pub record: Webhook,
    /// The secret, told only this once: what receivers verify signatures with.
    #[schema(format = "password", min_length = 50, max_length = 50)]
    pub secret: String,
}

/// A webhook with its new secret.
#[derive(Serialize, ToSchema)]
pub struct WebhookWithSecretAnswer {
    /// The webhook and its secret.
    pub data: WebhookWithSecret,
    /// About the answer.
    pub meta: Meta,
}

/// A part of the list of webhooks.
#[derive(Serialize, ToSchema)]
pub struct WebhookPage {
    /// The webhooks.
    pub data: Vec<Webhook>,
    /// Where this part lies.
    pub meta: PageMeta,
    /// Where the other parts are.
    pub links: Links,
}

/// What a webhook is told of one event.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebhookDelivery {
    /// Identity.
    pub id: Id,
    /// The event; sent as `webhook-id`, the same however often it is sent.
    pub event_id: Id,
    /// What happened: one of the kinds of events, or `webhook.test`.
    #[schema(max_length = 40)]
    pub r#type: String,
    /// What it is about.
    pub subject: Id,
    /// When it happened.
    #[schema(value_type = String, format = DateTime)]
    pub happened_at: Time,
    /// How it stands.
    pub status: DeliveryStatus,
    /// How often it was sent.
    #[schema(minimum = 0)]
    pub attempt_count: i32,
    /// When it is sent next; `null` once it is finished.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_attempt_at: Option<Time>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    /// When it was delivered, given up or withheld.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub finished_at: Option<Time>,
}

/// One attempt to send.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebhookAttempt {
    /// Counts the attempts, from 1.
    #[schema(minimum = 1)]
    pub number: i32,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
    /// What the receiver answered; `null` where it did not.
    #[schema(minimum = 100, maximum = 999)]
    pub status_code: Option<i32>,
    /// How long it took, in milliseconds.
    #[schema(minimum = 0)]
    pub duration_ms: i32,
    /// Why the message was not taken.
    pub error: Option<String>,
    /// The beginning of the answer, as text.
    #[schema(max_length = 1000)]
    pub answer: Option<String>,
}

/// A delivery with its attempts.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebhookDeliveryDetail {
    /// The delivery.
    #[serde(flatten)]
    pub record: WebhookDelivery,
    /// The latest 50 attempts, the newest first.
    pub attempts: Vec<WebhookAttempt>,
}

/// One delivery.
#[derive(Serialize, ToSchema)]
pub struct WebhookDeliveryAnswer {
    /// The delivery with its attempts.
    pub data: WebhookDeliveryDetail,
    /// About the answer.
    pub meta: Meta,
}

/// A part of what a webhook was told.
#[derive(Serialize, ToSchema)]
pub struct WebhookDeliveryPage {
    /// The deliveries, the newest first.
    pub data: Vec<WebhookDelivery>,
    /// Where this part lies.
    pub meta: PageMeta,
    /// Where the other parts are.
    pub links: Links,
}

impl Webhook {
    /// What administrators see; never a secret.
    #[must_use]
    pub fn of(webhook: webhooks::Webhook, now: Time) -> Self {
        let webhooks::Webhook { row, events } = webhook;
        Self {
            id: row.id,
            version: row.version,
            name: row.name,
            url: row.url,
            description: row.description,
            events,
            active: row.active,
            trusted: row.trusted,
            last_delivery: row.last_status.zip(row.last_at).map(|(status, at)| LastDelivery { status, at }),
            disabled_at: row.disabled_at,
            disabled_reason: row.disabled_reason,
            previous_secret_until: row.previous_until.filter(|until| *until > now),
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

impl WebhookDelivery {
    /// What administrators see.
    #[must_use]
    pub fn of(row: DeliveryRow) -> Self {
        Self {
            id: row.id,
            event_id: row.event_id,
            r#type: row.kind,
            subject: row.subject_id,
            happened_at: row.happened_at,
            status: row.status,
            attempt_count: row.attempts,
            next_attempt_at: (row.status == DeliveryStatus::Pending).then_some(row.next_at),
            created_at: row.created_at,
            finished_at: row.finished_at,
        }
    }
}

impl WebhookDeliveryDetail {
    /// The same with its attempts.
    #[must_use]
    pub fn of(delivery: Delivery) -> Self {
        let attempts = delivery.attempts.into_iter().map(WebhookAttempt::of).collect();
        Self { record: WebhookDelivery::of(delivery.row), attempts }
    }
}

impl WebhookAttempt {
    fn of(row: AttemptRow) -> Self {
        let AttemptRow { number, at, status_code, duration_ms, error, answer, .. } = row;
        Self { number, at, status_code, duration_ms, error, answer }
    }
}
