//! The Atom Syndication Format (RFC 4287).

use super::feed::{Feed, Item};
use super::rss::picture;
use super::xml::Xml;
use crate::error::Result;

/// Writes a feed.
///
/// # Errors
/// None in practice.
pub fn write(feed: &Feed) -> Result<Vec<u8>> {
    let mut xml = Xml::new(2_048 * (feed.items.len() + 1))?;
    xml.open(
        "feed",
        &[
            ("xmlns", "http://www.w3.org/2005/Atom"),
            ("xmlns:media", "http://search.yahoo.com/mrss/"),
            ("xml:lang", &feed.locale),
        ],
    )?;
    xml.text("id", &[], &feed.this)?;
    xml.text("title", &[], &feed.title)?;
    xml.text("subtitle", &[], &feed.description)?;
    xml.text("updated", &[], &feed.updated_at.to_string())?;
    xml.empty("link", &[("rel", "self"), ("type", "application/atom+xml"), ("href", &feed.this)])?;
    xml.empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", &feed.home)])?;
    xml.open("author", &[])?;
    xml.text("name", &[], feed.site)?;
    xml.close()?;
    xml.text("generator", &[], "Slugline")?;
    for item in &feed.items {
        entry(&mut xml, item)?;
    }
    xml.finish()
}

fn entry(xml: &mut Xml, item: &Item) -> Result<()> {
    let card = &item.card;
    xml.open("entry", &[("xml:lang", card.locale)])?;
    xml.text("id", &[], &item.urn())?;
    xml.text("title", &[("type", "text")], card.headline)?;
    xml.empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", &card.url)])?;
    xml.text("published", &[], &card.published_at.to_string())?;
    xml.text("updated", &[], &card.updated_at.to_string())?;
    for (name, url) in item.authors() {
        xml.open("author", &[])?;
        xml.text("name", &[], name)?;
        if let Some(url) = url {
            xml.text("uri", &[], &url)?;
        }
        xml.close()?;
    }
    for tag in card.section.iter().chain(&card.tags) {
        xml.empty("category", &[("term", &tag.row.slug), ("label", &tag.name)])?;
    }
    if let Some(standfirst) = card.standfirst {
        xml.text("summary", &[("type", "text")], standfirst)?;
    }
    if let Some(html) = &item.html {
        xml.text("content", &[("type", "html")], html)?;
    }
    if let Some(hero) = &card.hero {
        picture(xml, hero)?;
    }
    xml.close()
}
