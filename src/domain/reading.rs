//! What the public reads: lists, articles by their addresses, what stands beside them. No use case here has an actor,
//! because everybody sees the same.

mod article;
mod beside;
pub mod byline;
mod collection;
mod described;
mod links;
mod list;
mod shelf;
pub mod sitemaps;
mod updates;

pub use article::{Article, Beside, Found, Moved, article, card, preview};
pub use beside::{Popular, Reason, Related, Window, popular, related};
pub use collection::{Arranged, Entry, Front, Plan, arranged, collection};
pub use described::Described;
pub(super) use list::resolved;
pub use list::{ListRequest, Listed, Relations, list};
pub use shelf::{Shelf, Story, ids, seconds_left, site};
pub use updates::{Updates, updates};
