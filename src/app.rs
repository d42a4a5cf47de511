//! All that a handler may reach: configuration, store, files, clock, keys. Made once per process, outside the workers.

mod clock;
mod lane;
mod noted;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::sync::{Notify, watch};

use crate::config::Config;
use crate::crypto::secret::Secret;
use crate::domain::idempotency::Running;
use crate::domain::keys::{self, Keys};
use crate::domain::logins::Logins;
use crate::domain::memory::{self, Memory};
use crate::domain::tokens::Uses;
use crate::domain::views::Views;
use crate::domain::{Actor, Cx};
use crate::error::{Code, Error, Result};
use crate::files::{staging::Staging, storage::Storage};
use crate::jobs::Counters;
use crate::jobs::deliver::Lanes;
use crate::model::{Shows, Time, Urls};
use crate::outbound;
use crate::store::{Access, Conn, DatabaseUrl, Store, migrate};
pub use clock::Clock;
use lane::Lane;
pub use lane::{FILES_AT_ONCE, WAITING};
use noted::noted;

/// What a use case has at hand besides its transaction, taken along to the thread that it runs on.
struct AtHand {
    now: Time,
    urls: Arc<Urls>,
    media_key: [u8; 32],
    memory: Arc<Memory>,
}

impl AtHand {
    fn with(self, conn: &mut Conn) -> Cx<'_> {
        let Self { now, urls, media_key, memory } = self;
        Cx::new(conn, now, urls, media_key, memory)
    }
}

/// The application.
pub struct App {
    /// What the operator decided.
    pub config: Config,
    /// The rows.
    pub store: Store,
    /// The bytes.
    pub storage: Storage,
    /// Where uploads wait until they are whole.
    pub staging: Staging,
    /// How addresses are made.
    pub urls: Arc<Urls>,
    /// The time.
    pub clock: Clock,
    /// What signs tokens and addresses.
    pub keys: Keys,
    /// Views counted in memory until they are flushed.
    pub views: Views,
    /// What is remembered between requests.
    pub memory: Arc<Memory>,
    /// When API tokens were used, until it is flushed.
    pub token_uses: Uses,
    /// How the jobs fare.
    pub jobs: Counters,
    /// The brake on passwords.
    pub logins: Logins,
    /// The requests with an `Idempotency-Key` that are being worked on.
    pub running: Running,
    /// As many at once as there are cores: argon2 takes 19 MiB and a core each.
    hashing: Lane,
    /// Two at once: looking into a file may decode a picture, which takes up to 256 MiB and a core.
    decoding: Lane,
    /// How often somebody tried to sign in with what did not work, since the start.
    pub refused: AtomicU64,
    /// How often a password was hashed or checked since the start.
    pub hashed: AtomicU64,
    /// Sends requests to other machines.
    pub outbound: outbound::Client,
    /// Hands in letters to users; nobody where the operator named no mail server.
    pub mailer: Option<outbound::Mailer>,
    /// The webhooks that are being sent to.
    pub lanes: Lanes,
    /// Set while the server drains.
    pub draining: Arc<AtomicBool>,
    /// Poked after every commit of this process: there may be something to number.
    pub committed: Notify,
    /// Becomes true when the drain begins, for those who wait for it.
    pub drain_begun: watch::Sender<bool>,
    /// The number of the latest event, as far as this process knows. Whoever tells of events follows it.
    pub numbered: watch::Sender<i64>,
}

