//! What comments on articles take.

use super::actions::required;
use super::faults::not_null;
use super::people::sound;
use super::read::input;
use super::words::words;
use super::{Id, Line, Prose};
use crate::error::{Fault, FaultCode, Result};

/// The text of a comment.
pub type CommentText = Prose<5000>;
/// The `_key` of a block.
pub type BlockKey = Line<64>;
/// What of the article a comment quotes.
pub type Quote = Prose<1000>;

words! {
    /// A member of an article that a comment can be about.
    CommentField {
        /// Language.
        Locale = "locale",
        /// Address.
        Slug = "slug",
        /// Kind of journalism.
        Kind = "kind",
        /// Who may read it.
        Access = "access",
        /// Main line.
        Headline = "headline",
        /// Line above the headline.
        Kicker = "kicker",
        /// Paragraph under the headline.
        Standfirst = "standfirst",
        /// The byline as printed.
        Byline = "byline",
        /// The body as a whole.
        Body = "body",
        /// The section.
        Section = "section",
        /// Tags.
        Tags = "tags",
        /// Byline.
        Authors = "authors",
        /// Main picture.
        Hero = "hero",
        /// The recommended video.
        RecommendedVideo = "recommended_video",
        /// Related articles.
        Related = "related",
        /// For the front page.
        Featured = "featured",
        /// Breaking news.
        Breaking = "breaking",
        /// Where filed.
        Dateline = "dateline",
        /// Whose reporting.
        Source = "source",
        /// For search engines.
        Seo = "seo",
        /// Rights in the text.
        Rights = "rights",
        /// The newsroom's own members.
        Custom = "custom",
        /// The newsroom's handle.
        Slugline = "slugline",
        /// For colleagues.
        EditorNote = "editor_note",
        /// The embargo.
        EmbargoedUntil = "embargoed_until",
    }
}

input! {
    /// A comment to be made.
    pub struct NewCommentInput {
        /// What it says. Must be given.
        text: CommentText,
        /// The `_key` of the block of the working copy's body that it is about.
        block: BlockKey,
        /// The member of the article that it is about, instead of a block.
        field: CommentField,
        /// The passage that it is about.
        quote: Quote,
        /// The comment that it answers, which answers none itself; it then stands where that one stands.
        reply_to: Id,
    }

    /// A comment as it is changed.
    pub struct CommentInput {
        /// What it says; its author alone changes that.
        text: CommentText,
        /// Whether the thread is settled; of the comment that began it.
        resolved: bool,
    }
}

/// A comment to be made.
#[derive(Clone, Debug)]
pub struct NewComment {
    /// What it says.
    pub text: String,
    /// The block that it is about.
    pub block: Option<String>,
    /// The member that it is about.
    pub field: Option<CommentField>,
    /// The passage that it is about.
    pub quote: Option<String>,
    /// The comment that it answers.
    pub reply_to: Option<Id>,
}

/// What changes of a comment.
#[derive(Clone, Debug, Default)]
pub struct CommentChange {
    /// What it says.
    pub text: Option<String>,
    /// Whether it is settled.
    pub resolved: Option<bool>,
}

impl NewCommentInput {
    /// The comment to be made.
    ///
    /// # Errors
    /// 422 for a missing text, and for more than one place.
    pub fn sound_new(self) -> Result<NewComment> {
        let mut faults = Vec::new();
        let text = required("/text", self.text, &mut faults);
        let (block, field, reply_to) = (self.block.set(), self.field.set(), self.reply_to.set());
        let mut exclude = |pointer: &str, detail: &str| faults.push(Fault::at(pointer, FaultCode::Exclusive, detail));
        if block.is_some() && field.is_some() {
            exclude("/field", "A comment is about a block or about a member, not about both.");
        }
        if reply_to.is_some() && (block.is_some() || field.is_some()) {
            exclude("/reply_to", "An answer stands where the comment stands that it answers.");
        }
        let quote = self.quote.map(String::from).set();
        let block = block.map(String::from);
        sound(text.map(|text| NewComment { text: text.into(), block, field, quote, reply_to }), faults)
    }
}

impl CommentInput {
    /// What is to be changed.
    ///
    /// # Errors
    /// 422 for `null`.
    pub fn sound_change(self) -> Result<CommentChange> {
        let faults = not_null(&[("/text", self.text.is_null()), ("/resolved", self.resolved.is_null())]);
        let change = CommentChange { text: self.text.map(String::from).set(), resolved: self.resolved.set() };
        sound(Some(change), faults)
    }
}
