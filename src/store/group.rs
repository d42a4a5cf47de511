//! Writers of SQLite, who wait for each other, share one transaction and its commit: what makes a change durable costs as
//! much as the change, and does so once for all that came meanwhile. Each change but the first stands behind a savepoint of
//! its own, and where the first fails, the transaction ends, so that none which fails takes anything of the others with it;
//! nobody is answered before the commit.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Semaphore, oneshot};

use super::conn::{Access, Conn};
use super::database::{CHECKOUT_TIMEOUT, Store};
use super::failure::unavailable;
use crate::error::{Error, Result};

/// No further change joins a transaction that has been open for so long: those before it wait for its commit.
const OPEN_FOR: Duration = Duration::from_millis(20);
/// Changes in one transaction at the most.
const MOST: usize = 64;

const WAITING: u8 = 0;
const BEGUN: u8 = 1;
const GIVEN_UP: u8 = 2;

/// The changes that wait.
#[derive(Clone)]
pub(super) struct Group {
    queue: Arc<Mutex<VecDeque<Box<dyn Change>>>>,
    /// Held by whoever makes changes.
    turn: Arc<Semaphore>,
}

/// Something to be written, and whoever waits for it.
trait Change: Send {
    /// Whether somebody still waits; from now on they do so to the end.
    fn begin(&self) -> bool;
    /// Writes it; says whether that worked.
    fn make(&mut self, conn: &mut Conn) -> bool;
    /// Answers, once it is known whether everything was committed.
    fn settle(&mut self, committed: Result<()>);
}

struct Asked<T, F> {
    work: Option<F>,
    result: Option<Result<T>>,
    answer: Option<oneshot::Sender<Result<T>>>,
    state: Arc<AtomicU8>,
    span: tracing::Span,
}

impl<T: Send, F: FnOnce(&mut Conn) -> Result<T> + Send> Change for Asked<T, F> {
    fn begin(&self) -> bool {
        let waits = self.answer.as_ref().is_some_and(|answer| !answer.is_closed());
        waits && self.state.compare_exchange(WAITING, BEGUN, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }

    fn make(&mut self, conn: &mut Conn) -> bool {
        let Some(work) = self.work.take() else { return false };
        let made = self.span.in_scope(|| catch_unwind(AssertUnwindSafe(|| work(conn))));
        let result = made.unwrap_or_else(|payload| Err(Error::panicked(&*payload)));
        self.result.insert(result).is_ok()
    }

    fn settle(&mut self, committed: Result<()>) {
        let result = match self.result.take() {
            Some(Ok(value)) => committed.map(|()| value),
            Some(Err(own)) => Err(own),
            None => Err(committed.err().unwrap_or_else(unavailable)),
        };
        if let Some(answer) = self.answer.take() {
            // Whoever asked may have gone; the change stands all the same.
            drop(answer.send(result));
        }
    }
}

impl Group {
    pub(super) fn new() -> Self {
        Self { queue: Arc::default(), turn: Arc::new(Semaphore::new(1)) }
    }

    /// Runs `work` in a transaction, perhaps with that of others, which is durable when this returns.
    ///
    /// # Errors
    /// What `work` answers; 503 where it was not begun within [`CHECKOUT_TIMEOUT`].
    pub(super) async fn write<T, F>(&self, store: &Store, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        let (answer, mut answered) = oneshot::channel();
        let state = Arc::new(AtomicU8::new(WAITING));
        let (work, result, answer, span) = (Some(work), None, Some(answer), tracing::Span::current());
        let asked = Asked { work, result, answer, state: Arc::clone(&state), span };
        self.lock().push_back(Box::new(asked));
        self.take_turn(store);
        let result = match tokio::time::timeout(CHECKOUT_TIMEOUT, &mut answered).await {
            Ok(result) => result,
            Err(_) if give_up(&state) => return Err(unavailable()),
            Err(_) => answered.await,
        };
        result.map_err(Error::internal)?
    }

    /// Makes all changes that wait on a blocking thread, unless somebody does already.
    fn take_turn(&self, store: &Store) {
        let Ok(turn) = Arc::clone(&self.turn).try_acquire_owned() else { return };
        let (group, store) = (self.clone(), store.clone());
        drop(tokio::task::spawn_blocking(move || {
            let mut turn = Some(turn);
            while turn.is_some() {
                while group.some(&store) {}
                drop(turn.take());
                // Whoever came before the turn was given up has seen that it was taken.
                turn = (!group.lock().is_empty()).then(|| Arc::clone(&group.turn).try_acquire_owned().ok()).flatten();
            }
        }));
    }

    /// Makes some of the changes that wait, in one transaction; says whether there were any.
    fn some(&self, store: &Store) -> bool {
        if self.lock().is_empty() {
            return false;
        }
        let mut made: Vec<Box<dyn Change>> = Vec::new();
        let committed = store
            .checkout(Access::Write)
            .and_then(|mut conn| conn.transaction(Access::Write, |conn| self.all(conn, &mut made)));
        if committed.is_err() && made.is_empty() {
            // There is no database for anybody.
            made.extend(self.lock().drain(..).filter(|change| change.begin()));
        }
        made.iter_mut().for_each(|change| change.settle(committed.clone()));
        true
    }

    /// Makes changes until none waits, or the transaction has been open for long.
    fn all(&self, conn: &mut Conn, made: &mut Vec<Box<dyn Change>>) -> Result<()> {
        let since = Instant::now();
        while made.len() < MOST && since.elapsed() < OPEN_FOR {
            let Some(mut change) = self.next() else { break };
            if !change.begin() {
                continue;
            }
            if made.is_empty() {
                // The first needs no savepoint: where it fails, the transaction ends with it. It answers its own error.
                let worked = change.make(conn);
                made.push(change);
                if !worked {
                    return Err(unavailable());
                }
                continue;
            }
            let set = conn.set_savepoint();
            let worked = set.is_ok() && change.make(conn);
            made.push(change);
            // A database that has rolled the whole transaction back by itself has no savepoint any more.
            match (set?, worked) {
                (before, true) => conn.release_savepoint(&before)?,
                (before, false) => conn.go_back(&before)?,
            }
        }
        Ok(())
    }

    /// The change that has waited longest. Where there is none, those who are about to ask and have no core are let go first:
    /// what comes with them shares the commit.
    fn next(&self) -> Option<Box<dyn Change>> {
        let first = self.lock().pop_front();
        first.or_else(|| {
            std::thread::yield_now();
            self.lock().pop_front()
        })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, VecDeque<Box<dyn Change>>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a change was not begun; then it never will be.
fn give_up(state: &AtomicU8) -> bool {
    state.compare_exchange(WAITING, GIVEN_UP, Ordering::AcqRel, Ordering::Acquire).is_ok()
}

#[cfg(test)]
mod tests;
