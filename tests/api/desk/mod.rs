//! The library as a picture desk works with it.

mod fetching;
mod folders;
mod replacing;

use serde_json::{Value, json};

use crate::both;
use crate::support::{Client, files, pictures};

fn record(media: &Value) -> String {
    format!("/v1/admin/media/{}", media["id"].as_str().unwrap())
}

#[track_caller]
fn uploaded(client: &Client, shade: u8, fields: &[(&str, &str)]) -> Value {
    client.upload(&format!("p{shade}.jpg"), &pictures::jpeg(shade), fields).expect(201).data()
}

/// The titles of what a list answers, the oldest first.
#[track_caller]
fn titles(client: &Client, filter: &str) -> Vec<String> {
    let answer = client.get(&format!("/v1/admin/media?sort=created_at&page=1&{filter}")).expect(200);
    answer.data().as_array().unwrap().iter().map(|media| media["title"].as_str().unwrap().to_owned()).collect()
}

/// A JPEG that says of itself what agencies and cameras write, where it was taken included.
fn with_words(shade: u8) -> Vec<u8> {
    let jpeg = pictures::jpeg(shade);
    let set = |number: u8, text: &str| [&[0x1C, 2, number, 0, text.len() as u8], text.as_bytes()].concat();
    let long = "x".repeat(200);
    let sets = [
        set(120, "A ferry leaves-from-the-wire"),
        set(110, &format!("{long}-credit")),
        set(80, "Ana Sol"),
        set(116, "(c) Wire"),
        set(55, "20260504"),
        set(60, "101112+0200"),
    ]
    .concat();
    let mut iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0".to_vec();
    iptc.extend(u32::try_from(sets.len()).unwrap().to_be_bytes());
    iptc.extend(sets);
    // One directory: the artist, and another one of places.
    let exif = b"Exif\0\0II*\0\x08\0\0\0\x02\0\x3B\x01\x02\0\x04\0\0\0Cam\0\x25\x88\x04\0\x01\0\0\0\x26\0\0\0\0\0\0\0place-of-GPS";
    let segment = |marker: u8, body: &[u8]| {
        [&[0xFF, marker][..], &u16::try_from(body.len() + 2).unwrap().to_be_bytes(), body].concat()
    };
    [&jpeg[..2], &segment(0xE1, exif), &segment(0xED, &iptc), &jpeg[2..]].concat()
}

/// A JPEG with keywords in XMP and in IPTC.
fn with_keywords(shade: u8) -> Vec<u8> {
    let jpeg = pictures::jpeg(shade);
    let xmp = "http://ns.adobe.com/xap/1.0/\0<dc:subject><rdf:Bag><rdf:li>Ferry &amp; sea</rdf:li><rdf:li>Dawn</rdf:li></rdf:Bag></dc:subject>";
    let sets = b"\x1c\x02\x19\0\x04dawn\x1c\x02\x19\0\x07harbour";
    let mut iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0".to_vec();
    iptc.push(sets.len() as u8);
    iptc.extend(sets);
    let segment = |marker: u8, body: &[u8]| {
        [&[0xFF, marker][..], &u16::try_from(body.len() + 2).unwrap().to_be_bytes(), body].concat()
    };
    [&jpeg[..2], &segment(0xE1, xmp.as_bytes()), &segment(0xED, &iptc), &jpeg[2..]].concat()
}

