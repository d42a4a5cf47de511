//! Scenes of what people build.

use super::canvas::{Canvas, HEIGHT, WIDTH, chance};

/// A container port with its cranes at first light.
pub(super) fn harbour() -> Canvas {
    let mut canvas =
        Canvas::new(&[(0.0, 0x3E6C8F), (0.4, 0xB9CBD0), (0.62, 0xFBD9A5), (0.63, 0x3C6B80), (1.0, 0x173645)]);
    canvas.disc((330.0, 520.0), 46.0, 3.0, 0xFFF2CF, 1.0);
    canvas.disc((330.0, 520.0), 46.0, 300.0, 0xFFE5B0, 0.5);
    canvas.clouds((40.0, 420.0), (460.0, 60.0), 4, 0.5, 0xFFFFFF, 0.5);
    for (x, size, colour) in [(620.0, 0.8, 0x6C8794), (900.0, 0.9, 0x49687A), (1230.0, 1.1, 0x24414F)] {
        crane(&mut canvas, x, size, colour);
    }
    canvas.polygon(&[(700.0, 570.0), (1600.0, 570.0), (1600.0, 650.0), (760.0, 650.0)], 0x16303C, 1.0);
    for container in 0..72 {
        let (column, row) = (container % 18, container / 18);
        if chance(column, 0, 2) * 4.6 > row as f32 {
            let colour = [0xC4512D, 0xE0A030, 0x2F7F86, 0xD9D3C3, 0x7A3B46][(chance(container, 1, 2) * 4.99) as usize];
            canvas.rect(735.0 + column as f32 * 48.0, 546.0 - row as f32 * 24.0, 46.0, 22.0, colour, 1.0);
        }
    }
    canvas.clouds((640.0, 898.0), (190.0, 9.0), 6, 0.58, 0xFBD9A5, 0.6);
    canvas.clouds((560.0, 898.0), (260.0, 12.0), 8, 0.55, 0x0E2733, 0.5);
    canvas
}

fn crane(canvas: &mut Canvas, x: f32, size: f32, colour: u32) {
    let (foot, top) = (575.0, 575.0 - 330.0 * size);
    for leg in [0.0, 110.0] {
        canvas.line(&[(x + leg * size, foot), (x + (20.0 + leg * 0.7) * size, top)], 11.0 * size, colour, 1.0);
    }
    canvas.line(&[(x - 230.0 * size, top), (x + 250.0 * size, top)], 13.0 * size, colour, 1.0);
    let peak = (x + 60.0 * size, top - 110.0 * size);
    canvas.line(&[(x - 210.0 * size, top), peak, (x + 230.0 * size, top)], 4.0 * size, colour, 1.0);
    canvas.line(&[peak, (x + 60.0 * size, top)], 9.0 * size, colour, 1.0);
    canvas.line(&[(x - 150.0 * size, top), (x - 150.0 * size, top + 130.0 * size)], 3.0 * size, colour, 1.0);
    canvas.rect(x - 174.0 * size, top + 130.0 * size, 48.0 * size, 22.0 * size, 0xC4512D, 0.9);
}

/// Towers at night, mirrored in water.
pub(super) fn skyline() -> Canvas {
    let mut canvas =
        Canvas::new(&[(0.0, 0x0B1026), (0.4, 0x2A2A5C), (0.66, 0xB0567A), (0.72, 0x1B1A3A), (1.0, 0x070A18)]);
    canvas.disc((1260.0, 190.0), 52.0, 2.0, 0xFDF3DC, 1.0);
    canvas.disc((1260.0, 190.0), 52.0, 190.0, 0xE9D9FF, 0.3);
    for (layer, colour) in [0x3A3468_u32, 0x241F4A, 0x12122E].into_iter().enumerate() {
        let seed = 40 + layer as u32;
        for tower in 0..22 {
            let wide = 44.0 + 50.0 * chance(tower, 0, seed);
            let (x, tall) =
                (tower as f32 * 76.0 - 20.0, (150.0 + 330.0 * chance(tower, 1, seed)) * (1.0 - layer as f32 * 0.2));
            canvas.rect(x, 650.0 - tall, wide, tall, colour, 1.0);
            canvas.rect(x, 650.0, wide, tall * 0.5, colour, 0.6);
            for window in 0..120 {
                let (column, row) = ((window % 6) as f32, (window / 6) as f32);
                if column * 12.0 + 14.0 < wide
                    && row * 20.0 + 20.0 < tall
                    && chance(tower * 120 + window, 2, seed) > 0.68
                {
                    let light = if chance(window, 3, seed) > 0.3 { 0xFFD98A } else { 0x9FD3FF };
                    canvas.rect(x + 6.0 + column * 12.0, 662.0 - tall + row * 20.0, 6.0, 10.0, light, 0.85);
                }
            }
        }
    }
    canvas.clouds((655.0, 899.0), (60.0, 10.0), 44, 0.66, 0xFFC98A, 0.5);
    canvas
}

