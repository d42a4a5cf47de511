//! Scenes under an open sky.

use super::canvas::{Canvas, HEIGHT, WIDTH, chance};

/// A city at the foot of snowy mountains, at dusk.
pub(super) fn almaty() -> Canvas {
    let mut canvas =
        Canvas::new(&[(0.0, 0x1B2A4A), (0.35, 0x4A5F8A), (0.55, 0xC98B7A), (0.7, 0xF2C28B), (1.0, 0xF2C28B)]);
    canvas.disc((1180.0, 470.0), 60.0, 420.0, 0xFFE2B0, 0.55);
    canvas.clouds((60.0, 420.0), (420.0, 60.0), 3, 0.5, 0xF3B79C, 0.6);
    canvas.ridge(430.0, 250.0, 300.0, 12, (0xE9EEF6, 0x7F8FB0));
    canvas.ridge(500.0, 150.0, 240.0, 23, (0x8794B8, 0x56668F));
    canvas.ridge(590.0, 90.0, 190.0, 31, (0x46557F, 0x2B3860));
    blocks(&mut canvas, 640.0, 120.0, 0x222C4D, 5);
    blocks(&mut canvas, 730.0, 110.0, 0x151C36, 9);
    canvas.line(&[(1010.0, 690.0), (1010.0, 330.0)], 7.0, 0x151C36, 1.0);
    canvas.polygon(&[(990.0, 690.0), (1004.0, 470.0), (1016.0, 470.0), (1030.0, 690.0)], 0x151C36, 1.0);
    canvas.disc((1010.0, 465.0), 17.0, 2.0, 0x151C36, 1.0);
    canvas.disc((1010.0, 330.0), 4.0, 22.0, 0xFF6B5A, 0.9);
    canvas
}

/// Houses in a row, with a few lights on.
fn blocks(canvas: &mut Canvas, base: f32, tall: f32, colour: u32, seed: u32) {
    for house in 0..34 {
        let (x, wide) = (house as f32 * 48.0 - 8.0, 34.0 + 26.0 * chance(house, 1, seed));
        let top = base - tall * chance(house, 2, seed);
        canvas.rect(x, top, wide, HEIGHT - top, colour, 1.0);
        for window in 0..60 {
            let (column, row) = (window % 4, window / 4);
            if chance(house * 60 + window, 3, seed) > 0.8 {
                canvas.rect(x + 5.0 + column as f32 * 8.0, top + 10.0 + row as f32 * 14.0, 4.0, 6.0, 0xFFD48A, 0.85);
            }
        }
    }
}

/// Stars over a hill with an observatory.
pub(super) fn night_sky() -> Canvas {
    let mut canvas = Canvas::new(&[(0.0, 0x060A1F), (0.5, 0x14224F), (0.8, 0x3B3F7A), (1.0, 0x7A5A8C)]);
    for blot in 0..26 {
        let along = blot as f32 / 25.0;
        let centre = (250.0 + 1150.0 * along, 700.0 - 640.0 * along + 90.0 * (chance(blot, 0, 5) - 0.5));
        canvas.disc(centre, 10.0, 90.0 + 110.0 * chance(blot, 1, 5), 0x8FA0E0, 0.13);
    }
    for star in 0..900 {
        let (x, y) = (WIDTH * chance(star, 1, 8), HEIGHT * 0.85 * chance(star, 2, 8));
        let size = chance(star, 3, 8).powi(6) * 2.6;
        canvas.disc((x, y), size, 1.2, 0xFFF6E0, 0.35 + 0.65 * chance(star, 4, 8));
    }
    canvas.line(&[(1240.0, 120.0), (1040.0, 215.0)], 2.5, 0xFFFFFF, 0.8);
    canvas.ridge(770.0, 70.0, 600.0, 17, (0x0B1230, 0x04060F));
    canvas.disc((470.0, 690.0), 74.0, 2.0, 0x1A2450, 1.0);
    canvas.polygon(&[(455.0, 690.0), (485.0, 690.0), (540.0, 600.0), (520.0, 590.0)], 0xFFC46B, 0.9);
    canvas.rect(390.0, 690.0, 160.0, 120.0, 0x0B1230, 1.0);
    canvas
}

