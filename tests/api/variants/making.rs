//! Making variants: once, for as long as the picture is there, and of whatever is sent.

use std::io::Cursor;
use std::path::Path;

use image::{GrayImage, ImageFormat};
use serde_json::json;
use slugline::domain::media_variants;

use super::{GREEN, assert_colour, four_colours, picture, record, stored, url, with_variants, written};
use crate::support::run_jobs;
use crate::{both, everywhere};

everywhere! {
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
        assert_eq!(media["variants"].as_array().unwrap().len(), 2 * 5);
        assert_eq!(stored(app), 1 + 2 * 5);
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
}

both! {
    hostile_pictures_do_no_harm(app) {
        let editor = app.editor();
        let good = written(&four_colours(700, 500), ImageFormat::Jpeg);
        let mut huge = written(&four_colours(400, 300), ImageFormat::Jpeg);
        let frame = huge.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
        huge[frame + 5..frame + 9].copy_from_slice(&[0xC3, 0x50, 0xC3, 0x50]);
        let mut bomb = Cursor::new(Vec::new());
        GrayImage::new(8_000, 6_300).write_to(&mut bomb, ImageFormat::Png).unwrap();
        let bomb = bomb.into_inner();
        for (bytes, name) in [(good[..good.len() / 2].to_vec(), "cut"), (huge, "50 000 × 50 000"), (bomb, "50.4 megapixels")] {
            let answer = editor.upload("picture.jpg", &bytes, &[]);
            assert_eq!(answer.status, 422, "{name}: {}", answer.text());
        }
        assert_eq!(stored(app), 0);
        assert!(app.app.write_here(|cx, _| media_variants::claim(cx)).unwrap().is_none());
        // A disk that lost what was on it: no variants, and no end of trying either.
        let lost = editor.upload("picture.jpg", &good, &[]).expect(201).data();
        let task = app.app.write_here(|cx, _| media_variants::claim(cx)).unwrap().unwrap();
        assert_eq!(task.media_id.to_string(), lost["id"].as_str().unwrap());
        let folder = Path::new(app.app.config.files.media_store.strip_prefix("file://").unwrap());
        for key in app.app.storage.keys().unwrap() {
            std::fs::write(folder.join(key), &good[..good.len() / 3]).unwrap();
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
