//! The photograph that is measured with, drawn the same in every run: clouds of several sizes over a sky, hills with
//! sharp edges, and the grain of a sensor, so that codecs meet flat, soft, busy and noisy parts.

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use crate::{Result, Why};

/// Pixels across.
pub const WIDTH: usize = 6_000;
/// Pixels down.
pub const HEIGHT: usize = 4_000;
/// As cameras write.
const QUALITY: u8 = 92;

/// Octaves of the clouds: how far apart the points of a lattice are, in pixels, and how much each of them says.
const OCTAVES: [(usize, f32); 8] =
    [(1_200, 70.0), (500, 50.0), (210, 40.0), (90, 34.0), (38, 30.0), (16, 26.0), (7, 20.0), (3, 12.0)];

/// The photograph as a JPEG of 24 megapixels.
pub fn jpeg() -> Result<Vec<u8>> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, QUALITY);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    let (width, height) = (WIDTH as u16, HEIGHT as u16);
    encoder.encode(&pixels(), width, height, ColorType::Rgb).why("the photograph can't be written")?;
    Ok(file)
}

/// Red, green and blue of every pixel.
fn pixels() -> Vec<u8> {
    let mut all = vec![0; WIDTH * HEIGHT * 3];
    let mut clouds = vec![0.0_f32; WIDTH];
    let hills = hills();
    for (y, row) in all.chunks_exact_mut(WIDTH * 3).enumerate() {
        clouds.fill(0.0);
        for (octave, (step, weight)) in OCTAVES.iter().enumerate() {
            add_noise(&mut clouds, y, octave, *step, *weight);
        }
        let down = y as f32 / HEIGHT as f32;
        for (x, pixel) in row.chunks_exact_mut(3).enumerate() {
            let (cloud, across) = (clouds[x], x as f32 / WIDTH as f32);
            let grain = (mix(x, y, 77) - 0.5) * 12.0;
            let is_hill = y as f32 > hills[x];
            let light = if is_hill { 0.9 - 0.4 * across } else { 1.0 };
            let base = if is_hill {
                [70.0 + 60.0 * across, 95.0 - 20.0 * down, 45.0]
            } else {
                [120.0 + 90.0 * down, 150.0 + 40.0 * down, 215.0 - 60.0 * down * across]
            };
            let busy = if is_hill { 1.3 } else { 0.45 };
            for (value, base) in pixel.iter_mut().zip(base) {
                *value = ((base + cloud * busy) * light + grain).clamp(0.0, 255.0) as u8;
            }
        }
    }
    all
}

/// Where the hills begin in each column.
fn hills() -> Vec<f32> {
    let mut line = vec![HEIGHT as f32 * 0.55; WIDTH];
    for (octave, (step, weight)) in [(900, 900.0), (240, 240.0), (60, 60.0), (12, 14.0)].into_iter().enumerate() {
        add_noise(&mut line, 0, 100 + octave, step, weight);
    }
    line
}

/// Adds a row of one octave of noise: values on a lattice, and lines between them.
fn add_noise(row: &mut [f32], y: usize, octave: usize, step: usize, weight: f32) {
    let (line, down) = (y / step, (y % step) as f32 / step as f32);
    let point = |column: usize| {
        let (above, below) = (mix(column, line, octave), mix(column, line + 1, octave));
        (above + (below - above) * down - 0.5) * weight
    };
    let mut left = point(0);
    for (column, stretch) in row.chunks_mut(step).enumerate() {
        let right = point(column + 1);
        for (x, value) in stretch.iter_mut().enumerate() {
            *value += left + (right - left) * (x as f32 / step as f32);
        }
        left = right;
    }
}

/// A number from 0 to 1 that place and octave settle.
fn mix(x: usize, y: usize, octave: usize) -> f32 {
    let mut bits = (x as u32).wrapping_mul(0x9E37_79B1) ^ (y as u32).wrapping_mul(0x85EB_CA77);
    bits ^= (octave as u32).wrapping_mul(0xC2B2_AE3D);
    bits = (bits ^ (bits >> 15)).wrapping_mul(0x2C1B_3C6D);
    bits = (bits ^ (bits >> 12)).wrapping_mul(0x297A_2D39);
    (bits ^ (bits >> 15)) as f32 / u32::MAX as f32
}
