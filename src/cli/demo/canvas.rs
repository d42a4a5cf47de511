//! A canvas to draw demo pictures on: gradients, shapes with smooth edges, glows and noise. Everything is a function
//! of the numbers given, so that a picture has the same bytes on every run.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};

/// Pixels across.
pub(super) const WIDTH: f32 = 1600.0;
/// Pixels down.
pub(super) const HEIGHT: f32 = 900.0;

/// The quality of the JPEG, 1 to 100.
const QUALITY: u8 = 80;
/// Rows that each row of a shape is measured in, for smooth edges.
const SUBROWS: usize = 4;

type Point = (f32, f32);
type Channels = [f32; 3];

/// What is drawn on. Colours are `0xRRGGBB`, places are pixels from the upper left corner, `alpha` is 0 to 1.
pub(super) struct Canvas(RgbImage);

impl Canvas {
    /// A canvas with a vertical gradient over stops of (place from 0 to 1, colour).
    pub(super) fn new(sky: &[(f32, u32)]) -> Self {
        let mut image = RgbImage::new(WIDTH as u32, HEIGHT as u32);
        for (y, row) in image.enumerate_rows_mut() {
            let colour = bytes(gradient(sky, y as f32 / HEIGHT));
            row.for_each(|(_, _, pixel)| *pixel = colour);
        }
        Self(image)
    }

    fn blend(&mut self, x: i32, y: i32, colour: Channels, alpha: f32) {
        if x < 0 || y < 0 {
            return;
        }
        if let Some(Rgb([red, green, blue])) = self.0.get_pixel_mut_checked(x as u32, y as u32) {
            *red = blended(*red, colour[0], alpha);
            *green = blended(*green, colour[1], alpha);
            *blue = blended(*blue, colour[2], alpha);
        }
    }

    /// An upright rectangle.
    pub(super) fn rect(&mut self, x: f32, y: f32, width: f32, height: f32, colour: u32, alpha: f32) {
        let colour = channels(colour);
        for row in y.max(0.0) as i32..(y + height).min(HEIGHT) as i32 {
            for column in x.max(0.0) as i32..(x + width).min(WIDTH) as i32 {
                self.blend(column, row, colour, alpha);
            }
        }
    }

    /// A disc whose edge fades over `soft` pixels.
    pub(super) fn disc(&mut self, centre: Point, radius: f32, soft: f32, colour: u32, alpha: f32) {
        let (colour, reach) = (channels(colour), radius + soft);
        for y in (centre.1 - reach).max(0.0) as i32..=(centre.1 + reach).min(HEIGHT) as i32 {
            for x in (centre.0 - reach).max(0.0) as i32..=(centre.0 + reach).min(WIDTH) as i32 {
                let distance = (x as f32 - centre.0).hypot(y as f32 - centre.1);
                let cover = ((reach - distance) / soft.max(1.0)).clamp(0.0, 1.0);
                if cover > 0.0 {
                    self.blend(x, y, colour, alpha * cover * cover);
                }
            }
        }
    }

    /// A filled shape with straight sides.
    pub(super) fn polygon(&mut self, points: &[Point], colour: u32, alpha: f32) {
        let colour = channels(colour);
        let top = points.iter().map(|p| p.1).fold(HEIGHT, f32::min).max(0.0) as i32;
        let bottom = points.iter().map(|p| p.1).fold(0.0, f32::max).min(HEIGHT) as i32;
        let mut cover = vec![0.0_f32; WIDTH as usize];
        for y in top..=bottom {
            cover.fill(0.0);
            for subrow in 0..SUBROWS {
                add_spans(&mut cover, points, y as f32 + (subrow as f32 + 0.5) / SUBROWS as f32);
            }
            for (x, cover) in cover.iter().enumerate().filter(|(_, cover)| **cover > 0.0) {
                self.blend(x as i32, y, colour, alpha * cover.min(1.0));
            }
        }
    }

    /// A line through points, `width` pixels wide.
    pub(super) fn line(&mut self, points: &[Point], width: f32, colour: u32, alpha: f32) {
        for pair in points.windows(2) {
            let [(ax, ay), (bx, by)] = pair else { continue };
            let length = (bx - ax).hypot(by - ay).max(0.001);
            let (dx, dy) = ((by - ay) / length * width / 2.0, (bx - ax) / length * width / 2.0);
            let quad = [(ax + dx, ay - dy), (bx + dx, by - dy), (bx - dx, by + dy), (ax - dx, ay + dy)];
            self.polygon(&quad, colour, alpha);
        }
    }

    /// Land below a rough horizon: `base` is its mean height, `rough` how far it goes up and down, `grain` the pixels
    /// between two of its hills. Shaded from `top` at the ridge to `foot` at the lower edge.
    pub(super) fn ridge(&mut self, base: f32, rough: f32, grain: f32, seed: u32, (top, foot): (u32, u32)) {
        for x in 0..WIDTH as i32 {
            let horizon = base - rough * (fractal(x as f32 / grain, seed) * 2.0 - 1.0);
            for y in horizon.floor().max(0.0) as i32..HEIGHT as i32 {
                let depth = ((y as f32 - horizon) / (HEIGHT - horizon)).clamp(0.0, 1.0);
                let cover = (y as f32 + 1.0 - horizon).clamp(0.0, 1.0);
                self.blend(x, y, mix(channels(top), channels(foot), depth.sqrt()), cover);
            }
        }
    }

