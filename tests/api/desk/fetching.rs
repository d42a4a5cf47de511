//! Files that are fetched from an address.

use serde_json::{Value, json};

use crate::both;
use crate::support::{Client, Database, TestApp, origin, pictures};

fn page(path: &str) -> origin::Page {
    match path {
        "/photos/Ferry%20at%20dawn.png?size=large" => ("200 OK\r\nContent-Type: text/html", pictures::jpeg(1)),
        "/moved" => ("302 Found\r\nLocation: /once-more", Vec::new()),
        "/once-more" => ("301 Moved\r\nLocation: /photos/Ferry%20at%20dawn.png?size=large", Vec::new()),
        "/round" => ("302 Found\r\nLocation: /round", Vec::new()),
        "/inwards" => ("302 Found\r\nLocation: http://169.254.169.254/latest/meta-data/", Vec::new()),
        "/to-a-file" => ("302 Found\r\nLocation: file:///etc/passwd", Vec::new()),
        "/html" => ("200 OK\r\nContent-Type: image/jpeg", b"<!DOCTYPE html><p>".to_vec()),
        "/damaged" => ("200 OK", pictures::jpeg(2)[..300].to_vec()),
        "/cut" => ("200 OK\r\nContent-Length: 100000", pictures::jpeg(2)),
        "/large" => ("200 OK", [pictures::jpeg(3), vec![0; 2 * 1024 * 1024]].concat()),
        _ => ("404 Not Found", Vec::new()),
    }
}

#[track_caller]
fn refused(client: &Client, url: &str) -> String {
    let problem = client.post("/v1/admin/media", &json!({ "url": url })).problem(422, "invalid_body");
    assert_eq!(problem["errors"][0]["pointer"], "/url", "{problem}");
    problem["errors"][0]["detail"].as_str().unwrap().to_owned()
}

both! {
    a_file_is_fetched_by_its_content(app) {
        let editor = app.editor();
        let origin = origin::start(page);
        let body = json!({ "url": format!("{origin}/moved"), "title": "Ferry", "keywords": ["dawn"] });
        let media = editor.post("/v1/admin/media", &body).expect(201).data();
        assert_eq!((&media["mime"], &media["file_name"], &media["title"]), (&json!("image/jpeg"), &json!("Ferry-at-dawn.jpg"), &json!("Ferry")));
        assert_eq!(media["keywords"], json!(["dawn"]));
        assert_eq!(app.anonymous().get(media["original_url"].as_str().unwrap()).expect(200).bytes, pictures::jpeg(1));
        let again = editor.post("/v1/admin/media", &body).expect(200).json();
        assert_eq!((&again["meta"]["duplicate"], &again["data"]["id"]), (&json!(true), &media["id"]));

        for (path, what) in [
            ("/round", "too often"), ("/inwards", "open internet"), ("/to-a-file", "no web address"), ("/nothing", "status 404"), ("/cut", "broke off"),
        ] {
            let detail = refused(&editor, &format!("{origin}{path}"));
            assert!(detail.contains(what), "{path}: {detail}");
        }
        let _ = refused(&editor, &format!("{origin}/damaged"));
        let _ = editor.post("/v1/admin/media", &json!({ "url": format!("{origin}/html") })).problem(415, "unsupported_file_type");
        // Inwards, by whatever spelling, and where nobody listens: the answer does not tell them apart.
        let inwards = ["http://169.254.169.254/", "http://10.0.0.1/x.jpg", "http://[::1]:9/", "http://[::ffff:10.0.0.1]/", "http://0x0a000001/", "http://127.0.0.1:1/"];
        for url in inwards {
            assert_eq!(refused(&editor, url), "Nothing on the open internet answers at this address.", "{url}");
        }
        for url in ["http://user:secret@news.example/a.jpg", "ftp://news.example/a.jpg", "file:///etc/passwd", "/a.jpg", &format!("{}:22/", origin.rsplit_once(':').unwrap().0)] {
            let _ = refused(&editor, url);
        }
        let both = json!({ "url": origin, "embed_url": "https://vimeo.com/76979871" });
        let _ = editor.post("/v1/admin/media", &both).problem(422, "invalid_body");
        let _ = editor.post("/v1/admin/media", &json!({ "url": Value::Null })).problem(422, "invalid_body");
        let left: usize = (0..=255).map(|shelf| app.app.storage.older_than(shelf, std::time::Duration::ZERO).unwrap().len()).sum();
        assert_eq!(left, 1);
        assert_eq!(std::fs::read_dir(app.app.storage.staging_dir()).unwrap().count(), 0);
    }
}

#[test]
fn what_is_fetched_has_the_limits_of_uploads() {
    let Some(app) = TestApp::start_with(Database::Sqlite, &["--max-image-mib", "1", "--max-file-mib", "1"]) else {
        return;
    };
    let url = format!("{}/large", origin::start(page));
    let _ = app.editor().post("/v1/admin/media", &json!({ "url": url })).problem(413, "payload_too_large");
    assert_eq!(std::fs::read_dir(app.app.storage.staging_dir()).unwrap().count(), 0);
}
