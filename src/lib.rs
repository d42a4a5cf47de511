//! Slugline, the headless CMS for newsrooms. This page is the map.
//!
//! Two doors lead into one house. **The public door** (`/v1/…`) is anonymous, cacheable, and sees only what is live.
//! **The editorial door** (`/v1/admin/…`, `/v1/auth/…`) is authenticated, and sees and changes what the caller's role
//! allows. They share the domain and the store, never a handler or a wire type.
//!
//! Dependencies point one way, **http → domain → store → model**; `jobs` and `cli` stand beside `http`. A test reads
//! the `crate::` paths and fails on an arrow that runs back.
//!
//! # The rooms
//!
//! - [`model`]: nouns. Values that cannot be wrong once parsed, and their schemas: ids, times, slugs, the content of an
//!   article, what clients may write (`input!` declares each input once, for the reader and the document alike). No
//!   I/O, no SQL, no HTTP.
//! - [`store`]: rows. The only place with queries. [`store::database`] has the pools open, [`store::conn`]
//!   puts SQLite and PostgreSQL behind one type, and
//!   every query is written once through [`on_db!`]; what truly differs stands side by side in `store::dialect`.
//!   `store::group` lets writers of SQLite that wait for each other share a commit.
//!   [`store::published`] holds the public reads, all of which start from [`store::published::live`]; [`store::copies`]
//!   writes what they read; the working copies are in [`store::articles`].
//! - [`domain`]: verbs. A function per use case, run inside one transaction that its caller opened. [`domain::policy`]
//!   is the only permission table, [`domain::workflow`] the only table of moves, [`domain::permissions`] tells both to
//!   clients, [`domain::events`] writes the outbox
//!   and the audit log, [`domain::sequence`] numbers and chains them after the commit, [`domain::feed`] says what an
//!   event means to whom, [`domain::precondition`] tells who comes too late what changed, [`domain::publishing`] copies
//!   working copies into public past the site's gate and the embargoes, and tells what the clock did to them,
//!   [`domain::review`] hands them in and approves them, [`domain::batch`] runs many use cases in one transaction,
//!   [`domain::webhooks`] tells other systems, [`domain::media_variants`] lets pictures wait for their variants and
//!   writes them down, [`domain::media_tracks`] keeps what is read along with films and recordings,
//!   [`domain::accounts`] lets users in by links that work once, [`domain::mails`] writes the letters that carry them,
//!   [`domain::two_factor`] asks for more than a password, [`domain::keys`] lets signing keys take turns,
//!   [`domain::logins`] counts failures for all nodes together,
//!   [`domain::media_folders`] keeps the library in order, [`domain::revisions`] keeps, compares and
//!   restores versions, [`domain::previews`] shows one article to who has a token for it, [`domain::search`] finds
//!   words in articles and indexes them, [`domain::live_updates`] writes live blogs, public at once,
//!   [`domain::collections`] arranges front pages and [`domain::reading`] fills their places;
//!   [`domain::entitlements`] reads the tokens of readers who may read whole bodies, which
//!   [`domain::publishing::whole`] keeps apart from what is public; [`domain::views`] counts readers, and nothing of them;
//!   [`domain::shown`] knows what a change means for answers that were made before, and its board remembers it;
//!   [`domain::memory`] keeps what answers name again and again, and what was written of it, for as long as the board
//!   says that it is true;
//!   [`domain::purging`] tells a content network;
//!   [`domain::articles::translations`] knows what was translated from what; [`domain::tags::merge`] makes one tag of
//!   two, and [`domain::tags::merged`] follows the old one.
//! - [`http`]: the wire. `http/mod.rs` is the route table, the whole API on one screen, of which `paths` makes actix's
//!   resources; `public` and `admin` are the two doors; `public::outputs` writes what is live for feed readers, search engines and other newsrooms; `extract`
//!   is what handlers take in; `bounds` is the one table of what each operation takes at the most (bytes, time, requests
//!   at once and in a minute), which the code goes by and the documentation shows, and `limits` counts who asks too often; `cache` keeps answers that readers were given as long as the board says that they are
//!   true, and they are given again in front of the application; `aside` lays long ones in files that the system sends;
//!   `surrogate` names what they show; `wire` is the connection
//!   that they go out on, past whose buffers files go by themselves; `once` answers a POST with an `Idempotency-Key` as it was answered before; `middleware`
//!   stands around everything; `problem` is the only table of status codes; `openapi` makes the document from the
//!   serving types and the route table; `docs` serves it with Swagger UI, a page for every error code, and the guides
//!   (Markdown beside the code); `reader` serves `examples/reader` in the demo; `stream` tells events to those who
//!   listen.
//! - [`text`]: Portable Text, and words as search sees them. Parse, limits, freeze, render as HTML, plain text and
//!   Markdown; read from HTML and Markdown; compare by block and word; players of known video sites; slugs. A leaf.
//! - [`files`]: bytes. Staging, what a file is by its content, the public copy without metadata (cut out of
//!   pictures, blanked in films and recordings, nothing encoded anew), the content-addressed store in a folder or in
//!   S3 ([`files::storage`]), variants of pictures. Names [`outbound`] for whom this machine trusts; else a leaf.
//! - [`crypto`]: passwords, signing keys and access tokens, readers' entitlement tokens, API, refresh and preview tokens,
//!   signed addresses, the operator's secret. A leaf.
//! - [`outbound`]: the one guarded client for requests to other machines: global addresses only, no unguarded
//!   redirects, bounds on time and size; and letters, by the operator's mail server. A leaf.
//! - [`jobs`]: what goes on without a request: events follow the clock, and get their numbers, at once or within a
//!   quarter of a second; what other processes commit is followed; the content network is told what changed; webhooks and
//!   letters are sent; variants of pictures are made, one picture at a time; what search does not know yet is indexed,
//!   and its index tidied up; views are flushed every second; ended copies, old trash, dead sessions, locks and preview
//!   tokens, left-over uploads and files without a record are swept every minute, and old revisions pruned where the
//!   operator asks for it; signing keys are followed by new ones. Visibility never waits for a job.
//! - [`cli`]: a file a command. [`config`] reads flags, environment and `.env`; [`app`] is all that a handler may
//!   reach; [`server`] builds the actix application, for `serve` and for the tests alike; [`error`] is the one error
//!   type of the domain and its codes.
//!
//! # The story of an article
//!
//! `articles` holds the working copy. Every save adds one to `version` and appends the whole aggregate to `revisions`,
//! with the members that it changed; an autosave takes the place of the author's last one there. A lock tells colleagues
//! who works on it, and keeps nobody from saving: `If-Match` guards against lost updates.
//! Publishing freezes the body (what it names by id is written in), renders it in its forms, cuts it at the paywall, and
//! copies everything into `published_articles` and its companions. A body that names an article which is not live any
//! more is frozen anew when it is read. A published copy has an interval, `visible_from <=
//! now < visible_until`, and at any instant at most one copy of an article is visible: time is decided when reading.
//! What the clock has yet to tell of a copy stands in `copy_dues`, and whoever takes the row away tells it.
//!
//! # What an answer shows
//!
//! Whatever is read for readers notes in [`domain::Cx`] the keys of what it shows ([`model::shown`]). Every change writes
//! an event in its transaction, and [`domain::shown::touched`] says which keys an event touches. After the commit, and
//! before the change is answered, these are touched on the board of this process; other processes read the same events
//! and touch them too. An answer that shows a touched key is never given again.
//!
//! # Invariants, each with a test
//!
//! 1. No public response ever contains a byte that was not published.
//! 2. Every write is one transaction that includes its revision, audit entry and event.
//! 3. 2xx is sent after the commit, and after the file is durable.
//! 4. Every number that a client can grow has a bound, and each bound has a test.
//! 5. The OpenAPI document, the route table and the policy table name the same operations.
//! 6. No secret has a default.
//! 7. A client error is an RFC 9457 problem with a stable code, never a 500, never a stack trace.
//! 8. The two databases pass the same suite.
#![recursion_limit = "256"]

pub mod app;
pub mod cli;
pub mod config;
pub mod crypto;
pub mod domain;
pub mod error;
pub mod files;
pub mod http;
pub mod jobs;
pub mod model;
pub mod outbound;
pub mod server;
pub mod store;
pub mod text;