both! {
    what_a_picture_says_of_itself_is_there_to_begin_with(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let media = editor.upload("a.jpg", &with_words(31), &[]).expect(201).data();
        assert_eq!((&media["caption"], &media["creator"], &media["copyright"]), (&json!("A ferry leaves-from-the-wire"), &json!("Ana Sol"), &json!("(c) Wire")));
        assert_eq!((&media["taken_at"], media["credit"].as_str().unwrap().len()), (&json!("2026-05-04T08:11:12.000Z"), 207));
        assert_eq!((&media["alt"], &media["version"]), (&json!(null), &json!(1)));
        // What the client says is what counts, and nothing can be said by a name alone.
        let given = [("caption", "Ours"), ("taken_at", "2020-01-01T00:00:00Z"), ("creator", "")];
        let other = editor.upload("b.jpg", &with_words(32), &given).expect(201).data();
        assert_eq!((&other["caption"], &other["taken_at"], &other["creator"]), (&json!("Ours"), &json!("2020-01-01T00:00:00.000Z"), &json!("Ana Sol")));
        let cleared = editor.if_match(&json!(1)).patch(&record(&media), &json!({ "taken_at": null, "caption": "Now ours" })).expect(200).data();
        assert_eq!((&cleared["taken_at"], &cleared["caption"], &cleared["creator"]), (&json!(null), &json!("Now ours"), &json!("Ana Sol")));
        let wrong = editor.if_match(&json!(2)).patch(&record(&media), &json!({ "taken_at": "yesterday" })).problem(422, "invalid_body");
        assert_eq!(wrong["errors"][0]["pointer"], "/taken_at");
        // The public file says none of it, and no public answer when it was taken.
        let _ = editor.published(&json!({ "headline": "H", "slug": "h", "hero": other["id"] }));
        let article = reader.get("/v1/articles/h").expect(200);
        assert!(!article.text().contains("taken_at") && article.data()["hero"]["creator"] == "Ana Sol");
        let file = reader.get(article.data()["hero"]["url"].as_str().unwrap()).expect(200).bytes;
        for word in [&b"from-the-wire"[..], b"Ana Sol", b"place-of-GPS", b"Photoshop", b"Cam"] {
            assert!(!file.windows(word.len()).any(|window| window == word), "{}", String::from_utf8_lossy(word));
        }
        let original = reader.get(other["original_url"].as_str().unwrap()).expect(200).bytes;
        assert_eq!(original, with_words(32));
    }

    keywords_are_read_given_found_and_never_public(app) {
        let editor = app.editor();
        let read = editor.upload("a.jpg", &with_keywords(1), &[("title", "read")]).expect(201).data();
        assert_eq!(read["keywords"], json!(["Ferry & sea", "Dawn", "harbour"]));
        let given = editor.upload("b.jpg", &with_keywords(2), &[("title", "given"), ("keywords", r#"["Köln", "desk-secret"]"#)]).expect(201).data();
        assert_eq!(given["keywords"], json!(["Köln", "desk-secret"]));
        assert_eq!(titles(&editor, "keyword=DAWN"), ["read"]);
        assert_eq!(titles(&editor, "keyword=koln"), ["given"]);
        // A whole keyword, and every word of one by q.
        assert_eq!(titles(&editor, "keyword=ferry"), [""; 0]);
        assert_eq!(titles(&editor, "q=ferry"), ["read"]);
        let none = editor.if_match(&json!(1)).patch(&record(&read), &json!({ "keywords": null })).expect(200).data();
        assert_eq!((&none["keywords"], &none["version"]), (&json!([]), &json!(2)));
        assert_eq!(titles(&editor, "keyword=dawn"), [""; 0]);
        let same = editor.if_match(&json!(2)).patch(&record(&read), &json!({ "keywords": [] })).expect(200).data();
        assert_eq!(same["version"], 2);
        let refused: [(Value, &str, &str); 4] = [
            (json!(["a", "A"]), "/keywords/1", "duplicate"), (json!([""]), "/keywords/0", "too_short"),
            (json!(["x".repeat(101)]), "/keywords/0", "too_long"), (json!((0..51).map(|n| n.to_string()).collect::<Vec<_>>()), "/keywords", "too_long"),
        ];
        for (keywords, pointer, code) in refused {
            let problem = editor.with("If-Match", "*").patch(&record(&read), &json!({ "keywords": keywords })).problem(422, "invalid_body");
            assert_eq!((&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]), (&json!(pointer), &json!(code)));
        }
        let words = editor.upload("c.jpg", &pictures::jpeg(3), &[("keywords", " ferry,, old town ")]).expect(201).data();
        assert_eq!(words["keywords"], json!(["ferry", "old town"]));
        let _ = editor.upload("d.jpg", &pictures::jpeg(4), &[("keywords", "[ferry")]).problem(422, "invalid_body");
        let _ = editor.upload("d.jpg", &pictures::jpeg(4), &[("keywords", "ferry, Ferry")]).problem(422, "invalid_body");
        let _ = editor.published(&json!({ "headline": "H", "slug": "h", "hero": given["id"] }));
        for path in ["/v1/articles/h".to_owned(), format!("/v1/media/{}", given["id"].as_str().unwrap())] {
            let answer = app.anonymous().get(&path).expect(200);
            assert!(!answer.text().contains("desk-secret") && answer.data().get("keywords").is_none(), "{}", answer.text());
        }
    }

    many_records_change_at_once(app) {
        let (editor, author) = (app.editor(), app.signed_in("author"));
        let [one, two, used] = [1, 2, 3].map(|shade| uploaded(&editor, shade, &[]));
        let own = uploaded(&author, 4, &[]);
        let folder = editor.post("/v1/admin/media-folders", &json!({ "name": "Desk" })).expect(201).data();
        let _ = editor.draft(&json!({ "headline": "Uses it", "hero": used["id"] }));
        let send = |client: &Client, mode: &str, operations: Value| {
            client.post("/v1/admin/media/batch", &json!({ "mode": mode, "operations": operations }))
        };
        let update = |media: &Value, version: &str| json!({ "op": "update", "id": media["id"], "if_match": version, "body": { "credit": "C" } });
        let delete = |media: &Value| json!({ "op": "delete", "id": media["id"], "if_match": "*" });

        // All or nothing.
        let problem = send(&editor, "all_or_nothing", json!([update(&one, "1"), delete(&used)])).problem(409, "batch_failed");
        assert_eq!((&problem["index"], &problem["cause"]["code"]), (&json!(1), &json!("in_use")));
        let problem = send(&editor, "all_or_nothing", json!([update(&one, "1"), update(&two, "7")])).problem(409, "batch_failed");
        assert_eq!(problem["cause"]["code"], "stale_version");
        let nowhere = json!({ "op": "move", "id": two["id"], "if_match": "1", "body": { "folder": "0197a000-0000-7000-8000-000000000000" } });
        let problem = send(&editor, "all_or_nothing", json!([update(&one, "1"), nowhere])).problem(422, "invalid_body");
        assert_eq!(problem["errors"][0]["pointer"], "/operations/1/body/folder");
        assert_eq!(editor.get(&record(&one)).expect(200).data()["version"], 1);

        // Each by itself.
        let moved = json!({ "op": "move", "id": one["id"], "if_match": "2", "body": { "folder": folder["id"] } });
        let operations = json!([update(&one, "1"), moved, delete(&two), delete(&used), update(&two, "*")]);
        let results = send(&editor, "per_item", operations).expect(200).data()["results"].clone();
        let statuses: Vec<&Value> = results.as_array().unwrap().iter().map(|result| &result["status"]).collect();
        assert_eq!(statuses, [200, 200, 204, 409, 404]);
        assert_eq!((&results[1]["version"], &results[3]["error"]["code"]), (&json!(3), &json!("in_use")));
        let now = editor.get(&record(&one)).expect(200).data();
        assert_eq!((&now["credit"], &now["folder"]["name"]), (&json!("C"), &json!("Desk")));
        assert_eq!(app.anonymous().get(two["original_url"].as_str().unwrap()).status, 404);
        assert!(!app.app.storage.older_than(shelf(&two), std::time::Duration::ZERO).unwrap().iter().any(|key| key.ends_with(two["sha256"].as_str().unwrap())));

        // Everybody does what they may.
        let results = send(&author, "per_item", json!([update(&one, "*"), update(&own, "1")])).expect(200).data()["results"].clone();
        assert_eq!((&results[0]["status"], &results[1]["status"]), (&json!(403), &json!(200)));
        for (body, pointer) in [
            (json!({}), "/operations"), (json!({ "operations": [] }), "/operations"), (json!({ "operations": [{ "op": "delete" }] }), "/operations/0/id"),
            (json!({ "operations": vec![delete(&one); 101] }), "/operations"),
            (json!({ "operations": [{ "op": "move", "id": one["id"], "if_match": "*" }] }), "/operations/0/body/folder"),
        ] {
            let problem = editor.post("/v1/admin/media/batch", &body).problem(422, "invalid_body");
            assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
        }
    }

    files_without_a_record_are_swept(app) {
        let editor = app.editor();
        let kept = uploaded(&editor, 1, &[]);
        app.run_jobs();
        // An upload that was killed before its record was written.
        let orphan = slugline::domain::media_ingest::from_bytes(&app.app.storage, &app.app.staging, "o.jpg", &pictures::jpeg(2)).unwrap();
        let before = app.app.storage.keys().unwrap();
        assert!(before.contains(&orphan.original_key));
        files::sweep(app, &orphan.original_key);
        assert_eq!(app.app.storage.keys().unwrap().len(), before.len(), "too young to be swept");
        files::age(app);
        for key in &before {
            files::sweep(app, key);
        }
        let after = app.app.storage.keys().unwrap();
        assert_eq!(after.len(), before.len() - 1);
        assert!(!after.contains(&orphan.original_key));
        let _ = app.anonymous().get(kept["url"].as_str().unwrap()).expect(200);
    }
}

/// Where in the store the bytes of a record are.
fn shelf(media: &Value) -> u8 {
    u8::from_str_radix(&media["sha256"].as_str().unwrap()[..2], 16).unwrap()
}
