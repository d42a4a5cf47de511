//! Content codings of public answers (RFC 9110, 8.4 and 12.5.3), each with its own strong entity tag.

use std::io::Write;
use std::sync::{Arc, OnceLock};

use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::web::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use twox_hash::XxHash3_128;

use super::aside::{Aside, Place};
use crate::files::storage::OpenFile;

/// Smaller bodies are sent as they are. Bytes.
const WORTH_IT: usize = 1024;

const BROTLI_QUALITY: u32 = 4;
const BROTLI_WINDOW: u32 = 20;
const GZIP_LEVEL: u32 = 5;

/// A content coding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// As it is.
    Identity,
    /// `br` (RFC 7932)
    Brotli,
    /// `gzip` (RFC 1952)
    Gzip,
}

impl Coding {
    /// The coding that `Accept-Encoding` likes best; of equals Brotli, then gzip.
    #[must_use]
    pub fn wanted(headers: &HeaderMap) -> Self {
        let mut likes = Likes::default();
        for line in headers.get_all(header::ACCEPT_ENCODING) {
            for item in line.to_str().unwrap_or_default().split(',') {
                likes.read(item);
            }
        }
        likes.best()
    }

    /// `Content-Encoding`, where it needs one.
    #[must_use]
    pub const fn header_value(self) -> Option<HeaderValue> {
        match self {
            Self::Identity => None,
            Self::Brotli => Some(HeaderValue::from_static("br")),
            Self::Gzip => Some(HeaderValue::from_static("gzip")),
        }
    }

    const fn suffix(self) -> &'static str {
        match self {
            Self::Identity => "",
            Self::Brotli => "-br",
            Self::Gzip => "-gz",
        }
    }
}

/// Quality values in thousandths.
#[derive(Default)]
struct Likes {
    brotli: Option<u16>,
    gzip: Option<u16>,
    identity: Option<u16>,
    others: Option<u16>,
}

impl Likes {
    fn read(&mut self, item: &str) {
        let mut parts = item.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        let weight = weight.map_or(1000, thousandths);
        let slot = match name {
            "*" => &mut self.others,
            name if name.eq_ignore_ascii_case("br") => &mut self.brotli,
            name if name.eq_ignore_ascii_case("gzip") || name.eq_ignore_ascii_case("x-gzip") => &mut self.gzip,
            name if name.eq_ignore_ascii_case("identity") => &mut self.identity,
            _ => return,
        };
        *slot = Some(weight);
    }

    fn best(&self) -> Coding {
        let brotli = self.brotli.or(self.others).unwrap_or(0);
        let gzip = self.gzip.or(self.others).unwrap_or(0);
        let identity = self.identity.unwrap_or(0);
        if brotli > 0 && brotli >= gzip && brotli >= identity {
            Coding::Brotli
        } else if gzip > 0 && gzip >= identity {
            Coding::Gzip
        } else {
            Coding::Identity
        }
    }
}

/// A malformed weight counts as none at all.
fn thousandths(weight: &str) -> u16 {
    match weight.parse::<f32>() {
        Ok(weight) if (0.0..=1.0).contains(&weight) => (weight * 1000.0) as u16,
        _ => 0,
    }
}

/// What an answer sends.
#[derive(Clone, Debug)]
pub enum Content {
    /// Bytes in memory.
    Bytes(Bytes),
    /// A file that is kept open.
    File(Arc<OpenFile>),
}

/// The bytes of a public answer, with what was made of them: it can be kept in a cache and shared by workers.
pub struct PublicBody {
    /// As it is.
    plain: Content,
    tag: String,
    /// As it is, Brotli, gzip.
    etags: [HeaderValue; 3],
    brotli: OnceLock<Option<Bytes>>,
    gzip: OnceLock<Option<Bytes>>,
    aside: Option<Place>,
}

impl PublicBody {
    /// Takes the bytes and computes their tag.
    #[must_use]
    pub fn new(bytes: impl Into<Bytes>) -> Self {
        let plain = bytes.into();
        let tag = format!("{:032x}", XxHash3_128::oneshot(&plain));
        let etags = [Coding::Identity, Coding::Brotli, Coding::Gzip].map(|coding| etag(&tag, coding.suffix()));
        let (brotli, gzip) = (OnceLock::new(), OnceLock::new());
        Self { plain: Content::Bytes(plain), tag, etags, brotli, gzip, aside: None }
    }

