//! Sharing an article: what link previews show, and the address that opens each network's own form.

use std::borrow::Cow;

use serde::Serialize;
use utoipa::ToSchema;

use crate::model::urls::encoded;

/// What is shared of an article.
#[derive(Serialize, ToSchema)]
pub struct Share<'a> {
    /// Where readers find it.
    #[schema(format = "uri")]
    pub url: String,
    /// Its headline.
    #[schema(value_type = String)]
    pub title: Cow<'a, str>,
    /// Its standfirst, else its headline.
    #[schema(value_type = String)]
    pub text: Cow<'a, str>,
    /// The file of the picture of its previews.
    #[schema(format = "uri")]
    pub image: Option<String>,
    /// Addresses that share it.
    pub intents: Intents,
}

/// The address that opens the form of each network, filled in. Which networks to show is told by the site.
#[derive(Serialize, ToSchema)]
pub struct Intents {
    /// `mailto` (RFC 6068).
    pub email: String,
    /// WhatsApp.
    #[schema(format = "uri")]
    pub whatsapp: String,
    /// X.
    #[schema(format = "uri")]
    pub x: String,
    /// Facebook.
    #[schema(format = "uri")]
    pub facebook: String,
    /// LinkedIn.
    #[schema(format = "uri")]
    pub linkedin: String,
    /// Telegram.
    #[schema(format = "uri")]
    pub telegram: String,
    /// Reddit.
    #[schema(format = "uri")]
    pub reddit: String,
    /// Bluesky.
    #[schema(format = "uri")]
    pub bluesky: String,
}

impl<'a> Share<'a> {
    /// What is shared of the article at `url`.
    #[must_use]
    pub fn new(url: String, title: &'a str, text: Option<&'a str>, image: Option<String>) -> Self {
        let intents = Intents::of(&encoded(&url), &encoded(title));
        Self { url, title: title.into(), text: text.unwrap_or(title).into(), image, intents }
    }

    /// The same for an answer that outlives the article.
    #[must_use]
    pub fn into_owned(self) -> Share<'static> {
        let Self { url, title, text, image, intents } = self;
        Share { url, title: title.into_owned().into(), text: text.into_owned().into(), image, intents }
    }
}

impl Intents {
    /// Of an address and a title, both percent-encoded.
    fn of(url: &str, title: &str) -> Self {
        Self {
            email: format!("mailto:?subject={title}&body={url}"),
            whatsapp: format!("https://wa.me/?text={title}%20{url}"),
            x: format!("https://x.com/intent/post?text={title}&url={url}"),
            facebook: format!("https://www.facebook.com/sharer/sharer.php?u={url}"),
            linkedin: format!("https://www.linkedin.com/sharing/share-offsite/?url={url}"),
            telegram: format!("https://t.me/share/url?url={url}&text={title}"),
            reddit: format!("https://www.reddit.com/submit?url={url}&title={title}"),
            bluesky: format!("https://bsky.app/intent/compose?text={title}%20{url}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intents_are_encoded_addresses() {
        let share = Share::new("https://example.org/a-b?c=d".to_owned(), "Año «1» & más", None, None);
        assert_eq!(share.text, "Año «1» & más");
        assert_eq!(
            share.intents.x,
            "https://x.com/intent/post?text=A%C3%B1o%20%C2%AB1%C2%BB%20%26%20m%C3%A1s&url=https%3A%2F%2Fexample.org%2Fa-b%3Fc%3Dd"
        );
        for intent in [&share.intents.email, &share.intents.whatsapp, &share.intents.bluesky] {
            assert!(url::Url::parse(intent).is_ok());
        }
    }
}
