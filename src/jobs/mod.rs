//! What happens beside requests: counts kept in memory are written down every second, and what has outlived its use
//! is swept every minute. Every node does it; doing it twice is harmless. A job that fails or panics is logged and
//! comes again at its next turn.

mod sweep;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::app::App;
use crate::domain::{tokens, views};
use crate::error::Result;
use crate::model::Id;

const FLUSH_EVERY: Duration = Duration::from_secs(1);
const SWEEP_EVERY: Duration = Duration::from_secs(60);
/// How long the last flush may take.
const LAST_FLUSH: Duration = Duration::from_secs(10);

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
    /// The article behind which the next sweep goes on pruning revisions.
    pruned_to: Mutex<Option<Id>>,
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
    let sweep_task = every(SWEEP_EVERY, "sweep", |app| &app.jobs.sweep, Arc::clone(app), stopping, sweep::run);
    let tasks = vec![tokio::spawn(flush_task), tokio::spawn(sweep_task)];
    Jobs { stop, tasks, app: Arc::clone(app) }
}

impl Jobs {
    /// Ends the jobs, and writes down what is still in memory.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        for task in self.tasks {
            let _ = task.await;
        }
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
