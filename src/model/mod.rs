//! Nouns: values that cannot be wrong once parsed, with their schemas. No I/O, no SQL, no HTTP.

pub mod account;
pub mod actions;
pub mod article;
pub mod author;
pub mod batch;
pub(crate) mod choices;
pub mod collection;
pub mod comment;
pub mod content_input;
pub mod entitlement;
pub mod faults;
pub mod field;
pub mod gate;
mod handle;
mod id;
pub mod json;
pub mod lines;
pub mod live_update;
pub mod media;
pub mod media_batch;
pub mod media_folder;
pub mod network;
pub mod paging;
pub mod people;
pub mod read;
pub mod schema;
pub mod shown;
pub mod site;
pub mod sort;
pub mod tag;
mod time;
pub mod token;
pub mod tracks;
pub mod upcoming;
pub mod urls;
pub mod variants;
pub mod webhook;
pub mod webhook_event;
mod words;

pub use article::{ArticleInput, Content, Correction, Credit, Dateline, Rights, Seo, Source};
pub use author::AuthorInput;
pub use collection::CollectionInput;
pub use faults::Faults;
pub use field::{ByKey, Field, FreeObject};
pub use handle::Handle;
pub use id::Id;
pub use lines::{Day, Email, Line, Locale, Prose, Slug, WebUrl};
pub use live_update::LiveUpdateInput;
pub use media::{DigitalSourceType, FocalPoint, MediaByAddress, MediaInput, Orientation};
pub use network::Network;
pub use read::{FromText, Many};
pub use shown::{Key, Shows};
pub use tag::TagInput;
pub use time::Time;
pub use urls::Urls;
pub use webhook::DeliveryStatus;
pub use webhook_event::EventKind;
pub use words::{
    Access, ArticleAction, ArticleKind, ArticleState, BylineRole, CorrectionKind, LinkPurpose, MediaKind, Review, Role,
    Scope, ShareNetwork, Status, TagKind, TranslationStatus,
};
