//! JSON bodies, read as every resource that takes a merge patch (RFC 7396) or is made of JSON.

use slugline::model::batch::BatchInput;
use slugline::model::json::Document;
use slugline::model::webhook::WebhookInput;
use slugline::model::{ArticleInput, AuthorInput, CollectionInput, LiveUpdateInput, MediaInput, TagInput};
use slugline::model::{people, site};

/// A text is JSON or not; every input takes it or says what is wrong, and a fault never repeats what it is about.
pub fn run(data: &[u8]) {
    let Ok(document) = Document::parse(data) else { return };
    macro_rules! read_as {
        ($($input:ty),+ $(,)?) => { $( _ = document.clone().read::<$input>().is_ok(); )+ };
    }
    read_as!(
        ArticleInput,
        AuthorInput,
        BatchInput,
        CollectionInput,
        LiveUpdateInput,
        MediaInput,
        TagInput,
        WebhookInput,
        people::UserInput,
        people::LoginInput,
        site::SiteInput,
    );
}
