//! Rows: the only place with queries. `published` holds every public read, `copies` writes what it reads; the other
//! files hold an aggregate each. What truly differs between the databases lives in `dialect`.

pub mod about;
pub mod articles;
pub mod audit;
pub mod authors;
pub mod comments;
pub mod conn;
pub mod copies;
pub mod dialect;
pub mod dues;
mod failure;
pub mod idempotency;
pub mod keys;
pub mod keyset;
pub mod live_updates;
pub mod locks;
pub mod media;
pub mod media_filter;
pub mod media_usage;
pub mod media_variants;
pub mod migrate;
pub mod numbering;
pub mod outbox;
mod pools;
pub mod previews;
pub mod published;
pub mod published_media;
pub mod published_taxonomy;
pub mod revisions;
pub mod schema;
pub mod sessions;
pub mod site;
mod statement;
pub mod tag_merges;
pub mod tags;
pub mod tokens;
mod types;
pub mod upcoming;
pub mod users;
pub mod views;
pub mod webhook_deliveries;
pub mod webhooks;
pub mod working_list;

pub use conn::{Access, Conn, DatabaseUrl, Store, ping};
pub use failure::database_error;
pub use migrate::schema_text;