/// Bars and a rising line: figures of a year.
pub(super) fn chart() -> Canvas {
    let mut canvas = Canvas::new(&[(0.0, 0x0F2D3A), (1.0, 0x0A4A52)]);
    for rule in 0..8 {
        canvas.rect(120.0, 110.0 + rule as f32 * 92.0, 1360.0, 2.0, 0xBFE3DC, 0.18);
    }
    let mut line = Vec::new();
    for month in 0..12 {
        let x = 150.0 + month as f32 * 112.0;
        let tall = 130.0 + 30.0 * month as f32 + 150.0 * chance(month, 0, 13);
        canvas.rect(x, 754.0 - tall, 66.0, tall, if month == 9 { 0xFF8A5B } else { 0x2FA39A }, 0.95);
        canvas.rect(x + 52.0, 754.0 - tall, 14.0, tall, 0x06262E, 0.22);
        line.push((x + 33.0, 620.0 - 36.0 * month as f32 - 110.0 * chance(month, 1, 13)));
    }
    let mut below = line.clone();
    below.extend([(1415.0, 754.0), (183.0, 754.0)]);
    canvas.polygon(&below, 0xFFE08A, 0.10);
    canvas.line(&line, 6.0, 0xFFE08A, 1.0);
    for point in line {
        canvas.disc(point, 11.0, 1.5, 0xFFE08A, 1.0);
        canvas.disc(point, 5.0, 1.5, 0x0A4A52, 1.0);
    }
    canvas.rect(120.0, 754.0, 1360.0, 4.0, 0xE9F5F1, 0.9);
    canvas
}

/// A football ground under floodlights.
pub(super) fn stadium() -> Canvas {
    let mut canvas = Canvas::new(&[(0.0, 0x070D20), (0.4, 0x1A2C55), (0.5, 0x2F4A7A), (1.0, 0x1E6B38)]);
    canvas.polygon(&[(0.0, 230.0), (800.0, 330.0), (1600.0, 230.0), (1600.0, 560.0), (0.0, 560.0)], 0x1B2440, 1.0);
    for seat in 0..5200 {
        let (x, deep) = (WIDTH * chance(seat, 0, 3), chance(seat, 1, 3));
        let top = 245.0 + 100.0 * (1.0 - (x / 800.0 - 1.0).abs());
        let colour = [0xE7E1D2, 0xC8452F, 0x3D6FB0, 0xF0B840][(chance(seat, 2, 3) * 3.99) as usize];
        canvas.rect(x, top + (535.0 - top) * deep, 4.0, 4.0, colour, 0.3 + 0.45 * deep);
    }
    canvas.polygon(&[(330.0, 545.0), (1270.0, 545.0), (2100.0, 900.0), (-500.0, 900.0)], 0x2C8A47, 1.0);
    for stripe in (0..14).step_by(2) {
        let at = |place: i32, y: f32| (800.0 + (place as f32 / 7.0 - 1.0) * if y < 600.0 { 470.0 } else { 1300.0 }, y);
        canvas.polygon(
            &[at(stripe, 545.0), at(stripe + 1, 545.0), at(stripe + 1, 900.0), at(stripe, 900.0)],
            0x3BA258,
            0.8,
        );
    }
    canvas.line(&[(330.0, 548.0), (1270.0, 548.0)], 4.0, 0xFFFFFF, 0.9);
    canvas.line(&[(800.0, 548.0), (800.0, 900.0)], 6.0, 0xFFFFFF, 0.85);
    let circle: Vec<_> = (0..=60)
        .map(|step| (step as f32 / 60.0 * std::f32::consts::TAU).sin_cos())
        .map(|(sin, cos)| (800.0 + cos * 270.0, 705.0 + sin * 80.0 * (1.0 + sin * 0.18)))
        .collect();
    canvas.line(&circle, 5.0, 0xFFFFFF, 0.85);
    for (x, y) in [(150.0, 110.0), (560.0, 170.0), (1040.0, 170.0), (1450.0, 110.0)] {
        canvas.rect(x - 4.0, y, 8.0, 330.0 - y, 0x0C1326, 1.0);
        canvas.disc((x, y), 8.0, 190.0, 0xDCEBFF, 0.55);
        for lamp in 0..8 {
            canvas.disc(
                (x - 42.0 + (lamp % 4) as f32 * 28.0, y - 12.0 + (lamp / 4) as f32 * 24.0),
                7.0,
                5.0,
                0xFFFFFF,
                1.0,
            );
        }
    }
    canvas
}