impl App {
    /// Opens everything; migrates first where `migrate` says so.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub fn open(config: Config, clock: Clock, run_migrations: bool) -> Result<Arc<Self>> {
        let store = Store::open(&config.database.database_url, config.database.database_connections)?;
        if run_migrations {
            for name in migrate::run(&store)? {
                tracing::info!(name, "migrated");
            }
        }
        let secret = secret(&config)?;
        let keys = store.run_here(Access::Write, |conn| keys::load(conn, &secret, &config.urls().api, clock.now()))?;
        let unusable = |cause: &dyn std::fmt::Display| operator(format!("SLUGLINE_MEDIA_STORE can't be used: {cause}"));
        let storage = Storage::open(&config.storage()).map_err(|cause| unusable(&cause))?;
        let staging = Staging::new(storage.staging_dir()).map_err(|cause| unusable(&cause))?;
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let urls = Arc::new(config.urls());
        let (hashing, draining) = (Lane::new(cores), Arc::new(AtomicBool::new(false)));
        let mailer = config.mail.mailer().map_err(operator)?;
        let outbound = outbound::Client::new(config.outbound.outbound_allow.clone());
        Ok(Arc::new(Self {
            config,
            store,
            storage,
            staging,
            urls,
            clock,
            keys,
            views: Views::default(),
            memory: Arc::default(),
            token_uses: Uses::default(),
            jobs: Counters::default(),
            logins: Logins::default(),
            running: Running::default(),
            hashing,
            decoding: Lane::new(FILES_AT_ONCE),
            refused: AtomicU64::new(0),
            hashed: AtomicU64::new(0),
            outbound,
            mailer,
            lanes: Lanes::default(),
            draining,
            committed: Notify::new(),
            drain_begun: watch::Sender::new(false),
            numbered: watch::Sender::new(0),
        }))
    }

    /// Begins to drain: `/readyz` says so, every answer ends its connection, and streams end.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
        self.drain_begun.send_replace(true);
    }

    fn at_hand(&self) -> AtHand {
        let (urls, memory) = (Arc::clone(&self.urls), Arc::clone(&self.memory));
        AtHand { now: self.clock.now(), urls, media_key: self.keys.media_urls, memory }
    }

    /// Runs a reading use case in one snapshot.
    ///
    /// # Errors
    /// What the use case answers, or that the database is away.
    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Cx) -> Result<T> + Send + 'static,
    {
        let at_hand = self.at_hand();
        self.store.read(move |conn| work(&mut at_hand.with(conn))).await
    }

    /// Runs a use case that reads a handful of rows by their indexes; see [`Store::read_briefly`].
    ///
    /// # Errors
    /// As [`App::read`].
    pub async fn read_briefly<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Cx) -> Result<T> + Send + 'static,
    {
        let at_hand = self.at_hand();
        self.store.read_briefly(move |conn| work(&mut at_hand.with(conn))).await
    }

    /// Runs a reading use case for readers; answers also what it shows. `brief` says that it reads a handful of rows by
    /// their indexes, as [`App::read_briefly`] wants it.
    ///
    /// # Errors
    /// As [`App::read`].
    pub async fn show<T, F>(&self, brief: bool, work: F) -> Result<(T, Shows)>
    where
        T: Send + 'static,
        F: FnOnce(&mut Cx) -> Result<T> + Send + 'static,
    {
        let since = self.memory.board.turn();
        let read = move |cx: &mut Cx| {
            cx.since = Some(since);
            let value = work(cx)?;
            let mut shows = std::mem::take(&mut cx.shows);
            if !shows.knows_due() {
                shows.due(memory::edition(cx)?.due);
            }
            Ok((value, shows))
        };
        if brief { self.read_briefly(read).await } else { self.read(read).await }
    }

    /// Runs a writing use case in one transaction.
    ///
    /// # Errors
    /// As [`App::read`]; on any error nothing was written.
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Cx) -> Result<T> + Send + 'static,
    {
        let at_hand = self.at_hand();
        let done = self.store.write(move |conn| noted(&mut at_hand.with(conn), work)).await;
        self.committed.notify_one();
        done.map(|(value, touching)| touching.committed(value))
    }

    /// A writing use case on the calling thread, for the command line.
    ///
    /// # Errors
    /// As [`App::write`].
    pub fn write_here<T>(&self, work: impl FnOnce(&mut Cx, &Actor) -> Result<T>) -> Result<T> {
        let work = |cx: &mut Cx| work(cx, &Actor::system());
        let done = self.store.run_here(Access::Write, |conn: &mut Conn| noted(&mut self.at_hand().with(conn), work));
        done.map(|(value, touching)| touching.committed(value))
    }

    /// Goes on with the signing keys that the database has now. A key may come or go on another node.
    ///
    /// # Errors
    /// As [`App::read`].
    pub async fn follow_keys(&self) -> Result<()> {
        let (known, secret) = (self.keys.ring(), self.keys.secret.clone());
        if let Some(ring) = self.read_briefly(move |cx| keys::newer(cx.conn, &secret, &known)).await? {
            self.keys.replace_ring(ring);
        }
        Ok(())
    }

    /// Hashes or checks a password, on a blocking thread, no more at once than there are cores.
    ///
    /// # Errors
    /// [`Code::Unavailable`] where [`WAITING`] others wait; the thread was lost.
    pub async fn hash<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        self.hashed.fetch_add(1, Ordering::Relaxed);
        self.hashing.run(work).await
    }

    /// Looks into a file, on a blocking thread, no more than two at once.
    ///
    /// # Errors
    /// As [`App::hash`].
    pub async fn decode<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        self.decoding.run(work).await
    }
}

/// The operator's secret: from the configuration, or the file that the first start with SQLite makes.
fn secret(config: &Config) -> Result<Secret> {
    match (&config.database.secret, &config.database.database_url) {
        (Some(text), _) => Secret::parse(text).map_err(|refused| operator(format!("SLUGLINE_SECRET: {refused}"))),
        (None, DatabaseUrl::Sqlite(_)) => {
            let path = config.files.secret_file();
            std::fs::create_dir_all(&config.files.data_dir)
                .and_then(|()| Secret::load_or_create_file(&path))
                .map_err(|cause| operator(format!("the secret in {} can't be used: {cause}", path.display())))
        }
        (None, DatabaseUrl::Postgres(_)) => Err(operator(
            "SLUGLINE_SECRET is required with PostgreSQL, the same on every node: 32 random characters or more",
        )),
    }
}

/// What keeps the application from starting, as a sentence for the operator. No client ever sees it.
fn operator(sentence: impl Into<String>) -> Error {
    Error::new(Code::Internal, sentence)
}
