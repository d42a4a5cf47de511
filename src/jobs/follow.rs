//! Following what other processes commit, so that nothing is shown from memory that is no longer true: other nodes, and
//! the command line beside a running server; and the keys that are there, and what the clock changes next. A commit is
//! noticed within a twentieth of a second, on SQLite by the file, on PostgreSQL by a notification; what happened is read
//! from the outbox, so that nothing is missed when a notification is.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::app::App;
use crate::domain::shown::{self, Board, Known, News, Told};
use crate::error::{Error, Result};
use crate::model::{Id, Key};
use crate::store::dialect::Watcher;
use crate::store::outbox;

/// How often it is asked whether there is news.
const LOOK_EVERY: Duration = Duration::from_millis(40);
/// How often the outbox is read without news, in case that a notification was lost.
const READ_EVERY: Duration = Duration::from_secs(1);
/// How long to wait before connecting again.
const RETRY: Duration = Duration::from_millis(250);
/// Unnumbered events that are remembered as applied.
const MOST_APPLIED: usize = 2_048;

/// Follows until the server drains.
pub async fn run(app: Arc<App>) {
    let mut draining = app.drain_begun.subscribe();
    let mut state = State::default();
    loop {
        let outcome = tokio::select! {
            ended = draining.wait_for(|begun| *begun) => {
                drop(ended);
                return;
            }
            outcome = watch(&app, &mut state) => outcome,
        };
        if let Err(error) = outcome {
            if !app.memory.board.is_away() {
                tracing::warn!(%error, "the database is away: readers are answered from memory, as far as that is true");
            }
            app.memory.board.is_blind();
        }
        tokio::time::sleep(RETRY).await;
    }
}

/// How far this process has followed.
#[derive(Default)]
struct State {
    /// When it was read what the clock changes next.
    ahead_at: Option<Instant>,
    /// The number of the last event that is on the board; none before the first look.
    seq: Option<i64>,
    /// Events without a number that are on the board already.
    applied: VecDeque<Id>,
}

impl State {
    fn apply(&mut self, told: &[Told]) {
        self.applied.extend(told.iter().map(|event| event.id));
        while self.applied.len() > MOST_APPLIED {
            self.applied.pop_front();
        }
    }

    fn look_ahead(&mut self, board: &Board, upcoming: Option<Known>) {
        if let Some(upcoming) = upcoming {
            board.upcoming.replace(upcoming);
            self.ahead_at = Some(Instant::now());
        }
    }
}

/// Watches over one connection until it breaks.
async fn watch(app: &Arc<App>, state: &mut State) -> Result<()> {
    let url = app.config.database.database_url.clone();
    let mut watcher = blocking(move || Watcher::connect(&url)).await?;
    let mut read_at: Option<Instant> = None;
    loop {
        let is_news = watcher.has_news()?;
        if is_news || read_at.is_none_or(|at| at.elapsed() >= READ_EVERY) {
            read(app, state).await?;
            app.follow_keys().await?;
            read_at = Some(Instant::now());
            app.memory.board.seen();
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Reads what is new in the outbox, and touches what it reaches.
async fn read(app: &Arc<App>, state: &mut State) -> Result<()> {
    let seen = state.seq;
    let looks_ahead = state.ahead_at.is_none_or(|at| at.elapsed() >= READ_EVERY);
    // What the clock has changed is upcoming still, or told of: both are read in one snapshot.
    let (numbered, last, waiting, upcoming) = app
        .read_briefly(move |cx| {
            let waiting = shown::unnumbered(cx)?;
            let upcoming = if looks_ahead { Some(Known::read(cx)?) } else { None };
            // What was read for somebody before the first look may be old.
            let (numbered, last) = match seen {
                Some(seq) => shown::since(cx, seq)?,
                None => (News::TooMuch, outbox::last_seq(cx.conn)?),
            };
            Ok((numbered, last, waiting, upcoming))
        })
        .await?;
    state.seq = Some(last);
    let board = &app.memory.board;
    let News::Told(mut told) = numbered else {
        board.touch(&[Key::Everything]);
        state.apply(&waiting);
        state.look_ahead(board, upcoming);
        return Ok(());
    };
    told.extend(waiting);
    let is_new = |event: &Told| !board.is_own(event.id) && !state.applied.contains(&event.id);
    let news: Vec<Told> = told.into_iter().filter(is_new).collect();
    state.apply(&news);
    if !news.is_empty() {
        // What can't be told of one by one is told of all together: it may be that something was withdrawn.
        let keys = app.read(move |cx| shown::touched(cx, &news)).await.inspect_err(|_| {
            state.seq = None;
            board.touch(&[Key::Everything]);
        })?;
        board.touch(&keys);
    }
    state.look_ahead(board, upcoming);
    Ok(())
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}
