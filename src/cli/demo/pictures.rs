//! The pictures of the demo newsroom. They are drawn, not stored: abstract scenes of 1600 × 900 pixels, as JPEG.

use super::canvas::Canvas;
use super::{landscapes, townscapes};

/// Draws one picture.
type Scene = fn() -> Canvas;

/// Every picture that can be drawn, by its name.
const PICTURES: [(&str, Scene); 14] = [
    ("almaty", landscapes::almaty),
    ("harbour", townscapes::harbour),
    ("skyline", townscapes::skyline),
    ("chart", townscapes::chart),
    ("stadium", townscapes::stadium),
    ("night-sky", landscapes::night_sky),
    ("parliament", townscapes::parliament),
    ("river", landscapes::river),
    ("concert", townscapes::concert),
    ("wind-farm", landscapes::wind_farm),
    ("railway", landscapes::railway),
    ("library", townscapes::library),
    ("sea", landscapes::sea),
    ("market", townscapes::market),
];

/// The names of all pictures.
pub fn names() -> impl Iterator<Item = &'static str> {
    PICTURES.iter().map(|(name, _)| *name)
}

/// Draws a picture: the bytes of a JPEG file, the same on every call; `None` for a name that is none of [`names`].
#[must_use]
pub fn draw(name: &str) -> Option<Vec<u8>> {
    let (_, scene) = PICTURES.iter().find(|(known, _)| *known == name)?;
    let mut canvas = scene();
    canvas.vignette(0.35);
    Some(canvas.into_jpeg())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_picture_is_a_jpeg_of_its_own_and_all_are_small() {
        let files: Vec<Vec<u8>> = std::thread::scope(|scope| {
            let drawn: Vec<_> = names().map(|name| scope.spawn(move || draw(name).unwrap())).collect();
            drawn.into_iter().map(|file| file.join().unwrap()).collect()
        });
        for (name, file) in names().zip(&files) {
            let picture = image::load_from_memory(file).unwrap();
            assert_eq!((picture.width(), picture.height()), (1600, 900), "{name}");
            assert_eq!(files.iter().filter(|other| *other == file).count(), 1, "{name}");
        }
        assert!(files.iter().map(Vec::len).sum::<usize>() < 2_000_000);
        assert!(draw("unknown").is_none());
    }
}
