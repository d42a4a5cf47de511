//! Writing XML 1.0: everything escaped, never a CDATA section, and no character that XML forbids.

use std::borrow::Cow;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use crate::error::{Error, Result};
use crate::text;

/// What a browser may do with a document that it is led to: show its text, and nothing else.
pub const POLICY: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A document in the making.
pub struct Xml {
    writer: Writer<Vec<u8>>,
    open: Vec<&'static str>,
}

/// The attributes of an element.
pub type Attributes<'a> = &'a [(&'a str, &'a str)];

impl Xml {
    /// Begins a document of about so many bytes.
    ///
    /// # Errors
    /// None in practice: memory takes everything.
    pub fn new(bytes: usize) -> Result<Self> {
        let mut xml = Self { writer: Writer::new(Vec::with_capacity(bytes)), open: Vec::new() };
        xml.write(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
        Ok(xml)
    }

    /// Opens an element.
    ///
    /// # Errors
    /// As [`Xml::new`].
    pub fn open(&mut self, name: &'static str, attributes: Attributes) -> Result<()> {
        self.write(Event::Start(start(name, attributes)))?;
        self.open.push(name);
        Ok(())
    }

    /// Closes the element that was opened last.
    ///
    /// # Errors
    /// As [`Xml::new`].
    pub fn close(&mut self) -> Result<()> {
        match self.open.pop() {
            Some(name) => self.write(Event::End(BytesEnd::new(name))),
            None => Ok(()),
        }
    }

    /// An element with a text.
    ///
    /// # Errors
    /// As [`Xml::new`].
    pub fn text(&mut self, name: &'static str, attributes: Attributes, text: &str) -> Result<()> {
        self.write(Event::Start(start(name, attributes)))?;
        self.write(Event::Text(BytesText::new(&printable(text))))?;
        self.write(Event::End(BytesEnd::new(name)))
    }

    /// An element with nothing in it.
    ///
    /// # Errors
    /// As [`Xml::new`].
    pub fn empty(&mut self, name: &'static str, attributes: Attributes) -> Result<()> {
        self.write(Event::Empty(start(name, attributes)))
    }

    /// Closes what is open, and answers the document.
    ///
    /// # Errors
    /// As [`Xml::new`].
    pub fn finish(mut self) -> Result<Vec<u8>> {
        while !self.open.is_empty() {
            self.close()?;
        }
        Ok(self.writer.into_inner())
    }

    fn write(&mut self, event: Event) -> Result<()> {
        self.writer.write_event(event).map_err(Error::internal)
    }
}

fn start<'a>(name: &'a str, attributes: Attributes) -> BytesStart<'a> {
    let mut start = BytesStart::new(name);
    for (name, value) in attributes {
        start.push_attribute((*name, printable(value).as_ref()));
    }
    start
}

/// The text without characters that XML forbids.
fn printable(text: &str) -> Cow<'_, str> {
    let is_plain = |c: char| !c.is_control() && c < '\u{FFFE}';
    if text.chars().all(is_plain) { Cow::Borrowed(text) } else { Cow::Owned(text::strip(text)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_stays_text() {
        let mut xml = Xml::new(100).unwrap();
        xml.open("a", &[("b", "\"'<>&\u{1}")]).unwrap();
        xml.text("c", &[], "]]> <![CDATA[ & \u{0}\u{8}\u{FFFE}\u{FFFF} 🗞️ \u{202e}מים").unwrap();
        let text = String::from_utf8(xml.finish().unwrap()).unwrap();
        let head = "<?xml version=\"1.0\" encoding=\"utf-8\"?>";
        let rest = text.strip_prefix(head).unwrap();
        assert!(rest.starts_with("<a b=\"&quot;&apos;&lt;&gt;&amp;\"><c>]]&gt; &lt;![CDATA[ &amp;  🗞️"), "{rest}");
        assert!(rest.ends_with("מים</c></a>"));
    }
}
