//! Sending variants: to everybody while something live uses the picture, to editors by signed addresses.

use image::ImageFormat;
use serde_json::json;

use super::{four_colours, url, variant_path, with_exif, with_variants, written};
use crate::both;

both! {
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
        assert_eq!((&hidden["title"], &hidden["detail"]), (&unknown["title"], &unknown["detail"]));
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
        app.advance(3_910);
        let _ = app.anonymous().get(&signed).problem(404, "not_found");
        let editor = app.editor();
        let live = editor.published(&json!({ "headline": "Out", "hero": media["id"] }));
        let _ = app.anonymous().get(&path).expect(200);
        let _ = editor.act(&live, "unpublish", &json!({})).expect(200);
        let _ = app.anonymous().get(&path).problem(404, "not_found");
    }
}
