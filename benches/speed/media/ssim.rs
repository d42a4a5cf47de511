//! How alike two pictures look: structural similarity (Wang et al., 2004) of the lightness, in windows of 8 × 8 pixels.

/// The side of a window, and how far apart windows are. Pixels.
const WINDOW: usize = 8;
const STEP: usize = 4;

/// The lightness of a picture.
pub struct Luma {
    /// Pixels across.
    pub width: usize,
    /// Pixels down.
    pub height: usize,
    /// From 0 to 255, row by row.
    pub values: Vec<f32>,
}

impl Luma {
    /// Of red, green and blue of every pixel (ITU-R BT.601).
    pub fn of_rgb(width: u32, height: u32, rgb: impl Iterator<Item = [f32; 3]>) -> Self {
        let values = rgb.map(|[red, green, blue]| 0.299 * red + 0.587 * green + 0.114 * blue).collect();
        Self { width: width as usize, height: height as usize, values }
    }
}

/// The mean over all windows: 1 for equal pictures. None where they are of different sizes, or too small.
pub fn mean(one: &Luma, other: &Luma) -> Option<f64> {
    if (one.width, one.height) != (other.width, other.height) {
        return None;
    }
    let (mut sum, mut count) = (0.0, 0_u32);
    for y in (0..=one.height.checked_sub(WINDOW)?).step_by(STEP) {
        for x in (0..=one.width.checked_sub(WINDOW)?).step_by(STEP) {
            sum += window(one, other, x, y);
            count += 1;
        }
    }
    Some(sum / f64::from(count))
}

fn window(one: &Luma, other: &Luma, x: usize, y: usize) -> f64 {
    let [mut a, mut b, mut aa, mut bb, mut ab] = [0.0_f32; 5];
    for row in y..y + WINDOW {
        let from = row * one.width + x;
        for (left, right) in one.values[from..from + WINDOW].iter().zip(&other.values[from..from + WINDOW]) {
            a += left;
            b += right;
            aa += left * left;
            bb += right * right;
            ab += left * right;
        }
    }
    let count = (WINDOW * WINDOW) as f64;
    let (a, b) = (f64::from(a) / count, f64::from(b) / count);
    let (aa, bb, ab) = (f64::from(aa) / count - a * a, f64::from(bb) / count - b * b, f64::from(ab) / count - a * b);
    let (flat, busy) = ((0.01_f64 * 255.0).powi(2), (0.03_f64 * 255.0).powi(2));
    (2.0 * a * b + flat) * (2.0 * ab + busy) / ((a * a + b * b + flat) * (aa + bb + busy))
}
