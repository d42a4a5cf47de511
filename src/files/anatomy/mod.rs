//! The anatomy of picture files: one walk over the segments, chunks or blocks of a picture tells its size, turn and
//! frames, and writes the clean copy, which holds what is needed to show the picture and nothing else. A walk ends
//! where the format says that the picture ends, so what somebody hung behind it is in no clean copy; a file that
//! ends before is cut off.

mod exif;
mod gif;
mod jpeg;
mod png;
mod webp;

use image::ImageFormat;

/// A picture has at most so many pixels on a side.
pub(super) const MAX_SIDE: u32 = 20_000;
/// A picture has at most so many pixels in all.
pub(super) const MAX_PIXELS: u64 = 50_000_000;
/// An animation has at most so many frames.
pub(super) const MAX_FRAMES: u32 = 1_000;

/// What one walk over a picture found.
#[derive(Debug)]
pub(super) struct Anatomy {
    /// Pixels across, as stored.
    pub(super) width: u32,
    /// Pixels down, as stored.
    pub(super) height: u32,
    /// How the stored picture must be turned to be shown: 1 to 8, as the Exif tag `Orientation` (0x0112).
    pub(super) orientation: u8,
    /// Frames of an animation; 1 for a still.
    pub(super) frames: u32,
    /// The picture without metadata: the colour profile stays, and the orientation where it is not 1.
    pub(super) clean: Vec<u8>,
}

impl Anatomy {
    /// Walks over a picture; `None` when it is damaged or cut off.
    pub(super) fn of(format: ImageFormat, bytes: &[u8]) -> Option<Self> {
        match format {
            ImageFormat::Jpeg => jpeg::walk(bytes),
            ImageFormat::Png => png::walk(bytes),
            ImageFormat::Gif => gif::walk(bytes),
            ImageFormat::WebP => webp::walk(bytes),
            _ => None,
        }
    }

    /// Width and height as shown, after turning.
    pub(super) fn shown_size(&self) -> (u32, u32) {
        if self.orientation >= 5 { (self.height, self.width) } else { (self.width, self.height) }
    }

    /// Whether decoding it stays within the limits.
    pub(super) fn within_limits(&self) -> bool {
        self.width <= MAX_SIDE
            && self.height <= MAX_SIDE
            && u64::from(self.width) * u64::from(self.height) <= MAX_PIXELS
            && self.frames <= MAX_FRAMES
    }
}