    /// A file, which is packed already and has a tag of its own: it is sent as it is.
    #[must_use]
    pub fn file(file: OpenFile, tag: &str) -> Self {
        let etags = [(); 3].map(|()| etag(tag, ""));
        let (brotli, gzip) = (OnceLock::new(), OnceLock::new());
        Self { plain: Content::File(Arc::new(file)), tag: tag.to_owned(), etags, brotli, gzip, aside: None }
    }

    /// The same for keeping: where it is long, it may be laid aside from now on.
    #[must_use]
    pub fn kept(self, aside: &Arc<Aside>) -> Self {
        let aside = match &self.plain {
            Content::Bytes(plain) => aside.place(plain),
            Content::File(_) => None,
        };
        Self { aside, ..self }
    }

    /// Whether it is a file.
    #[must_use]
    pub const fn is_file(&self) -> bool {
        matches!(self.plain, Content::File(_))
    }

    /// About how much memory this takes, with the compressed forms that it may get; a file takes none.
    #[must_use]
    pub fn weight(&self) -> usize {
        let bytes = match &self.plain {
            Content::Bytes(plain) => plain.len() + plain.len() / 2,
            Content::File(_) => 0,
        };
        size_of::<Self>() + 4 * self.tag.len() + bytes
    }

    /// Is this the tag of these bytes, in whatever coding?
    #[must_use]
    pub fn is_tagged(&self, opaque: &str) -> bool {
        opaque.strip_prefix(self.tag.as_str()).is_some_and(|suffix| matches!(suffix, "" | "-br" | "-gz"))
    }

    /// The strong entity tag of a coding.
    pub(super) fn etag(&self, coding: Coding) -> HeaderValue {
        self.etags[coding as usize].clone()
    }

    /// What to send in the coding `wanted`, or as it is where it would not pay. Where only the tag is needed nothing
    /// is compressed.
    pub(super) fn in_coding(&self, wanted: Coding, only_tag: bool) -> (Coding, Content) {
        let plain = match &self.plain {
            Content::Bytes(plain) => plain,
            Content::File(_) => return (Coding::Identity, self.plain.clone()),
        };
        let coding = if plain.len() >= WORTH_IT { wanted } else { Coding::Identity };
        if only_tag {
            return (coding, Content::Bytes(Bytes::new()));
        }
        let made = match coding {
            Coding::Identity => &None,
            Coding::Brotli => self.brotli.get_or_init(|| brotli(plain)),
            Coding::Gzip => self.gzip.get_or_init(|| gzip(plain)),
        };
        match made {
            Some(bytes) => (coding, Content::Bytes(bytes.clone())),
            None => (Coding::Identity, self.as_it_is(plain)),
        }
    }

    fn as_it_is(&self, plain: &Bytes) -> Content {
        let file = self.aside.as_ref().and_then(|place| place.file(plain));
        file.map_or_else(|| Content::Bytes(plain.clone()), Content::File)
    }
}

fn etag(tag: &str, suffix: &str) -> HeaderValue {
    HeaderValue::from_str(&format!("\"{tag}{suffix}\"")).unwrap_or_else(|_| HeaderValue::from_static("\"\""))
}

fn brotli(plain: &[u8]) -> Option<Bytes> {
    let mut writer =
        brotli::CompressorWriter::new(Vec::with_capacity(plain.len() / 3), 4096, BROTLI_QUALITY, BROTLI_WINDOW);
    writer.write_all(plain).ok()?;
    shorter(writer.into_inner(), plain)
}

fn gzip(plain: &[u8]) -> Option<Bytes> {
    let mut writer = GzEncoder::new(Vec::with_capacity(plain.len() / 3), Compression::new(GZIP_LEVEL));
    writer.write_all(plain).ok()?;
    shorter(writer.finish().ok()?, plain)
}

fn shorter(made: Vec<u8>, plain: &[u8]) -> Option<Bytes> {
    (made.len() < plain.len()).then(|| Bytes::from(made))
}
