//! Freezing a body at publication: what it names by id is written into it.

use uuid::Uuid;

use super::block::{Block, Body, TextBlock};
use super::embed::embed;
use super::marks::MarkDef;
use super::media::{
    ArticleLink, Asset, AssetKind, AudioBlock, EmbedBlock, FactBoxBlock, GalleryBlock, ImageBlock,
    RelatedArticlesBlock, VideoBlock,
};

/// Knows the media records and articles that a body may show.
pub trait Resolve {
    /// The media record; none if it is not to be shown.
    fn media(&self, id: Uuid) -> Option<Asset>;
    /// The article; none if it is not to be linked to.
    fn article(&self, id: Uuid) -> Option<ArticleLink>;
}

impl Body {
    /// The body with everything it names written into it: media records, with the effective `alt` and `caption` of
    /// images; the addresses of article links; the related articles; the players of embeds. What does not resolve
    /// goes: the block of a medium, the mark of a link, the entry of a related article, a list left empty.
    #[must_use]
    pub fn freeze(&self, resolve: &dyn Resolve) -> Self {
        Self(self.0.iter().filter_map(|block| freeze_block(block, resolve)).collect())
    }
}

fn freeze_block(block: &Block, resolve: &dyn Resolve) -> Option<Block> {
    Some(match block {
        Block::Text(text) => Block::Text(freeze_text(text, resolve)),
        Block::FactBox(fact_box) => Block::FactBox(FactBoxBlock {
            body: fact_box.body.iter().map(|text| freeze_text(text, resolve)).collect(),
            ..fact_box.clone()
        }),
        Block::Image(image) => Block::Image(freeze_image(image, resolve)?),
        Block::Gallery(gallery) => Block::Gallery(freeze_gallery(gallery, resolve)?),
        Block::Video(video) => {
            let asset = asset(video.media, AssetKind::Video, resolve)?;
            Block::Video(VideoBlock { asset: Some(asset), ..video.clone() })
        }
        Block::Audio(audio) => {
            let asset = asset(audio.media, AssetKind::Audio, resolve)?;
            Block::Audio(AudioBlock { asset: Some(asset), ..audio.clone() })
        }
        Block::Embed(block) => {
            let (provider, html) = embed(&block.url).map(|info| (info.provider, info.html)).unzip();
            Block::Embed(EmbedBlock { provider, html, ..block.clone() })
        }
        Block::RelatedArticles(related) => Block::RelatedArticles(freeze_related(related, resolve)?),
        Block::PullQuote(_) | Block::Table(_) | Block::Code(_) | Block::Divider(_) | Block::Paywall(_) => block.clone(),
    })
}

fn asset(id: Uuid, kind: AssetKind, resolve: &dyn Resolve) -> Option<Asset> {
    resolve.media(id).filter(|asset| asset.kind == kind)
}

fn freeze_image(image: &ImageBlock, resolve: &dyn Resolve) -> Option<ImageBlock> {
    let asset = asset(image.media, AssetKind::Image, resolve)?;
    Some(ImageBlock {
        alt: image.alt.clone().or_else(|| asset.alt.clone()),
        caption: image.caption.clone().or_else(|| asset.caption.clone()),
        asset: Some(asset),
        ..image.clone()
    })
}

fn freeze_gallery(gallery: &GalleryBlock, resolve: &dyn Resolve) -> Option<GalleryBlock> {
    let mut frozen = GalleryBlock { images: Vec::new(), ..gallery.clone() };
    for image in &gallery.images {
        if let Some(asset) = asset(image.media, AssetKind::Image, resolve) {
            let mut image = image.clone();
            image.alt = image.alt.or_else(|| asset.alt.clone());
            image.caption = image.caption.or_else(|| asset.caption.clone());
            image.asset = Some(asset);
            frozen.images.push(image);
        }
    }
    (!frozen.images.is_empty()).then_some(frozen)
}

fn freeze_related(related: &RelatedArticlesBlock, resolve: &dyn Resolve) -> Option<RelatedArticlesBlock> {
    let items: Vec<ArticleLink> = related.articles.iter().filter_map(|id| resolve.article(*id)).collect();
    let articles = items.iter().map(|item| item.id).collect();
    (!items.is_empty()).then(|| RelatedArticlesBlock { articles, items: Some(items), ..related.clone() })
}

fn freeze_text(text: &TextBlock, resolve: &dyn Resolve) -> TextBlock {
    let mut frozen = text.clone();
    let mut lost = Vec::new();
    frozen.mark_defs.retain_mut(|def| match def {
        MarkDef::Link(_) => true,
        MarkDef::Article(link) => {
            link.href = resolve.article(link.article_id).map(|article| article.url);
            if link.href.is_none() {
                lost.push(link.key.clone());
            }
            link.href.is_some()
        }
    });
    if !lost.is_empty() {
        for span in &mut frozen.children {
            span.marks.retain(|mark| !lost.contains(mark));
        }
    }
    frozen
}
