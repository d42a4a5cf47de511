//! What the public reads: lists, articles by their addresses, what stands beside them. No use case here has an actor,
//! because everybody sees the same, but for the whole bodies that [`full()`] shows to readers who are entitled to them.

mod article;
pub mod byline;
mod collection;
mod described;
mod full;
mod links;
mod list;
mod popular;
mod related;
mod shelf;
pub mod sitemaps;
mod updates;

pub use article::{Article, Beside, Found, Moved, article, card, preview};
pub use collection::{Arranged, Entry, Front, Plan, arranged, collection};
pub use described::Described;
pub use full::{full, full_late};
pub(super) use list::resolved;
pub use list::{ListRequest, Listed, Relations, list};
pub use popular::{Popular, Rankings, Window, popular};
pub use related::{Reason, Related, related};
pub use shelf::{Pictured, Shelf, Story, ids, seconds_left, site};
pub use updates::{Updates, updates};