    /// Clouds or ripples: noise stretched to `scale` pixels, shown where it rises above `from` (0 to 1), between the
    /// rows `rows.0` and `rows.1`.
    pub(super) fn clouds(&mut self, rows: Point, scale: Point, seed: u32, from: f32, colour: u32, alpha: f32) {
        let colour = channels(colour);
        for y in rows.0.max(0.0) as i32..rows.1.min(HEIGHT) as i32 {
            let place = (y as f32 - rows.0) / (rows.1 - rows.0);
            let fade = (4.0 * place * (1.0 - place)).min(1.0);
            // Noise is the dearest part of a picture; half of it looks the same.
            for x in (0..WIDTH as i32).step_by(2) {
                let level = noise(x as f32 / scale.0, y as f32 / scale.1, seed) * 0.7
                    + noise(x as f32 / scale.0 * 2.7, y as f32 / scale.1 * 2.7, seed + 7) * 0.3;
                if level > from {
                    let alpha = alpha * fade * (level - from) / (1.0 - from);
                    self.blend(x, y, colour, alpha);
                    self.blend(x + 1, y, colour, alpha);
                }
            }
        }
    }

    /// Darkens the corners.
    pub(super) fn vignette(&mut self, strength: f32) {
        for (x, y, pixel) in self.0.enumerate_pixels_mut() {
            let (dx, dy) = (x as f32 / WIDTH - 0.5, y as f32 / HEIGHT - 0.5);
            let light = 1.0 - strength * (dx * dx + dy * dy) * 2.0;
            let Rgb([red, green, blue]) = pixel;
            *pixel = Rgb([
                blended(0, f32::from(*red), light),
                blended(0, f32::from(*green), light),
                blended(0, f32::from(*blue), light),
            ]);
        }
    }

    /// The picture as a JPEG file; empty if it can't be encoded, which the tests rule out.
    pub(super) fn into_jpeg(self) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::with_capacity(160 * 1024));
        match self.0.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, QUALITY)) {
            Ok(()) => bytes.into_inner(),
            Err(_) => Vec::new(),
        }
    }
}

/// Adds how far one line through a shape covers each column.
fn add_spans(cover: &mut [f32], points: &[Point], y: f32) {
    let mut crossings: Vec<f32> = Vec::with_capacity(8);
    for (from, to) in points.iter().zip(points.iter().cycle().skip(1)) {
        if (from.1 <= y) != (to.1 <= y) {
            crossings.push(from.0 + (y - from.1) / (to.1 - from.1) * (to.0 - from.0));
        }
    }
    crossings.sort_by(f32::total_cmp);
    for span in crossings.chunks_exact(2) {
        let [left, right] = span else { continue };
        let (left, right) = (left.max(0.0), right.min(WIDTH));
        for column in left as usize..(right.max(0.0).ceil() as usize).min(cover.len()) {
            let inside = right.min(column as f32 + 1.0) - left.max(column as f32);
            if let Some(cover) = cover.get_mut(column) {
                *cover += inside.max(0.0) / SUBROWS as f32;
            }
        }
    }
}

fn blended(old: u8, new: f32, alpha: f32) -> u8 {
    let old = f32::from(old);
    (old + (new - old) * alpha + 0.5) as u8
}

fn channels(colour: u32) -> Channels {
    let [_, red, green, blue] = colour.to_be_bytes();
    [red, green, blue].map(f32::from)
}

fn bytes(colour: Channels) -> Rgb<u8> {
    Rgb(colour.map(|channel| (channel + 0.5) as u8))
}

fn mix(from: Channels, to: Channels, share: f32) -> Channels {
    [0, 1, 2].map(|i: usize| from[i] + (to[i] - from[i]) * share)
}

fn gradient(stops: &[(f32, u32)], place: f32) -> Channels {
    for pair in stops.windows(2) {
        if let [(from, first), (to, second)] = pair
            && place <= *to
        {
            return mix(channels(*first), channels(*second), ((place - from) / (to - from)).clamp(0.0, 1.0));
        }
    }
    channels(stops.last().map_or(0, |stop| stop.1))
}

/// A number from 0 to 1 that looks random, the same for the same place and seed.
pub(super) fn chance(x: i32, y: i32, seed: u32) -> f32 {
    let mut hash =
        (x as u32).wrapping_mul(0x9E37_79B1) ^ (y as u32).wrapping_mul(0x85EB_CA77) ^ seed.wrapping_mul(0xC2B2_AE3D);
    hash = (hash ^ hash >> 15).wrapping_mul(0x2C1B_3C6D);
    hash = (hash ^ hash >> 12).wrapping_mul(0x297A_2D39);
    (hash ^ hash >> 15) as f32 / u32::MAX as f32
}

/// Smooth noise from 0 to 1, a hill every unit.
fn noise(x: f32, y: f32, seed: u32) -> f32 {
    let (left, top) = (x.floor(), y.floor());
    let ease = |t: f32| t * t * (3.0 - 2.0 * t);
    let (u, v) = (ease(x - left), ease(y - top));
    let at = |dx, dy| chance(left as i32 + dx, top as i32 + dy, seed);
    let (upper, lower) = (at(0, 0) + (at(1, 0) - at(0, 0)) * u, at(0, 1) + (at(1, 1) - at(0, 1)) * u);
    upper + (lower - upper) * v
}

/// Noise with detail down to a sixteenth of a unit, 0 to 1.
fn fractal(x: f32, seed: u32) -> f32 {
    let octaves = (0..5).map(|octave| noise(x * (1 << octave) as f32, 0.5, seed + octave) / (1 << octave) as f32);
    octaves.sum::<f32>() / 1.9375
}
