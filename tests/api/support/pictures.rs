//! Pictures that the tests draw.

use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};

/// A picture of one colour in this format; another colour is another picture.
pub fn picture(format: ImageFormat, shade: u8) -> Vec<u8> {
    let drawn = RgbImage::from_fn(64, 48, |x, y| Rgb([shade, (x * 4) as u8, (y * 5) as u8]));
    let mut bytes = Cursor::new(Vec::new());
    drawn.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A JPEG.
pub fn jpeg(shade: u8) -> Vec<u8> {
    picture(ImageFormat::Jpeg, shade)
}
