//! The editorial door: authenticated, sees and changes what the caller's role allows.

pub mod articles;
pub mod authors;
pub mod live_updates;
pub mod media;
mod media_types;
pub mod media_upload;
pub mod plain_list;
pub mod site;
pub mod tag_merges;
pub mod tags;
pub mod tokens;
pub mod users;