/// A river that winds through fields.
pub(super) fn river() -> Canvas {
    let mut canvas = Canvas::new(&[(0.0, 0x8EC5E8), (0.35, 0xDDEFF2), (0.45, 0xFBE8C6), (1.0, 0xFBE8C6)]);
    canvas.clouds((20.0, 330.0), (360.0, 70.0), 12, 0.45, 0xFFFFFF, 0.9);
    canvas.ridge(400.0, 60.0, 420.0, 2, (0x8FB3A8, 0x7FA58F));
    canvas.ridge(450.0, 45.0, 500.0, 4, (0x74A07A, 0x5C8C5A));
    canvas.ridge(500.0, 30.0, 700.0, 6, (0xA9B857, 0x4F7D3A));
    for field in 0..9 {
        let left = field as f32 * 200.0 - 80.0;
        let colour = [0xC9BE55, 0x7FA046, 0xDDC96A][field % 3];
        canvas.polygon(
            &[
                (800.0 + (left - 700.0) * 0.35, 530.0),
                (870.0 + (left - 700.0) * 0.35, 530.0),
                (left + 190.0, 900.0),
                (left, 900.0),
            ],
            colour,
            0.45,
        );
    }
    let bank = |side: f32| {
        (0..=40).map(move |step| {
            let down = step as f32 / 40.0;
            let bend = (down * 7.5).sin() * 190.0 * (1.0 - down * 0.35);
            (820.0 + bend * down.sqrt() + side * (6.0 + 170.0 * down * down), 505.0 + 400.0 * down)
        })
    };
    let shore: Vec<_> = bank(-1.0).chain(bank(1.0).rev()).collect();
    canvas.polygon(&shore, 0x5FA3C7, 1.0);
    let gleam: Vec<_> = bank(-0.5).chain(bank(0.1).rev()).collect();
    canvas.polygon(&gleam, 0xC8E6EE, 0.55);
    canvas
}

/// Wind turbines on hills at sunrise.
pub(super) fn wind_farm() -> Canvas {
    let mut canvas = Canvas::new(&[(0.0, 0x2F6F8F), (0.4, 0x8CC3BE), (0.65, 0xFCE3A8), (1.0, 0xF7A95E)]);
    canvas.disc((420.0, 560.0), 70.0, 6.0, 0xFFF4D0, 1.0);
    canvas.disc((420.0, 560.0), 70.0, 380.0, 0xFFEFC0, 0.45);
    canvas.clouds((80.0, 400.0), (520.0, 40.0), 21, 0.52, 0xFFFFFF, 0.55);
    canvas.ridge(650.0, 60.0, 640.0, 41, (0x7FA79A, 0x5C8A80));
    for (x, foot, size, turn) in [(300.0, 690.0, 0.55, 0.3), (640.0, 680.0, 0.6, 1.1), (1420.0, 670.0, 0.6, 0.7)] {
        turbine(&mut canvas, x, foot, size, turn);
    }
    canvas.ridge(760.0, 70.0, 800.0, 43, (0x3F7468, 0x1D4A45));
    for (x, foot, size, turn) in [(900.0, 800.0, 1.0, 0.2), (1220.0, 790.0, 0.9, 0.9), (130.0, 800.0, 0.85, 1.5)] {
        turbine(&mut canvas, x, foot, size, turn);
    }
    canvas
}

fn turbine(canvas: &mut Canvas, x: f32, foot: f32, size: f32, turn: f32) {
    let hub = (x, foot - 430.0 * size);
    let wide = 9.0 * size;
    canvas.polygon(
        &[(x - wide, foot), (x - wide * 0.4, hub.1), (x + wide * 0.4, hub.1), (x + wide, foot)],
        0xF4F6F3,
        1.0,
    );
    for blade in 0..3 {
        let (sin, cos) = (turn + blade as f32 * std::f32::consts::TAU / 3.0).sin_cos();
        let (long, thick) = (210.0 * size, 11.0 * size);
        let at = |along: f32, across: f32| (hub.0 + cos * along - sin * across, hub.1 + sin * along + cos * across);
        canvas.polygon(
            &[at(0.0, -thick * 0.4), at(long * 0.25, -thick), at(long, 0.0), at(0.0, thick * 0.4)],
            0xFFFFFF,
            1.0,
        );
    }
    canvas.disc(hub, 9.0 * size, 1.5, 0xDDE3E0, 1.0);
}

