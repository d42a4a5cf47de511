//! Pictures and films from the upload to the reader.

use image::ImageFormat;
use serde_json::{Value, json};

use crate::everywhere;
use crate::support::films::{mp4, mp4_box};
use crate::support::{Client, Database, TestApp, pictures};

/// Exif data with the tag that leads to GPS data, and the data themselves, as a segment of a JPEG.
fn with_gps(jpeg: &[u8]) -> Vec<u8> {
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0".to_vec();
    exif.extend([0x25, 0x88, 4, 0, 1, 0, 0, 0, 26, 0, 0, 0]);
    exif.extend([0; 4]);
    exif.extend(b"GPS: 43.238949, 76.889709");
    let length = (u16::try_from(exif.len()).unwrap() + 2).to_be_bytes();
    [&jpeg[..2], &[0xFF, 0xE1], &length, &exif, &jpeg[2..]].concat()
}

/// The public address of a record's file.
fn public_path(media: &Value) -> String {
    format!("/media/{}/{}", media["id"].as_str().unwrap(), media["file_name"].as_str().unwrap())
}

fn record(media: &Value) -> String {
    format!("/v1/admin/media/{}", media["id"].as_str().unwrap())
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

#[track_caller]
fn uploaded(client: &Client, name: &str, bytes: &[u8]) -> Value {
    client.upload(name, bytes, &[]).expect(201).data()
}

everywhere! {
    pictures_are_known_by_their_content(app) {
        let editor = app.editor();
        for (format, mime) in [(ImageFormat::Jpeg, "image/jpeg"), (ImageFormat::Png, "image/png"), (ImageFormat::WebP, "image/webp"), (ImageFormat::Gif, "image/gif")] {
            let bytes = pictures::picture(format, 10);
            let fields = [("alt", "A square"), ("caption", "Drawn"), ("credit", "The house"), ("title", "Square"), ("focal_point", r#"{"x": 0.25, "y": 1}"#)];
            let answer = editor.upload("wrong-name.txt", &bytes, &fields).expect(201);
            assert_eq!(answer.header("etag"), Some("\"1\""));
            assert_eq!(answer.json()["meta"]["duplicate"], false);
            let media = answer.data();
            assert!(answer.header("location").unwrap().ends_with(&record(&media)));
            assert_eq!((&media["kind"], &media["mime"], &media["width"], &media["height"]), (&json!("image"), &json!(mime), &json!(64), &json!(48)));
            assert_eq!((&media["alt"], &media["caption"], &media["credit"], &media["title"]), (&json!("A square"), &json!("Drawn"), &json!("The house"), &json!("Square")));
            assert_eq!((media["focal_point"]["x"].as_f64(), media["focal_point"]["y"].as_f64()), (Some(0.25), Some(1.0)));
            assert_eq!(media["owner"]["id"], editor.user);
            assert!(!media["file_name"].as_str().unwrap().ends_with(".txt"), "{media}");
            assert_eq!(editor.get(&record(&media)).expect(200).data()["version"], 1);
            let original = app.anonymous().get(media["original_url"].as_str().unwrap()).expect(200);
            assert_eq!(original.bytes, bytes);
        }
        assert_eq!(editor.get("/v1/admin/media?kind=image").expect(200).data().as_array().unwrap().len(), 4);
        assert_eq!(editor.get("/v1/admin/media?kind=video").expect(200).data(), json!([]));
    }

    films_are_taken_whole(app) {
        let editor = app.editor();
        let film = uploaded(&editor, "clip.mp4", &mp4());
        assert_eq!((&film["kind"], &film["mime"], film["duration_seconds"].as_f64()), (&json!("video"), &json!("video/mp4"), Some(2.5)));
        assert_eq!((&film["width"], &film["height"]), (&json!(640), &json!(360)));
        let poster = uploaded(&editor, "poster.jpg", &pictures::jpeg(1));
        let changed = editor.if_match(&film["version"]).patch(&record(&film), &json!({ "poster": poster["id"], "title": "Clip" })).expect(200).data();
        assert_eq!((&changed["version"], &changed["title"]), (&json!(2), &json!("Clip")));
        assert!(changed["poster"]["url"].is_string(), "{changed}");
        let wrong = editor.if_match(&changed["version"]).patch(&record(&film), &json!({ "poster": film["id"] })).problem(422, "invalid_body");
        assert_eq!((&wrong["errors"][0]["pointer"], &wrong["errors"][0]["code"]), (&json!("/poster"), &json!("wrong_kind")));
        let _ = editor.published(&json!({ "headline": "With a film", "recommended_video": film["id"], "slug": "film" }));
        let seen = app.anonymous().get("/v1/articles/film").expect(200).data();
        assert_eq!(seen["recommended_video"]["id"], film["id"]);
        let bytes = app.anonymous().get(&public_path(&film)).expect(200);
        assert_eq!((bytes.header("content-type"), &bytes.bytes), (Some("video/mp4"), &mp4()));
    }

    what_a_camera_wrote_does_not_reach_the_public(app) {
        let editor = app.editor();
        let bytes = with_gps(&pictures::jpeg(20));
        assert!(contains(&bytes, b"43.238949"));
        let media = uploaded(&editor, "gps.jpg", &bytes);
        let _ = editor.published(&json!({ "headline": "Somewhere", "hero": media["id"] }));
        let public = app.anonymous().get(&public_path(&media)).expect(200);
        assert!(!contains(&public.bytes, b"43.238949") && !contains(&public.bytes, b"Exif"));
        assert_eq!(media["bytes"].as_u64(), Some(public.bytes.len() as u64));
        let original = app.anonymous().get(media["original_url"].as_str().unwrap()).expect(200);
        assert!(contains(&original.bytes, b"43.238949"), "the bytes as uploaded are for editors");
    }

    the_same_bytes_are_kept_once(app) {
        let (editor, author) = (app.editor(), app.signed_in("author"));
        let bytes = pictures::jpeg(30);
        let first = uploaded(&editor, "a.jpg", &bytes);
        let again = author.upload("b.jpg", &bytes, &[("alt", "Other words")]).expect(200);
        assert_eq!((&again.json()["meta"]["duplicate"], &again.data()["id"], &again.data()["alt"]), (&json!(true), &first["id"], &json!(null)));
        let video = json!({ "embed_url": "https://youtu.be/dQw4w9WgXcQ" });
        let embed = editor.post("/v1/admin/media", &video).expect(201).data();
        let same = editor.post("/v1/admin/media", &json!({ "embed_url": "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=5" })).expect(200);
        assert_eq!((&same.json()["meta"]["duplicate"], &same.data()["id"]), (&json!(true), &embed["id"]));
        assert_eq!(embed["embed"]["provider"], "youtube", "{embed}");
        assert!(embed["embed"]["html"].as_str().unwrap().contains("<iframe"), "{embed}");
        assert_eq!((&embed["kind"], &embed["url"], &embed["file_name"]), (&json!("video"), &json!(null), &json!(null)));
    }

    other_sites_films_are_known_by_their_address(app) {
        let editor = app.editor();
        for (url, provider) in [("https://vimeo.com/76979871", "vimeo"), ("https://www.dailymotion.com/video/x7tgad0", "dailymotion"), ("https://www.youtube.com/shorts/dQw4w9WgXcQ", "youtube")] {
            let media = editor.post("/v1/admin/media", &json!({ "embed_url": url })).expect(201).data();
            assert_eq!(media["embed"]["provider"], provider);
        }
        for wrong in [json!({}), json!({ "embed_url": "https://evil.example/watch?v=1" }), json!({ "embed_url": "javascript:alert(1)" }), json!({ "embed_url": "https://www.youtube.com.evil.example/watch?v=dQw4w9WgXcQ" }), json!({ "embed_url": null })] {
            let problem = editor.post("/v1/admin/media", &wrong).problem(422, "invalid_body");
            assert_eq!(problem["errors"][0]["pointer"], "/embed_url");
            assert!(!problem.to_string().contains("evil"));
        }
    }

    what_is_no_picture_is_refused(app) {
        let editor = app.editor();
        let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>".to_vec();
        let html = b"<!DOCTYPE html><script>alert(1)</script>".to_vec();
        let xml = b"<?xml version=\"1.0\"?><a/>".to_vec();
        let elf = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0".to_vec();
        for (name, bytes) in [("a.svg", svg), ("a.html", html), ("a.xml", xml), ("a.jpg", elf), ("a.txt", b"Only words.".to_vec())] {
            let _ = editor.upload(name, &bytes, &[]).problem(415, "unsupported_file_type");
        }
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif] {
            let whole = pictures::picture(format, 40);
            let problem = editor.upload("a", &whole[..whole.len() / 2], &[]).problem(422, "invalid_body");
            assert_eq!(problem["errors"][0]["pointer"], "/file", "{format:?}");
        }
        let empty = editor.upload("a.jpg", b"", &[]);
        assert!(matches!(empty.status, 415 | 422), "{}", empty.text());
        let problem = editor.upload("a.jpg", &pictures::jpeg(41), &[("altt", "x"), ("focal_point", "{"), ("poster", "x"), ("id", "x")]).problem(422, "invalid_body");
        let codes: Vec<String> = problem["errors"].as_array().unwrap().iter().map(|fault| format!("{} {}", fault["pointer"].as_str().unwrap(), fault["code"].as_str().unwrap())).collect();
        for wanted in ["/altt unknown_field", "/focal_point invalid_format", "/poster invalid_format", "/id read_only"] {
            assert!(codes.iter().any(|code| code == wanted), "{wanted}: {codes:?}");
        }
        let form = "multipart/form-data; boundary=x";
        for body in [&b""[..], b"--x", b"--x\r\n\r\n", b"--y\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx\r\n--y--\r\n", b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\ncut off"] {
            let answer = editor.with("Content-Type", form).send("POST", "/v1/admin/media", Some(body));
            let _ = answer.problem(400, "malformed_multipart");
        }
        let none = editor.with("Content-Type", form).send("POST", "/v1/admin/media", Some(b"--x\r\nContent-Disposition: form-data; name=\"alt\"\r\n\r\nx\r\n--x--\r\n")).problem(422, "invalid_body");
        assert_eq!((&none["errors"][0]["pointer"], &none["errors"][0]["code"]), (&json!("/file"), &json!("required")));
        let _ = editor.with("Content-Type", "text/plain").send("POST", "/v1/admin/media", Some(b"x")).problem(415, "unsupported_media_type");
        assert_eq!(editor.get("/v1/admin/media").data(), json!([]));
        let left = std::fs::read_dir(app.app.storage.staging_dir()).map_or(0, Iterator::count);
        assert_eq!(left, 0, "nothing is left of what was refused");
    }

    a_file_is_public_as_long_as_something_live_shows_it(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let media = uploaded(&editor, "a.jpg", &pictures::jpeg(60));
        let (file, json_path) = (public_path(&media), format!("/v1/media/{}", media["id"].as_str().unwrap()));
        let hidden = |what: &str| {
            for path in [&file, &json_path] {
                let answer = reader.get(path);
                assert_eq!(answer.status, 404, "{what}: {path}");
                let _ = answer.problem(404, "not_found");
            }
        };
        hidden("unused");
        let draft = editor.draft(&json!({ "headline": "Shows it", "hero": media["id"] }));
        hidden("in a draft");
        let live = editor.act(&draft, "publish", &json!({})).expect(200).data();
        let answer = reader.get(&file).expect(200);
        assert_eq!(answer.header("content-type"), Some("image/jpeg"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("content-security-policy"), Some("sandbox; default-src 'none'"));
        assert_eq!(answer.header("accept-ranges"), Some("bytes"));
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        assert!(answer.header("cache-control").unwrap().starts_with("public"));
        assert!(answer.header("last-modified").is_some());
        let tag = answer.header("etag").unwrap().to_owned();
        let length = answer.bytes.len();
        let known = reader.with("If-None-Match", &tag).get(&file).expect(304);
        assert!(known.bytes.is_empty() && known.header("etag") == Some(tag.as_str()));
        let head = reader.send("HEAD", &file, None).expect(200);
        assert_eq!((head.bytes.len(), head.header("content-length")), (0, Some(length.to_string().as_str())));
        for (range, from, to) in [("bytes=0-9", 0, 10), ("bytes=10-", 10, length), ("bytes=-5", length - 5, length), ("bytes=5-999999999", 5, length)] {
            let part = reader.with("Range", range).get(&file).expect(206);
            assert_eq!(part.bytes, &answer.bytes[from..to], "{range}");
            assert_eq!(part.header("content-range"), Some(format!("bytes {from}-{}/{length}", to - 1).as_str()));
        }
        let beyond = reader.with("Range", "bytes=999999999-").get(&file);
        assert_eq!(beyond.header("content-range"), Some(format!("bytes */{length}").as_str()));
        let _ = beyond.problem(416, "range_not_satisfiable");
        for ignored in ["lines=1-2", "bytes=a-b", "bytes=9-3"] {
            assert_eq!(reader.with("Range", ignored).get(&file).expect(200).bytes.len(), length, "{ignored}");
        }
        let ranged = reader.with("Range", "bytes=0-9");
        assert_eq!(ranged.with("If-Range", &tag).get(&file).expect(206).bytes.len(), 10);
        assert_eq!(ranged.with("If-Range", "\"other\"").get(&file).expect(200).bytes.len(), length);
        assert_eq!(reader.get(&format!("{file}?v=7")).expect(200).bytes, answer.bytes);
        let _ = reader.get(&format!("/media/{}/other.jpg", media["id"].as_str().unwrap())).problem(404, "not_found");
        let public = reader.get(&json_path).expect(200).data();
        assert!(public.get("original_url").is_none() && public.get("sha256").is_none() && public.get("owner").is_none(), "{public}");

        let without = editor.if_match(&live["version"]).patch(&format!("/v1/admin/articles/{}", live["id"].as_str().unwrap()), &json!({ "hero": null })).expect(200).data();
        let _ = reader.get(&file).expect(200);
        let gone = editor.act(&without, "publish", &json!({})).expect(200).data();
        hidden("no longer in the live copy");
        let body = json!([{ "_type": "image", "media": media["id"] }]);
        let inside = editor.if_match(&gone["version"]).patch(&format!("/v1/admin/articles/{}", live["id"].as_str().unwrap()), &json!({ "body": body })).expect(200).data();
        hidden("in the unpublished body");
        let shown = editor.act(&inside, "publish", &json!({})).expect(200).data();
        let _ = reader.get(&file).expect(200);
        let _ = editor.act(&shown, "unpublish", &json!({})).expect(200);
        hidden("unpublished");
    }

    signed_addresses_work_for_an_hour(app) {
        let editor = app.editor();
        let media = uploaded(&editor, "a.jpg", &pictures::jpeg(70));
        let (url, original) = (media["url"].as_str().unwrap(), media["original_url"].as_str().unwrap());
        let reader = app.anonymous();
        for url in [url, original] {
            let answer = reader.get(url).expect(200);
            assert!(answer.header("cache-control").unwrap().contains("no-store"));
            assert_eq!(answer.header("content-security-policy"), Some("sandbox; default-src 'none'"));
            let (path, query) = url.split_once('?').unwrap();
            let _ = reader.get(path).problem(404, "not_found");
            let later = query.replacen("exp=", "exp=9", 1);
            let _ = reader.get(&format!("{path}?{later}")).problem(404, "not_found");
            let _ = reader.get(&format!("{}x", url)).problem(404, "not_found");
        }
        // The one signature does not open the other file.
        let swapped = format!("{}?{}", original.split('?').next().unwrap(), url.split('?').nth(1).unwrap());
        let _ = reader.get(&swapped).problem(404, "not_found");
        app.advance(3_590);
        let _ = reader.get(url).expect(200);
        app.advance(310);
        for url in [url, original] {
            let _ = reader.get(url).problem(404, "not_found");
        }
    }

    what_is_used_is_not_deleted(app) {
        let editor = app.editor();
        let media = uploaded(&editor, "a.jpg", &pictures::jpeg(80));
        let draft = editor.draft(&json!({ "headline": "Uses it", "hero": media["id"] }));
        let tag = editor.post("/v1/admin/tags", &json!({ "name": "Pictured", "image": media["id"] })).expect(201).data();
        let problem = editor.if_match(&media["version"]).delete(&record(&media)).problem(409, "in_use");
        let users = problem["used_by"].to_string();
        assert!(users.contains(draft["id"].as_str().unwrap()) && users.contains(tag["id"].as_str().unwrap()), "{problem}");
        let usage = editor.get(&format!("{}/usage", record(&media))).expect(200).data();
        assert_eq!(usage.as_array().unwrap().len(), 2, "{usage}");
        let path = format!("/v1/admin/articles/{}", draft["id"].as_str().unwrap());
        let _ = editor.with("If-Match", "*").patch(&path, &json!({ "hero": null })).expect(200);
        let _ = editor.with("If-Match", "*").patch(&format!("/v1/admin/tags/{}", tag["id"].as_str().unwrap()), &json!({ "image": null })).expect(200);
        let _ = editor.delete(&record(&media)).problem(428, "if_match_required");
        let _ = editor.if_match(&json!(9)).delete(&record(&media)).problem(412, "stale_version");
        let _ = editor.if_match(&media["version"]).delete(&record(&media)).expect(204);
        let _ = editor.get(&record(&media)).problem(404, "not_found");
        let _ = app.anonymous().get(media["original_url"].as_str().unwrap()).problem(404, "not_found");
        let again = uploaded(&editor, "a.jpg", &pictures::jpeg(80));
        assert_ne!(again["id"], media["id"]);
        let _ = app.anonymous().get(again["url"].as_str().unwrap()).expect(200);
    }
}

#[test]
fn a_picture_over_the_limit_is_413() {
    let Some(app) = TestApp::start_with(Database::Sqlite, &["--max-image-mib", "1", "--max-file-mib", "2"]) else {
        return;
    };
    let editor = app.editor();
    let padded = |size: usize| {
        let jpeg = pictures::jpeg(90);
        let mut bytes = jpeg[..2].to_vec();
        while bytes.len() + jpeg.len() - 2 < size {
            let room = (size - bytes.len() - (jpeg.len() - 2)).clamp(4, 65_000);
            bytes.extend([0xFF, 0xFE]);
            bytes.extend(u16::try_from(room - 2).unwrap().to_be_bytes());
            bytes.extend(std::iter::repeat_n(b'x', room - 4));
        }
        bytes.extend(&jpeg[2..]);
        bytes
    };
    let limit = 1024 * 1024;
    let _ = editor.upload("a.jpg", &padded(limit + 10), &[]).problem(413, "payload_too_large");
    let _ = editor.upload("a.jpg", &padded(limit - 10), &[]).expect(201);
    let mut film = mp4();
    film.extend(mp4_box(b"free", &vec![0; limit]));
    let _ = editor.upload("a.mp4", &film, &[]).expect(201);
    film.extend(mp4_box(b"free", &vec![0; limit]));
    let _ = editor.upload("b.mp4", &film, &[]).problem(413, "payload_too_large");
    let _ = editor.upload("c.mp4", &vec![0; 4 * limit], &[]).problem(413, "payload_too_large");
}
