//! Removing what has outlived its use, a bounded number at a time.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use crate::app::App;
use crate::domain::{Cx, idempotency, publishing, revisions, views};
use crate::error::{Error, Result};
use crate::store;

const DAY: i64 = 86_400;
/// Rows of one kind that one sweep removes at the most.
const MOST: i64 = 500;
/// How long an ended copy is kept, in seconds.
const COPIES_KEPT: i64 = DAY;
/// How long the trash is kept, in seconds.
const TRASH_KEPT: i64 = 30 * DAY;
/// How long a used refresh token is kept to notice its reuse, in seconds.
const REFRESH_KEPT: i64 = 30 * DAY;
/// How many hours of views are kept: the longest window and a day.
const VIEW_HOURS: i64 = 31 * 24;
/// How long events are kept, in seconds: longer than any reader may lag behind.
const EVENTS_KEPT: i64 = 30 * DAY;
/// How long it is known what webhooks were told, in seconds.
const DELIVERIES_KEPT: i64 = 30 * DAY;
/// Articles whose revisions one sweep looks at.
const PRUNED_ARTICLES: i64 = 100;
/// How long a lock that ended is kept, in seconds.
const LOCKS_KEPT: i64 = DAY;
/// Longer than an upload may take.
const STAGING_KEPT: Duration = Duration::from_secs(2 * 3600);

/// Sweeps once. Each kind has its own transaction, so that one that fails holds up no other.
pub async fn run(app: Arc<App>) -> Result<()> {
    app.logins.prune(app.clock.now());
    let rows = [
        app.write(sweep_sessions).await,
        app.write(sweep_copies).await,
        app.write(purge_trash).await,
        app.write(forget_views).await,
        app.write(forget_answers).await,
        app.write(forget_events).await,
        app.write(prune_deliveries).await,
        app.write(sweep_locks).await,
        app.write(sweep_previews).await,
        prune_revisions(&app).await,
    ];
    let files = tokio::task::spawn_blocking(move || app.staging.sweep(STAGING_KEPT)).await;
    note("upload leftovers", files.map_err(Error::internal)?.map_err(Error::internal)?);
    rows.into_iter().collect()
}

fn sweep_sessions(cx: &mut Cx) -> Result<()> {
    let used_before = cx.now.plus_seconds(-REFRESH_KEPT);
    note("sessions", store::sessions::sweep(cx.conn, cx.now, used_before, MOST)?);
    Ok(())
}

fn sweep_copies(cx: &mut Cx) -> Result<()> {
    let limit = cx.now.plus_seconds(-COPIES_KEPT);
    note("ended copies", publishing::sweep(cx, limit, MOST)?);
    Ok(())
}

fn purge_trash(cx: &mut Cx) -> Result<()> {
    let limit = cx.now.plus_seconds(-TRASH_KEPT);
    note("trashed articles", store::articles::purge_trash(cx.conn, limit, MOST)?.len());
    Ok(())
}

fn forget_views(cx: &mut Cx) -> Result<()> {
    note("view counts", store::views::forget_before(cx.conn, views::window_start(cx.now, VIEW_HOURS))?);
    Ok(())
}

fn forget_answers(cx: &mut Cx) -> Result<()> {
    note("kept answers", idempotency::sweep(cx, MOST)?);
    Ok(())
}

fn forget_events(cx: &mut Cx) -> Result<()> {
    let limit = cx.now.plus_seconds(-EVENTS_KEPT);
    note("events", store::outbox::forget_events(cx.conn, limit, MOST)?);
    Ok(())
}

fn prune_deliveries(cx: &mut Cx) -> Result<()> {
    let limit = cx.now.plus_seconds(-DELIVERIES_KEPT);
    note("webhook deliveries", store::webhook_deliveries::prune(cx.conn, limit, MOST)?);
    Ok(())
}

fn sweep_locks(cx: &mut Cx) -> Result<()> {
    let swept = store::locks::sweep(cx.conn, cx.now.plus_seconds(-LOCKS_KEPT))?;
    note("ended locks", swept);
    Ok(())
}

fn sweep_previews(cx: &mut Cx) -> Result<()> {
    note("ended preview tokens", store::previews::sweep(cx.conn, cx.now)?);
    Ok(())
}

/// Prunes the revisions of the next articles, if the operator asked for it.
async fn prune_revisions(app: &App) -> Result<()> {
    let days = i64::from(app.config.database.keep_revisions_days);
    if days == 0 {
        return Ok(());
    }
    let after = *app.jobs.pruned_to.lock().unwrap_or_else(PoisonError::into_inner);
    let prune = move |cx: &mut Cx| revisions::prune(cx, cx.now.plus_seconds(-days * DAY), after, PRUNED_ARTICLES);
    let (removed, next) = app.write(prune).await?;
    *app.jobs.pruned_to.lock().unwrap_or_else(PoisonError::into_inner) = next;
    note("old revisions", removed);
    Ok(())
}

fn note(what: &'static str, swept: usize) {
    if swept > 0 {
        tracing::info!(what, swept, "swept");
    }
}