/// A domed house with columns and steps.
pub(super) fn parliament() -> Canvas {
    let mut canvas = Canvas::new(&[(0.0, 0x6FA8CF), (0.5, 0xDCE9EC), (0.8, 0xF7E3C8), (1.0, 0xB9AE9B)]);
    canvas.clouds((30.0, 520.0), (380.0, 90.0), 15, 0.45, 0xFFFFFF, 0.85);
    canvas.disc((800.0, 330.0), 168.0, 2.0, 0x7FA79B, 1.0);
    canvas.disc((850.0, 350.0), 20.0, 130.0, 0x3E665E, 0.5);
    canvas.rect(640.0, 330.0, 320.0, 110.0, 0xE8DCC4, 1.0);
    for window in 0..9 {
        canvas.rect(658.0 + window as f32 * 33.0, 345.0, 16.0, 62.0, 0x8C7E68, 0.8);
    }
    canvas.rect(786.0, 110.0, 28.0, 60.0, 0xE8DCC4, 1.0);
    canvas.line(&[(800.0, 110.0), (800.0, 30.0)], 4.0, 0x5B5346, 1.0);
    canvas.polygon(&[(802.0, 34.0), (872.0, 50.0), (802.0, 72.0)], 0xB8433A, 1.0);
    canvas.rect(180.0, 470.0, 1240.0, 260.0, 0xDFD0B4, 1.0);
    for column in 0..24 {
        canvas.rect(206.0 + column as f32 * 51.0, 510.0, 20.0, 180.0, 0x9A8B72, 0.6);
    }
    canvas.polygon(&[(490.0, 470.0), (800.0, 372.0), (1110.0, 470.0)], 0xF1E6D0, 1.0);
    canvas.polygon(&[(560.0, 456.0), (800.0, 386.0), (1040.0, 456.0)], 0xCDBD9E, 1.0);
    canvas.rect(490.0, 470.0, 620.0, 260.0, 0x77694F, 1.0);
    canvas.rect(480.0, 468.0, 640.0, 34.0, 0xF1E6D0, 1.0);
    for column in 0..8 {
        let x = 506.0 + column as f32 * 80.0;
        canvas.rect(x, 502.0, 34.0, 228.0, 0xF7EEDC, 1.0);
        canvas.rect(x + 22.0, 502.0, 12.0, 228.0, 0xB7A688, 0.55);
    }
    for step in 0..7 {
        let out = step as f32 * 34.0;
        canvas.rect(
            440.0 - out,
            730.0 + step as f32 * 25.0,
            720.0 + out * 2.0,
            25.0,
            [0xF1E6D0, 0xDCCCAE][step % 2],
            1.0,
        );
    }
    canvas
}

/// A stage with its curtain, and a grand piano in the light.
pub(super) fn concert() -> Canvas {
    let mut canvas = Canvas::new(&[(0.0, 0x1A0710), (0.7, 0x3A0E1C), (0.78, 0x5C3A22), (1.0, 0x24140C)]);
    for fold in 0..40 {
        let x = fold as f32 * 40.0;
        canvas.rect(x, 0.0, 22.0, 690.0 + 10.0 * chance(fold, 0, 1), 0x9C1F35, 0.65);
        canvas.rect(x + 6.0, 0.0, 7.0, 690.0, 0xD24A57, 0.45);
    }
    for (x, lean) in [(420.0, 330.0), (800.0, 0.0), (1180.0, -330.0)] {
        let foot = x + lean;
        canvas.polygon(
            &[(x - 14.0, 0.0), (x + 14.0, 0.0), (foot + 250.0, 780.0), (foot - 250.0, 780.0)],
            0xFFE9B8,
            0.13,
        );
    }
    canvas.disc((800.0, 770.0), 60.0, 420.0, 0xFFD58F, 0.35);
    canvas.polygon(&[(520.0, 575.0), (760.0, 380.0), (1060.0, 430.0), (1110.0, 560.0)], 0x140C10, 1.0);
    canvas.polygon(&[(540.0, 572.0), (765.0, 396.0), (1044.0, 440.0), (1085.0, 556.0)], 0x43252A, 0.7);
    canvas.polygon(&[(480.0, 580.0), (1120.0, 560.0), (1120.0, 640.0), (480.0, 660.0)], 0x0B0709, 1.0);
    for key in 0..26 {
        canvas.rect(490.0 + key as f32 * 8.0, 600.0, 6.5, 22.0, 0xFAF3E3, 1.0);
    }
    for leg in [530.0, 820.0, 1080.0] {
        canvas.polygon(
            &[(leg - 12.0, 640.0), (leg + 14.0, 640.0), (leg + 6.0, 790.0), (leg - 4.0, 790.0)],
            0x0B0709,
            1.0,
        );
    }
    canvas.rect(330.0, 690.0, 110.0, 18.0, 0x0B0709, 1.0);
    for leg in [340.0, 420.0] {
        canvas.rect(leg, 700.0, 10.0, 95.0, 0x0B0709, 1.0);
    }
    canvas
}

