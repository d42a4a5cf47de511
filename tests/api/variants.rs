//! Pictures in other sizes and formats.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use image::codecs::gif::GifEncoder;
use image::codecs::png::PngEncoder;
use image::{DynamicImage, ExtendedColorType, Frame, ImageEncoder, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use serde_json::{Value, json};
use slugline::domain::media_variants;

use crate::both;
use crate::support::{Client, TestApp, run_jobs};

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

fn written(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
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

/// The files in the store.
fn files(app: &TestApp) -> Vec<PathBuf> {
    fn below(folder: &Path) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries.flat_map(|path| if path.is_dir() { below(&path) } else { vec![path] }).collect()
    }
    below(Path::new(app.app.config.files.media_store.strip_prefix("file://").unwrap()))
}

fn stored(app: &TestApp) -> usize {
    files(app).len()
}

both! {
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
        assert!(app.app.write_here(|cx, _| media_variants::claim(cx)).unwrap().is_none());
    }

    only_what_is_on_the_list_is_there(app) {
        let editor = app.editor();
        let media = with_variants(app, &editor, &written(&four_colours(700, 500), ImageFormat::Jpeg), &[]);
        let _ = editor.published(&json!({ "headline": "In the open", "hero": media["id"], "slug": "open" }));
        let anonymous = app.anonymous();
        assert_eq!(anonymous.get(&variant_path(&media, "w640.webp")).expect(200).header("content-type"), Some("image/webp"));
        for name in ["w641.webp", "w640.png", "w640.gif", "w960.webp", "w1920.jpg", "original.jpg", "w640.WEBP", "W640.webp", "..%2F..%2Fw640.webp", "w640.webp.webp", "1x1-w9999.jpg"] {
            let _ = anonymous.get(&variant_path(&media, name)).problem(404, "not_found");
        }
        let _ = anonymous.get("/media/01890000-0000-7000-8000-000000000000/variants/w640.webp").problem(404, "not_found");
        let _ = anonymous.get("/media/x/variants/w640.webp").problem(404, "not_found");
        let _ = anonymous.get(&format!("{}?w=5000", variant_path(&media, "w640.webp"))).problem(400, "invalid_parameter");
    }

    variants_are_sent_as_files_are(app) {
        let editor = app.editor();
        let media = with_variants(app, &editor, &written(&four_colours(700, 500), ImageFormat::Jpeg), &[]);
        let _ = editor.published(&json!({ "headline": "In the open", "hero": media["id"], "slug": "open" }));
        let public = app.anonymous().get(&format!("/v1/media/{}", media["id"].as_str().unwrap())).expect(200).data();
        let address = url(&public, "w640", "image/webp");
        assert!(!address.contains("sig=") && address.contains("/variants/w640.webp?v="), "{address}");
        let whole = app.anonymous().get(&address).expect(200);
        for (name, value) in [("content-type", "image/webp"), ("x-content-type-options", "nosniff"), ("content-security-policy", "sandbox; default-src 'none'"),
            ("cross-origin-resource-policy", "cross-origin"), ("accept-ranges", "bytes"), ("content-disposition", "inline; filename*=UTF-8''w640.webp")] {
            assert_eq!(whole.header(name), Some(value), "{name}");
        }
        assert!(whole.header("cache-control").unwrap().starts_with("public"));
        let tag = whole.header("etag").unwrap();
        assert!(app.anonymous().with("If-None-Match", tag).get(&address).expect(304).bytes.is_empty());
        let part = app.anonymous().with("Range", "bytes=4-11").get(&address).expect(206);
        assert_eq!(part.bytes, whole.bytes[4..12]);
        let _ = app.anonymous().with("Range", "bytes=9999999-").get(&address).problem(416, "range_not_satisfiable");
        let head = app.anonymous().send("HEAD", &address, None).expect(200);
        assert!(head.bytes.is_empty());
        assert_eq!(head.header("content-length"), whole.header("content-length"));
        let card = app.anonymous().get("/v1/articles").expect(200).data()[0]["hero"].clone();
        assert_eq!((&card["srcset"], &card["placeholder"]), (&public["srcset"], &media["placeholder"]));
        let shown = app.anonymous().get("/v1/articles/open").expect(200).data()["hero"].clone();
        assert_eq!((&shown["variants"], &shown["srcset"]), (&public["variants"], &public["srcset"]));
    }

    what_is_not_live_is_for_editors(app) {
        let editor = app.editor();
        let word = "canary-of-a-camera";
        let bytes = with_exif(&written(&four_colours(800, 600), ImageFormat::Jpeg), 1, word);
        let media = with_variants(app, &editor, &bytes, &[]);
        let path = variant_path(&media, "w640.jpg");
        let hidden = app.anonymous().get(&path).problem(404, "not_found");
        let unknown = app.anonymous().get("/media/01890000-0000-7000-8000-000000000000/variants/w640.jpg").problem(404, "not_found");
        assert_eq!(hidden, unknown);
        let signed = url(&media, "w640", "image/jpeg");
        let seen = app.anonymous().get(&signed).expect(200);
        assert_eq!(seen.header("cache-control"), Some("private, no-store"));
        let all = media["variants"].as_array().unwrap();
        for variant in all {
            let bytes = app.anonymous().get(variant["url"].as_str().unwrap()).expect(200).bytes;
            for left in [word.as_bytes(), b"Exif"] {
                assert!(!bytes.windows(left.len()).any(|window| window == left), "{variant}");
            }
        }
        let query = signed.split_once('?').unwrap().1;
        let _ = app.anonymous().get(&format!("{}?{query}", variant_path(&media, "w320.jpg"))).problem(404, "not_found");
        for candidate in media["srcset"].as_str().unwrap().split(", ") {
            let _ = app.anonymous().get(candidate.split_once(' ').unwrap().0).expect(200);
        }
        let tag = editor.post("/v1/admin/tags", &json!({ "name": "Harbour", "slug": "harbour", "kind": "topic", "image": media["id"] })).expect(201).data();
        let in_tag = tag["image"]["srcset"].as_str().unwrap().split_once(' ').unwrap().0.to_owned();
        let _ = app.anonymous().get(&in_tag).expect(200);
        app.advance(3_700);
        let _ = app.anonymous().get(&signed).problem(404, "not_found");
        let editor = app.editor();
        let live = editor.published(&json!({ "headline": "Out", "hero": media["id"] }));
        let _ = app.anonymous().get(&path).expect(200);
        let _ = editor.act(&live, "unpublish", &json!({})).expect(200);
        let _ = app.anonymous().get(&path).problem(404, "not_found");
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

    many_hands_make_them_once(app) {
        let editor = app.editor();
        let bytes = written(&four_colours(700, 500), ImageFormat::Jpeg);
        let media = editor.upload("picture.jpg", &bytes, &[]).expect(201).data();
        let other = app.second_node();
        let first = app.app.write_here(|cx, _| media_variants::claim(cx)).unwrap();
        assert!(first.is_some());
        assert!(other.write_here(|cx, _| media_variants::claim(cx)).unwrap().is_none(), "the other node keeps away");
        // The node that took it dies; later another one takes it up.
        app.advance(400);
        std::thread::scope(|scope| {
            for node in [&app.app, &other] {
                scope.spawn(move || run_jobs(node));
            }
        });
        app.run_jobs();
        let editor = app.editor();
        let media = editor.get(&record(&media)).expect(200).data();
        assert_eq!(media["variants"].as_array().unwrap().len(), 2 * 6);
        assert_eq!(stored(app), 1 + 2 * 6);
        // Wanted anew while somebody is at it: made again.
        let again = editor.if_match(&media["version"]).patch(&record(&media), &json!({ "focal_point": { "x": 0, "y": 0 } })).expect(200).data();
        let task = app.app.write_here(|cx, _| media_variants::claim(cx)).unwrap().unwrap();
        app.advance(1);
        let _ = editor.if_match(&again["version"]).patch(&record(&media), &json!({ "focal_point": { "x": 1, "y": 1 } })).expect(200);
        let made = media_variants::make(&app.app.storage, &app.app.staging, &task).unwrap();
        app.app.write_here(|cx, _| media_variants::save(cx, &app.app.storage, &task, &made)).unwrap();
        app.run_jobs();
        let media = editor.get(&record(&media)).expect(200).data();
        assert_colour(&picture(app, &url(&media, "1x1-w320", "image/jpeg")), (0.9, 0.1), GREEN);
    }

    they_go_with_their_record(app) {
        let editor = app.editor();
        let bytes = written(&four_colours(700, 500), ImageFormat::Jpeg);
        let media = with_variants(app, &editor, &bytes, &[]);
        assert!(stored(app) > 10);
        let address = url(&media, "w640", "image/webp");
        let _ = editor.if_match(&media["version"]).delete(&record(&media)).expect(204);
        assert_eq!(stored(app), 0);
        let _ = app.anonymous().get(&address).problem(404, "not_found");
        // Deleted while somebody is at it: nothing stays behind.
        let media = editor.upload("picture.jpg", &bytes, &[]).expect(201).data();
        let task = app.app.write_here(|cx, _| media_variants::claim(cx)).unwrap().unwrap();
        let made = media_variants::make(&app.app.storage, &app.app.staging, &task).unwrap();
        let _ = editor.if_match(&media["version"]).delete(&record(&media)).expect(204);
        let unused = app.app.write_here(|cx, _| media_variants::save(cx, &app.app.storage, &task, &made)).unwrap();
        assert_eq!(unused, made.keys());
        app.app.write_here(|cx, _| slugline::domain::media::remove_unused(cx, &app.app.storage, &unused)).unwrap();
        assert_eq!(stored(app), 0);
    }

    hostile_pictures_do_no_harm(app) {
        let editor = app.editor();
        let good = written(&four_colours(700, 500), ImageFormat::Jpeg);
        let mut huge = written(&four_colours(400, 300), ImageFormat::Jpeg);
        let frame = huge.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
        huge[frame + 5..frame + 9].copy_from_slice(&[0xC3, 0x50, 0xC3, 0x50]);
        let bomb = written(&RgbImage::from_pixel(12_000, 8_000, Rgb([1, 2, 3])), ImageFormat::Png);
        for (bytes, name) in [(good[..good.len() / 2].to_vec(), "cut"), (huge, "50 000 × 50 000"), (bomb, "96 megapixels")] {
            let answer = editor.upload("picture.jpg", &bytes, &[]);
            assert_eq!(answer.status, 422, "{name}: {}", answer.text());
        }
        assert_eq!(stored(app), 0);
        assert!(app.app.write_here(|cx, _| media_variants::claim(cx)).unwrap().is_none());
        // A disk that lost what was on it: no variants, and no end of trying either.
        let lost = editor.upload("picture.jpg", &good, &[]).expect(201).data();
        let task = app.app.write_here(|cx, _| media_variants::claim(cx)).unwrap().unwrap();
        assert_eq!(task.media_id.to_string(), lost["id"].as_str().unwrap());
        for path in files(app) {
            std::fs::write(path, &good[..good.len() / 3]).unwrap();
        }
        app.advance(400);
        app.run_jobs();
        app.advance(400);
        assert!(app.app.write_here(|cx, _| media_variants::claim(cx)).unwrap().is_none(), "it was given up");
        let editor = app.editor();
        assert_eq!(editor.get(&record(&lost)).expect(200).data()["variants"], json!([]));
        let next = with_variants(app, &editor, &written(&four_colours(640, 400), ImageFormat::Jpeg), &[]);
        assert_eq!(next["variants"].as_array().unwrap().len(), 2 * 4);
    }
}
