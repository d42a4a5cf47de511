//! RSS 2.0, with the modules that readers of feeds know: content, Dublin Core, Media RSS, Atom.

use std::time::{Duration, SystemTime};

use quick_xml::escape::escape;

use super::feed::{Feed, Item};
use super::xml::Xml;
use crate::error::Result;
use crate::http::public::refs::PictureRef;
use crate::model::Time;

/// Writes a feed.
///
/// # Errors
/// None in practice.
pub fn write(feed: &Feed) -> Result<Vec<u8>> {
    let mut xml = Xml::new(2_048 * (feed.items.len() + 1))?;
    xml.open(
        "rss",
        &[
            ("version", "2.0"),
            ("xmlns:atom", "http://www.w3.org/2005/Atom"),
            ("xmlns:content", "http://purl.org/rss/1.0/modules/content/"),
            ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
            ("xmlns:media", "http://search.yahoo.com/mrss/"),
        ],
    )?;
    xml.open("channel", &[])?;
    xml.text("title", &[], &feed.title)?;
    xml.text("link", &[], &feed.home)?;
    xml.text("description", &[], &feed.description)?;
    xml.text("language", &[], &feed.locale)?;
    if !feed.items.is_empty() {
        xml.text("lastBuildDate", &[], &rfc_822(feed.updated_at))?;
    }
    xml.text("generator", &[], "Slugline")?;
    xml.text("docs", &[], "https://www.rssboard.org/rss-specification")?;
    xml.empty("atom:link", &[("href", &feed.this), ("rel", "self"), ("type", "application/rss+xml")])?;
    for item in &feed.items {
        write_item(&mut xml, item)?;
    }
    xml.finish()
}

fn write_item(xml: &mut Xml, item: &Item) -> Result<()> {
    let card = &item.card;
    xml.open("item", &[])?;
    xml.text("title", &[], card.headline)?;
    xml.text("link", &[], &card.url)?;
    xml.text("guid", &[("isPermaLink", "false")], &item.urn())?;
    xml.text("pubDate", &[], &rfc_822(card.published_at))?;
    xml.text("atom:updated", &[], &card.updated_at.to_string())?;
    for (name, _) in item.authors() {
        xml.text("dc:creator", &[], name)?;
    }
    xml.text("dc:language", &[], card.locale)?;
    for name in item.categories() {
        xml.text("category", &[], name)?;
    }
    if let Some(standfirst) = card.standfirst {
        // Readers take it for HTML, so what looks like it must not be it.
        xml.text("description", &[], &escape(standfirst))?;
    }
    if let Some(html) = &item.html {
        xml.text("content:encoded", &[], html)?;
    }
    if let Some(hero) = &card.hero {
        picture(xml, hero)?;
    }
    xml.close()
}

/// A picture in the words of Media RSS.
///
/// # Errors
/// As [`write()`].
pub fn picture(xml: &mut Xml, picture: &PictureRef) -> Result<()> {
    let picture = picture.whole();
    let Some(url) = &picture.url else { return Ok(()) };
    let (width, height) = (picture.width.map(|n| n.to_string()), picture.height.map(|n| n.to_string()));
    let mut attributes = vec![("url", url.as_str()), ("medium", "image")];
    attributes.extend(width.as_deref().map(|width| ("width", width)));
    attributes.extend(height.as_deref().map(|height| ("height", height)));
    xml.open("media:content", &attributes)?;
    if let Some(text) = picture.caption.as_deref().or(picture.alt.as_deref()) {
        xml.text("media:title", &[("type", "plain")], text)?;
    }
    if let Some(credit) = &picture.credit {
        xml.text("media:credit", &[], credit)?;
    }
    xml.close()
}

/// The date as RFC 822 has it, with four digits of the year.
fn rfc_822(time: Time) -> String {
    let since = Duration::from_secs(u64::try_from(time.unix()).unwrap_or(0));
    httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + since)
}
