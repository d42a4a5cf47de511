//! Answers from memory: nobody can tell them from new ones, but by the counters.

use serde_json::{Value, json};
use slugline::domain::{Precondition, site};
use slugline::model::site::SiteInput;
use slugline::model::{Field, FromText, Line, Time};
use slugline::store::DatabaseUrl;

use super::{admin, members};
use crate::both;
use crate::support::pictures::jpeg;
use crate::support::{Answer, Client, Database, TestApp, eventually, postgres};

/// A figure of the cache.
fn figure(reader: &Client, name: &str) -> u64 {
    let metrics = reader.get("/metrics").expect(200).text();
    let line = metrics.lines().find_map(|line| line.strip_prefix(&format!("slugline_cache_{name} ")));
    line.unwrap().parse().unwrap()
}

/// How many requests were answered from memory so far.
fn hits(reader: &Client) -> u64 {
    figure(reader, "hits_total")
}

/// The answer, and whether it came from memory.
fn got(reader: &Client, path: &str) -> (Answer, bool) {
    let before = hits(reader);
    let answer = reader.get(path);
    (answer, hits(reader) > before)
}

/// Asks until the answer is in memory: the first look at the database takes a moment after the start.
#[track_caller]
fn keep(reader: &Client, path: &str) -> Answer {
    for _ in 0..200 {
        let (answer, kept) = got(reader, path);
        if kept {
            return answer.expect(200);
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("{path} is never kept");
}

#[track_caller]
fn is_kept(reader: &Client, path: &str) {
    assert!(got(reader, path).1, "{path} is made anew");
}

#[track_caller]
fn is_anew(reader: &Client, path: &str) -> Answer {
    let (answer, kept) = got(reader, path);
    assert!(!kept, "{path} comes from memory");
    answer
}

/// Two articles of two sections, with an author and a picture each.
fn newsroom(editor: &Client) -> [Value; 2] {
    [("Sea", 5_u8), ("Hill", 6)].map(|(name, seed)| {
        let (section, author) = (editor.tag(name, "section"), editor.author(&format!("{name} Writer")));
        let hero = editor.upload(&format!("{}.jpg", name.to_lowercase()), &jpeg(seed), &[]).expect(201).data();
        let content = json!({ "headline": format!("{name} news"), "section": section["id"], "hero": hero["id"],
            "authors": [author["id"]], "body_markdown": "A sentence that is long enough. ".repeat(80) });
        editor.act(&editor.draft(&content), "publish", &json!({})).expect(200).data()
    })
}

both! {
    an_answer_from_memory_is_the_same_in_every_form(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let [sea, _] = newsroom(&editor);
        let hero = sea["hero"]["id"].as_str().unwrap().to_owned();
        let paths = ["/v1/articles/sea-news?include=related,popular,jsonld", "/v1/articles?limit=2&section=sea", "/v1/tags",
            "/v1/tags/sea", "/v1/authors", "/v1/authors/sea-writer", "/v1/site", "/v1/popular", "/v1/search?q=news",
            "/v1/suggest?q=se", "/v1/feeds/rss.xml", "/v1/feeds/atom.xml", "/v1/feeds/feed.json", "/v1/sitemaps/index.xml",
            "/v1/sitemaps/news.xml", "/v1/articles/sea-news/ninjs", "/v1/articles/sea-news/jsonld",
            "/v1/articles/sea-news/related", "/v1/articles/sea-news/live-updates"].map(str::to_owned);
        let media = [format!("/v1/media/{hero}"), format!("/media/{hero}/sea.jpg")];
        for path in paths.iter().chain(&media) {
            let first = reader.get(path).expect(200);
            let kept = keep(&reader, path);
            let names = ["content-type", "etag", "cache-control", "vary", "link", "last-modified", "content-disposition",
                "content-security-policy", "access-control-allow-origin", "x-content-type-options"];
            for name in names {
                assert_eq!(first.header(name), kept.header(name), "{path}: {name}");
            }
            assert_eq!(first.bytes, kept.bytes, "{path}");
            assert_ne!(first.header("x-request-id"), kept.header("x-request-id"));
            assert_eq!(reader.with("X-Request-Id", "mine").get(path).header("x-request-id"), Some("mine"));
            let tag = kept.header("etag").unwrap().to_owned();
            let same = reader.with("If-None-Match", &tag).get(path).expect(304);
            assert!(same.bytes.is_empty() && same.header("etag") == Some(tag.as_str()), "{path}");
            let head = reader.send("HEAD", path, None).expect(200);
            assert!(head.bytes.is_empty() && head.header("etag") == Some(tag.as_str()), "{path}");
            assert_eq!(editor.get(path).expect(200).bytes, first.bytes, "{path}: credentials change nothing");
            if kept.bytes.len() > 2_000 && !path.starts_with("/media/") {
                let packed = reader.with("Accept-Encoding", "br").get(path).expect(200);
                assert_eq!(packed.header("content-encoding"), Some("br"), "{path}");
            }
        }
        // The order of parameters does not matter, and a part of a file is cut out of the file.
        is_kept(&reader, "/v1/articles?section=sea&limit=2");
        let part = reader.with("Range", "bytes=1-4").get(&media[1]).expect(206);
        assert_eq!(part.bytes, reader.get(&media[1]).bytes[1..5]);
        is_kept(&reader, &format!("{}?v=anything", media[1]));
    }

    a_change_touches_what_shows_it_and_nothing_else(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let [sea, hill] = newsroom(&editor);
        let (of_sea, of_hill) = (["/v1/articles/sea-news", "/v1/articles?section=sea", "/v1/articles?author=sea-writer"],
            ["/v1/articles/hill-news", "/v1/articles?section=hill", "/v1/articles?author=hill-writer"]);
        let everything = "/v1/articles";
        let keep_all = || for path in of_sea.iter().chain(&of_hill).chain([&everything]) { let _ = keep(&reader, path); };
        keep_all();
        // A draft touches nothing.
        let sea = editor.if_match(&sea["version"]).patch(&admin("articles", &sea), &json!({ "headline": "Sea news, more" })).expect(200).data();
        of_sea.iter().chain(&of_hill).chain([&everything]).for_each(|path| is_kept(&reader, path));
        // Publishing it touches its page and its lists, at once.
        let sea = editor.act(&sea, "publish", &json!({})).expect(200).data();
        for path in of_sea {
            assert!(is_anew(&reader, path).text().contains("Sea news, more"), "{path}");
        }
        assert!(is_anew(&reader, everything).text().contains("Sea news, more"));
        of_hill.iter().for_each(|path| is_kept(&reader, path));
        // An author's name stands on their pages and in lists that show it.
        keep_all();
        let author = editor.get(&admin("authors", &sea["authors"][0])).data();
        let _ = editor.if_match(&author["version"]).patch(&admin("authors", &author), &json!({ "name": "Sea Renamed" })).expect(200);
        assert!(is_anew(&reader, of_sea[0]).text().contains("Sea Renamed"));
        assert!(is_anew(&reader, everything).text().contains("Sea Renamed"));
        is_kept(&reader, of_hill[0]);
        is_kept(&reader, of_hill[1]);
        // So does the caption of a picture, of its record too.
        keep_all();
        let record = format!("/v1/media/{}", hill["hero"]["id"].as_str().unwrap());
        let _ = keep(&reader, &record);
        let hero = editor.get(&admin("media", &hill["hero"])).data();
        let _ = editor.if_match(&hero["version"]).patch(&admin("media", &hero), &json!({ "caption": "Steep." })).expect(200);
        assert!(is_anew(&reader, of_hill[0]).text().contains("Steep."));
        assert!(is_anew(&reader, &record).text().contains("Steep."));
        is_kept(&reader, of_sea[0]);
        // What is withdrawn is gone everywhere at once, its file included.
        keep_all();
        let file = format!("/media/{}/hill.jpg", hill["hero"]["id"].as_str().unwrap());
        let _ = (keep(&reader, &file), keep(&reader, &record));
        let _ = editor.act(&hill, "kill", &json!({ "notice": "Withdrawn." })).expect(200);
        let _ = reader.get(of_hill[0]).expect(410);
        for path in [&record, &file] {
            let _ = reader.get(path).expect(404);
        }
        for path in [everything, of_hill[1], of_hill[2]] {
            assert!(!reader.get(path).expect(200).text().contains("Hill news"), "{path}");
        }
        // The site stands behind every answer.
        let _ = keep(&reader, of_sea[0]);
        let boss = app.signed_in("admin");
        let site = boss.get("/v1/admin/site").data();
        let _ = boss.if_match(&site["version"]).patch("/v1/admin/site", &json!({ "name": "The Sea" })).expect(200);
        let _ = is_anew(&reader, of_sea[0]);
    }

    time_ends_an_answer_on_the_second(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let now = app.clock.now();
        let at = |seconds: i64| now.plus_seconds(seconds).to_string();
        let ends = editor.draft(&json!({ "headline": "Ends" }));
        let _ = editor.act(&ends, "publish", &json!({ "unpublish_at": at(100) })).expect(200);
        let comes = editor.draft(&json!({ "headline": "Comes" }));
        let list = "/v1/articles?fields=headline";
        assert_eq!(members(&keep(&reader, list), "headline"), ["Ends"]);
        // What will appear is learned of when it is scheduled, and no header tells when.
        let _ = editor.act(&comes, "schedule", &json!({ "publish_at": at(50) })).expect(200);
        let kept = keep(&reader, list);
        assert_eq!(members(&kept, "headline"), ["Ends"]);
        let said: i64 = kept.header("cache-control").unwrap().split("s-maxage=").nth(1).unwrap().split(',').next().unwrap().parse().unwrap();
        assert!((59..=60).contains(&said), "{said}");
        app.advance(51);
        assert_eq!(members(&is_anew(&reader, list), "headline"), ["Comes", "Ends"]);
        let kept = keep(&reader, list);
        assert!(kept.header("cache-control").unwrap().contains("s-maxage=4"), "{kept:?}");
        app.advance(50);
        assert_eq!(members(&is_anew(&reader, list), "headline"), ["Comes"]);
        let _ = reader.get("/v1/articles/ends").expect(404);
        assert!(app.clock.now() > Time::from_micros(0));
    }

    every_node_hears_of_what_another_one_changes(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let [sea, _] = newsroom(&editor);
        let other = TestApp::beside(app);
        let there = other.anonymous();
        let _ = (keep(&there, "/v1/articles/sea-news"), keep(&there, "/v1/articles/hill-news"));
        let _ = keep(&reader, "/v1/articles/sea-news");
        let sea = editor.if_match(&sea["version"]).patch(&admin("articles", &sea), &json!({ "headline": "Sea, elsewhere" })).expect(200).data();
        let _ = editor.act(&sea, "publish", &json!({})).expect(200);
        assert!(reader.get("/v1/articles/sea-news").text().contains("Sea, elsewhere"), "at once where it was changed");
        let heard = eventually(|| there.get("/v1/articles/sea-news").text().contains("Sea, elsewhere"));
        assert!(heard, "the other node never hears of it");
        is_kept(&there, "/v1/articles/hill-news");
        // The command line beside a running server is such a node too.
        let site = SiteInput { name: Field::Set(Line::from_text("Changed beside").unwrap()), ..Default::default() };
        let outsider = app.second_node();
        outsider.write_here(|cx, actor| site::update(cx, actor, &Precondition::Any, site)).unwrap();
        let heard = eventually(|| reader.get("/v1/site").text().contains("Changed beside"));
        assert!(heard, "the server never hears of what the command line changed");
    }

    what_is_private_is_never_kept(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let draft = editor.draft(&json!({ "headline": "Secret" }));
        let picture = editor.upload("secret.jpg", &jpeg(9), &[]).expect(201).data();
        let preview = editor.post(&format!("{}/preview-tokens", admin("articles", &draft)), &json!({})).expect(201).data();
        let preview = preview["url"].as_str().unwrap().to_owned();
        let signed = picture["url"].as_str().unwrap().to_owned();
        for path in [preview.as_str(), &signed, &admin("articles", &draft), "/v1/admin/articles", "/v1/auth/me"] {
            for _ in 0..3 {
                let before = hits(&reader);
                let _ = editor.get(path).expect(200);
                assert_eq!(hits(&reader), before, "{path}");
            }
        }
        let _ = reader.get(signed.split('?').next().unwrap()).expect(404);
        let _ = reader.get("/v1/articles/secret").expect(404);
    }
}

#[test]
fn what_was_true_is_shown_while_the_database_is_away_and_nothing_past_its_end() {
    let Some(app) = TestApp::start(Database::Postgres) else { return };
    let DatabaseUrl::Postgres(url) = app.app.config.database.database_url.clone() else { panic!("not PostgreSQL") };
    let (editor, reader) = (app.editor(), app.anonymous());
    let [sea, _] = newsroom(&editor);
    let end = app.clock.now().plus_seconds(100).to_string();
    let ends = editor.draft(&json!({ "headline": "Ends" }));
    let _ = editor.act(&ends, "publish", &json!({ "unpublish_at": end })).expect(200);
    for path in ["/v1/articles/sea-news", "/v1/articles/ends"] {
        let _ = keep(&reader, path);
    }
    postgres::cluster().unwrap().let_in(&url, false);
    // Longer than what was seen of the database is trusted.
    std::thread::sleep(std::time::Duration::from_millis(3_000));
    for path in ["/v1/articles/sea-news", "/v1/articles/ends"] {
        let _ = reader.get(path).expect(200);
    }
    let problem = reader.get("/v1/articles/hill-news");
    assert!(problem.header("retry-after").is_some());
    let _ = problem.problem(503, "unavailable");
    app.advance(101);
    let _ = reader.get("/v1/articles/ends").expect(503);
    app.advance(600);
    let _ = reader.get("/v1/articles/sea-news").expect(503);
    postgres::cluster().unwrap().let_in(&url, true);
    let back = eventually(|| reader.get("/v1/articles/hill-news").status == 200);
    assert!(back, "it does not come back");
    let _ = reader.get("/v1/articles/ends").expect(404);
    let sea = app.editor().article(&sea["id"]);
    let _ = app.editor().act(&sea, "kill", &json!({})).expect(200);
    let _ = reader.get("/v1/articles/sea-news").expect(410);
}

#[test]
fn while_the_database_is_away_the_clock_ends_what_shows_what_it_changes_and_nothing_else() {
    let Some(app) = TestApp::start(Database::Postgres) else { return };
    let DatabaseUrl::Postgres(url) = app.app.config.database.database_url.clone() else { panic!("not PostgreSQL") };
    let (editor, reader) = (app.editor(), app.anonymous());
    let [sea, _] = newsroom(&editor);
    let after = |seconds| json!({ "publish_at": app.clock.now().plus_seconds(seconds).to_string() });
    // One that is replaced later than another appears; its picture and its tag are not those of the new one.
    let hero = editor.upload("old.jpg", &jpeg(7), &[]).expect(201).data();
    let tag = editor.tag("Gone", "topic");
    let content = json!({ "headline": "Changes", "slug": "changes", "hero": hero["id"], "tags": [tag["id"]] });
    let changes = editor.published(&content);
    let change = json!({ "headline": "Changed", "hero": null, "tags": [] });
    let changed = editor.if_match(&changes["version"]).patch(&admin("articles", &changes), &change).expect(200).data();
    let _ = editor.act(&changed, "schedule", &after(60)).expect(200);
    let _ = editor.act(&editor.draft(&json!({ "headline": "Comes" })), "schedule", &after(30)).expect(200);
    let beside = format!("/v1/articles?ids={}", sea["id"].as_str().unwrap());
    let same = ["/v1/articles/hill-news", "/v1/articles/sea-news?include=popular", "/v1/site", "/v1/popular", &beside];
    let media = format!("/v1/media/{}", hero["id"].as_str().unwrap());
    let file = reader.get(&media).expect(200).data()["url"].as_str().unwrap().to_owned();
    let file = file[file.find("/media/").unwrap()..].to_owned();
    let other = [
        "/v1/articles/changes",
        "/v1/articles",
        "/v1/tags",
        "/v1/tags/gone",
        "/v1/suggest?q=chan",
        "/v1/search?q=news",
        "/v1/sitemaps/news.xml",
        &media,
        &file,
    ];
    for path in same.iter().chain(&other) {
        let _ = keep(&reader, path);
    }
    // The database is read every second, and trusted for two more. What was read just before is not told from what was after.
    std::thread::sleep(std::time::Duration::from_millis(4_500));
    postgres::cluster().unwrap().let_in(&url, false);
    std::thread::sleep(std::time::Duration::from_millis(3_000));
    let held = || figure(&reader, "stale_total");
    for (seconds, gone) in [(31, false), (30, true)] {
        app.advance(seconds);
        let before = held();
        for path in same {
            let _ = reader.get(path).expect(200);
        }
        assert_eq!(held(), before + 5);
        for path in other {
            let answer = reader.get(path);
            assert_eq!(answer.status, if gone { 503 } else { 200 }, "{path}");
        }
    }
    assert_eq!(reader.get("/readyz").expect(200).json(), json!({ "status": "degraded" }));
    postgres::cluster().unwrap().let_in(&url, true);
    let back = eventually(|| reader.get("/v1/articles/changes").status == 200);
    assert!(back, "it does not come back");
    assert_eq!(reader.get("/v1/articles/changes").data()["headline"], "Changed");
}

#[test]
fn it_never_takes_more_than_its_room() {
    let app = TestApp::start_with(Database::Sqlite, &["--cache-mib", "1"]).unwrap();
    let (editor, reader) = (app.editor(), app.anonymous());
    let _ = newsroom(&editor);
    let mut most = 0;
    for limit in 1..=100 {
        for formats in ["blocks", "html", "text", "blocks,html,text,markdown"] {
            let _ = reader.get(&format!("/v1/articles?limit={limit}&formats={formats}")).expect(200);
        }
        most = most.max(figure(&reader, "bytes"));
        assert!(most <= 1 << 20, "{most}");
    }
    assert!(most > 1 << 19, "only {most}");
}

#[test]
fn who_asks_for_the_same_at_once_waits_for_the_first() {
    let app = TestApp::start(Database::Sqlite).unwrap();
    let (editor, reader) = (app.editor(), app.anonymous());
    let _ = newsroom(&editor);
    let _ = keep(&reader, "/v1/site");
    let before = figure(&reader, "misses_total");
    let start = std::sync::Barrier::new(12);
    std::thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(|| {
                let reader = app.anonymous();
                let _ = start.wait();
                let _ = reader.get("/v1/articles/sea-news?include=related,popular,jsonld").expect(200);
            });
        }
    });
    assert_eq!(figure(&reader, "misses_total"), before + 1);
}

#[test]
fn without_room_nothing_is_kept() {
    let app = TestApp::start_with(Database::Sqlite, &["--cache-mib", "0"]).unwrap();
    let (editor, reader) = (app.editor(), app.anonymous());
    let _ = newsroom(&editor);
    for _ in 0..3 {
        let _ = reader.get("/v1/articles/sea-news").expect(200);
    }
    assert!(!reader.get("/metrics").text().contains("slugline_cache_hits_total"));
}
