//! Subtitles and the like: from the file to the reader.

use serde_json::{Value, json};

use crate::support::{Answer, Client, TestApp, films, pictures};
use crate::{both, everywhere};

const HELLO: &[u8] = b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n";

fn tracks(media: &Value) -> String {
    format!("/v1/admin/media/{}/tracks", media["id"].as_str().unwrap())
}

fn add(client: &Client, media: &Value, bytes: &[u8], fields: &[(&str, &str)]) -> Answer {
    client.form(&tracks(media), "a.vtt", bytes, fields)
}

fn captions(language: &'static str) -> [(&'static str, &'static str); 4] {
    [("kind", "captions"), ("language", language), ("label", language), ("default", "true")]
}

fn film(client: &Client) -> Value {
    client.upload("clip.mp4", &films::mp4(), &[]).expect(201).data()
}

fn read(client: &Client, media: &Value) -> Value {
    client.get(&format!("/v1/admin/media/{}", media["id"].as_str().unwrap())).expect(200).data()
}

/// Where the public finds a track.
fn public_path(media: &Value, track: &Value) -> String {
    format!("/media/{}/tracks/{}.vtt", media["id"].as_str().unwrap(), track["id"].as_str().unwrap())
}

fn files(app: &TestApp) -> usize {
    app.app.storage.keys().unwrap().len()
}

/// A track in the store that no record names: its upload was killed.
fn orphan(app: &TestApp, text: &[u8]) -> String {
    let mut upload = app.app.staging.begin(1_000).unwrap();
    upload.write(text).unwrap();
    slugline::domain::media_tracks::keep(&app.app.storage, upload.finish().unwrap()).unwrap().key
}

