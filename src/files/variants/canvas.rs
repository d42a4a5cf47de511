//! Eight-bit pixels: shrinking, turning, cutting, colours, and writing them as JPEG and WebP.

use std::borrow::Cow;

use fast_image_resize::images::Image;
use fast_image_resize::{PixelType, ResizeOptions, Resizer};
use image::metadata::Orientation;
use image::{DynamicImage, RgbImage, RgbaImage};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

use super::super::error::Refused;
use super::plan::Part;

/// The quality of JPEG files, of 100.
const JPEG_QUALITY: u8 = 80;
/// How often a JPEG gets finer as it arrives: first its coarse colours, then all else. More scans make larger files,
/// because they share one Huffman table.
const JPEG_SCANS: u8 = 2;
/// The quality of WebP files, of 100; looks about the same as that of JPEG.
const WEBP_QUALITY: f32 = 77.0;
/// What transparent pixels of a JPEG show.
const PAPER: u32 = 255;

const UNWRITABLE: Refused = Refused::Corrupt("No variants can be made of the picture.");

/// A picture in RGB, or in RGBA where it may be transparent.
pub(super) struct Canvas {
    image: Image<'static>,
}

impl Canvas {
    /// The pixels of a decoded picture.
    pub(super) fn of(image: DynamicImage) -> Result<Self, Refused> {
        let (width, height) = (image.width(), image.height());
        if image.color().has_alpha() {
            Self::from_parts(width, height, image.into_rgba8().into_raw(), PixelType::U8x4)
        } else {
            Self::from_parts(width, height, image.into_rgb8().into_raw(), PixelType::U8x3)
        }
    }

    fn from_parts(width: u32, height: u32, pixels: Vec<u8>, kind: PixelType) -> Result<Self, Refused> {
        let image = Image::from_vec_u8(width, height, pixels, kind).map_err(|_| UNWRITABLE)?;
        Ok(Self { image })
    }

    pub(super) fn size(&self) -> (u32, u32) {
        (self.image.width(), self.image.height())
    }

    fn is_transparent(&self) -> bool {
        self.image.pixel_type() == PixelType::U8x4
    }

    /// Made smaller by this factor, but not smaller than a glance needs.
    pub(super) fn shrunk(self, scale: f64) -> Result<Self, Refused> {
        let (width, height) = self.size();
        let scale = scale.max(f64::from(super::glance::SIDE) / f64::from(width.max(height)));
        if scale >= 1.0 {
            return Ok(self);
        }
        self.resized(times(width, scale), times(height, scale), &ResizeOptions::new())
    }

    /// A part of the picture in this size, which is no larger than the part.
    pub(super) fn cut(&self, part: Part, width: u32, height: u32) -> Result<Self, Refused> {
        let (across, down) = (f64::from(self.image.width()), f64::from(self.image.height()));
        let (left, top) = ((part.left * across).min(across - 1.0), (part.top * down).min(down - 1.0));
        let cut = ((part.width * across).min(across - left), (part.height * down).min(down - top));
        self.resized(width, height, &ResizeOptions::new().crop(left, top, cut.0, cut.1))
    }

    fn resized(&self, width: u32, height: u32, options: &ResizeOptions) -> Result<Self, Refused> {
        let mut image = Image::new(width, height, self.image.pixel_type());
        Resizer::new().resize(&self.image, &mut image, options).map_err(|_| UNWRITABLE)?;
        Ok(Self { image })
    }

    /// With its colours in sRGB. A profile that can't be read, or is of another kind than the pixels, says nothing.
    pub(super) fn in_srgb(self, profile: Option<&[u8]>) -> Self {
        self.converted(profile).unwrap_or(self)
    }

    fn converted(&self, profile: Option<&[u8]>) -> Option<Self> {
        let profile = ColorProfile::new_from_slice(profile?).ok()?;
        if profile.color_space != DataColorSpace::Rgb {
            return None;
        }
        let layout = if self.is_transparent() { Layout::Rgba } else { Layout::Rgb };
        let srgb = ColorProfile::new_srgb();
        let transform = profile.create_transform_8bit(layout, &srgb, layout, TransformOptions::default()).ok()?;
        let mut pixels = vec![0; self.image.buffer().len()];
        transform.transform(self.image.buffer(), &mut pixels).ok()?;
        let (width, height) = self.size();
        Self::from_parts(width, height, pixels, self.image.pixel_type()).ok()
    }

    /// As it is shown.
    pub(super) fn turned(self, turn: Orientation) -> Result<Self, Refused> {
        if turn == Orientation::NoTransforms {
            return Ok(self);
        }
        let ((width, height), is_transparent) = (self.size(), self.is_transparent());
        let pixels = self.image.into_vec();
        let image = if is_transparent {
            RgbaImage::from_raw(width, height, pixels).map(DynamicImage::ImageRgba8)
        } else {
            RgbImage::from_raw(width, height, pixels).map(DynamicImage::ImageRgb8)
        };
        let mut image = image.ok_or(UNWRITABLE)?;
        image.apply_orientation(turn);
        Self::of(image)
    }

    /// Red, green, blue and opacity of every pixel.
    pub(super) fn rgba(&self) -> Vec<u8> {
        if self.is_transparent() {
            return self.image.buffer().to_vec();
        }
        self.image.buffer().chunks_exact(3).flat_map(|pixel| pixel.iter().copied().chain([u8::MAX])).collect()
    }

    /// The picture as lossy WebP.
    pub(super) fn webp(&self) -> Result<Vec<u8>, Refused> {
        let (width, height) = self.size();
        let encoder = if self.is_transparent() {
            webp::Encoder::from_rgba(self.image.buffer(), width, height)
        } else {
            webp::Encoder::from_rgb(self.image.buffer(), width, height)
        };
        encoder.encode_simple(false, WEBP_QUALITY).map(|file| file.to_vec()).map_err(|_| UNWRITABLE)
    }

    /// The picture as progressive JPEG, on white.
    pub(super) fn jpeg(&self) -> Result<Vec<u8>, Refused> {
        let (width, height) = self.size();
        let (Ok(width), Ok(height)) = (u16::try_from(width), u16::try_from(height)) else { return Err(UNWRITABLE) };
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, JPEG_QUALITY);
        encoder.set_sampling_factor(SamplingFactor::F_2_2);
        encoder.set_progressive_scans(JPEG_SCANS);
        encoder.set_optimized_huffman_tables(true);
        encoder.encode(&self.opaque(), width, height, ColorType::Rgb).map_err(|_| UNWRITABLE)?;
        Ok(file)
    }

    fn opaque(&self) -> Cow<'_, [u8]> {
        if !self.is_transparent() {
            return Cow::Borrowed(self.image.buffer());
        }
        let on_paper = |pixel: &[u8]| {
            let opacity = u32::from(pixel[3]);
            let over = move |colour: u8| {
                u8::try_from((u32::from(colour) * opacity + PAPER * (255 - opacity) + 127) / 255).unwrap_or(u8::MAX)
            };
            [over(pixel[0]), over(pixel[1]), over(pixel[2])]
        };
        Cow::Owned(self.image.buffer().chunks_exact(4).flat_map(on_paper).collect())
    }
}

/// A side made smaller: whole pixels, at least one.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a factor below 1 makes no side longer")]
pub(super) fn times(side: u32, scale: f64) -> u32 {
    ((f64::from(side) * scale).round() as u32).max(1)
}
