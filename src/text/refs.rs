//! What a body refers to, and where; and the part of it before the paywall.

use uuid::Uuid;

use super::block::{Block, Body, TextBlock};
use super::media::{Asset, AssetKind};

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

    /// What the body's pictures and recordings are described with, each with the record that it stands at.
    #[must_use]
    pub fn captions(&self) -> Vec<(Uuid, String)> {
        let mut found = Vec::new();
        for block in &self.0 {
            match block {
                Block::Image(image) => {
                    described(image.media, [&image.caption, &image.alt], image.asset.as_ref(), &mut found)
                }
                Block::Gallery(gallery) => {
                    for image in &gallery.images {
                        described(image.media, [&image.caption, &image.alt], image.asset.as_ref(), &mut found);
                    }
                }
                Block::Video(video) => described(video.media, [&None, &None], video.asset.as_ref(), &mut found),
                Block::Audio(audio) => described(audio.media, [&None, &None], audio.asset.as_ref(), &mut found),
                _ => {}
            }
        }
        found
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

/// The caption and the alternative text of a block, its own or else those of its record, and the credit.
fn described(media: Uuid, own: [&Option<String>; 2], asset: Option<&Asset>, found: &mut Vec<(Uuid, String)>) {
    let of_asset = [asset.and_then(|asset| asset.caption.as_ref()), asset.and_then(|asset| asset.alt.as_ref())];
    let texts = own.into_iter().zip(of_asset).filter_map(|(own, of_asset)| own.as_ref().or(of_asset));
    let credit = asset.and_then(|asset| asset.credit.as_ref());
    found.extend(texts.chain(credit).map(|text| (media, text.clone())));
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
