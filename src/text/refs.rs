//! What a body refers to, and where; and the part of it before the paywall.

use uuid::Uuid;

use super::block::{Block, Body, TextBlock};
use super::media::AssetKind;

impl Body {
    /// The media records that the body names, each with the JSON Pointer of its id, relative to the body.
    #[must_use]
    pub fn media_refs(&self) -> Vec<(String, Uuid)> {
        self.media_uses().into_iter().map(|(pointer, id, _)| (pointer, id)).collect()
    }

    /// Like [`Body::media_refs`], with the kind that each record must be of.
    #[must_use]
    pub fn media_uses(&self) -> Vec<(String, Uuid, AssetKind)> {
        let mut uses = Vec::new();
        for (index, block) in self.0.iter().enumerate() {
            match block {
                Block::Image(image) => uses.push((format!("/{index}/media"), image.media, AssetKind::Image)),
                Block::Video(video) => uses.push((format!("/{index}/media"), video.media, AssetKind::Video)),
                Block::Audio(audio) => uses.push((format!("/{index}/media"), audio.media, AssetKind::Audio)),
                Block::Gallery(gallery) => uses.extend(gallery.images.iter().enumerate().map(|(position, image)| {
                    (format!("/{index}/images/{position}/media"), image.media, AssetKind::Image)
                })),
                _ => {}
            }
        }
        uses
    }

    /// The articles that the body's links and `related_articles` name, each with the JSON Pointer of its id.
    #[must_use]
    pub fn article_refs(&self) -> Vec<(String, Uuid)> {
        let mut refs = Vec::new();
        for (index, block) in self.0.iter().enumerate() {
            match block {
                Block::Text(text) => link_refs(text, &format!("/{index}"), &mut refs),
                Block::FactBox(fact_box) => {
                    for (position, text) in fact_box.body.iter().enumerate() {
                        link_refs(text, &format!("/{index}/body/{position}"), &mut refs);
                    }
                }
                Block::RelatedArticles(related) => refs.extend(
                    related
                        .articles
                        .iter()
                        .enumerate()
                        .map(|(position, id)| (format!("/{index}/articles/{position}"), *id)),
                ),
                _ => {}
            }
        }
        refs
    }

    /// Whether the body marks where its free part ends.
    #[must_use]
    pub fn has_paywall(&self) -> bool {
        self.0.iter().any(is_paywall)
    }

    /// What everyone may read of an article that is not free: the blocks up to the first `paywall`, that one included;
    /// nothing where there is none.
    #[must_use]
    pub fn cut_at_paywall(&self) -> Self {
        let end = self.0.iter().position(is_paywall).map_or(0, |position| position + 1);
        Self(self.0.iter().take(end).cloned().collect())
    }
}

fn is_paywall(block: &Block) -> bool {
    matches!(block, Block::Paywall(_))
}

fn link_refs(text: &TextBlock, at: &str, refs: &mut Vec<(String, Uuid)>) {
    for (index, def) in text.mark_defs.iter().enumerate() {
        if let Some(id) = def.article_id() {
            refs.push((format!("{at}/markDefs/{index}/article_id"), id));
        }
    }
}
