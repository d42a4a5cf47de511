//! Draws the film of the demo newsroom: raw RGB frames on the standard output. See README.md; not a part of the crate.

use std::io::{self, Write};

const WIDTH: usize = 640;
const HEIGHT: usize = 360;
/// Eight seconds, 24 a second.
const FRAMES: usize = 192;

type Colour = [f32; 3];

fn colour(hex: u32) -> Colour {
    [16, 8, 0].map(|shift| ((hex >> shift) & 0xFF) as f32)
}

fn mixed(from: Colour, to: Colour, part: f32) -> Colour {
    let part = part.clamp(0.0, 1.0);
    [0, 1, 2].map(|at| from[at] + (to[at] - from[at]) * part)
}

/// A number from 0 to 1 that is always the same for the same place.
fn noise(at: i32, seed: u32) -> f32 {
    let mut bits = (at as u32).wrapping_mul(0x9E37_79B9) ^ seed.wrapping_mul(0x85EB_CA6B);
    bits = (bits ^ bits >> 15).wrapping_mul(0x2C1B_3C6D);
    bits = (bits ^ bits >> 12).wrapping_mul(0x297A_2D39);
    ((bits ^ bits >> 15) & 0xFFFF) as f32 / 65_535.0
}

fn smooth(x: f32, seed: u32) -> f32 {
    let (left, part) = (x.floor(), x - x.floor());
    let part = part * part * (3.0 - 2.0 * part);
    let (from, to) = (noise(left as i32, seed), noise(left as i32 + 1, seed));
    from + (to - from) * part
}

/// The height of a rough line at a place, from 0 to 1.
fn rough(x: f32, seed: u32) -> f32 {
    0.55 * smooth(x, seed) + 0.27 * smooth(x * 2.1, seed + 1) + 0.12 * smooth(x * 4.3, seed + 2) + 0.06 * smooth(x * 9.0, seed + 3)
}

/// The sky at a height (0 above, 1 at the horizon) and a time (0 to 1).
fn sky(height: f32, time: f32) -> Colour {
    let day = if height < 0.55 { mixed(colour(0x35_4F80), colour(0xC9_7F6E), height / 0.55) } else { mixed(colour(0xC9_7F6E), colour(0xFF_C36B), (height - 0.55) / 0.45) };
    let night = mixed(colour(0x0B_1230), colour(0x2A_2F5E), height);
    mixed(day, night, time)
}

fn frame(number: usize) -> Vec<u8> {
    let time = number as f32 / (FRAMES - 1) as f32;
    let dusk = time * time * (3.0 - 2.0 * time);
    let sun = (430.0 - 40.0 * time, 150.0 + 130.0 * time);
    // How far the land has moved, its mean height, how rough it is, and its colours by day and by night.
    let ridges = [
        (60.0 * time, 225.0, 130.0, 150.0, 11, 0x6E_5F86, 0x1E_2350),
        (110.0 * time, 265.0, 90.0, 110.0, 23, 0x4B_4568, 0x15_1A3C),
        (190.0 * time, 310.0, 60.0, 80.0, 37, 0x2C_2C48, 0x0A_0D22),
    ];
    let lines: Vec<Vec<f32>> = ridges
        .iter()
        .map(|(moved, base, high, grain, seed, ..)| {
            (0..WIDTH).map(|x| base + high * (0.5 - rough((x as f32 + moved) / grain, *seed))).collect()
        })
        .collect();
    let mut out = Vec::with_capacity(WIDTH * HEIGHT * 3);
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            let (across, down) = (x as f32, y as f32);
            let mut pixel = sky((down / 250.0).min(1.0), dusk);
            let far = (across - sun.0).hypot(down - sun.1);
            pixel = mixed(pixel, colour(0xFF_DFA0), 0.5 * (1.0 - dusk) * (1.0 - far / 190.0).max(0.0).powi(2));
            pixel = mixed(pixel, colour(0xFF_F1CE), (22.5 - far).clamp(0.0, 1.0));
            for (line, (.., day, night)) in lines.iter().zip(&ridges) {
                let shade = mixed(colour(*day), colour(*night), dusk);
                pixel = mixed(pixel, shade, (down + 0.5 - line[x]).clamp(0.0, 1.0));
            }
            out.extend(pixel.map(|part| part.round() as u8));
        }
    }
    let mut spot = |x: f32, y: f32, radius: f32, hex: u32, alpha: f32| {
        let reach = radius.ceil() as i32 + 1;
        for row in (y as i32 - reach).max(0)..(y as i32 + reach).min(HEIGHT as i32) {
            for column in (x as i32 - reach).max(0)..(x as i32 + reach).min(WIDTH as i32) {
                let cover = (radius - (column as f32 - x).hypot(row as f32 - y) + 0.5).clamp(0.0, 1.0) * alpha;
                let at = (row as usize * WIDTH + column as usize) * 3;
                let below = [0, 1, 2].map(|part| f32::from(out[at + part]));
                for (part, value) in mixed(below, colour(hex), cover).into_iter().enumerate() {
                    out[at + part] = value.round() as u8;
                }
            }
        }
    };
    for star in 0..70 {
        let (x, y) = (noise(star, 51) * WIDTH as f32, noise(star, 52) * 190.0);
        let bright = ((time - 0.45 - 0.3 * noise(star, 53)) * 4.0).clamp(0.0, 1.0);
        if bright > 0.0 && lines.iter().all(|line| y + 3.0 < line[x as usize]) {
            spot(x, y, 0.5 + 0.6 * noise(star, 54), 0xF4_F1FF, 0.85 * bright);
        }
    }
    for lamp in 0..90 {
        let x = noise(lamp, 61) * 900.0 - 190.0 * time;
        if !(0.0..WIDTH as f32).contains(&x) {
            continue;
        }
        let y = lines[2][x as usize] + 6.0 + 34.0 * noise(lamp, 62);
        let bright = ((time - 0.25 - 0.5 * noise(lamp, 63)) * 8.0).clamp(0.0, 1.0);
        spot(x, y, 0.8 + 0.7 * noise(lamp, 64), if lamp % 4 == 0 { 0xFF_E9C4 } else { 0xFF_C46A }, 0.9 * bright);
    }
    out
}

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    (0..FRAMES).try_for_each(|number| out.write_all(&frame(number)))
}
