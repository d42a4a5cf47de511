//! Decoding pictures within limits.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};

use super::anatomy::{Anatomy, MAX_SIDE};
use super::error::Refused;

/// Bytes that decoding a picture may take up: 50 megapixels in eight bits with transparency, and some room.
const DECODE_BYTES: u64 = 256 * 1024 * 1024;

/// What is said of a picture that can't be decoded to its end.
pub(super) const DAMAGED: &str = "The picture is damaged or cut off.";

/// A picture that was decoded.
pub(super) struct Pixels {
    /// The pixels as stored: before any turn. Of an animation, the first frame.
    pub(super) image: DynamicImage,
    /// The colour profile (ICC.1), as far as the file carries one.
    pub(super) profile: Option<Vec<u8>>,
}

/// Walks over a picture, and refuses it where decoding it would go beyond the limits.
pub(super) fn anatomy(format: ImageFormat, bytes: &[u8]) -> Result<Anatomy, Refused> {
    let anatomy = Anatomy::of(format, bytes).ok_or(Refused::Corrupt(DAMAGED))?;
    if anatomy.within_limits() {
        Ok(anatomy)
    } else {
        Err(Refused::TooManyPixels("A picture may have 20 000 pixels a side, 50 megapixels and 1 000 frames at most."))
    }
}

/// Decodes a picture whose anatomy was looked at, from its clean copy: what readers will get must decode, and no
/// compressed text is opened on the way. Takes up to 256 MiB.
pub(super) fn decode(format: ImageFormat, anatomy: &Anatomy) -> Result<Pixels, Refused> {
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(DECODE_BYTES);
    let mut reader = ImageReader::with_format(Cursor::new(&anatomy.clean), format);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder().map_err(|error| refused(&error))?;
    limits.reserve(decoder.total_bytes()).map_err(|error| refused(&error))?;
    let profile = decoder.icc_profile().unwrap_or_default();
    let image = DynamicImage::from_decoder(decoder).map_err(|error| refused(&error))?;
    Ok(Pixels { image, profile })
}

fn refused(error: &ImageError) -> Refused {
    match error {
        ImageError::Limits(_) => Refused::TooManyPixels("Decoding the picture would take too much memory."),
        _ => Refused::Corrupt(DAMAGED),
    }
}