everywhere! {
    a_film_gets_captions_and_readers_get_them_with_it(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let film = film(&editor);
        let answer = add(&editor, &film, HELLO, &captions("en")).expect(201);
        let track = answer.data();
        assert_eq!((answer.header("etag"), answer.header("location").unwrap().ends_with(track["id"].as_str().unwrap())), (Some("\"2\""), true));
        assert_eq!((&track["kind"], &track["language"], &track["label"], &track["default"], &track["mime"]), (&json!("captions"), &json!("en"), &json!("en"), &json!(true), &json!("text/vtt")));
        let record = read(&editor, &film);
        assert_eq!((&record["version"], &record["tracks"][0]["id"]), (&json!(2), &track["id"]));
        let path = public_path(&film, &track);
        let _ = reader.get(&path).problem(404, "not_found");
        assert_eq!(reader.get(track["url"].as_str().unwrap()).expect(200).bytes, HELLO, "editors have a signed address");
        let _ = editor.published(&json!({ "headline": "With a film", "slug": "film", "recommended_video": film["id"], "body": [{ "_type": "video", "media": film["id"] }] }));
        let file = reader.get(&path).expect(200);
        assert_eq!(file.bytes, HELLO);
        for (name, value) in [("content-type", "text/vtt; charset=utf-8"), ("x-content-type-options", "nosniff"), ("content-security-policy", "sandbox; default-src 'none'"), ("access-control-allow-origin", "*"), ("accept-ranges", "bytes")] {
            assert_eq!(file.header(name), Some(value), "{name}");
        }
        let part = reader.with("Range", "bytes=0-5").get(&path).expect(206);
        assert_eq!((part.bytes.as_slice(), part.header("etag")), (&b"WEBVTT"[..], file.header("etag")));
        let _ = reader.with("If-None-Match", file.header("etag").unwrap()).get(&path).expect(304);
        let article = reader.get("/v1/articles/film").expect(200).data();
        let seen = &article["recommended_video"]["tracks"][0];
        assert_eq!((&seen["id"], seen["url"].as_str().unwrap().ends_with(&path)), (&track["id"], true), "{seen}");
        let html = article["body_html"].as_str().unwrap();
        assert!(html.contains("<track kind=\"captions\"") && html.contains("srclang=\"en\" label=\"en\" default>") && html.contains("controls preload=\"metadata\"") && html.contains("crossorigin"), "{html}");
        let public = reader.get(&format!("/v1/media/{}", film["id"].as_str().unwrap())).expect(200).data();
        assert_eq!(public["tracks"].as_array().unwrap().len(), 1);

        // A change of a track is a change of the record, and bodies follow.
        let at = format!("{}/{}", tracks(&film), track["id"].as_str().unwrap());
        let _ = editor.patch(&at, &json!({ "label": "English" })).problem(428, "if_match_required");
        let _ = editor.if_match(&json!(1)).patch(&at, &json!({ "label": "English" })).problem(412, "stale_version");
        let changed = editor.if_match(&json!(2)).patch(&at, &json!({ "label": "English" })).expect(200);
        assert_eq!((changed.header("etag"), &changed.data()["label"]), (Some("\"3\""), &json!("English")));
        assert_eq!(editor.if_match(&json!(3)).patch(&at, &json!({ "label": "English" })).expect(200).header("etag"), Some("\"3\""), "nothing changed");
        assert!(reader.get("/v1/articles/film").expect(200).text().contains("label=\\\"English\\\""));
        assert_eq!(editor.get(&at).expect(200).data()["label"], "English");
        let _ = editor.if_match(&json!(2)).delete(&at).problem(412, "stale_version");
        let _ = editor.if_match(&json!(3)).delete(&at).expect(204);
        let _ = editor.get(&at).problem(404, "not_found");
        let _ = reader.get(&path).problem(404, "not_found");
        assert!(!reader.get("/v1/articles/film").expect(200).text().contains("<track"));
        assert_eq!((&read(&editor, &film)["tracks"], &read(&editor, &film)["version"]), (&json!([]), &json!(4)));
    }

    a_new_file_keeps_the_tracks_and_a_deletion_takes_them(app) {
        let editor = app.editor();
        let film = film(&editor);
        let track = add(&editor, &film, HELLO, &captions("en")).expect(201).data();
        let replaced = editor.with("If-Match", "*").replace_file(&film, &films::mp4_lasting(3_000)).expect(200).data();
        assert_eq!(replaced["tracks"][0]["id"], track["id"]);
        let before = files(app);
        // The same bytes lie in the store once.
        let second = add(&editor, &film, HELLO, &captions("es")).expect(201).data();
        assert_eq!(files(app), before);
        let now = read(&editor, &film);
        assert_eq!((&now["tracks"][0]["default"], &now["tracks"][1]["default"]), (&json!(false), &json!(true)), "there is one default");
        let _ = editor.with("If-Match", "*").delete(&format!("{}/{}", tracks(&film), second["id"].as_str().unwrap())).expect(204);
        assert_eq!(app.anonymous().get(track["url"].as_str().unwrap()).expect(200).bytes, HELLO, "the other one needs them");
        let _ = editor.with("If-Match", "*").delete(&format!("/v1/admin/media/{}", film["id"].as_str().unwrap())).expect(204);
        let _ = editor.get(&tracks(&film)).problem(404, "not_found");
        assert_eq!(files(app), 0, "nothing is left");
    }

    what_is_wrong_with_a_track_is_told_by_its_line(app) {
        let editor = app.editor();
        let film = film(&editor);
        let text = b"WEBVTT\n\n00:01.000 --> 00:00.500\na\n\nSTYLE\n::cue { background: url(https://spy.example) }\n";
        let problem = add(&editor, &film, text, &captions("en")).problem(422, "invalid_body");
        let details: Vec<&str> = problem["errors"].as_array().unwrap().iter().map(|fault| fault["detail"].as_str().unwrap()).collect();
        assert!(details.len() == 2 && details[0].starts_with("Line 3: ") && details[1].starts_with("Line 6: "), "{details:?}");
        let problem = add(&editor, &film, HELLO, &[("kind", "metadata"), ("language", "x y"), ("default", "maybe"), ("id", "x")]).problem(422, "invalid_body");
        let places: Vec<&str> = problem["errors"].as_array().unwrap().iter().map(|fault| fault["pointer"].as_str().unwrap()).collect();
        for wanted in ["/kind", "/language", "/default", "/id"] {
            assert!(places.contains(&wanted), "{wanted}: {problem}");
        }
        let missing = add(&editor, &film, HELLO, &[]).problem(422, "invalid_body");
        assert_eq!(missing["errors"].as_array().unwrap().len(), 3, "{missing}");
        let _ = add(&editor, &film, &vec![b'x'; 1024 * 1024 + 1], &captions("en")).problem(413, "payload_too_large");
        for bytes in [&b"<html><script>alert(1)</script>"[..], b"WEBVTT\n\n00:00.000 --> 00:01.000\n\xFF\xFE", b"\xFF\xFEW\0E\0B\0", b""] {
            let _ = add(&editor, &film, bytes, &captions("en")).problem(422, "invalid_body");
        }
        let _ = editor.post(&tracks(&film), &json!({})).problem(415, "unsupported_media_type");
        let picture = editor.upload("a.jpg", &pictures::jpeg(1), &[]).expect(201).data();
        let embed = editor.post("/v1/admin/media", &json!({ "embed_url": "https://youtu.be/dQw4w9WgXcQ" })).expect(201).data();
        for other in [picture, embed] {
            let problem = add(&editor, &other, HELLO, &captions("en")).problem(422, "invalid_body");
            assert_eq!(problem["errors"][0]["code"], "wrong_kind");
        }
        let _ = add(&editor, &film, HELLO, &captions("en")).expect(201);
        let twice = add(&editor, &film, HELLO, &captions("en")).problem(422, "invalid_body");
        assert_eq!(twice["errors"][0]["code"], "taken");
        assert_eq!(read(&editor, &film)["version"], 2, "what was refused changed nothing");
        assert_eq!(std::fs::read_dir(app.app.storage.staging_dir()).map_or(0, Iterator::count), 0);
        for count in 1..50 {
            let label = count.to_string();
            let _ = add(&editor, &film, HELLO, &[("kind", "chapters"), ("language", "en"), ("label", &label)]).expect(201);
        }
        let _ = add(&editor, &film, HELLO, &[("kind", "chapters"), ("language", "en"), ("label", "one too many")]).problem(422, "invalid_body");
    }

    tracks_of_what_is_public_need_an_editor(app) {
        let (editor, author, other) = (app.editor(), app.signed_in("author"), app.signed_in("author"));
        let film = film(&author);
        let track = add(&author, &film, HELLO, &captions("en")).expect(201).data();
        let at = format!("{}/{}", tracks(&film), track["id"].as_str().unwrap());
        let _ = add(&other, &film, HELLO, &captions("es")).problem(403, "forbidden");
        let _ = other.with("If-Match", "*").patch(&at, &json!({ "label": "x" })).problem(403, "forbidden");
        let _ = other.with("If-Match", "*").delete(&at).problem(403, "forbidden");
        assert_eq!(other.get(&tracks(&film)).expect(200).data()[0]["id"], track["id"]);
        let _ = editor.published(&json!({ "headline": "x", "recommended_video": film["id"] }));
        let _ = add(&author, &film, HELLO, &captions("es")).problem(403, "forbidden");
        let _ = author.with("If-Match", "*").delete(&at).problem(403, "forbidden");
        let _ = add(&editor, &film, HELLO, &captions("es")).expect(201);
        let elsewhere = format!("/v1/admin/media/{}/tracks/{}", track["id"].as_str().unwrap(), track["id"].as_str().unwrap());
        let _ = editor.get(&elsewhere).problem(404, "not_found");
    }

    players_learn_the_codecs(app) {
        let editor = app.editor();
        for (name, bytes, codecs) in [("a.mp4", films::mp4(), "avc1.64001f"), ("a.webm", films::webm(), "vp9,opus")] {
            let film = editor.upload(name, &bytes, &[]).expect(201).data();
            assert_eq!(film["codecs"], codecs, "{film}");
        }
        assert_eq!(editor.upload("a.jpg", &pictures::jpeg(2), &[]).expect(201).data()["codecs"], json!(null));
    }

    a_film_shows_its_poster(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let film = film(&editor);
        let poster = editor.upload("p.jpg", &pictures::jpeg(3), &[]).expect(201).data();
        let at = format!("/v1/admin/media/{}", film["id"].as_str().unwrap());
        let _ = editor.with("If-Match", "*").patch(&at, &json!({ "poster": poster["id"] })).expect(200);
        let _ = editor.published(&json!({ "headline": "x", "slug": "x", "body": [{ "_type": "video", "media": film["id"] }] }));
        let poster_at = format!("/v1/admin/media/{}", poster["id"].as_str().unwrap());
        let used = editor.with("If-Match", "*").delete(&poster_at).problem(409, "in_use");
        assert_eq!(used["used_by"][0]["where"], json!(["poster"]), "{used}");
        let public = reader.get(&format!("/v1/media/{}", film["id"].as_str().unwrap())).expect(200).data();
        assert_eq!(public["poster"]["id"], poster["id"]);
        assert!(reader.get("/v1/articles/x").expect(200).data()["body_html"].as_str().unwrap().contains(" poster=\""));
        assert_eq!(reader.get(public["poster"]["url"].as_str().unwrap()).expect(200).header("content-type"), Some("image/jpeg"));
    }

    bodies_offer_the_variants_as_soon_as_there_are_some(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let wide = image::DynamicImage::ImageRgb8(image::RgbImage::from_pixel(700, 500, image::Rgb([90, 120, 150])));
        let mut bytes = std::io::Cursor::new(Vec::new());
        wide.write_to(&mut bytes, image::ImageFormat::Jpeg).unwrap();
        let picture = editor.upload("wide.jpg", bytes.get_ref(), &[]).expect(201).data();
        let _ = editor.published(&json!({ "headline": "x", "slug": "x", "body": [{ "_type": "image", "media": picture["id"], "alt": "Blue" }] }));
        app.run_jobs();
        let article = reader.get("/v1/articles/x").expect(200).data();
        let html = article["body_html"].as_str().unwrap();
        for wanted in [" srcset=\"", "/variants/w320.webp?v=", " 320w, ", " 700w\"", " sizes=\"auto, 100vw\"", " width=\"700\"", " height=\"500\"", " alt=\"Blue\"", " loading=\"lazy\""] {
            assert!(html.contains(wanted), "{wanted}: {html}");
        }
        let first = article["body"][0]["asset"]["srcset"].as_str().unwrap().split(' ').next().unwrap().to_owned();
        assert_eq!(reader.get(&first).expect(200).header("content-type"), Some("image/webp"));
    }
}

