//! The public door: anonymous, cacheable, sees only what is live. No type of the editorial door is used here.

pub mod article;
pub mod article_params;
pub mod articles;
pub mod asked;
pub mod authors;
pub mod cards;
pub mod collections;
pub mod events;
pub mod files;
pub mod forms;
pub mod full;
pub mod live_updates;
pub mod media;
pub mod outputs;
pub mod popular;
pub mod preview;
pub mod refs;
pub mod related;
pub mod search;
pub mod site;
pub mod suggest;
pub mod tags;
pub mod tracks;
pub mod variants;
pub mod views;
