//! Answers that readers were given, kept in memory and given again: one cache for all workers.
//!
//! What can get in: answers that [`Public::show`] finishes, of what [`App::show`] read. Each carries the keys of what it
//! shows ([`crate::model::shown`]); a change touches keys on the [`Board`](crate::domain::shown::Board) before it is
//! answered itself, and what shows one of them is not given any more. Nothing is removed for that: what is no longer true
//! is replaced when somebody asks, or goes when room is needed. An answer ends also when something in it disappears, and
//! when anything appears by the clock; while the database is away, only what shows nothing of that goes on. Requests that
//! ask for the same at the same time wait for the one that came first.

mod kept;
mod target;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use quick_cache::Weighter;
use quick_cache::sync::Cache as Entries;
use tokio::sync::watch;

use crate::app::App;
use crate::domain::shown::Turn;
use crate::http::answer::{Public, PublicBody};
use crate::http::aside::Aside;
use crate::model::shown::Changes;
use crate::model::{Key, Time};
pub use kept::Kept;
use kept::Worth;
use target::is_file;
pub use target::target;

/// How many answers are expected, to begin with.
const EXPECTED: usize = 1_000;
/// An answer that takes more than this part of the room is not kept.
const LARGEST_PART: usize = 64;
/// The part of the room that is for files of long answers, and their part of the files that may be kept open.
const ASIDE_PART: usize = 8;
const ASIDE_FILES: usize = 4;
/// How long a request waits for another one that asks for the same.
const PATIENCE: Duration = Duration::from_secs(3);

/// How often what happened.
#[derive(Debug, Default)]
pub struct Counts {
    hits: AtomicU64,
    misses: AtomicU64,
    stale: AtomicU64,
}

impl Counts {
    /// Requests answered from memory.
    #[must_use]
    pub fn hits(&self) -> u64 {
        self.hits.load(Ordering::Relaxed)
    }

    /// Answers made anew that may be kept.
    #[must_use]
    pub fn misses(&self) -> u64 {
        self.misses.load(Ordering::Relaxed)
    }

    /// Requests answered from memory because the database was away.
    #[must_use]
    pub fn stale(&self) -> u64 {
        self.stale.load(Ordering::Relaxed)
    }

    /// Notes a request answered from memory.
    pub fn hit(&self, is_held: bool) {
        let counter = if is_held { &self.stale } else { &self.hits };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// Notes an answer made anew.
    pub fn miss(&self) {
        self.misses.fetch_add(1, Ordering::Relaxed);
    }
}

/// The cache.
pub struct Cache {
    app: Arc<App>,
    largest: usize,
    entries: Entries<Box<str>, Arc<Kept>, ByWeight>,
    /// Answers that are files, which lie in no memory of ours but are open.
    files: Entries<Box<str>, Arc<Kept>>,
    /// The files that long answers are sent from.
    aside: Arc<Aside>,
    flights: Mutex<HashMap<Box<str>, watch::Receiver<()>>>,
    /// How it fares.
    pub counts: Counts,
}

#[derive(Clone)]
struct ByWeight;

impl Weighter<Box<str>, Arc<Kept>> for ByWeight {
    fn weight(&self, key: &Box<str>, kept: &Arc<Kept>) -> u64 {
        u64::try_from(key.len() + kept.weight()).unwrap_or(u64::MAX)
    }
}

/// What the cache has for a request.
pub enum Look {
    /// An answer, and whether it is held because the database is away.
    Here(Arc<Kept>, bool),
    /// Nothing, or something that is better than an error.
    Missing(Option<Arc<Kept>>),
}

/// Who makes an answer that several ask for.
pub enum Flight {
    /// Whoever holds this, until it is dropped.
    Lead(Lead),
    /// Somebody else.
    Follow(watch::Receiver<()>),
}

/// Lets the others go on when it is dropped.
pub struct Lead {
    cache: Arc<Cache>,
    target: Box<str>,
    _done: watch::Sender<()>,
}

impl Drop for Lead {
    fn drop(&mut self) {
        self.cache.flights.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.target);
    }
}

/// With a request whose answer may be kept: under which name, and how things stood before anything was read.
pub struct Filling {
    cache: Arc<Cache>,
    target: Box<str>,
    turn: Turn,
    at: Time,
}