/// Shelves full of books.
pub(super) fn library() -> Canvas {
    let mut canvas = Canvas::new(&[(0.0, 0x2A1B12), (1.0, 0x1A0F0A)]);
    let bindings = [0x8C2F2B, 0x23546B, 0xC9963B, 0x3F6B4A, 0x5B3A6B, 0xD8C9A8, 0x7A4B2A, 0x1F2F4A];
    for shelf in 0..4 {
        let foot = 222.0 + shelf as f32 * 222.0;
        let mut x = 12.0;
        for book in 0..60 {
            let wide = 18.0 + 26.0 * chance(book, shelf, 1);
            let tall = 130.0 + 55.0 * chance(book, shelf, 2);
            let colour = bindings[(chance(book, shelf, 3) * 7.99) as usize];
            if chance(book, shelf, 4) > 0.06 {
                canvas.rect(x, foot - tall, wide, tall, colour, 1.0);
                canvas.rect(x, foot - tall, 4.0, tall, 0xFFFFFF, 0.14);
                canvas.rect(x + wide - 5.0, foot - tall, 5.0, tall, 0x000000, 0.28);
                canvas.rect(x, foot - tall * 0.85, wide, 5.0, 0xF0D79A, 0.65);
                canvas.rect(x, foot - tall * 0.2, wide, 3.0, 0xF0D79A, 0.5);
            }
            x += wide + 2.0;
        }
        canvas.rect(0.0, foot, WIDTH, 18.0, 0x6B4528, 1.0);
        canvas.rect(0.0, foot + 14.0, WIDTH, 8.0, 0x000000, 0.4);
    }
    canvas.disc((1130.0, 300.0), 40.0, 620.0, 0xFFD58A, 0.33);
    canvas
}

/// Stalls with striped awnings.
pub(super) fn market() -> Canvas {
    let mut canvas = Canvas::new(&[(0.0, 0xF6D9A8), (0.45, 0xF2B98A), (0.75, 0xC98763), (1.0, 0x8A5A44)]);
    for house in 0..9 {
        let (x, top) = (house as f32 * 185.0 - 20.0, 90.0 + 120.0 * chance(house, 0, 6));
        canvas.rect(x, top, 186.0, 560.0, [0xE9C39B, 0xD99F7B, 0xEBD3B0, 0xC9A28C][house as usize % 4], 1.0);
        for window in 0..6 {
            canvas.rect(
                x + 28.0 + (window % 2) as f32 * 80.0,
                top + 34.0 + (window / 2) as f32 * 96.0,
                44.0,
                62.0,
                0x6F8C94,
                0.7,
            );
        }
    }
    for stall in 0..4 {
        let x = 30.0 + stall as f32 * 395.0;
        let colour = [0xC8452F, 0x2F7F86, 0xE0A030, 0x4D7A43][stall];
        canvas.rect(x + 20.0, 500.0, 315.0, 250.0, 0x4A2F24, 0.55);
        for stripe in 0..8 {
            let (a, b) = (x + stripe as f32 * 44.0, x + 30.0 + stripe as f32 * 36.5);
            let shade = if stripe % 2 == 0 { colour } else { 0xFFF6E6 };
            canvas.polygon(&[(b, 400.0), (b + 36.5, 400.0), (a + 44.0, 500.0), (a, 500.0)], shade, 1.0);
            canvas.disc((a + 22.0, 500.0), 21.0, 1.5, shade, 1.0);
        }
        canvas.rect(x, 690.0, 352.0, 150.0, 0x7A4B2A, 1.0);
        for fruit in 0..60 {
            let place = (x + 18.0 + (fruit % 15) as f32 * 22.5, 690.0 - (fruit / 15) as f32 * 15.0);
            let ripe = [0xE8552B, 0xF2B02E, 0x7FB03F, 0xB8283A][(fruit / 5 + stall) % 4];
            canvas.disc(place, 12.0, 1.5, ripe, 1.0);
            canvas.disc((place.0 - 4.0, place.1 - 4.0), 2.0, 4.0, 0xFFFFFF, 0.5);
        }
    }
    canvas.rect(0.0, 840.0, WIDTH, HEIGHT - 840.0, 0x6B4536, 1.0);
    canvas
}