both! {
    tracks_in_use_are_never_swept(app) {
        use crate::support::files::{age, sweep};
        let editor = app.editor();
        let film = film(&editor);
        let track = add(&editor, &film, HELLO, &captions("en")).expect(201).data();
        // The same bytes for a killed upload are those of the track; others are nobody's.
        let (shared, alone) = (orphan(app, HELLO), orphan(app, b"WEBVTT\n\n00:00.000 --> 00:01.000\nNobody's\n"));
        let all = app.app.storage.keys().unwrap();
        assert!(all.contains(&shared) && all.contains(&alone));
        age(app);
        all.iter().for_each(|key| sweep(app, key));
        let left = app.app.storage.keys().unwrap();
        assert!(left.contains(&shared) && !left.contains(&alone) && left.len() == all.len() - 1, "{left:?}");
        assert_eq!(app.anonymous().get(track["url"].as_str().unwrap()).expect(200).bytes, HELLO);
        // Once no record has it, it goes at once; what that missed goes with the next sweep.
        let at = format!("{}/{}", tracks(&film), track["id"].as_str().unwrap());
        let _ = editor.with("If-Match", "*").delete(&at).expect(204);
        assert!(!app.app.storage.keys().unwrap().contains(&shared));
        assert_eq!(orphan(app, HELLO), shared);
        age(app);
        sweep(app, &shared);
        assert!(!app.app.storage.keys().unwrap().contains(&shared));
        let _ = app.anonymous().get(&format!("/media/{}/{}", film["id"].as_str().unwrap(), film["file_name"].as_str().unwrap())).problem(404, "not_found");
        let _ = app.anonymous().get(film["url"].as_str().unwrap()).expect(200);
    }
}
