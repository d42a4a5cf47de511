//! Removing what has outlived its use, a bounded number at a time; new parts of a sitemap that has grown, and the next
//! signing key.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use crate::app::App;
use crate::domain::reading::sitemaps;
use crate::domain::{Cx, idempotency, keys, media, publishing, revisions, search, views};
use crate::error::{Error, Result};
use crate::store;

const DAY: i64 = 86_400;
/// Rows of one kind that one transaction removes at the most.
const MOST: i64 = 500;
/// Transactions of one kind in one sweep at the most.
const ROUNDS: usize = 20;
/// How long an ended copy is kept, in seconds.
const COPIES_KEPT: i64 = DAY;
/// How long the trash is kept, in seconds.
const TRASH_KEPT: i64 = 30 * DAY;
/// How long a used refresh token is kept to notice its reuse, in seconds.
const REFRESH_KEPT: i64 = 30 * DAY;
/// How many hours of views are kept: those that the longest window reaches into.
const VIEW_HOURS: i64 = 30 * 24 + 1;
/// How long events are kept, in seconds: longer than any reader may lag behind.
const EVENTS_KEPT: i64 = 30 * DAY;
/// How long it is known what webhooks were told, in seconds.
const DELIVERIES_KEPT: i64 = 30 * DAY;
/// Articles whose revisions one sweep looks at.
const PRUNED_ARTICLES: i64 = 100;
/// How long a lock that ended is kept, in seconds.
const LOCKS_KEPT: i64 = DAY;
/// How long a letter waits that nobody sends, in seconds: longer than all its attempts take.
const LETTERS_KEPT: i64 = 3 * DAY;
/// Longer than an upload may take.
const STAGING_KEPT: Duration = Duration::from_secs(2 * 3600);
/// Much longer than it takes to write the record of a file that is in the store.
const ORPHANS_KEPT: Duration = Duration::from_secs(24 * 3600);
/// Files that one transaction looks at.
const ORPHANS_AT_ONCE: usize = 200;

/// Steps, of some milliseconds each, by which one sweep tidies the index of search.
const TIDY_ROUNDS: usize = 60;
/// Rows of failed attempts that one transaction removes: an attacker makes many, and they are small.
const ATTEMPTS_AT_ONCE: i64 = 5_000;

/// Sweeps once. Each kind has its own transaction, so that one that fails holds up no other.
pub async fn run(app: Arc<App>) -> Result<()> {
    let swept_for = Arc::clone(&app);
    app.logins.prune(app.clock.now());
    let rows = [
        again(&app, "sessions", sweep_sessions).await,
        again(&app, "ended copies", sweep_copies).await,
        again(&app, "trashed articles", purge_trash).await,
        again(&app, "view counts", forget_views).await,
        again(&app, "kept answers", |cx| idempotency::sweep(cx, MOST)).await,
        again(&app, "events", forget_events).await,
        again(&app, "webhook deliveries", prune_deliveries).await,
        again(&app, "ended locks", sweep_locks).await,
        again(&app, "ended preview tokens", |cx| store::previews::sweep(cx.conn, cx.now)).await,
        again(&app, "ended links", |cx| store::account_links::sweep(cx.conn, cx.now)).await,
        again(&app, "failed attempts", |cx| store::attempts::sweep(cx.conn, cx.now, ATTEMPTS_AT_ONCE)).await,
        again(&app, "old letters", |cx| store::mails::sweep(cx.conn, cx.now.plus_seconds(-LETTERS_KEPT))).await,
        prune_revisions(&app).await,
        turn_keys(&app).await,
        app.write(|cx| sitemaps::divide(cx, sitemaps::PART)).await.map(drop),
        tidy_index(&app).await,
    ];
    let files = tokio::task::spawn_blocking(move || app.staging.sweep(STAGING_KEPT)).await;
    note("upload leftovers", files.map_err(Error::internal)?.map_err(Error::internal)?);
    let orphans = orphans(&swept_for).await;
    rows.into_iter().chain([orphans]).collect()
}

/// Lets the index of search lie together again.
async fn tidy_index(app: &App) -> Result<()> {
    for _ in 0..TIDY_ROUNDS {
        if app.draining.load(Ordering::Relaxed) || !app.write(search::index::tidy).await? {
            break;
        }
    }
    Ok(())
}

/// Removes old files of the store that no record names: those of uploads that were killed before their record was
/// written. Each sweep looks at one shelf of 256, so all are looked at about six times a day.
async fn orphans(app: &App) -> Result<()> {
    let shelf = app.jobs.orphans_at.fetch_add(1, Ordering::Relaxed);
    let storage = app.storage.clone();
    let old = tokio::task::spawn_blocking(move || storage.older_than(shelf, ORPHANS_KEPT)).await;
    let old = old.map_err(Error::internal)?.map_err(Error::internal)?;
    for keys in old.chunks(ORPHANS_AT_ONCE) {
        let (storage, keys) = (app.storage.clone(), keys.to_vec());
        note("files without a record", app.write(move |cx| media::remove_unused(cx, &storage, &keys)).await?);
    }
    Ok(())
}

/// Sweeps one kind until nothing is left of it, or for some rounds, each a transaction of its own.
async fn again(app: &App, what: &'static str, sweep: fn(&mut Cx) -> Result<usize>) -> Result<()> {
    let most = usize::try_from(MOST).unwrap_or(usize::MAX);
    for _ in 0..ROUNDS {
        let swept = app.write(sweep).await?;
        note(what, swept);
        if swept < most {
            break;
        }
    }
    Ok(())
}

fn sweep_sessions(cx: &mut Cx) -> Result<usize> {
    let used_before = cx.now.plus_seconds(-REFRESH_KEPT);
    store::sessions::sweep(cx.conn, cx.now, used_before, MOST)
}

fn sweep_copies(cx: &mut Cx) -> Result<usize> {
    store::tag_merges::lock_shared(cx.conn)?;
    let limit = cx.now.plus_seconds(-COPIES_KEPT);
    publishing::sweep(cx, limit, MOST)
}

fn purge_trash(cx: &mut Cx) -> Result<usize> {
    store::tag_merges::lock_shared(cx.conn)?;
    let limit = cx.now.plus_seconds(-TRASH_KEPT);
    Ok(store::articles::purge_trash(cx.conn, limit, MOST)?.len())
}

fn forget_views(cx: &mut Cx) -> Result<usize> {
    store::views::forget_before(cx.conn, views::window_start(cx.now, VIEW_HOURS), MOST)
}

fn forget_events(cx: &mut Cx) -> Result<usize> {
    store::outbox::forget_events(cx.conn, cx.now.plus_seconds(-EVENTS_KEPT), MOST)
}

fn prune_deliveries(cx: &mut Cx) -> Result<usize> {
    store::webhook_deliveries::prune(cx.conn, cx.now.plus_seconds(-DELIVERIES_KEPT), MOST)
}

fn sweep_locks(cx: &mut Cx) -> Result<usize> {
    store::locks::sweep(cx.conn, cx.now.plus_seconds(-LOCKS_KEPT))
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

/// Makes the next signing key when it is time, and removes those that are not needed any more.
async fn turn_keys(app: &App) -> Result<()> {
    let (secret, days) = (app.keys.secret.clone(), app.config.database.key_rotation_days);
    app.write(move |cx| keys::turn(cx, &secret, days)).await
}

fn note(what: &'static str, swept: usize) {
    if swept > 0 {
        tracing::info!(what, swept, "swept");
    }
}
