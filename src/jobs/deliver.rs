//! Sending webhooks. Events that got their number become deliveries, and each webhook that has some gets a lane: a task
//! that sends them one after the other. Lanes go on beside the turns of this job, so that a slow receiver holds up
//! nobody but itself; no more than sixteen send at once.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::app::App;
use crate::domain::webhooks::lanes::{self, Outgoing, Sent};
use crate::error::Result;
use crate::model::Id;

/// Lanes that send at once.
const LANES: usize = 16;
/// Messages that a lane sends before it lets others have its place.
const IN_A_ROW: usize = 50;
/// Transactions of one turn that look at new events; what is left waits for the next.
const ROUNDS: usize = 10;

/// The lanes of this process.
#[derive(Debug)]
pub struct Lanes {
    places: Arc<Semaphore>,
    going: Mutex<HashSet<Id>>,
    tasks: Mutex<JoinSet<()>>,
}

impl Default for Lanes {
    fn default() -> Self {
        Self { places: Arc::new(Semaphore::new(LANES)), going: Mutex::default(), tasks: Mutex::default() }
    }
}

impl Lanes {
    /// Notes that a webhook's lane goes; says whether it did not already.
    fn begin(&self, webhook: Id) -> bool {
        self.going.lock().unwrap_or_else(PoisonError::into_inner).insert(webhook)
    }

    fn end(&self, webhook: Id) {
        self.going.lock().unwrap_or_else(PoisonError::into_inner).remove(&webhook);
    }
}

/// A lane that goes, as long as this is held: a panic ends it too.
struct Going {
    app: Arc<App>,
    webhook: Id,
}

impl Drop for Going {
    fn drop(&mut self) {
        self.app.lanes.end(self.webhook);
    }
}

/// One turn: looks at new events, and starts the lanes that have work.
pub async fn run(app: Arc<App>) -> Result<()> {
    let behind = Arc::new(app.read(lanes::behind).await?);
    for _ in 0..ROUNDS {
        let behind = Arc::clone(&behind);
        if behind.is_empty() || !app.write(move |cx| lanes::enqueue(cx, &behind)).await? {
            break;
        }
    }
    let due = app.read(lanes::due).await?;
    let mut tasks = app.lanes.tasks.lock().unwrap_or_else(PoisonError::into_inner);
    while tasks.try_join_next().is_some() {}
    for webhook in due {
        if app.lanes.begin(webhook) {
            tasks.spawn(lane(Going { app: Arc::clone(&app), webhook }));
        }
    }
    Ok(())
}

/// Waits until every lane that was started has ended.
pub async fn settle(app: &App) {
    let mut tasks = std::mem::take(&mut *app.lanes.tasks.lock().unwrap_or_else(PoisonError::into_inner));
    while tasks.join_next().await.is_some() {}
}

/// Sends what one webhook is to be told and is due.
async fn lane(going: Going) {
    if let Err(error) = send(&going).await {
        tracing::error!(webhook = %going.webhook, %error, "webhooks could not be sent");
    }
}

async fn send(going: &Going) -> Result<()> {
    let (app, webhook) = (&going.app, going.webhook);
    let Ok(_place) = Arc::clone(&app.lanes.places).acquire_owned().await else { return Ok(()) };
    let Some(claim) = app.write(move |cx| lanes::claim(cx, webhook)).await? else { return Ok(()) };
    let mut sent: Option<(Outgoing, Sent)> = None;
    for number in 0..=IN_A_ROW {
        // Whoever does not answer does not keep the place from those who do.
        let failed = sent.as_ref().is_some_and(|(_, sent)| sent.answer.is_err());
        let last = failed || number == IN_A_ROW || app.draining.load(std::sync::atomic::Ordering::Relaxed);
        let secret = app.keys.secret.clone();
        let Some(next) = app.write(move |cx| lanes::step(cx, claim, sent, last, &secret)).await? else { return Ok(()) };
        let at = app.clock.now();
        let exchange = app.outbound.post_json(&next.url, &next.headers, next.body.clone()).await;
        let duration_ms = i32::try_from(exchange.took.as_millis()).unwrap_or(i32::MAX);
        let answer = exchange.result.map(|answer| (answer.status, answer.text)).map_err(|failure| failure.to_string());
        sent = Some((next, Sent { at, duration_ms, answer }));
    }
    Ok(())
}
