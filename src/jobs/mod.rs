//! What happens beside requests: events follow what the clock did, committed events and audit entries get their numbers,
//! webhooks and letters to users are sent, variants of pictures are made, what search does not know yet is indexed, counts kept in memory are written down every second, and what has outlived its use is swept every
//! minute. Every node does it; doing it twice is harmless. A job that fails or panics is logged and comes again at its
//! next turn.

pub mod deliver;
mod due;
pub mod follow;
mod index;
mod mail;
mod purge;
mod sequence;
mod sweep;
mod variants;

pub use sequence::Lag;

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::app::App;
use crate::domain::{tokens, views};
use crate::error::Result;
use crate::model::Id;

/// How soon an event follows the clock, and what another process committed is numbered, at the latest.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// How soon a webhook or a letter is sent whose time has come, at the latest.
const SEND_EVERY: Duration = Duration::from_secs(1);
/// How soon the content network is told again what it did not take.
const PURGE_EVERY: Duration = Duration::from_secs(2);
const FLUSH_EVERY: Duration = Duration::from_secs(1);
const SWEEP_EVERY: Duration = Duration::from_secs(60);
/// How long the last flush may take.
const LAST_FLUSH: Duration = Duration::from_secs(10);
/// How long a stopping server waits for messages that are on their way. What has no answer by then is sent again later.
const LAST_SENDING: Duration = Duration::from_secs(3);

/// How often a job ran, and how often it failed.
#[derive(Debug, Default)]
pub struct Counts {
    runs: AtomicU64,
    failures: AtomicU64,
}

/// The counts of every job.
#[derive(Debug, Default)]
pub struct Counters {
    /// Writing down what is counted in memory.
    pub flush: Counts,
    /// Removing what has outlived its use.
    pub sweep: Counts,
    /// Telling what the clock did.
    pub due: Counts,
    /// Numbering events and audit entries.
    pub sequence: Counts,
    /// What waits for its number.
    pub lag: Lag,
    /// Sending webhooks.
    pub deliver: Counts,
    /// Making the variants of pictures.
    pub variants: Counts,
    /// Indexing what search does not know yet.
    pub index: Counts,
    /// Telling the content network what changed.
    pub purge: Counts,
    /// Sending letters to users.
    pub mail: Counts,
    /// The article behind which the next sweep goes on pruning revisions.
    pruned_to: Mutex<Option<Id>>,
    /// The shelf of the media store that the next sweep looks through for files without a record.
    pub orphans_at: AtomicU8,
}

impl Counts {
    /// Times that the job ran.
    #[must_use]
    pub fn runs(&self) -> u64 {
        self.runs.load(Ordering::Relaxed)
    }

    /// Times that it failed or panicked.
    #[must_use]
    pub fn failures(&self) -> u64 {
        self.failures.load(Ordering::Relaxed)
    }

    fn note(&self, name: &'static str, outcome: std::result::Result<Result<()>, tokio::task::JoinError>) {
        self.runs.fetch_add(1, Ordering::Relaxed);
        match outcome {
            Ok(Ok(())) => return,
            Ok(Err(error)) => tracing::error!(job = name, %error, "a job failed"),
            Err(panic) => tracing::error!(job = name, %panic, "a job panicked"),
        }
        self.failures.fetch_add(1, Ordering::Relaxed);
    }
}

/// The jobs of this process.
pub struct Jobs {
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
    app: Arc<App>,
}

/// Starts the jobs; they run until [`Jobs::stop`].
#[must_use]
pub fn start(app: &Arc<App>) -> Jobs {
    let (stop, stopping) = watch::channel(false);
    let flush_task = every(FLUSH_EVERY, "flush", |app| &app.jobs.flush, Arc::clone(app), stopping.clone(), flush);
    let sweep_task = every(SWEEP_EVERY, "sweep", |app| &app.jobs.sweep, Arc::clone(app), stopping.clone(), sweep::run);
    let due_task = every(LOOK_EVERY, "due", |app| &app.jobs.due, Arc::clone(app), stopping.clone(), due::run);
    let variants_task =
        every(LOOK_EVERY, "variants", |app| &app.jobs.variants, Arc::clone(app), stopping.clone(), variants::run);
    let index_task = every(LOOK_EVERY, "index", |app| &app.jobs.index, Arc::clone(app), stopping.clone(), index::run);
    let mail_task = every(SEND_EVERY, "mail", |app| &app.jobs.mail, Arc::clone(app), stopping.clone(), mail::run);
    let sequence_task = after_commits(Arc::clone(app), stopping.clone());
    let purge_task =
        after_numbers(PURGE_EVERY, "purge", |app| &app.jobs.purge, Arc::clone(app), stopping.clone(), purge::run);
    let deliver_task =
        after_numbers(SEND_EVERY, "deliver", |app| &app.jobs.deliver, Arc::clone(app), stopping, deliver::run);
    let mut tasks = vec![tokio::spawn(flush_task), tokio::spawn(sweep_task), tokio::spawn(due_task)];
    tasks.extend([
        tokio::spawn(sequence_task),
        tokio::spawn(deliver_task),
        tokio::spawn(purge_task),
        tokio::spawn(variants_task),
        tokio::spawn(index_task),
        tokio::spawn(mail_task),
    ]);
    Jobs { stop, tasks, app: Arc::clone(app) }
}

