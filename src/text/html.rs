//! A body as semantic HTML, without classes that a frontend would need and without scripts. Every text and attribute
//! is escaped; players are made anew from their address rather than taken from stored HTML.

use super::block::{Block, Body, TextBlock};
use super::embed::embed;
use super::html_text::{attribute, text, text_run};
use super::media::{
    Asset, AssetTrack, CodeBlock, FactBoxBlock, GalleryBlock, PullQuoteBlock, RelatedArticlesBlock, TableBlock,
};

impl Body {
    /// The body as HTML. Media and related articles show only in a frozen body; a paywall shows nothing.
    #[must_use]
    pub fn to_html(&self) -> String {
        let mut out = String::new();
        let mut texts: Vec<&TextBlock> = Vec::new();
        for block in &self.0 {
            if let Block::Text(text) = block {
                texts.push(text);
                continue;
            }
            text_run(&mut out, texts.drain(..));
            write_block(&mut out, block);
        }
        text_run(&mut out, texts);
        out
    }
}

fn write_block(out: &mut String, block: &Block) {
    match block {
        Block::Image(image) => {
            if let Some(asset) = &image.asset {
                picture(out, asset, image.alt.as_deref(), image.caption.as_deref());
            }
        }
        Block::Gallery(block) => gallery(out, block),
        Block::Video(video) => {
            if let Some(asset) = &video.asset {
                recording(out, asset, "video");
            }
        }
        Block::Audio(audio) => {
            if let Some(asset) = &audio.asset {
                recording(out, asset, "audio");
            }
        }
        Block::Embed(block) => player(out, &block.url),
        Block::PullQuote(block) => pull_quote(out, block),
        Block::FactBox(block) => fact_box(out, block),
        Block::Table(block) => table(out, block),
        Block::Code(block) => code(out, block),
        Block::Divider(_) => out.push_str("<hr>\n"),
        Block::RelatedArticles(block) => related_articles(out, block),
        Block::Text(_) | Block::Paywall(_) => {}
    }
}

fn picture(out: &mut String, asset: &Asset, alt: Option<&str>, caption: Option<&str>) {
    out.push_str("<figure><img");
    attribute(out, "src", &asset.url);
    if let Some(srcset) = &asset.srcset {
        attribute(out, "srcset", srcset);
        // Browsers that know `auto` take the width that the picture has in the page.
        attribute(out, "sizes", "auto, 100vw");
    }
    attribute(out, "alt", alt.or(asset.alt.as_deref()).unwrap_or_default());
    size(out, asset);
    attribute(out, "loading", "lazy");
    attribute(out, "data-media-id", &asset.id.to_string());
    out.push('>');
    figcaption(out, caption.or(asset.caption.as_deref()), asset.credit.as_deref());
    out.push_str("</figure>\n");
}

fn size(out: &mut String, asset: &Asset) {
    for (name, pixels) in [("width", asset.width), ("height", asset.height)] {
        if let Some(pixels) = pixels {
            attribute(out, name, &pixels.to_string());
        }
    }
}

fn figcaption(out: &mut String, caption: Option<&str>, credit: Option<&str>) {
    let caption = caption.filter(|caption| !caption.is_empty());
    let credit = credit.filter(|credit| !credit.is_empty());
    if caption.is_none() && credit.is_none() {
        return;
    }
    out.push_str("<figcaption>");
    text(out, caption.unwrap_or_default());
    if let Some(credit) = credit {
        out.push_str(if caption.is_some() { " " } else { "" });
        out.push_str("<span class=\"credit\">");
        text(out, credit);
        out.push_str("</span>");
    }
    out.push_str("</figcaption>");
}

fn gallery(out: &mut String, block: &GalleryBlock) {
    let mut pictures = String::new();
    for image in &block.images {
        if let Some(asset) = &image.asset {
            picture(&mut pictures, asset, image.alt.as_deref(), image.caption.as_deref());
        }
    }
    if !pictures.is_empty() {
        out.push_str("<div class=\"gallery\"");
        attribute(out, "data-layout", &block.layout);
        out.push_str(">\n");
        out.push_str(&pictures);
        out.push_str("</div>\n");
    }
}

