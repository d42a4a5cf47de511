//! The same picture in other sizes and formats: five widths as a whole and three crops, each as JPEG and WebP, with a
//! tiny stand-in and the main colour. Nothing is ever made larger than it is, and nothing but pixels goes into a
//! variant: no metadata, and no colour profile, because the colours are turned into sRGB. Of animations there are no
//! variants, which would stand still; their stand-in and colour come from the first frame.

mod canvas;
mod glance;
mod plan;

use image::ImageFormat;
use image::metadata::Orientation;

use super::error::Refused;
use super::pixels;
use canvas::Canvas;
pub use plan::is_listed;
use plan::{Plan, Spec};

/// The point of a picture that every crop keeps, as parts of its shown width and height; 0.5 and 0.5 is the middle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Focus {
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
}

impl Default for Focus {
    fn default() -> Self {
        Self { x: 0.5, y: 0.5 }
    }
}

/// In which formats variants are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// WebP (RFC 9649), lossy, with transparency where the picture has any.
    WebP,
    /// JPEG (ITU-T T.81), progressive; what is transparent becomes white.
    Jpeg,
}

impl Format {
    /// All, the one that browsers should prefer first.
    pub const ALL: [Self; 2] = [Self::WebP, Self::Jpeg];

    /// The ending of the name, without a dot.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::WebP => "webp",
            Self::Jpeg => "jpg",
        }
    }

    /// The format with this ending.
    #[must_use]
    pub fn of(extension: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.extension() == extension)
    }

    /// The media type (RFC 6838).
    #[must_use]
    pub const fn mime(self) -> &'static str {
        match self {
            Self::WebP => "image/webp",
            Self::Jpeg => "image/jpeg",
        }
    }
}

/// One file.
#[derive(Clone, Debug)]
pub struct Variant {
    /// Its name on the list: `w640`, `16x9-w640`.
    pub name: &'static str,
    /// Its format.
    pub format: Format,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// The file.
    pub bytes: Vec<u8>,
}

/// All that is made of a picture.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// A ThumbHash in base64.
    pub placeholder: String,
    /// The main colour, `#rrggbb`; none where all is transparent.
    pub dominant_color: Option<String>,
    /// The files: first the whole picture by width, then the crops; each format by itself, WebP first.
    pub variants: Vec<Variant>,
}

/// Makes everything of a picture of this media type. Blocks for about a second with 24 megapixels, and takes up to
/// 256 MiB to decode it; so the caller holds a permit for decoding.
///
/// # Errors
/// [`Refused`] as [`probe`](fn@super::probe) does: a picture that was probed is not refused.
pub fn render(mime: &str, bytes: &[u8], focus: Focus) -> Result<Rendered, Refused> {
    let format = ImageFormat::from_mime_type(mime).ok_or(Refused::Type("Only pictures have variants."))?;
    let anatomy = pixels::anatomy(format, bytes)?;
    let decoded = pixels::decode(format, &anatomy)?;
    let turn = Orientation::from_exif(anatomy.orientation).unwrap_or(Orientation::NoTransforms);
    let plan = if anatomy.frames > 1 { Plan::none() } else { Plan::of(anatomy.shown_size(), focus) };
    drop(anatomy);
    let base = Canvas::of(decoded.image)?.shrunk(plan.scale())?.in_srgb(decoded.profile.as_deref()).turned(turn)?;
    let cuts = plan.specs().iter().map(|spec| Ok((spec, base.cut(spec.part, spec.width, spec.height)?)));
    let cuts = cuts.collect::<Result<Vec<_>, Refused>>()?;
    let mut variants = Vec::with_capacity(cuts.len() * Format::ALL.len());
    for format in Format::ALL {
        for (spec, canvas) in &cuts {
            variants.push(encoded(canvas, spec, format)?);
        }
    }
    let (placeholder, dominant_color) = glance::of(&base)?;
    Ok(Rendered { placeholder, dominant_color, variants })
}

fn encoded(canvas: &Canvas, spec: &Spec, format: Format) -> Result<Variant, Refused> {
    let bytes = match format {
        Format::WebP => canvas.webp()?,
        Format::Jpeg => canvas.jpeg()?,
    };
    Ok(Variant { name: spec.name, format, width: spec.width, height: spec.height, bytes })
}