/// A railway that runs into the sunset.
pub(super) fn railway() -> Canvas {
    let mut canvas =
        Canvas::new(&[(0.0, 0x3A2C5A), (0.3, 0xA04B6E), (0.5, 0xF08A5D), (0.6, 0xFFD27A), (1.0, 0xFFD27A)]);
    canvas.disc((800.0, 520.0), 85.0, 4.0, 0xFFF1C2, 1.0);
    canvas.disc((800.0, 520.0), 85.0, 420.0, 0xFFD98F, 0.5);
    canvas.clouds((60.0, 460.0), (500.0, 45.0), 33, 0.5, 0x5A2F5E, 0.7);
    canvas.ridge(545.0, 26.0, 260.0, 51, (0x5B3A5C, 0x2A1B33));
    canvas.polygon(&[(785.0, 545.0), (815.0, 545.0), (1350.0, 900.0), (250.0, 900.0)], 0x4B3546, 1.0);
    for sleeper in 1..34 {
        let near = (sleeper as f32 / 33.0).powi(3);
        let (y, half) = (547.0 + 353.0 * near, 13.0 + 430.0 * near);
        canvas.rect(800.0 - half, y, half * 2.0, 1.5 + 17.0 * near, 0x241722, 0.9);
    }
    for side in [-1.0, 1.0] {
        let rail = [
            (800.0 + side * 8.0, 545.0),
            (800.0 + side * 10.0, 545.0),
            (800.0 + side * 330.0, 900.0),
            (800.0 + side * 296.0, 900.0),
        ];
        canvas.polygon(&rail, 0xFFC58A, 0.95);
    }
    for mast in 1..7 {
        let near = (mast as f32 / 6.0).powi(2);
        let (x, foot, tall) = (830.0 + 720.0 * near, 550.0 + 250.0 * near, 40.0 + 620.0 * near);
        canvas.rect(x, foot - tall, 2.0 + 11.0 * near, tall, 0x1B1220, 1.0);
        canvas.rect(x - 150.0 * near - 14.0, foot - tall * 0.93, 150.0 * near + 14.0, 2.0 + 6.0 * near, 0x1B1220, 1.0);
    }
    canvas
}

/// Waves before a stormy horizon, with a lighthouse.
pub(super) fn sea() -> Canvas {
    let mut canvas =
        Canvas::new(&[(0.0, 0x22384C), (0.4, 0x7C98A8), (0.52, 0xE6D9B8), (0.53, 0x2B6777), (1.0, 0x0B2F3D)]);
    canvas.clouds((0.0, 440.0), (480.0, 110.0), 61, 0.4, 0x1B2B3A, 0.8);
    canvas.polygon(&[(1262.0, 300.0), (0.0, 120.0), (0.0, 330.0), (1262.0, 312.0)], 0xFFF3C4, 0.28);
    for wave in 0..9 {
        let near = wave as f32 / 8.0;
        let (top, foot) = [(0x5FA3A8, 0x2B6777), (0x3E8790, 0x1C5362), (0x2A6F7C, 0x123F4D)][wave % 3];
        canvas.ridge(
            500.0 + 350.0 * near * near,
            10.0 + 26.0 * near,
            190.0 + 160.0 * near,
            70 + wave as u32 * 9,
            (top, foot),
        );
    }
    canvas.clouds((520.0, 890.0), (150.0, 13.0), 66, 0.72, 0xE8F4F2, 0.75);
    canvas.polygon(
        &[(1050.0, 640.0), (1130.0, 560.0), (1260.0, 530.0), (1400.0, 550.0), (1600.0, 530.0), (1600.0, 690.0)],
        0x1A242C,
        1.0,
    );
    canvas.polygon(&[(1240.0, 545.0), (1250.0, 330.0), (1274.0, 330.0), (1284.0, 545.0)], 0xF4EFE6, 1.0);
    for band in 0..2 {
        let y = 380.0 + band as f32 * 80.0;
        canvas.polygon(
            &[
                (1247.0 - band as f32 * 3.0, y),
                (1277.0 + band as f32 * 3.0, y),
                (1279.0 + band as f32 * 3.0, y + 38.0),
                (1245.0 - band as f32 * 3.0, y + 38.0),
            ],
            0xC8452F,
            1.0,
        );
    }
    canvas.rect(1252.0, 296.0, 20.0, 34.0, 0xFFE9A0, 1.0);
    canvas.polygon(&[(1246.0, 297.0), (1262.0, 274.0), (1278.0, 297.0)], 0xC8452F, 1.0);
    canvas.disc((1262.0, 312.0), 10.0, 120.0, 0xFFF3C4, 0.6);
    canvas
}