/// A video or audio element, or the player of the site that has it.
fn recording(out: &mut String, asset: &Asset, element: &str) {
    out.push_str("<figure>");
    if let Some(info) = &asset.embed {
        player_or_link(out, &info.url);
    } else {
        out.push_str(&format!("<{element} controls preload=\"metadata\""));
        attribute(out, "src", &asset.url);
        if element == "video" {
            size(out, asset);
            if let Some(poster) = &asset.poster {
                attribute(out, "poster", poster);
            }
        }
        if !asset.tracks.is_empty() {
            // Without this, browsers fetch no track from another origin than the page's.
            attribute(out, "crossorigin", "anonymous");
        }
        out.push('>');
        asset.tracks.iter().for_each(|track| running_text(out, track));
        out.push_str(&format!("</{element}>"));
    }
    figcaption(out, asset.caption.as_deref(), asset.credit.as_deref());
    out.push_str("</figure>\n");
}

fn running_text(out: &mut String, track: &AssetTrack) {
    out.push_str("<track");
    let members = [("kind", &track.kind), ("src", &track.url), ("srclang", &track.language), ("label", &track.label)];
    members.into_iter().for_each(|(name, value)| attribute(out, name, value));
    out.push_str(if track.default { " default>" } else { ">" });
}

fn player(out: &mut String, url: &str) {
    let tag = if embed(url).is_some() { "figure" } else { "p" };
    out.push_str(&format!("<{tag}>"));
    player_or_link(out, url);
    out.push_str(&format!("</{tag}>\n"));
}

fn player_or_link(out: &mut String, url: &str) {
    if let Some(info) = embed(url) {
        return out.push_str(&info.html);
    }
    out.push_str("<a");
    attribute(out, "href", url);
    out.push('>');
    text(out, url);
    out.push_str("</a>");
}

fn pull_quote(out: &mut String, block: &PullQuoteBlock) {
    out.push_str("<aside class=\"pull-quote\"><p>");
    text(out, &block.text);
    out.push_str("</p>");
    if let Some(attribution) = block.attribution.as_deref().filter(|name| !name.is_empty()) {
        out.push_str("<p><cite>");
        text(out, attribution);
        out.push_str("</cite></p>");
    }
    out.push_str("</aside>\n");
}

fn fact_box(out: &mut String, block: &FactBoxBlock) {
    out.push_str("<aside class=\"fact-box\">\n");
    if let Some(title) = block.title.as_deref().filter(|title| !title.is_empty()) {
        out.push_str("<h3>");
        text(out, title);
        out.push_str("</h3>\n");
    }
    text_run(out, &block.body);
    out.push_str("</aside>\n");
}

fn table(out: &mut String, block: &TableBlock) {
    let (head, body) = block.rows.split_at(usize::from(block.header).min(block.rows.len()));
    out.push_str("<table>");
    for (section, element, rows) in [("thead", "th scope=\"col\"", head), ("tbody", "td", body)] {
        if rows.is_empty() {
            continue;
        }
        out.push_str(&format!("<{section}>"));
        for row in rows {
            out.push_str("<tr>");
            for cell in &row.cells {
                out.push_str(&format!("<{element}>"));
                text(out, cell);
                out.push_str(&format!("</{}>", &element[..2]));
            }
            out.push_str("</tr>");
        }
        out.push_str(&format!("</{section}>"));
    }
    out.push_str("</table>\n");
}

fn code(out: &mut String, block: &CodeBlock) {
    out.push_str("<pre><code");
    if let Some(language) = &block.language {
        attribute(out, "class", &format!("language-{language}"));
    }
    out.push('>');
    super::chars::escape_html(out, &block.code);
    out.push_str("</code></pre>\n");
}

fn related_articles(out: &mut String, block: &RelatedArticlesBlock) {
    let Some(items) = block.items.as_deref().filter(|items| !items.is_empty()) else { return };
    out.push_str("<aside class=\"related-articles\"><ul>");
    for item in items {
        out.push_str("<li><a");
        attribute(out, "href", &item.url);
        attribute(out, "data-article-id", &item.id.to_string());
        out.push('>');
        text(out, &item.headline);
        out.push_str("</a></li>");
    }
    out.push_str("</ul></aside>\n");
}
