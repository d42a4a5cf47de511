//! What clients write of an update of a live blog.

use super::content_input::{BodyInput, LongText};
use super::lines::Line;
use super::{Id, Time};

/// Most blocks in the body of an update.
pub const MAX_UPDATE_BLOCKS: usize = 100;
/// Most characters in the body of an update, as plain text.
pub const MAX_UPDATE_CHARS: usize = 20_000;

super::read::input! {
    /// What a client may write of an update. In a PATCH (RFC 7396) an absent member stays, `null` clears.
    pub struct LiveUpdateInput {
        /// Its main line. An update has a headline, a body or both.
        headline: Line<300>,
        /// The body as Portable Text; one of the three forms of the body. At most 100 blocks and 20 000 characters.
        body: BodyInput,
        /// The body as HTML, sanitised and converted.
        body_html: LongText,
        /// The body as CommonMark.
        body_markdown: LongText,
        /// When it happened, as readers are told; not in the future. Now where absent.
        at: Time,
        /// Keeps it at the top of the page.
        pinned: bool,
        /// One of the turning points of the story.
        key_event: bool,
        /// Holds it back. Without it, an update is public as soon as it is written, if its article is live.
        draft: bool,
        /// Who writes it: an author.
        author: Id,
    }
}
