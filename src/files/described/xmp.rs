//! XMP as the programs of newsrooms write it: properties by their usual names, as elements or as attributes.

use quick_xml::escape::unescape;

/// So much of a packet is looked at. Bytes.
const LONGEST: usize = 1024 * 1024;

/// A packet of XMP.
pub(super) struct Packet(String);

impl Packet {
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self(String::from_utf8_lossy(bytes.get(..LONGEST).unwrap_or(bytes)).into_owned())
    }

    /// The entries of a list; also of a text that stands for a list of one.
    pub(super) fn list(&self, name: &str) -> Vec<String> {
        let Some(inside) = self.element(name) else { return self.attribute(name).into_iter().collect() };
        if !inside.contains('<') {
            return vec![unescaped(inside)];
        }
        let entries = inside.split("<rdf:li").skip(1);
        entries.filter_map(|entry| Some(unescaped(entry.split_once('>')?.1.split_once("</rdf:li>")?.0))).collect()
    }

    /// A text. Of one in several languages, that without a language if there is one, which stands first.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.list(name).into_iter().find(|text| !text.trim().is_empty())
    }

    fn element(&self, name: &str) -> Option<&str> {
        let open = format!("<{name}");
        let (_, rest) = self.0.split_once(&open).filter(|(_, rest)| rest.starts_with(['>', ' ', '\n', '\r', '\t']))?;
        let (head, rest) = rest.split_once('>')?;
        if head.ends_with('/') {
            return None;
        }
        Some(rest.split_once(&format!("</{name}>"))?.0)
    }

    fn attribute(&self, name: &str) -> Option<String> {
        ['"', '\''].into_iter().find_map(|quote| {
            let (before, rest) = self.0.split_once(&format!("{name}={quote}"))?;
            before.ends_with([' ', '\n', '\r', '\t']).then_some(())?;
            Some(unescaped(rest.split_once(quote)?.0))
        })
    }
}

fn unescaped(text: &str) -> String {
    unescape(text).map_or_else(|_| text.to_owned(), std::borrow::Cow::into_owned)
}
