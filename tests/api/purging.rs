//! A content network in front: what answers tell it, and what it is told when something changes.

use serde_json::json;

use crate::support::receiver::{Received, Receiver};
use crate::support::{Answer, Database, TestApp};
use crate::variants::{sent::noise, written};

/// The key of an article, as answers that show it name it.
fn key_of(app: &TestApp, path: &str, starts: &str) -> Vec<String> {
    let answer = app.anonymous().get(path).expect(200);
    let header = answer.header("surrogate-key").unwrap().to_owned();
    assert!(header.len() <= 4_096 && header.starts_with("all "), "{header}");
    header.split(' ').filter(|key| key.starts_with(starts)).map(str::to_owned).collect()
}

fn story(database: Database) {
    let network = Receiver::start();
    let address = network.url.split('?').next().unwrap();
    let flags = ["--cdn", "fastly", "--cdn-purge-url", address, "--cdn-token", "the-network-token"];
    let Some(app) = TestApp::start_with(database, &flags) else { return };
    let editor = app.editor();
    let section = editor.tag("Sea", "section");
    let draft = editor.draft(&json!({ "headline": "Told", "section": section["id"] }));
    app.run_jobs();
    let of_articles = |purge: &Received| purge.header("surrogate-key").split(' ').any(|key| key.starts_with("a-"));
    assert!(!network.take().iter().any(of_articles), "the network hears of no draft");
    let live = editor.act(&draft, "publish", &json!({})).expect(200).data();
    app.run_jobs();
    let article = key_of(&app, "/v1/articles/told", "a-");
    assert_eq!(article.len(), 1);
    let list = key_of(&app, "/v1/articles?section=sea", "lt-");
    assert_eq!(list.len(), 1);
    assert_eq!(key_of(&app, "/v1/articles", "articles"), ["articles"]);
    let told = || {
        let purges = network.take();
        assert!(purges.iter().all(|purge| purge.header("fastly-key") == "the-network-token"));
        purges
            .iter()
            .flat_map(|purge| purge.header("surrogate-key").split(' ').map(str::to_owned).collect::<Vec<_>>())
            .collect::<Vec<_>>()
    };
    let keys = told();
    let times = |key: &str| keys.iter().filter(|known| *known == key).count();
    assert_eq!((times(&article[0]), times(&list[0]), times("more")), (1, 1, 1), "{keys:?}");
    // What it does not take is told again, and nothing is told twice.
    network.answers(500);
    let _ = editor.act(&live, "kill", &json!({})).expect(200);
    assert!(app.try_jobs().is_err());
    assert!(told().contains(&article[0]));
    network.answers(200);
    app.run_jobs();
    assert!(told().contains(&article[0]));
    app.run_jobs();
    assert!(told().is_empty());
    // Editors' answers tell the network nothing.
    assert!(editor.get("/v1/admin/articles").expect(200).header("surrogate-key").is_none());
}

/// Whatever the form of an answer that a network may keep, it names what it shows.
fn forms(database: Database) {
    let Some(app) = TestApp::start_with(database, &["--cdn", "fastly"]) else { return };
    let (editor, reader) = (app.editor(), app.anonymous());
    let small = written(&image::RgbImage::new(20, 20), image::ImageFormat::Png);
    let large = written(&noise(), image::ImageFormat::Png);
    // Files of more than 256 KiB are not kept.
    assert!(large.len() > 300_000, "{}", large.len());
    for (slug, bytes) in [("small", small), ("large", large)] {
        let media = editor.upload("a.png", &bytes, &[]).expect(201).data();
        let made = editor.published(&json!({ "headline": slug, "slug": slug, "hero": media["id"] }));
        let path = format!("/media/{}/a.png", media["id"].as_str().unwrap());
        let key = |starts: &str| {
            let keys = key_of(&app, &format!("/v1/articles/{slug}"), starts);
            assert_eq!(keys.len(), 1, "{keys:?}");
            keys.into_iter().next().unwrap()
        };
        let (file, page) = (key("m-"), key("a-"));
        let names = |answer: &Answer, key: &str| {
            let header = answer.header("surrogate-key").unwrap_or_default();
            assert!(header.starts_with("all ") && header.split(' ').any(|own| own == key), "{slug} {key}: {header}");
        };
        // Nobody asked before: no answer comes from memory.
        names(&reader.send("HEAD", &path, None).expect(200), &file);
        names(&reader.with("Range", "bytes=0-9").get(&path).expect(206), &file);
        let whole = reader.get(&path).expect(200);
        names(&whole, &file);
        names(&reader.get(&path).expect(200), &file);
        names(&reader.send("HEAD", &path, None).expect(200), &file);
        names(&reader.with("Range", "bytes=0-9").get(&path).expect(206), &file);
        names(&reader.with("If-None-Match", whole.header("etag").unwrap()).get(&path).expect(304), &file);
        let signed = editor.get(&format!("/v1/admin/media/{}", media["id"].as_str().unwrap())).data();
        let original = reader.get(signed["original_url"].as_str().unwrap()).expect(200);
        assert!(original.header("surrogate-key").is_none(), "what editors are given is nobody's to keep");
        let renamed = editor.revised(&editor.article(&made["id"]), &json!({ "slug": format!("{slug}-now") }));
        let _ = editor.act(&renamed, "publish", &json!({})).expect(200);
        let moved = reader.get(&format!("/v1/articles/{slug}")).expect(301);
        names(&moved, &page);
    }
}

#[test]
fn forms_on_sqlite() {
    forms(Database::Sqlite);
}

#[test]
fn forms_on_postgres() {
    forms(Database::Postgres);
}

#[test]
fn sqlite() {
    story(Database::Sqlite);
}

#[test]
fn postgres() {
    story(Database::Postgres);
}

#[test]
fn cloudflare_knows_them_as_tags() {
    let network = Receiver::start();
    let address = network.url.split('?').next().unwrap();
    let flags = ["--cdn", "cloudflare", "--cdn-purge-url", address, "--cdn-token", "t"];
    let app = TestApp::start_with(Database::Sqlite, &flags).unwrap();
    let editor = app.editor();
    let _ = editor.act(&editor.draft(&json!({ "headline": "Told" })), "publish", &json!({})).expect(200);
    app.run_jobs();
    let answer = app.anonymous().get("/v1/articles/told").expect(200);
    let tags: Vec<&str> = answer.header("cache-tag").unwrap().split(',').collect();
    let purges = network.take();
    let named = |purge: &Received| serde_json::from_value::<Vec<String>>(purge.json()["tags"].clone()).unwrap();
    let article = tags.iter().find(|tag| tag.starts_with("a-")).unwrap();
    assert!(purges.iter().flat_map(named).any(|tag| tag == *article), "{purges:?}");
    assert!(purges.iter().all(|purge| purge.header("authorization") == "Bearer t"));
}
