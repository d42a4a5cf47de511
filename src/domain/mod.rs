//! Verbs: a function per use case, `fn(&mut Cx, &Actor, input) -> Result<T>`, run inside one transaction that its
//! caller opened. `policy` is the only permission table, `workflow` the only table of moves, `events` writes the
//! outbox and the audit log in the caller's transaction.

pub mod accounts;
pub mod articles;
pub mod audit;
pub mod auth;
pub mod authors;
pub mod batch;
pub mod collections;
pub mod comments;
pub mod entitlements;
pub mod events;
pub mod feed;
mod handles;
pub mod idempotency;
pub mod keys;
pub mod labels;
pub mod live_updates;
pub mod logins;
pub mod mails;
pub mod media;
pub mod media_batch;
mod media_file;
pub mod media_folders;
pub mod media_ingest;
mod media_row;
pub mod media_tracks;
mod media_usage;
pub mod media_variants;
pub mod memory;
pub mod permissions;
pub mod policy;
pub mod precondition;
pub mod previews;
pub mod publishing;
pub mod purging;
pub mod reading;
pub mod review;
pub mod revisions;
pub mod search;
pub mod seeding;
pub mod sequence;
pub mod sessions;
pub mod share;
pub mod shown;
pub mod site;
pub mod tags;
pub mod taxonomy;
pub mod tokens;
pub mod two_factor;
pub mod upcoming;
pub mod users;
pub mod views;
pub mod webhooks;
pub mod workflow;

use std::sync::Arc;

use crate::error::Result;
use crate::model::{Id, Role, Scope, Shows, Time, Urls};
use crate::store::Conn;

pub use events::{audit, emit};
use memory::Memory;
pub use policy::Op;
pub use precondition::Precondition;
use shown::Turn;

/// What every use case has at hand: the open transaction, the one `now` of this request, and the addresses.
pub struct Cx<'a> {
    /// The open transaction.
    pub conn: &'a mut Conn,
    /// The App's clock, read once per request.
    pub now: Time,
    /// How addresses are made.
    pub urls: Arc<Urls>,
    /// Signs the media addresses that editors get; lasts an hour.
    pub media_key: [u8; 32],
    /// What this process remembers between requests.
    pub memory: Arc<Memory>,
    /// In a reading for readers, the turn of the board before it began; see [`memory`].
    pub since: Option<Turn>,
    /// What was read for readers so far.
    pub shows: Shows,
    /// The events that were written so far.
    pub told: Vec<shown::Told>,
    /// The media whose words changed so far: what shows them is indexed anew at the end.
    pub captioned: Vec<Id>,
}

impl<'a> Cx<'a> {
    /// With nothing read for readers and nothing written so far.
    #[must_use]
    pub fn new(conn: &'a mut Conn, now: Time, urls: Arc<Urls>, media_key: [u8; 32], memory: Arc<Memory>) -> Self {
        let (shows, told, captioned) = (Shows::default(), Vec::new(), Vec::new());
        Self { conn, now, urls, media_key, memory, since: None, shows, told, captioned }
    }

    /// Runs `work` so that nothing of it stays when it fails, and what was written before does.
    ///
    /// # Errors
    /// What `work` answers; the database's.
    pub fn attempt<T>(&mut self, work: impl FnOnce(&mut Cx) -> Result<T>) -> Result<T> {
        let (now, urls, media_key) = (self.now, Arc::clone(&self.urls), self.media_key);
        let (memory, since) = (Arc::clone(&self.memory), self.since);
        let (told, captioned) = (&mut self.told, &mut self.captioned);
        self.conn.savepoint(|conn| {
            let mut inner = Cx { since, ..Cx::new(conn, now, urls, media_key, memory) };
            let done = work(&mut inner)?;
            told.append(&mut inner.told);
            captioned.append(&mut inner.captioned);
            Ok(done)
        })
    }
}

/// Who acts: a person, a token on a person's behalf, or the system.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The user, absent only for the system.
    pub user: Option<Id>,
    /// The name that revisions and the audit log keep.
    pub name: String,
    /// The user's role.
    pub role: Role,
    /// The session of an access token.
    pub session: Option<Id>,
    /// Whether the person signed in a short while ago.
    pub fresh: bool,
    /// Whether the person has a second factor.
    pub totp: bool,
    /// Whether the site asks the person for a second factor that is not there.
    pub lacks_totp: bool,
    /// The scopes of an API token; absent for a person, who may do what the role allows.
    pub scopes: Option<Vec<Scope>>,
    /// The request, for the audit log.
    pub request_id: String,
}

impl Actor {
    /// The server itself: the command line, the demo, the workers.
    #[must_use]
    pub fn system() -> Self {
        Self {
            user: None,
            name: "system".to_owned(),
            role: Role::Admin,
            session: None,
            fresh: true,
            totp: false,
            lacks_totp: false,
            scopes: None,
            request_id: String::new(),
        }
    }

    /// Whether this is the user who owns something.
    #[must_use]
    pub fn owns(&self, owner: Option<Id>) -> bool {
        self.user.is_some() && self.user == owner
    }
}