impl Jobs {
    /// Ends the jobs, and writes down what is still in memory.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        for task in self.tasks {
            let _ = task.await;
        }
        let _ = tokio::time::timeout(LAST_SENDING, deliver::settle(&self.app)).await;
        let last = tokio::time::timeout(LAST_FLUSH, tokio::spawn(flush(Arc::clone(&self.app)))).await;
        match last {
            Ok(outcome) => self.app.jobs.flush.note("flush", outcome),
            Err(_) => tracing::error!("the last counts were not written down in time"),
        }
    }
}

/// Runs `work` every so often, each time in a task of its own, so that a panic ends only that.
async fn every<F, W>(
    period: Duration,
    name: &'static str,
    counts: fn(&App) -> &Counts,
    app: Arc<App>,
    mut stopping: watch::Receiver<bool>,
    work: W,
) where
    F: Future<Output = Result<()>> + Send + 'static,
    W: Fn(Arc<App>) -> F,
{
    let mut ticks = tokio::time::interval(period);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = stopping.changed() => return,
            _ = ticks.tick() => {}
        }
        let outcome = tokio::spawn(work(Arc::clone(&app))).await;
        counts(&app).note(name, outcome);
    }
}

/// Numbers at once what this process committed, and what others did at every look.
async fn after_commits(app: Arc<App>, mut stopping: watch::Receiver<bool>) {
    let mut looks = tokio::time::interval(LOOK_EVERY);
    looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = stopping.changed() => return,
            () = app.committed.notified() => {}
            _ = looks.tick() => {}
        }
        let outcome = tokio::spawn(sequence::paced(Arc::clone(&app))).await;
        app.jobs.sequence.note("sequence", outcome);
    }
}

/// Sends at once what got its number here, and at every look what other nodes numbered and what is to be tried again.
async fn after_numbers<F, W>(
    period: Duration,
    name: &'static str,
    counts: fn(&App) -> &Counts,
    app: Arc<App>,
    mut stopping: watch::Receiver<bool>,
    work: W,
) where
    F: Future<Output = Result<()>> + Send + 'static,
    W: Fn(Arc<App>) -> F,
{
    let mut numbered = app.numbered.subscribe();
    let mut looks = tokio::time::interval(period);
    looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = stopping.changed() => return,
            Ok(()) = numbered.changed() => {}
            _ = looks.tick() => {}
        }
        let outcome = tokio::spawn(work(Arc::clone(&app))).await;
        counts(&app).note(name, outcome);
    }
}

/// One turn of what follows commits and the clock, in the order in which a running server does it: for tests, and for
/// whoever wants it done now.
///
/// # Errors
/// The database's.
pub async fn turn(app: &Arc<App>) -> Result<()> {
    due::run(Arc::clone(app)).await?;
    sequence::run(Arc::clone(app)).await?;
    deliver::run(Arc::clone(app)).await?;
    deliver::settle(app).await;
    purge::run(Arc::clone(app)).await?;
    variants::run(Arc::clone(app)).await?;
    index::run(Arc::clone(app)).await?;
    mail::run(Arc::clone(app)).await?;
    Ok(())
}

/// One sweep, for whoever wants it done now.
///
/// # Errors
/// The database's or the file store's.
pub async fn sweep_once(app: &Arc<App>) -> Result<()> {
    sweep::run(Arc::clone(app)).await
}

/// Writes down views and uses of tokens. What could not be written is lost: views are counts, not accounts.
async fn flush(app: Arc<App>) -> Result<()> {
    let (counted, used) = (app.views.take(), app.token_uses.take());
    if counted.is_empty() && used.is_empty() {
        return Ok(());
    }
    app.write(move |cx| {
        views::flush(cx, &counted)?;
        tokens::flush(cx, &used)
    })
    .await
}
