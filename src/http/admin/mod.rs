//! The editorial door: authenticated, sees and changes what the caller's role allows.

pub mod articles;
pub mod audit;
pub mod authors;
mod collection_types;
pub mod collections;
pub mod comments;
pub mod events;
pub mod live_updates;
pub mod media;
pub mod media_batch;
mod media_fetch;
pub mod media_file;
pub mod media_folders;
pub mod media_tracks;
mod media_types;
pub mod media_upload;
pub mod plain_list;
pub mod site;
pub mod tag_merges;
pub mod tags;
pub mod tokens;
pub mod upcoming;
pub mod user_links;
pub mod users;
pub mod webhook_deliveries;
mod webhook_types;
pub mod webhooks;
