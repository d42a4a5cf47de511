//! What is live, in the shapes that others read: feeds, sitemaps, and single articles for search engines (schema.org)
//! and newsrooms (IPTC ninjs). All of them show what the lists and the articles of the public door show, and no more.

mod atom;
pub mod described;
mod feed;
pub mod feeds;
mod json_feed;
pub mod jsonld;
pub mod ninjs;
mod node;
mod rss;
mod schema_media;
mod schema_people;
pub mod sitemaps;
mod xml;
