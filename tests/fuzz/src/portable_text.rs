//! Bodies in Portable Text, read and written in every form.

use slugline::model::json::Document;
use slugline::text::{ArticleLink, Asset, AssetKind, Body, Resolve, embed};
use uuid::Uuid;

use super::safe::assert_harmless;

const NASTY: &str = "\"><script>alert(1)</script>' onerror=x `*_";

/// Knows every medium and every article, and no good of any.
pub struct Everything;

impl Resolve for Everything {
    fn media(&self, id: Uuid) -> Option<Asset> {
        let kinds = [AssetKind::Image, AssetKind::Video, AssetKind::Audio];
        let last = usize::from(id.as_bytes()[15]);
        let kind = kinds[last % kinds.len()];
        let text = || Some(NASTY.to_owned());
        let player = (last % 2 == 1).then(|| embed::embed("https://youtu.be/dQw4w9WgXcQ")).flatten();
        let url = format!("/media/{id}/file");
        Some(Asset { id, kind, url, alt: text(), caption: text(), credit: text(), embed: player, ..Asset::default() })
    }

    fn article(&self, id: Uuid) -> Option<ArticleLink> {
        let url = format!("https://news.example/{id}");
        Some(ArticleLink { id, slug: "slug".to_owned(), url, headline: NASTY.to_owned() })
    }
}

/// A body is read or refused; what is read stays as it is, and is harmless in every form.
pub fn run(data: &[u8]) {
    let Ok(document) = Document::parse(data) else { return };
    let Ok(body) = Body::parse(document.value()) else { return };
    let json = serde_json::to_value(&body).unwrap();
    assert_eq!(Body::parse(&json).as_ref(), Ok(&body), "{json}");
    shown(&body);
}

/// Writes a body in every form.
pub fn shown(body: &Body) {
    for body in [body.clone(), body.freeze(&Everything), body.cut_at_paywall()] {
        assert_harmless(&body.to_html());
        let _ = (Body::from_markdown(&body.to_markdown()), body.to_plain(), body.word_count());
        let _ = (body.media_uses(), body.article_refs(), body.captions());
    }
}
