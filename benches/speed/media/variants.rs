//! One photograph of 24 megapixels, and all its variants by every maker, in turn.

use std::path::Path;

use fast_image_resize::images::Image;
use fast_image_resize::{PixelType, ResizeOptions, Resizer};
use image::{ImageFormat, RgbImage};

use super::figures::{File, Media, Set};
use super::makers::{Maker, Used};
use super::picture::{self, HEIGHT, WIDTH};
use super::ssim::{self, Luma};
use crate::options::Options;
use crate::{Result, Why, interrupted};

/// Shrunk to this many pixels across and down, the photograph is what all makers make the rest of.
const BASE: (u32, u32) = (1_920, 1_280);

/// The list, with the sizes that a photograph of 3:2 gets.
const LIST: [(&str, u32, u32); 11] = [
    ("w320", 320, 213),
    ("w640", 640, 427),
    ("w960", 960, 640),
    ("w1280", 1_280, 853),
    ("w1920", 1_920, 1_280),
    ("1x1-w320", 320, 320),
    ("1x1-w640", 640, 640),
    ("4x3-w640", 640, 480),
    ("4x3-w1280", 1_280, 960),
    ("16x9-w640", 640, 360),
    ("16x9-w1280", 1_280, 720),
];

const FORMATS: [(&str, ImageFormat); 2] = [("webp", ImageFormat::WebP), ("jpg", ImageFormat::Jpeg)];

/// Makes the variants as often as options ask for, and looks at them.
pub fn measure(folder: &Path, options: &Options, media: &mut Media) -> Result<()> {
    println!("variants: drawing the photograph");
    let bytes = picture::jpeg()?;
    let path = folder.join("photograph.jpg");
    std::fs::write(&path, &bytes).why("the photograph can't be written")?;
    media.picture = bytes.len();
    let makers: Vec<(Maker, String)> = Maker::ALL.into_iter().filter_map(version).collect();
    let mut used: Vec<Vec<Used>> = makers.iter().map(|_| Vec::new()).collect();
    for number in 1..=options.rounds {
        println!("variants: round {number} of {}", options.rounds);
        for ((maker, _), used) in makers.iter().zip(&mut used) {
            interrupted()?;
            used.push(maker.make(&path, &folder.join(maker.name()), &specs())?);
        }
    }
    let references = references(&bytes)?;
    for ((maker, version), used) in makers.into_iter().zip(used) {
        media.sets.push(set(maker, version, &used, files(&folder.join(maker.name()), &references)?));
    }
    Ok(())
}

fn version(maker: Maker) -> Option<(Maker, String)> {
    let version = maker.version();
    if version.is_none() {
        let name = maker.name();
        eprintln!("\n*** NO {} ON THIS MACHINE: the comparison with it is SKIPPED. ***\n", name.to_uppercase());
    }
    Some((maker, version?))
}

/// A line a variant: its name, what to cut out of the shrunk photograph (left, top, width, height), and its size.
fn specs() -> String {
    let line = |(name, across, down): &(&str, u32, u32)| {
        let (left, top, width, height) = part(name, BASE, (*across, *down));
        let whole = [left, top, width, height].map(f64::round);
        format!("{name} {} {} {} {} {across} {down}\n", whole[0], whole[1], whole[2].min(BASE.0.into()), whole[3])
    };
    LIST.iter().map(line).collect()
}

/// The largest part of a picture that has the shape of a variant, in the middle.
fn part(name: &str, (width, height): (u32, u32), (across, down): (u32, u32)) -> (f64, f64, f64, f64) {
    let (width, height) = (f64::from(width), f64::from(height));
    if !name.contains('x') {
        return (0.0, 0.0, width, height);
    }
    let ratio = f64::from(across) / f64::from(down);
    let (cut_width, cut_height) = (width.min(height * ratio), height.min(width / ratio));
    ((width - cut_width) / 2.0, (height - cut_height) / 2.0, cut_width, cut_height)
}

/// What each variant should look like: cut out of the whole photograph and shrunk in one step, with Lanczos's window.
fn references(picture: &[u8]) -> Result<Vec<Luma>> {
    let pixels = decoded(picture, ImageFormat::Jpeg)?.into_raw();
    let (width, height) = (WIDTH as u32, HEIGHT as u32);
    let source = Image::from_vec_u8(width, height, pixels, PixelType::U8x3).why("the photograph is too small")?;
    let reference = |(name, across, down): &(&str, u32, u32)| {
        let (left, top, width, height) = part(name, (width, height), (*across, *down));
        let mut image = Image::new(*across, *down, PixelType::U8x3);
        let cut = ResizeOptions::new().crop(left, top, width, height);
        Resizer::new().resize(&source, &mut image, &cut).why("the photograph can't be shrunk")?;
        Ok(luma(*across, *down, image.buffer()))
    };
    LIST.iter().map(reference).collect()
}

fn files(folder: &Path, references: &[Luma]) -> Result<Vec<File>> {
    let mut files = Vec::new();
    for (format, kind) in FORMATS {
        for ((name, ..), reference) in LIST.iter().zip(references) {
            let file = format!("{name}.{format}");
            let bytes = std::fs::read(folder.join(&file)).why(format!("{file} was not made"))?;
            let picture = decoded(&bytes, kind)?;
            let ssim = ssim::mean(&luma(picture.width(), picture.height(), picture.as_raw()), reference);
            let ssim = ssim.ok_or_else(|| format!("{} has the wrong size", folder.join(file).display()))?;
            files.push(File { name, format, bytes: bytes.len(), ssim });
        }
    }
    Ok(files)
}

fn decoded(bytes: &[u8], format: ImageFormat) -> Result<RgbImage> {
    Ok(image::load_from_memory_with_format(bytes, format).why("a picture can't be decoded")?.into_rgb8())
}

fn luma(width: u32, height: u32, rgb: &[u8]) -> Luma {
    Luma::of_rgb(width, height, rgb.chunks_exact(3).map(|pixel| [pixel[0], pixel[1], pixel[2]].map(f32::from)))
}

fn set(maker: Maker, version: String, used: &[Used], files: Vec<File>) -> Set {
    let mut cpu: Vec<f64> = used.iter().map(|used| used.cpu.as_secs_f64()).collect();
    cpu.sort_by(f64::total_cmp);
    let at = |place: usize| cpu.get(place).copied().unwrap_or_default();
    let last = cpu.len().saturating_sub(1);
    let peak = used.iter().map(|used| used.peak).max().unwrap_or_default();
    Set { maker, version, cpu: at(last / 2), spread: (at(0), at(last)), peak, files }
}
