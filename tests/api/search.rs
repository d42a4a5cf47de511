//! Search of live articles, its facets and suggestions, `q` on the lists of both doors, and what stays hidden.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use serde_json::{Value, json};
use slugline::domain::search::index;
use slugline::domain::{Cx, articles};
use slugline::model::Id;
use slugline::model::urls::encoded;
use slugline::on_db;
use slugline::store::Access;

use crate::both;
use crate::support::{Answer, Client, Database, TestApp};

fn asked(reader: &Client, route: &str, q: &str, more: &str) -> Answer {
    reader.get(&format!("/v1/{route}?q={}{more}", encoded(q)))
}

fn slugs(answer: &Value) -> String {
    let all = answer["data"].as_array().unwrap().iter();
    all.map(|card| card["slug"].as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn found(reader: &Client, q: &str) -> String {
    slugs(&asked(reader, "search", q, "").expect(200).json())
}

fn path(article: &Value) -> String {
    format!("/v1/admin/articles/{}", article["id"].as_str().unwrap())
}

fn paragraph(text: &str) -> Value {
    json!({ "_type": "block", "style": "normal", "markDefs": [], "children": [{ "_type": "span", "text": text, "marks": [] }] })
}

/// The segments that the public index lies in: a word is looked for in each.
fn segments(app: &TestApp) -> i64 {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let count = "SELECT count(DISTINCT segid) AS count FROM search_index_idx";
    let read = |conn: &mut slugline::store::Conn| on_db!(conn, |c| diesel::sql_query(count).get_result::<Count>(c));
    app.app.store.run_here(Access::Read, read).unwrap().count
}

#[test]
fn an_index_is_tidied_up() {
    let Some(app) = TestApp::start(Database::Sqlite) else { return };
    let (editor, reader) = (app.editor(), app.anonymous());
    let publish = |number: usize| {
        let article = json!({ "headline": format!("Harbour {number}"), "slug": format!("a{number}") });
        let _ = editor.published(&article);
        app.advance(1);
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    (0..3).for_each(publish);
    assert_eq!(segments(&app), 3);
    runtime.block_on(slugline::jobs::sweep_once(&app.app)).unwrap();
    assert_eq!((segments(&app), found(&reader, "harbour").as_str()), (1, "a2 a1 a0"));
    // Who has seeded leaves one, whatever there was.
    (3..5).for_each(publish);
    assert!(segments(&app) > 1);
    app.app.write_here(|cx, _| index::unite(cx)).unwrap();
    while app.app.write_here(|cx, _| index::tidy(cx)).unwrap() {}
    assert_eq!((segments(&app), found(&reader, "harbour").as_str()), (1, "a4 a3 a2 a1 a0"));
}

#[test]
fn the_index_of_working_copies_follows_what_one_transaction_does() {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let Some(app) = TestApp::start(Database::Sqlite) else { return };
    let editor = app.editor();
    let [kept, gone] = ["Whale", "Narwhal"].map(|headline| editor.draft(&json!({ "headline": headline })));
    let _ = editor.if_match(&gone["version"]).delete(&path(&gone)).expect(204);
    app.advance(40 * 24 * 60 * 60);
    let ids: Vec<Id> = [&kept, &gone].map(|draft| Id::parse(draft["id"].as_str().unwrap()).unwrap()).to_vec();
    let write = |cx: &mut Cx| {
        for _ in 0..2 {
            let rows = slugline::store::articles::find_many(cx.conn, &ids)?;
            articles::loaded_all(cx, rows)?.iter().try_for_each(|article| index::working(cx, article))?;
        }
        slugline::store::articles::purge_trash(cx.conn, cx.now, 10)
    };
    assert_eq!(app.app.write_here(|cx, _| write(cx)).unwrap(), ids[1..]);
    let count = |word: &str| {
        let sql = format!("SELECT count(*) AS count FROM working_index WHERE working_index MATCH '{word}'");
        let read = |conn: &mut slugline::store::Conn| on_db!(conn, |c| diesel::sql_query(sql).get_result::<Count>(c));
        app.app.store.run_here(Access::Read, read).unwrap().count
    };
    assert_eq!((count("whale"), count("narwhal")), (1, 0));
}

both! {
    words_phrases_prefixes_and_what_must_not_be_are_found(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let tag = editor.tag("Ferry service", "topic");
        let author = editor.author("Zoë Lindqvist");
        let picture = editor.upload("quay.jpg", &crate::support::pictures::jpeg(9), &[("caption", "Gulls on the quay")]).expect(201).data();
        let body = json!([paragraph("The old harbour of New York is <closed> & quiet."), { "_type": "image", "media": picture["id"], "alt": "A lighthouse" }]);
        let _ = editor.published(&json!({ "headline": "Café Central reopens", "slug": "a1", "standfirst": "It snowed.", "body": body,
            "tags": [tag["id"]], "authors": [author["id"]] }));
        app.advance(60);
        let _ = editor.published(&json!({ "headline": "Harbour bridge opens", "slug": "a2", "body": [paragraph("York is new to this.")] }));
        app.advance(60);
        let _ = editor.draft(&json!({ "headline": "Harbour of secrets", "slug": "a3" }));
        for (q, expected) in [
            ("cafe", "a1"), ("CAFÉ", "a1"), ("Cafe\u{301} centr*", "a1"), ("snowed", "a1"), ("gulls", "a1"), ("lighthouse", "a1"),
            ("zoe", "a1"), ("\"ferry service\"", "a1"), ("\"service ferry\"", ""), ("lindq*", "a1"), ("ferry cafe", "a1"),
            // A word of the headline says more than one of the body.
            ("harbour", "a2 a1"), ("\"new york\"", "a1"), ("new york", "a2 a1"), ("harb*", "a2 a1"), ("harb", ""),
            ("harbour -bridge", "a1"), ("harbour -\"new york\"", "a2"), ("harbour -lindqvist", "a2"), ("secrets", ""),
            ("reopens snowed", "a1"), ("\"reopens it snowed\"", ""), ("nothing", ""),
        ] {
            assert_eq!(found(&reader, q), expected, "{q}");
        }
        let answer = asked(&reader, "search", "closed york", "").expect(200).json();
        assert_eq!(answer["data"][0]["highlight"]["body"], "The old harbour of New <mark>York</mark> is &lt;<mark>closed</mark>&gt; &amp; quiet.");
        assert_eq!(answer["data"][0]["highlight"]["headline"], "Café Central reopens");
        assert_eq!(answer["data"][0]["highlight"]["standfirst"], Value::Null);
        let narrow = asked(&reader, "search", "cafe", "&fields=highlight").expect(200).data();
        assert_eq!(narrow[0].as_object().unwrap().len(), 2);
        assert_eq!(narrow[0]["highlight"]["headline"], "<mark>Café</mark> Central reopens");
    }

    captions_that_change_together_leave_their_article_found(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let pictures = [1_u8, 2].map(|seed| editor.upload("a.jpg", &crate::support::pictures::jpeg(seed), &[]).expect(201).data());
        let body = json!([{ "_type": "image", "media": pictures[1]["id"] }]);
        let _ = editor.published(&json!({ "headline": "Quay", "slug": "a1", "hero": pictures[0]["id"], "body": body }));
        let change = |picture: &Value, caption: String| {
            let path = format!("/v1/admin/media/{}", picture["id"].as_str().unwrap());
            let _ = editor.with("If-Match", "*").patch(&path, &json!({ "caption": caption })).expect(200);
        };
        let start = std::sync::Barrier::new(2);
        for round in 0..15 {
            std::thread::scope(|scope| {
                for picture in &pictures {
                    let (start, change) = (&start, &change);
                    scope.spawn(move || {
                        let _ = start.wait();
                        change(picture, format!("gulls{round} and boats"));
                    });
                }
            });
            assert_eq!(found(&reader, &format!("gulls{round}")), "a1");
            assert_eq!(found(&reader, "quay"), "a1", "round {round}");
        }
        assert_eq!(found(&reader, "gulls13"), "");
        // Many at once are indexed once, with the last of them.
        let operations: Vec<Value> = pictures.iter().map(|picture| {
            json!({ "op": "update", "id": picture["id"], "if_match": "*", "body": { "caption": "terns" } })
        }).collect();
        let _ = editor.post("/v1/admin/media/batch", &json!({ "operations": operations })).expect(200);
        assert_eq!((found(&reader, "terns").as_str(), found(&reader, "boats").as_str()), ("a1", ""));
        app.run_jobs();
        assert_eq!(found(&reader, "quay"), "a1");
    }

    filters_facets_and_pages(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let world = editor.tag("World", "section");
        let [sea, ice] = ["Sea", "Ice"].map(|name| editor.tag(name, "topic"));
        let ana = editor.author("Ana");
        let hidden = editor.tag("Hidden", "topic");
        let _ = editor.draft(&json!({ "headline": "Whale unseen", "tags": [hidden["id"]] }));
        for (slug, more) in [
            ("a1", json!({ "section": world["id"], "tags": [sea["id"]], "authors": [ana["id"]] })),
            ("a2", json!({ "tags": [sea["id"], ice["id"]], "kind": "opinion" })),
            ("a3", json!({ "section": world["id"], "featured": true })),
        ] {
            let mut article = more;
            article["headline"] = json!("Whale seen");
            article["slug"] = json!(slug);
            let _ = editor.published(&article);
            app.advance(60);
        }
        let all = asked(&reader, "search", "whale", "").expect(200).json();
        assert_eq!(slugs(&all), "a3 a2 a1");
        let facets = &all["meta"]["facets"];
        let counts = |name: &str, key: &str| -> String {
            let values = facets[name].as_array().unwrap().iter();
            values.map(|value| format!("{}:{}", value[key].as_str().unwrap(), value["count"])).collect::<Vec<_>>().join(" ")
        };
        assert_eq!((counts("section", "slug"), counts("tag", "name")), ("world:2".into(), "Sea:2 Ice:1".into()));
        assert_eq!((counts("author", "slug"), counts("kind", "kind")), ("ana:1".into(), "news:2 opinion:1".into()));
        assert_eq!(facets["year"][0]["count"], 3);
        assert_eq!((&all["meta"]["total"], &all["meta"]["total_capped"], &all["meta"]["page"]), (&json!(3), &json!(false), &json!(1)));
        for (more, expected) in [
            ("&section=world", "a3 a1"), ("&tag=sea", "a2 a1"), ("&tag=sea,ice", "a2 a1"), ("&tag_all=sea,ice", "a2"),
            ("&tag_not=sea", "a3"), ("&author=ana", "a1"), ("&kind=opinion", "a2"), ("&featured=true", "a3"),
            ("&locale=en", "a3 a2 a1"), ("&locale=de", ""), ("&section=nothing", ""), ("&published_after=2199-01-01T00:00:00Z", ""),
            ("&limit=2", "a3 a2"), ("&limit=2&page=2", "a1"), ("&limit=2&page=3", ""), ("&tag=hidden", ""),
        ] {
            assert_eq!(slugs(&asked(&reader, "search", "whale", more).expect(200).json()), expected, "{more}");
        }
        assert_eq!(all["links"]["next"], Value::Null);
        let first = asked(&reader, "search", "whale", "&limit=2").expect(200).json();
        assert_eq!(slugs(&reader.get(first["links"]["next"].as_str().unwrap()).expect(200).json()), "a1");
    }

    a_list_is_narrowed_and_walked_in_its_own_order(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        for number in 0..7 {
            let word = if number % 2 == 0 { "even" } else { "odd" };
            let _ = editor.published(&json!({ "headline": format!("{} whale {word}", 9 - number), "slug": format!("a{number}") }));
            app.advance(7);
        }
        for (more, expected) in [("", "a6 a4 a2 a0"), ("&sort=published_at", "a0 a2 a4 a6"), ("&sort=headline", "a6 a4 a2 a0"), ("&sort=-updated_at", "a6 a4 a2 a0")] {
            assert_eq!(slugs(&asked(&reader, "articles", "even", more).expect(200).json()), expected, "{more}");
            let (mut walked, mut next) = (Vec::new(), Some(format!("/v1/articles?q=whale%20even&limit=2{more}")));
            while let Some(at) = next {
                let part = reader.get(&at).expect(200).json();
                walked.push(slugs(&part));
                next = part["links"]["next"].as_str().map(str::to_owned);
            }
            assert_eq!(walked.join(" ").trim(), expected, "{more}");
        }
        let page = asked(&reader, "articles", "even", "&page=2&limit=3").expect(200).json();
        assert_eq!((slugs(&page).as_str(), &page["meta"]["total"]), ("a0", &json!(4)));
    }

    what_is_taken_back_is_found_no_more(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let live = editor.published(&json!({ "headline": "Whale one", "slug": "a1" }));
        let edited = editor.if_match(&live["version"]).patch(&path(&live), &json!({ "headline": "Walrus one" })).expect(200).data();
        assert_eq!((found(&reader, "whale"), found(&reader, "walrus")), ("a1".into(), String::new()));
        let again = editor.act(&edited, "publish", &json!({})).expect(200).data();
        assert_eq!((found(&reader, "whale"), found(&reader, "walrus")), (String::new(), "a1".into()));
        let out = editor.act(&again, "unpublish", &json!({})).expect(200).data();
        assert_eq!(found(&reader, "walrus"), "");
        let start = slugline::model::Time::system().plus_seconds(600).to_string();
        let waiting = editor.act(&out, "schedule", &json!({ "publish_at": start })).expect(200).data();
        assert_eq!(found(&reader, "walrus"), "");
        assert_eq!(asked(&reader, "suggest", "walr", "").expect(200).data(), json!([]));
        app.advance(601);
        assert_eq!(found(&reader, "walrus"), "a1");
        let editor = app.editor();
        let live = editor.article(&waiting["id"]);
        let _ = editor.act(&live, "kill", &json!({})).expect(200);
        assert_eq!(found(&reader, "walrus"), "");
    }

    nothing_behind_the_paywall_is_matched_or_shown(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let body = json!([paragraph("The open part tells of whales."), { "_type": "paywall" }, paragraph("The closed part tells of narwhals.")]);
        let _ = editor.published(&json!({ "headline": "Paid", "slug": "a1", "access": "subscriber", "body": body }));
        let _ = editor.published(&json!({ "headline": "Closed", "slug": "a2", "access": "registered", "body": [paragraph("Nothing but narwhals.")] }));
        assert_eq!((found(&reader, "whales"), found(&reader, "narwhals"), found(&reader, "narw*")), ("a1".into(), String::new(), String::new()));
        let shown = asked(&reader, "search", "part", "").expect(200).text();
        assert!(shown.contains("open <mark>part</mark>") && !shown.contains("narwhals") && !shown.contains("closed"), "{shown}");
        // Editors look through everything.
        assert_eq!(asked(&editor, "admin/articles", "narwhals", "").expect(200).data().as_array().unwrap().len(), 2);
    }

    renames_and_merges_are_found_at_once(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let [old, new] = ["Ferryboats", "Ships"].map(|name| editor.tag(name, "topic"));
        let author = editor.author("Ana Berg");
        let _ = editor.published(&json!({ "headline": "One", "slug": "a1", "tags": [old["id"]], "authors": [author["id"]] }));
        let renamed = editor.if_match(&old["version"]).patch(&format!("/v1/admin/tags/{}", old["id"].as_str().unwrap()), &json!({ "name": "Ferries" })).expect(200).data();
        let _ = editor.if_match(&author["version"]).patch(&format!("/v1/admin/authors/{}", author["id"].as_str().unwrap()), &json!({ "name": "Ana Holm" })).expect(200);
        assert_eq!((found(&reader, "ferryboats"), found(&reader, "ferries")), (String::new(), "a1".into()));
        assert_eq!((found(&reader, "berg"), found(&reader, "\"ana holm\"")), (String::new(), "a1".into()));
        let merge = format!("/v1/admin/tags/{}/merge", old["id"].as_str().unwrap());
        let _ = editor.if_match(&renamed["version"]).post(&merge, &json!({ "into": new["id"] })).expect(200);
        assert_eq!((found(&reader, "ferries"), found(&reader, "ships")), (String::new(), "a1".into()));
        assert_eq!(slugs(&asked(&reader, "search", "one", "&tag=ships").expect(200).json()), "a1");
    }

    suggestions_are_public_ones(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let [open, hidden] = ["Harbours", "Harbingers"].map(|name| editor.tag(name, "topic"));
        let author = editor.author("Harold Bloom");
        let _ = editor.published(&json!({ "headline": "The harbour opens", "slug": "a1", "tags": [open["id"]], "authors": [author["id"]] }));
        let _ = editor.draft(&json!({ "headline": "The harbour closes", "tags": [hidden["id"]] }));
        let suggested = |q: &str| -> String {
            let all = asked(&reader, "suggest", q, "").expect(200).data();
            all.as_array().unwrap().iter().map(|one| one["text"].as_str().unwrap()).collect::<Vec<_>>().join(", ")
        };
        assert_eq!(suggested("har"), "Harbours, Harold Bloom, The harbour opens");
        assert_eq!(suggested("Harbö"), "Harbours, The harbour opens");
        assert_eq!(suggested("the har"), "The harbour opens");
        // They stay while the next word begins.
        assert_eq!((suggested("harbour o"), suggested("harold b")), ("The harbour opens".into(), "Harold Bloom".into()));
        assert_eq!(suggested("bloom har"), "Harold Bloom");
        // What stands above a public tag is public.
        let above = editor.tag("Waters", "topic");
        let _ = editor.tag("Waterfalls", "topic");
        assert_eq!(suggested("wat"), "");
        let path = format!("/v1/admin/tags/{}", open["id"].as_str().unwrap());
        let _ = editor.if_match(&open["version"]).patch(&path, &json!({ "parent": above["id"] })).expect(200);
        assert_eq!(suggested("wat"), "Waters");
        assert_eq!(suggested("h"), "");
        assert_eq!(asked(&reader, "suggest", "har", "&limit=1&locale=de").expect(200).data().as_array().unwrap().len(), 2);
    }

    scripts_without_spaces_are_looked_for_in_whole_sentences(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let sentence = "東京の新聞記者が書いた記事です中文新闻报道";
        let _ = editor.published(&json!({ "headline": format!("今日、{sentence}。"), "slug": "a1" }));
        let _ = editor.published(&json!({ "headline": "東京の記者", "slug": "a2" }));
        for q in [sentence.to_owned(), format!("\"{sentence}\"")] {
            assert_eq!(found(&reader, &q), "a1");
            assert_eq!(asked(&reader, "suggest", &q, "").expect(200).data()[0]["text"], format!("今日、{sentence}。"));
        }
        let shown = &asked(&reader, "search", "新聞記者", "").expect(200).data()[0]["highlight"]["headline"];
        assert_eq!(shown, "今日、東京の<mark>新聞記者</mark>が書いた<mark>記</mark>事です中文<mark>新</mark>闻报道。");
        let refused = asked(&reader, "search", &"記".repeat(65), "").problem(400, "invalid_parameter");
        assert!(refused.to_string().contains("64 letters"), "{refused}");
    }

    no_query_breaks_anything(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let _ = editor.published(&json!({ "headline": "Whale OR NEAR headline", "slug": "a1", "body": [paragraph("'; -- \" DROP")] }));
        let hostile = ["\"", "'", "*", "-", "--", "(", ")", "\"*", "a\"b\"c", "NEAR(a b, 2)", "headline:whale", "{headline} : whale", "a AND", "OR",
            "NOT whale", "^whale", "whale + near", "'; DROP TABLE articles; --", "a' OR '1'='1", "a & !b | c <-> d", "'a':*", "a:*A", "\\", "\\'", "%", "_",
            "\u{1}\u{7f}", "\u{200b}", "#t0190", "#", "日本語*", "-a -b", "\"\" \"\"", "a*b*c*", "**", "-\"", "\u{202e}whale", "🐋", "e\u{301}*", "<mark>", "a\tb\nc", "$1", "?1", ":q", "x'00'"];
        for q in hostile {
            for (who, route) in [(&reader, "search"), (&reader, "suggest"), (&reader, "articles"), (&*editor, "admin/articles")] {
                let answer = asked(who, route, q, "");
                assert!(answer.status == 200 || answer.status == 400, "{route} {q:?}: {}", answer.text());
                if answer.status == 400 {
                    assert_eq!(answer.json()["errors"][0]["parameter"], "q");
                }
            }
        }
        for refused in ["", " ", "!!", &"a ".repeat(17), &"a".repeat(201)] {
            let _ = asked(&reader, "search", refused, "").problem(400, "invalid_parameter");
        }
        let _ = reader.get("/v1/search").problem(400, "invalid_parameter");
        let _ = asked(&reader, "search", "a", "&cursor=x").problem(400, "invalid_parameter");
        assert_eq!(found(&reader, "near whale"), "a1");
        assert_eq!(asked(&reader, "search", &"whale ".repeat(16), "").expect(200).data().as_array().unwrap().len(), 1);
    }

    editors_search_working_copies_that_they_may_read(app) {
        let (editor, author, other) = (app.editor(), app.signed_in("author"), app.signed_in("author"));
        let own = author.draft(&json!({ "headline": "Whale mine", "slugline": "whale-handle", "editor_note": "Ask Ahab" }));
        let _ = other.draft(&json!({ "headline": "Whale theirs" }));
        let count = |who: &Client, q: &str| asked(who, "admin/articles", q, "").expect(200).data().as_array().unwrap().len();
        assert_eq!((count(&editor, "whale"), count(&author, "whale"), count(&other, "mine"), count(&author, "ahab")), (2, 1, 0, 1));
        let _ = author.if_match(&own["version"]).patch(&path(&own), &json!({ "headline": "Walrus" })).expect(200);
        assert_eq!((count(&editor, "mine"), count(&editor, "walrus handle")), (0, 1));
        let _ = author.get("/v1/admin/articles?q=!").problem(400, "invalid_parameter");
    }

    what_many_write_at_once_is_found_as_it_stands(app) {
        let editor = app.editor();
        std::thread::scope(|scope| {
            for writer in 0..8 {
                let editor = &editor;
                scope.spawn(move || for round in 0..4 {
                    let draft = editor.draft(&json!({ "headline": format!("Whale w{writer}r{round}") }));
                    // Nothing is left of what can't be written beside the rest.
                    let lost = json!({ "headline": "Narwhal", "tags": [draft["id"]] });
                    let _ = editor.post("/v1/admin/articles", &lost).problem(422, "invalid_body");
                    let _ = editor.revised(&draft, &json!({ "headline": format!("Walrus w{writer}r{round}") }));
                });
            }
        });
        let count = |q: &str| asked(&editor, "admin/articles", q, "&limit=100").expect(200).data().as_array().unwrap().len();
        assert_eq!((count("walrus"), count("whale"), count("narwhal")), (32, 0, 0));
        for (writer, round) in (0..8).flat_map(|writer| (0..4).map(move |round| (writer, round))) {
            assert_eq!(count(&format!("w{writer}r{round}")), 1);
        }
    }

    what_was_there_before_is_indexed_later(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let picture = editor.upload("quay.jpg", &crate::support::pictures::jpeg(9), &[("caption", "Gulls on the quay")]).expect(201).data();
        let tag = editor.tag("Seabirds", "topic");
        let _ = editor.published(&json!({ "headline": "One", "slug": "a1", "tags": [tag["id"]], "hero": picture["id"] }));
        forget(app);
        assert_eq!((found(&reader, "one"), found(&reader, "seabirds")), (String::new(), String::new()));
        app.run_jobs();
        assert_eq!((found(&reader, "one"), found(&reader, "seabirds"), found(&reader, "gulls")), ("a1".into(), "a1".into(), "a1".into()));
        assert_eq!(asked(&editor, "admin/articles", "one", "").expect(200).data().as_array().unwrap().len(), 1);
        // Words of a picture whose right of use will end go, at once.
        let end = slugline::model::Time::system().plus_seconds(600).to_string();
        let _ = editor.if_match(&picture["version"]).patch(&format!("/v1/admin/media/{}", picture["id"].as_str().unwrap()), &json!({ "expires_at": end })).expect(200);
        assert_eq!(found(&reader, "gulls"), "");
        app.run_jobs();
        assert_eq!((found(&reader, "one"), found(&reader, "gulls")), ("a1".into(), String::new()));
    }
}

/// As an older release left it.
fn forget(app: &TestApp) {
    use diesel::connection::SimpleConnection;
    let documents = match app.database {
        crate::support::Database::Sqlite => {
            "DELETE FROM search_index WHERE rowid IN (SELECT search_number FROM published_articles); DELETE FROM working_documents;"
        }
        crate::support::Database::Postgres => "DELETE FROM search_documents; DELETE FROM working_documents;",
    };
    let rest = "UPDATE published_articles SET search_number = NULL; DELETE FROM search_names; \
                DELETE FROM search_arrears; INSERT INTO search_arrears VALUES ('tags', ''), ('authors', ''), ('articles', '');";
    app.app
        .store
        .run_here(slugline::store::Access::Write, |conn| {
            slugline::on_db!(conn, |c| c.batch_execute(&format!("{documents}{rest}")))
        })
        .unwrap();
}
