//! What a picture looks like from far away: a stand-in of about 25 bytes, and its main colour.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::error::Refused;
use super::canvas::{Canvas, times};
use super::plan::Part;

/// The longer side of what is looked at. Pixels; a ThumbHash is made of at most 100.
pub(super) const SIDE: u32 = 100;

/// Pixels that are more transparent than this have no colour. Of 255.
const OPAQUE: u8 = 128;

/// Steps of each colour that count as one colour.
const STEP_BITS: u8 = 5;

/// The ThumbHash in base64, and the main colour.
pub(super) fn of(base: &Canvas) -> Result<(String, Option<String>), Refused> {
    let (width, height) = base.size();
    let scale = (f64::from(SIDE) / f64::from(width.max(height))).min(1.0);
    let (across, down) = (times(width, scale), times(height, scale));
    let all = Part { left: 0.0, top: 0.0, width: 1.0, height: 1.0 };
    let pixels = base.cut(all, across, down)?.rgba();
    let hash = thumbhash::rgba_to_thumb_hash(across as usize, down as usize, &pixels);
    Ok((STANDARD.encode(hash), dominant(&pixels)))
}

/// The mean of the colours that are the most frequent, of 512 kinds of colours.
fn dominant(rgba: &[u8]) -> Option<String> {
    let mut kinds = vec![([0_u32; 3], 0_u32); 1 << (3 * (8 - STEP_BITS))];
    for pixel in rgba.chunks_exact(4).filter(|pixel| pixel[3] >= OPAQUE) {
        let kind = pixel[..3].iter().fold(0, |kind, colour| kind << (8 - STEP_BITS) | usize::from(colour >> STEP_BITS));
        if let Some((sums, count)) = kinds.get_mut(kind) {
            sums.iter_mut().zip(pixel).for_each(|(sum, colour)| *sum += u32::from(*colour));
            *count += 1;
        }
    }
    let (sums, count) = kinds.into_iter().max_by_key(|(_, count)| *count).filter(|(_, count)| *count > 0)?;
    let [red, green, blue] = sums.map(|sum| (sum + count / 2) / count);
    Some(format!("#{red:02x}{green:02x}{blue:02x}"))
}
