//! The list of variants, and which of them a picture gets.

use super::{Focus, Format};

/// WebP has no longer sides. Pixels.
const LONGEST_SIDE: u32 = 16_383;

/// A variant as it stands on the list.
struct Listed {
    name: &'static str,
    width: u32,
    /// Width and height of a crop, in parts.
    ratio: Option<(u32, u32)>,
}

const fn whole(name: &'static str, width: u32) -> Listed {
    Listed { name, width, ratio: None }
}

const fn crop(name: &'static str, width: u32, ratio: (u32, u32)) -> Listed {
    Listed { name, width, ratio: Some(ratio) }
}

/// The list. Nothing else is ever made, so nobody can make the server resize at will.
const LIST: [Listed; 11] = [
    whole("w320", 320),
    whole("w640", 640),
    whole("w960", 960),
    whole("w1280", 1_280),
    whole("w1920", 1_920),
    crop("1x1-w320", 320, (1, 1)),
    crop("1x1-w640", 640, (1, 1)),
    crop("4x3-w640", 640, (4, 3)),
    crop("4x3-w1280", 1_280, (4, 3)),
    crop("16x9-w640", 640, (16, 9)),
    crop("16x9-w1280", 1_280, (16, 9)),
];

/// Whether there can be a variant of this name and ending.
#[must_use]
pub fn is_listed(name: &str, extension: &str) -> bool {
    Format::of(extension).is_some() && LIST.iter().any(|listed| listed.name == name)
}

/// A part of a picture, in parts of its shown width and height.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Part {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// A variant that is to be made.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Spec {
    pub(super) name: &'static str,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) part: Part,
}

/// What is made of a picture.
pub(super) struct Plan {
    specs: Vec<Spec>,
    scale: f64,
}

impl Plan {
    /// No variants: the picture is needed in the smallest size only.
    pub(super) const fn none() -> Self {
        Self { specs: Vec::new(), scale: 0.0 }
    }

    /// For a picture of so many pixels across and down, as shown.
    pub(super) fn of((width, height): (u32, u32), focus: Focus) -> Self {
        let mut plan = Self::none();
        for listed in &LIST {
            let (across, down) = listed.ratio.map_or((width, height), |ratio| largest((width, height), ratio));
            if listed.width > across {
                continue;
            }
            let wanted = match listed.ratio {
                Some((x, y)) => scaled(listed.width, y, x),
                None => scaled(listed.width, height, width),
            };
            if wanted > LONGEST_SIDE {
                continue;
            }
            let part = Part {
                left: start(width, across, focus.x),
                top: start(height, down, focus.y),
                width: f64::from(across) / f64::from(width),
                height: f64::from(down) / f64::from(height),
            };
            plan.scale = plan.scale.max(f64::from(listed.width) / f64::from(across));
            plan.specs.push(Spec { name: listed.name, width: listed.width, height: wanted, part });
        }
        plan
    }

    pub(super) fn specs(&self) -> &[Spec] {
        &self.specs
    }

    /// By how much the picture can be shrunk before anything is made of it; at most 1.
    pub(super) fn scale(&self) -> f64 {
        self.scale
    }
}

/// The largest crop of a ratio within a picture.
fn largest((width, height): (u32, u32), (x, y): (u32, u32)) -> (u32, u32) {
    let across = scaled(height, x, y);
    if across <= width { (across, height) } else { (width, scaled(width, y, x).min(height)) }
}

/// `length × by / of`, rounded, at least 1.
fn scaled(length: u32, by: u32, of: u32) -> u32 {
    let (by, of) = (u64::from(by), u64::from(of.max(1)));
    u32::try_from((u64::from(length) * by + of / 2) / of).unwrap_or(u32::MAX).max(1)
}

/// Where a crop of `length` pixels begins that has its middle as near to the focus as it can: part of `all`.
fn start(all: u32, length: u32, focus: f64) -> f64 {
    let (all, length) = (f64::from(all), f64::from(length));
    (focus * all - length / 2.0).clamp(0.0, (all - length).max(0.0)) / all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(size: (u32, u32)) -> Vec<&'static str> {
        Plan::of(size, Focus::default()).specs().iter().map(|spec| spec.name).collect()
    }

    #[test]
    fn nothing_is_made_larger() {
        assert!(names((319, 5_000)).is_empty());
        assert_eq!(names((320, 240)), ["w320"]);
        assert_eq!(names((1_000, 750)), ["w320", "w640", "w960", "1x1-w320", "1x1-w640", "4x3-w640", "16x9-w640"]);
        assert_eq!(names((6_000, 4_000)).len(), LIST.len());
        // 20 000 × 1: as a whole it can shrink, but there is no crop of it.
        assert_eq!(names((20_000, 1)), ["w320", "w640", "w960", "w1280", "w1920"]);
        // 16 641 pixels down would be too many for WebP.
        assert_eq!(names((330, 17_161)), ["1x1-w320"]);
    }

    #[test]
    fn sizes_keep_the_aspect() {
        let plan = Plan::of((6_000, 4_000), Focus::default());
        let sizes: Vec<(u32, u32)> = plan.specs().iter().map(|spec| (spec.width, spec.height)).collect();
        assert_eq!(sizes[..5], [(320, 213), (640, 427), (960, 640), (1_280, 853), (1_920, 1_280)]);
        assert_eq!(sizes[5..], [(320, 320), (640, 640), (640, 480), (1_280, 960), (640, 360), (1_280, 720)]);
        assert!((plan.scale() - 0.32).abs() < 1e-9);
    }

    #[test]
    fn crops_keep_the_focus_and_stay_inside() {
        for (x, y, left, top) in
            [(0.5, 0.5, 0.25, 0.0), (0.0, 0.0, 0.0, 0.0), (1.0, 1.0, 0.5, 0.0), (0.4, 0.9, 0.15, 0.0)]
        {
            let plan = Plan::of((2_000, 1_000), Focus { x, y });
            let square = plan.specs().iter().find(|spec| spec.name == "1x1-w640").unwrap();
            assert!((square.part.left - left).abs() < 1e-9 && (square.part.top - top).abs() < 1e-9, "{square:?}");
            assert!((square.part.width - 0.5).abs() < 1e-9 && (square.part.height - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn the_list_is_closed() {
        assert!(is_listed("w320", "webp") && is_listed("16x9-w1280", "jpg"));
        for (name, extension) in
            [("w321", "jpg"), ("w320", "png"), ("w320", ""), ("", "jpg"), ("W320", "jpg"), ("w320", "JPG")]
        {
            assert!(!is_listed(name, extension), "{name}.{extension}");
        }
    }
}
