//! Pictures in other sizes and formats.

mod bodies;
mod making;
pub mod sent;
mod serving;

use std::io::Cursor;

use image::codecs::gif::GifEncoder;
use image::codecs::png::PngEncoder;
use image::{DynamicImage, ExtendedColorType, Frame, ImageEncoder, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use serde_json::{Value, json};

use crate::everywhere;
use crate::support::{Client, TestApp};

const RED: [u8; 3] = [220, 30, 30];
const GREEN: [u8; 3] = [30, 200, 30];
const BLUE: [u8; 3] = [30, 30, 220];
const YELLOW: [u8; 3] = [230, 220, 20];

/// Four colours: red and green above, blue and yellow below.
fn four_colours(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        Rgb(match (x < width / 2, y < height / 2) {
            (true, true) => RED,
            (false, true) => GREEN,
            (true, false) => BLUE,
            (false, false) => YELLOW,
        })
    })
}

pub fn written(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A JPEG with Exif data that ask for a turn and carry a word.
fn with_exif(jpeg: &[u8], orientation: u8, word: &str) -> Vec<u8> {
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    exif.extend(word.as_bytes());
    let length = (u16::try_from(exif.len()).unwrap() + 2).to_be_bytes();
    [&jpeg[..2], &[0xFF, 0xE1], &length, &exif, &jpeg[2..]].concat()
}

fn record(media: &Value) -> String {
    format!("/v1/admin/media/{}", media["id"].as_str().unwrap())
}

fn variant_path(media: &Value, name: &str) -> String {
    format!("/media/{}/variants/{name}", media["id"].as_str().unwrap())
}

/// Uploads a picture, and lets the job make its variants.
fn with_variants(app: &TestApp, editor: &Client, bytes: &[u8], fields: &[(&str, &str)]) -> Value {
    let media = editor.upload("picture.jpg", bytes, fields).expect(201).data();
    app.run_jobs();
    editor.get(&record(&media)).expect(200).data()
}

/// The address of a variant.
fn url(media: &Value, name: &str, mime: &str) -> String {
    let all = media["variants"].as_array().unwrap();
    let found = all.iter().find(|variant| variant["name"] == name && variant["mime"] == mime);
    found.unwrap_or_else(|| panic!("no {name} in {media}"))["url"].as_str().unwrap().to_owned()
}

fn picture(app: &TestApp, url: &str) -> DynamicImage {
    image::load_from_memory(&app.anonymous().get(url).expect(200).bytes).unwrap()
}

/// Whether the pixel at these parts of the picture has about this colour.
#[track_caller]
fn assert_colour(picture: &DynamicImage, (x, y): (f64, f64), colour: [u8; 3]) {
    let at = |side: u32, part: f64| ((f64::from(side) * part) as u32).min(side - 1);
    let found = picture.to_rgb8().get_pixel(at(picture.width(), x), at(picture.height(), y)).0;
    let near = found.iter().zip(colour).all(|(a, b)| a.abs_diff(b) < 24);
    assert!(near, "{found:?} at {x}, {y} instead of {colour:?}");
}

/// How many files there are in the store, and before its door.
fn stored(app: &TestApp) -> usize {
    let arriving = std::fs::read_dir(app.app.storage.staging_dir()).unwrap().count();
    app.app.storage.keys().unwrap().len() + arriving
}

everywhere! {
    a_picture_gets_its_set(app) {
        let editor = app.editor();
        let new = editor.upload("picture.png", &written(&four_colours(1_400, 1_050), ImageFormat::Png), &[]).expect(201).data();
        assert_eq!((&new["variants"], &new["srcset"], &new["placeholder"]), (&json!([]), &json!(null), &json!(null)));
        app.run_jobs();
        let media = editor.get(&record(&new)).expect(200).data();
        assert_eq!((&media["version"], &media["width"]), (&json!(1), &json!(1_400)));
        let sizes = [("w320", 320, 240), ("w640", 640, 480), ("w960", 960, 720), ("w1280", 1_280, 960), ("1x1-w320", 320, 320), ("1x1-w640", 640, 640),
            ("4x3-w640", 640, 480), ("4x3-w1280", 1_280, 960), ("16x9-w640", 640, 360), ("16x9-w1280", 1_280, 720)];
        let variants = media["variants"].as_array().unwrap();
        assert_eq!(variants.len(), 2 * sizes.len(), "{media}");
        for (place, variant) in variants.iter().enumerate() {
            let (name, width, height) = sizes[place % sizes.len()];
            let mime = if place < sizes.len() { "image/webp" } else { "image/jpeg" };
            assert_eq!((&variant["name"], &variant["mime"], &variant["width"], &variant["height"]), (&json!(name), &json!(mime), &json!(width), &json!(height)));
            let answer = app.anonymous().get(variant["url"].as_str().unwrap()).expect(200);
            assert_eq!(answer.header("content-type"), Some(mime));
            assert_eq!(variant["bytes"].as_u64(), Some(answer.bytes.len() as u64));
            let format = ImageFormat::from_mime_type(mime).unwrap();
            let drawn = image::load_from_memory_with_format(&answer.bytes, format).unwrap();
            assert_eq!((drawn.width(), drawn.height()), (width, height));
            assert_colour(&drawn, (0.1, 0.1), RED);
            assert_colour(&drawn, (0.9, 0.9), YELLOW);
        }
        let srcset = media["srcset"].as_str().unwrap();
        let widths: Vec<&str> = srcset.split(", ").map(|candidate| candidate.split_once(' ').unwrap().1).collect();
        assert_eq!(widths, ["320w", "640w", "960w", "1280w", "1400w"]);
        let hash = media["placeholder"].as_str().unwrap();
        assert!((10..=40).contains(&hash.len()), "{hash}");
        let colour = media["dominant_color"].as_str().unwrap();
        assert!(["#dc1e1e", "#1ec81e", "#1e1edc", "#e6dc14"].contains(&colour), "{colour}");
    }

    nothing_is_made_larger(app) {
        let editor = app.editor();
        for (width, height, names) in [(64, 48, vec![]), (319, 900, vec![]), (320, 200, vec!["w320"]), (400, 400, vec!["w320", "1x1-w320"])] {
            let media = with_variants(app, &editor, &written(&four_colours(width, height), ImageFormat::Jpeg), &[]);
            let found: Vec<&str> = media["variants"].as_array().unwrap().iter().filter(|variant| variant["mime"] == "image/jpeg").map(|variant| variant["name"].as_str().unwrap()).collect();
            assert_eq!(found, names);
            assert_eq!(media["srcset"].is_null(), names.is_empty());
            assert!(media["placeholder"].is_string() && media["dominant_color"].is_string(), "{media}");
        }
    }

    what_moves_stands_still_in_no_variant(app) {
        let mut bytes = Vec::new();
        let frames = [RED, BLUE].map(|[r, g, b]| Frame::new(RgbaImage::from_pixel(400, 300, Rgba([r, g, b, 255]))));
        GifEncoder::new(&mut bytes).encode_frames(frames).unwrap();
        let media = with_variants(app, &app.editor(), &bytes, &[]);
        assert_eq!((&media["variants"], &media["srcset"], &media["dominant_color"]), (&json!([]), &json!(null), &json!("#dc1e1e")));
    }

    crops_keep_the_focal_point(app) {
        let editor = app.editor();
        let wide = written(&four_colours(1_400, 700), ImageFormat::Jpeg);
        let media = with_variants(app, &editor, &wide, &[("focal_point", r#"{"x": 0.1, "y": 0.5}"#)]);
        for (mime, crop) in [("image/webp", "1x1-w320"), ("image/jpeg", "1x1-w640")] {
            let left = picture(app, &url(&media, crop, mime));
            for (at, colour) in [((0.1, 0.1), RED), ((0.9, 0.1), RED), ((0.1, 0.9), BLUE), ((0.9, 0.9), BLUE)] {
                assert_colour(&left, at, colour);
            }
        }
        let before = stored(app);
        let (old_crop, old_whole) = (url(&media, "1x1-w640", "image/jpeg"), url(&media, "w640", "image/jpeg"));
        let moved = editor.if_match(&media["version"]).patch(&record(&media), &json!({ "focal_point": { "x": 1, "y": 0.5 } })).expect(200).data();
        assert_eq!(moved["variants"].as_array().unwrap().len(), media["variants"].as_array().unwrap().len(), "the old ones show until the new ones are there");
        app.run_jobs();
        let media = editor.get(&record(&media)).expect(200).data();
        let crop = url(&media, "1x1-w640", "image/jpeg");
        let version = |url: &str| url.rsplit_once("v=").unwrap().1.to_owned();
        assert_ne!(version(&crop), version(&old_crop));
        assert_eq!(version(&url(&media, "w640", "image/jpeg")), version(&old_whole));
        let right = picture(app, &crop);
        for (at, colour) in [((0.1, 0.1), GREEN), ((0.9, 0.1), GREEN), ((0.1, 0.9), YELLOW), ((0.9, 0.9), YELLOW)] {
            assert_colour(&right, at, colour);
        }
        assert_eq!(stored(app), before, "the old crops are gone");
        let tall = written(&four_colours(700, 1_400), ImageFormat::Jpeg);
        let media = with_variants(app, &editor, &tall, &[("focal_point", r#"{"x": 0.5, "y": 1}"#)]);
        let low = picture(app, &url(&media, "16x9-w640", "image/webp"));
        assert_colour(&low, (0.1, 0.1), BLUE);
        assert_colour(&low, (0.9, 0.9), YELLOW);
    }

    other_changes_make_nothing_anew(app) {
        let editor = app.editor();
        let media = with_variants(app, &editor, &written(&four_colours(400, 300), ImageFormat::Jpeg), &[]);
        let changed = editor.if_match(&media["version"]).patch(&record(&media), &json!({ "alt": "Four colours" })).expect(200).data();
        assert_eq!((&changed["version"], &changed["placeholder"]), (&json!(2), &media["placeholder"]));
        assert_eq!(changed["variants"].as_array().unwrap().len(), media["variants"].as_array().unwrap().len());
        assert!(app.app.write_here(|cx, _| slugline::domain::media_variants::claim(cx)).unwrap().is_none());
    }

    pictures_are_turned_and_their_colours_kept(app) {
        let editor = app.editor();
        let turned = with_exif(&written(&four_colours(700, 400), ImageFormat::Jpeg), 6, "");
        let media = with_variants(app, &editor, &turned, &[]);
        assert_eq!((&media["width"], &media["height"]), (&json!(400), &json!(700)));
        let shown = picture(app, &url(&media, "w320", "image/webp"));
        assert_eq!((shown.width(), shown.height()), (320, 560));
        for (at, colour) in [((0.1, 0.1), BLUE), ((0.9, 0.1), RED), ((0.1, 0.9), YELLOW), ((0.9, 0.9), GREEN)] {
            assert_colour(&shown, at, colour);
        }
        // The same numbers in a wider space of colours are a stronger red.
        let mut bytes = Vec::new();
        let mut encoder = PngEncoder::new(&mut bytes);
        encoder.set_icc_profile(moxcms::ColorProfile::new_display_p3().encode().unwrap()).unwrap();
        let flat = RgbImage::from_pixel(400, 300, Rgb([200, 100, 50]));
        encoder.write_image(&flat, 400, 300, ExtendedColorType::Rgb8).unwrap();
        let media = with_variants(app, &editor, &bytes, &[]);
        assert_colour(&picture(app, &url(&media, "w320", "image/jpeg")), (0.5, 0.5), [214, 96, 34]);
        // What is transparent is white in a JPEG, and stays transparent in WebP.
        let glass = RgbaImage::from_fn(400, 300, |x, _| Rgba([30, 30, 220, if x < 200 { 0 } else { 255 }]));
        let mut bytes = Cursor::new(Vec::new());
        glass.write_to(&mut bytes, ImageFormat::Png).unwrap();
        let media = with_variants(app, &editor, &bytes.into_inner(), &[]);
        let paper = picture(app, &url(&media, "w320", "image/jpeg"));
        assert_colour(&paper, (0.1, 0.5), [255, 255, 255]);
        assert_colour(&paper, (0.9, 0.5), BLUE);
        let webp = picture(app, &url(&media, "w320", "image/webp")).to_rgba8();
        assert_eq!((webp.get_pixel(20, 100).0[3], webp.get_pixel(300, 100).0[3]), (0, 255));
    }
}