impl Cache {
    /// Room for so many bytes, and for the files that may be kept open.
    #[must_use]
    pub fn new(app: Arc<App>, bytes: usize) -> Arc<Self> {
        let open = app.config.server.open_files;
        // Elsewhere there are no files that lie in memory.
        let (aside, most) = if cfg!(target_os = "linux") { (bytes / ASIDE_PART, open / ASIDE_FILES) } else { (0, 0) };
        let entries = u64::try_from(bytes - aside).unwrap_or(u64::MAX);
        Arc::new(Self {
            app,
            largest: bytes / LARGEST_PART,
            entries: Entries::with_weighter(EXPECTED, entries, ByWeight),
            files: Entries::new(open - most),
            aside: Aside::new(aside, most),
            flights: Mutex::default(),
            counts: Counts::default(),
        })
    }

    /// The instant that kept answers are held against.
    #[must_use]
    pub fn now(&self) -> Time {
        self.app.clock.now()
    }

    /// What there is for a target.
    #[must_use]
    pub fn look(&self, target: &str, now: Time) -> Look {
        let kept = if is_file(target) { self.files.get(target) } else { self.entries.get(target) };
        match kept {
            Some(kept) => match kept.worth(&self.app.memory.board, now) {
                Worth::Fresh => Look::Here(kept, false),
                Worth::Held => Look::Here(kept, true),
                Worth::Stale => Look::Missing(Some(kept)),
                Worth::Nothing => Look::Missing(None),
            },
            None => Look::Missing(None),
        }
    }

    /// Takes part in making the answer to a target.
    #[must_use]
    pub fn join(self: &Arc<Self>, target: &str) -> Flight {
        let mut flights = self.flights.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lead) = flights.get(target) {
            return Flight::Follow(lead.clone());
        }
        let (done, wait) = watch::channel(());
        flights.insert(target.into(), wait);
        Flight::Lead(Lead { cache: Arc::clone(self), target: target.into(), _done: done })
    }

    /// Waits until whoever leads is done, or for a while.
    pub async fn wait(mut lead: watch::Receiver<()>) {
        let _ = tokio::time::timeout(PATIENCE, lead.changed()).await;
    }

    /// What goes with a request so that its answer is kept; taken before anything is read.
    #[must_use]
    pub fn filling(self: &Arc<Self>, target: &str, now: Time) -> Filling {
        Filling { cache: Arc::clone(self), target: target.into(), turn: self.app.memory.board.turn(), at: now }
    }

    /// How many answers are kept, and about how many bytes they take: none where they are files of a disk.
    #[must_use]
    pub fn size(&self) -> (u64, u64) {
        let answers = u64::try_from(self.entries.len() + self.files.len()).unwrap_or(u64::MAX);
        (answers, self.entries.weight() + self.aside.bytes())
    }

    fn insert(&self, target: Box<str>, kept: Kept, request: &HttpRequest) {
        if kept.body.is_file() {
            // A part of a file is not the file.
            if !request.headers().contains_key(header::RANGE) {
                self.files.insert(target, Arc::new(kept));
            }
        } else if kept.weight() <= self.largest {
            self.entries.insert(target, Arc::new(kept));
        }
    }

    /// Whether an answer of before may still be shown where there is no better one.
    #[must_use]
    pub fn is_bearable(&self, kept: &Kept, now: Time) -> bool {
        kept.worth(&self.app.memory.board, now) != Worth::Nothing
    }
}

impl Filling {
    /// Keeps an answer, and gives it.
    pub fn keep(
        self,
        request: &HttpRequest,
        public: Public,
        body: PublicBody,
        keys: &[Key],
        changes: Changes,
    ) -> HttpResponse {
        let Self { cache, target, turn, at } = self;
        let disappears_at = public
            .cache_control()
            .shown_for
            .map_or(Time::NEVER, |seconds| at.plus_seconds(i64::try_from(seconds).unwrap_or(i64::MAX)));
        let board = &cache.app.memory.board;
        let mut places: Vec<_> = keys.iter().chain([&Key::Everything]).map(|key| board.place(key)).collect();
        places.sort_unstable();
        places.dedup();
        let answer = public.answer(request, &body);
        let kept = Kept {
            public,
            body: body.kept(&cache.aside),
            pattern: request.match_pattern().unwrap_or_default().into(),
            route: OnceLock::new(),
            turn,
            places: places.into(),
            checked: AtomicU64::new(0),
            at,
            changes,
            disappears_at,
        };
        cache.insert(target, kept, request);
        answer
    }
}
