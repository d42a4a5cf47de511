//! Articles as the newsroom writes and reads them.

use image::ImageFormat;
use serde_json::{Value, json};

use crate::both;
use crate::support::{Answer, Client, Session, pictures};

fn path(article: &Value) -> String {
    format!("/v1/admin/articles/{}", article["id"].as_str().unwrap())
}

/// Changes an article at its present version.
#[track_caller]
fn change(client: &Client, article: &Value, patch: &Value) -> Answer {
    client.if_match(&article["version"]).patch(&path(article), patch)
}

fn has(problem: &Value, pointer: &str, code: &str) -> bool {
    problem["errors"].as_array().unwrap().iter().any(|fault| fault["pointer"] == pointer && fault["code"] == code)
}

#[track_caller]
fn faulty(answer: Answer, faults: &[(&str, &str)]) {
    let problem = answer.problem(422, "invalid_body");
    for (pointer, code) in faults {
        assert!(has(&problem, pointer, code), "no {code} at {pointer}: {problem}");
    }
    assert_eq!(problem["errors"].as_array().unwrap().len(), faults.len(), "{problem}");
}

/// Things to refer to.
struct Things {
    section: Value,
    tags: Vec<Value>,
    authors: Vec<Value>,
    picture: Value,
    video: Value,
    other: Value,
}

fn things(editor: &Session) -> Things {
    let id = |value: Value| value["id"].clone();
    let video = json!({ "embed_url": "https://www.youtube.com/watch?v=dQw4w9WgXcQ", "title": "A film" });
    Things {
        section: id(editor.tag("World", "section")),
        tags: ["Almaty", "Energy", "Gas"].map(|name| id(editor.tag(name, "topic"))).into(),
        authors: ["Maria Tsvetkova", "Olzhas Auyezov"].map(|name| id(editor.author(name))).into(),
        picture: id(editor
            .upload("a.png", &pictures::picture(ImageFormat::Png, 3), &[("alt", "A square")])
            .expect(201)
            .data()),
        video: id(editor.post("/v1/admin/media", &video).expect(201).data()),
        other: id(editor.draft(&json!({ "headline": "Another story" }))),
    }
}

fn ids(list: &Value) -> Vec<Value> {
    list.as_array().unwrap().iter().map(|entry| entry["id"].clone()).collect()
}

both! {
    every_member_is_written_and_read_back(app) {
        let editor = app.editor();
        let things = things(&editor);
        let written = json!({
            "locale": "en", "slug": "protests-in-kazakhstan", "kind": "analysis", "access": "registered",
            "headline": "Protests in Kazakhstan — “what we know”", "kicker": "Central Asia", "standfirst": "One line.\nAnother.",
            "byline": "By our correspondents", "featured": true, "breaking": false,
            "dateline": { "text": "ALMATY, Kazakhstan", "city": "Almaty", "country": "Kazakhstan", "latitude": 43.238, "longitude": -76.5, "date": "2022-01-08" },
            "source": { "name": "Agency", "url": "https://agency.example/a?b=1" },
            "rights": { "copyright_holder": "The house", "notice": "© The house", "usage_terms": "Ask first." },
            "custom": { "layout": "wide", "n": [1, 2.5, null, { "deep": true }] },
            "slugline": "KAZAKHSTAN-PROTESTS/", "editor_note": "Call the desk.", "embargoed_until": "2022-01-08T10:30:00.000Z",
        });
        let mut input = written.clone();
        input["section"] = things.section.clone();
        input["tags"] = json!([things.tags[1], things.tags[0]]);
        input["authors"] = json!([{ "id": things.authors[1], "role": "photographer" }, things.authors[0]]);
        input["hero"] = things.picture.clone();
        input["recommended_video"] = things.video.clone();
        input["related"] = json!([things.other]);
        input["seo"] = json!({ "title": "For engines", "description": "In short", "canonical_url": "https://news.example/x", "image": things.picture, "no_index": true });
        input["body_markdown"] = json!("One two three.\n\n## Four\n\n- five\n- six");

        let answer = editor.post("/v1/admin/articles", &input).expect(201);
        let made = answer.data();
        assert!(answer.header("location").unwrap().ends_with(&path(&made)));
        assert_eq!(answer.header("etag"), Some("\"1\""));
        assert!(answer.header("cache-control").unwrap().contains("no-store"));
        let read = editor.article(&made["id"]);
        for article in [&made, &read] {
            for (name, value) in written.as_object().unwrap() {
                assert_eq!(&article[name], value, "{name}");
            }
            assert_eq!((&article["status"], &article["version"], &article["live"]), (&json!("draft"), &json!(1), &json!(false)));
            assert_eq!((&article["section"]["id"], &article["section"]["kind"]), (&things.section, &json!("section")));
            assert_eq!(ids(&article["tags"]), [things.tags[1].clone(), things.tags[0].clone()]);
            assert_eq!(ids(&article["authors"]), [things.authors[1].clone(), things.authors[0].clone()]);
            assert_eq!((&article["authors"][0]["role"], &article["authors"][1]["role"]), (&json!("photographer"), &json!("writer")));
            assert_eq!((&article["hero"]["id"], &article["hero"]["alt"]), (&things.picture, &json!("A square")));
            assert_eq!((&article["recommended_video"]["id"], &article["recommended_video"]["kind"]), (&things.video, &json!("video")));
            assert_eq!(ids(&article["related"]), std::slice::from_ref(&things.other));
            assert_eq!((&article["seo"]["title"], &article["seo"]["image"]["id"], &article["seo"]["no_index"]), (&json!("For engines"), &things.picture, &json!(true)));
            assert_eq!(article["body_html"], "<p>One two three.</p>\n<h2>Four</h2>\n<ul><li>five</li><li>six</li></ul>\n");
            assert_eq!(article["word_count"], 6);
            assert_eq!(article["body"][1]["style"], "h2");
            assert!(article["body_text"].as_str().unwrap().contains("One two three."));
            assert!(article["body_markdown"].as_str().unwrap().contains("## Four"));
            assert_eq!((&article["owner"]["id"], &article["corrections"], &article["translations"]), (&json!(editor.user), &json!([]), &json!([])));
            assert_eq!(article["url"], "https://news.example/protests-in-kazakhstan");
            assert!(article["allowed_actions"].as_array().unwrap().contains(&json!("publish")));
            assert!(article["created_at"].as_str().unwrap().ends_with('Z'));
        }
        let _ = app.anonymous().get("/v1/articles/protests-in-kazakhstan").problem(404, "not_found");
    }

    a_draft_needs_a_headline_and_nothing_else(app) {
        let editor = app.editor();
        faulty(editor.post("/v1/admin/articles", &json!({})), &[("/headline", "required")]);
        faulty(editor.post("/v1/admin/articles", &json!({ "headline": null })), &[("/headline", "not_null")]);
        faulty(editor.post("/v1/admin/articles", &json!({ "headline": "  " })), &[("/headline", "too_short")]);
        faulty(editor.post("/v1/admin/articles", &json!({ "headline": "x".repeat(301) })), &[("/headline", "too_long")]);
        let many = json!({ "kind": "poem", "access": "paid", "hero": "x", "tags": ["y", 7], "headlin": "z", "version": 1, "embargoed_until": "soon" });
        faulty(editor.post("/v1/admin/articles", &many), &[
            ("/kind", "not_one_of"), ("/access", "not_one_of"), ("/hero", "invalid_format"), ("/tags/0", "invalid_format"),
            ("/tags/1", "wrong_type"), ("/headlin", "unknown_field"), ("/version", "read_only"), ("/embargoed_until", "invalid_format"),
        ]);
        let made = editor.draft(&json!({ "headline": "Only this" }));
        for name in ["kicker", "standfirst", "byline", "section", "hero", "recommended_video", "dateline", "source", "slugline", "editor_note", "embargoed_until", "published_at", "first_published_at", "publish_at", "unpublish_at", "live_version", "scheduled_version"] {
            assert!(made[name].is_null() && made.get(name).is_some(), "{name}: {}", made[name]);
        }
        for name in ["tags", "authors", "related", "corrections", "translations", "body"] {
            assert_eq!(made[name], json!([]), "{name}");
        }
        assert_eq!((&made["kind"], &made["access"], &made["locale"], &made["custom"]), (&json!("news"), &json!("free"), &json!("en"), &json!({})));
    }

    a_patch_merges_as_rfc_7396_says(app) {
        let editor = app.editor();
        let things = things(&editor);
        let made = editor.draft(&json!({
            "headline": "Merge", "kicker": "K", "tags": things.tags, "authors": things.authors, "section": things.section, "hero": things.picture,
            "dateline": { "city": "Almaty", "latitude": 1.5 }, "source": { "name": "A", "url": "https://a.example/" },
            "seo": { "title": "T", "no_index": true, "image": things.picture }, "rights": { "notice": "N", "usage_terms": "U" },
            "custom": { "a": 1, "b": { "c": 2, "d": 3 }, "e": [1, 2] }, "body_markdown": "Stays.",
        }));
        let patch = json!({
            "kicker": null, "hero": null, "tags": [things.tags[2]], "authors": [],
            "dateline": { "country": "Kazakhstan", "latitude": null }, "source": null, "seo": { "title": null }, "rights": { "notice": "M" },
            "custom": { "a": null, "b": { "c": null, "x": 9 }, "e": [3] },
        });
        let changed = change(&editor, &made, &patch).expect(200);
        assert_eq!(changed.header("etag"), Some("\"2\""));
        let changed = changed.data();
        assert_eq!((&changed["version"], &changed["kicker"], &changed["hero"], &changed["authors"]), (&json!(2), &json!(null), &json!(null), &json!([])));
        assert_eq!(ids(&changed["tags"]), [things.tags[2].clone()]);
        assert_eq!(changed["section"]["id"], things.section);
        assert_eq!((&changed["dateline"]["city"], &changed["dateline"]["country"], &changed["dateline"]["latitude"]), (&json!("Almaty"), &json!("Kazakhstan"), &json!(null)));
        assert_eq!(changed["source"], json!(null));
        assert_eq!((&changed["seo"]["title"], &changed["seo"]["no_index"], &changed["seo"]["image"]["id"]), (&json!(null), &json!(true), &things.picture));
        assert_eq!((&changed["rights"]["notice"], &changed["rights"]["usage_terms"]), (&json!("M"), &json!("U")));
        assert_eq!(changed["custom"], json!({ "b": { "d": 3, "x": 9 }, "e": [3] }));
        assert_eq!((&changed["body_text"], &changed["headline"]), (&made["body_text"], &json!("Merge")));

        let same = change(&editor, &changed, &json!({ "headline": "Merge", "tags": [things.tags[2]], "custom": { "e": [3] }, "body_markdown": "Stays." })).expect(200);
        assert_eq!(same.header("etag"), Some("\"2\""));
        assert_eq!(same.data(), changed);
        assert_eq!(change(&editor, &changed, &json!({})).expect(200).data(), changed);

        faulty(change(&editor, &changed, &json!({ "headline": null, "locale": null, "slug": null, "kind": null, "access": null, "featured": null, "breaking": null })), &[
            ("/headline", "not_null"), ("/locale", "not_null"), ("/slug", "not_null"), ("/kind", "not_null"), ("/access", "not_null"), ("/featured", "not_null"), ("/breaking", "not_null"),
        ]);
        faulty(change(&editor, &changed, &json!({ "translation_of": things.other })), &[("/translation_of", "immutable")]);
        let cleared = change(&editor, &changed, &json!({ "body": null, "custom": null, "tags": null, "seo": null, "section": null })).expect(200).data();
        assert_eq!((&cleared["body"], &cleared["custom"], &cleared["tags"], &cleared["section"]), (&json!([]), &json!({}), &json!([]), &json!(null)));
        assert_eq!(cleared["seo"], json!({ "title": null, "description": null, "canonical_url": null, "image": null, "no_index": false }));
    }

    slugs_are_made_once_and_unique_per_locale(app) {
        let editor = app.editor();
        let slug = |headline: &str| editor.draft(&json!({ "headline": headline }))["slug"].clone();
        assert_eq!(slug("Älpler & Übermut: 50 % mehr!"), "alpler-ubermut-50-mehr");
        assert_eq!(slug("Протесты в Казахстане"), "protesty-v-kazakhstane");
        assert_eq!((slug("Twice"), slug("Twice"), slug("Twice")), (json!("twice"), json!("twice-2"), json!("twice-3")));
        let long = slug(&"Very long headline ".repeat(15));
        assert!(long.as_str().unwrap().len() <= 96 && !long.as_str().unwrap().ends_with('-'), "{long}");
        for nothing in ["!!!", "👍", "—"] {
            let made = slug(nothing);
            assert!(!made.as_str().unwrap().is_empty(), "{nothing} → {made}");
        }
        let uuid = slug("0197a000-0000-7000-8000-000000000000");
        assert_ne!(uuid, "0197a000-0000-7000-8000-000000000000");

        faulty(editor.post("/v1/admin/articles", &json!({ "headline": "x", "slug": "twice" })), &[("/slug", "slug_taken")]);
        for wrong in ["Not A Slug", "ü", "a_b", "", "-", "a--b", "-a", &"x".repeat(97), "0197a000-0000-7000-8000-000000000000"] {
            let problem = editor.post("/v1/admin/articles", &json!({ "headline": "x", "slug": wrong })).problem(422, "invalid_body");
            assert_eq!(problem["errors"][0]["pointer"], "/slug", "{wrong}: {problem}");
        }
        let made = editor.draft(&json!({ "headline": "Once", "slug": "mine" }));
        let renamed = change(&editor, &made, &json!({ "headline": "Another" })).expect(200).data();
        assert_eq!(renamed["slug"], "mine", "made once");
        faulty(change(&editor, &renamed, &json!({ "slug": "twice" })), &[("/slug", "slug_taken")]);
        // The published slug is taken too while the working copy has another one.
        let live = editor.act(&renamed, "publish", &json!({})).expect(200).data();
        let moved = change(&editor, &live, &json!({ "slug": "moved" })).expect(200).data();
        faulty(editor.post("/v1/admin/articles", &json!({ "headline": "x", "slug": "mine" })), &[("/slug", "slug_taken")]);
        let back = change(&editor, &moved, &json!({ "slug": "mine" })).expect(200).data();
        assert_eq!(back["slug"], "mine");
    }

    relations_exist_and_are_of_the_right_kind(app) {
        let editor = app.editor();
        let things = things(&editor);
        let nobody = json!("0197a000-0000-7000-8000-000000000000");
        let wrong = json!({
            "headline": "x", "section": nobody, "tags": [things.tags[0], things.tags[1], nobody, things.tags[0]],
            "authors": [nobody, { "id": things.authors[0] }, things.authors[0]], "hero": nobody, "recommended_video": nobody,
            "related": [things.other, nobody], "seo": { "image": nobody }, "translation_of": nobody,
            "body": [{ "_type": "image", "media": nobody }, { "_type": "related_articles", "articles": [nobody] }],
        });
        let problem = editor.post("/v1/admin/articles", &wrong).problem(422, "invalid_body");
        for (pointer, code) in [
            ("/section", "unknown_id"), ("/tags/2", "unknown_id"), ("/tags/3", "duplicate"), ("/authors/0", "unknown_id"), ("/authors/2", "duplicate"),
            ("/hero", "unknown_id"), ("/recommended_video", "unknown_id"), ("/related/1", "unknown_id"), ("/seo/image", "unknown_id"),
            ("/translation_of", "unknown_id"), ("/body/0/media", "unknown_id"), ("/body/1/articles/0", "unknown_id"),
        ] {
            assert!(has(&problem, pointer, code), "{pointer} {code}: {problem}");
        }
        faulty(editor.post("/v1/admin/articles", &json!({ "headline": "x", "section": things.tags[0], "hero": things.video, "recommended_video": things.picture })), &[
            ("/section", "wrong_kind"), ("/hero", "wrong_kind"), ("/recommended_video", "wrong_kind"),
        ]);
        let made = editor.draft(&json!({ "headline": "Self" }));
        faulty(change(&editor, &made, &json!({ "related": [made["id"]] })), &[("/related/0", "inconsistent")]);
        let tags: Vec<Value> = (0..51).map(|_| nobody.clone()).collect();
        faulty(change(&editor, &made, &json!({ "tags": tags })), &[("/tags", "too_long")]);
    }

    the_body_comes_in_one_of_three_forms(app) {
        let editor = app.editor();
        let block = json!({ "_type": "block", "style": "normal", "markDefs": [], "children": [{ "_type": "span", "text": "Same.", "marks": ["strong"] }] });
        let html = "<p><strong>Same.</strong></p>";
        let forms = [json!({ "body": [block] }), json!({ "body_html": html }), json!({ "body_markdown": "**Same.**" })];
        for form in &forms {
            let mut input = form.clone();
            input["headline"] = json!("Form");
            assert_eq!(editor.draft(&input)["body_html"], format!("{html}\n"), "{form}");
        }
        let both = json!({ "headline": "x", "body": [], "body_html": "x", "body_markdown": null });
        faulty(editor.post("/v1/admin/articles", &both), &[("/body", "exclusive"), ("/body_html", "exclusive"), ("/body_markdown", "exclusive")]);
        let unsafe_html = "<p onclick=\"x()\">Hi<script>alert(1)</script> <a href=\"javascript:x()\">a</a><iframe src=\"https://evil.example\"></iframe></p>";
        let clean = editor.draft(&json!({ "headline": "Clean", "body_html": unsafe_html }));
        let shown = clean["body_html"].as_str().unwrap();
        for bad in ["script", "onclick", "javascript", "iframe", "alert"] {
            assert!(!shown.contains(bad), "{shown}");
        }
        let unknown = json!({ "headline": "x", "body": [{ "_type": "marquee", "text": "x" }] });
        faulty(editor.post("/v1/admin/articles", &unknown), &[("/body/0/_type", "unknown_type")]);
        let again = change(&editor, &clean, &json!({ "body": clean["body"] })).expect(200).data();
        assert_eq!(again["version"], 1, "what was read can be written back");
    }

    translations_share_a_group(app) {
        let admin = app.signed_in("admin");
        let site = admin.get("/v1/admin/site").expect(200).data();
        let _ = admin.if_match(&site["version"]).patch("/v1/admin/site", &json!({ "locales": ["en", "kk", "ru"] })).expect(200);
        let english = admin.draft(&json!({ "headline": "Rain", "slug": "rain" }));
        let kazakh = admin.draft(&json!({ "headline": "Жаңбыр", "slug": "rain", "locale": "kk", "translation_of": english["id"] }));
        assert_eq!(kazakh["translation_group"], english["translation_group"]);
        assert_eq!((&kazakh["translations"][0]["id"], &kazakh["translations"][0]["locale"]), (&english["id"], &json!("en")));
        assert_eq!(admin.article(&english["id"])["translations"][0]["id"], kazakh["id"]);
        assert_eq!(kazakh["url"], "https://news.example/kk/rain");
        let again = json!({ "headline": "x", "locale": "kk", "translation_of": english["id"] });
        faulty(admin.post("/v1/admin/articles", &again), &[("/translation_of", "taken")]);
        faulty(admin.post("/v1/admin/articles", &json!({ "headline": "x", "locale": "fr" })), &[("/locale", "not_one_of")]);
        faulty(change(&admin, &kazakh, &json!({ "locale": "en" })), &[("/locale", "taken"), ("/slug", "slug_taken")]);
        let russian = change(&admin, &kazakh, &json!({ "locale": "ru" })).expect(200).data();
        let live = admin.act(&russian, "publish", &json!({})).expect(200).data();
        faulty(change(&admin, &live, &json!({ "locale": "kk" })), &[("/locale", "immutable")]);
        let copy = admin.post(&format!("{}/duplicate", path(&english)), &json!({ "locale": "kk" })).expect(201).data();
        assert_eq!((&copy["translation_group"], &copy["locale"], &copy["version"]), (&english["translation_group"], &json!("kk"), &json!(1)));
        let taken = admin.post(&format!("{}/duplicate", path(&english)), &json!({ "locale": "kk" })).problem(422, "invalid_body");
        assert_eq!(taken["errors"][0]["pointer"], "/locale");
    }

    a_duplicate_is_a_draft_of_its_own(app) {
        let editor = app.editor();
        let colleague = app.editor();
        let things = things(&editor);
        let live = editor.published(&json!({ "headline": "Original", "tags": things.tags, "hero": things.picture, "body_markdown": "Text.", "editor_note": "n" }));
        let answer = colleague.post(&format!("{}/duplicate", path(&live)), &json!({})).expect(201);
        let copy = answer.data();
        assert!(answer.header("location").unwrap().ends_with(&path(&copy)));
        assert_eq!((&copy["status"], &copy["version"], &copy["slug"], &copy["headline"]), (&json!("draft"), &json!(1), &json!("original-2"), &json!("Original")));
        assert_eq!((&copy["tags"], &copy["body"], &copy["owner"]["id"]), (&live["tags"], &live["body"], &json!(colleague.user)));
        assert_ne!(copy["translation_group"], live["translation_group"]);
        assert_eq!((&copy["first_published_at"], &copy["corrections"]), (&json!(null), &json!([])));
        let _ = editor.with("Content-Type", "application/json").send("POST", &format!("{}/duplicate", path(&live)), None).expect(201);
    }

    the_trash_hides_and_gives_back(app) {
        let editor = app.editor();
        let made = editor.draft(&json!({ "headline": "Away" }));
        let _ = editor.delete(&path(&made)).problem(428, "if_match_required");
        let _ = editor.if_match(&json!(9)).delete(&path(&made)).problem(412, "stale_version");
        let gone = editor.if_match(&made["version"]).delete(&path(&made)).expect(204);
        assert!(gone.bytes.is_empty());
        let seen = editor.article(&made["id"]);
        assert_eq!((&seen["status"], &seen["allowed_actions"]), (&json!("trashed"), &json!(["restore"])));
        for action in ["publish", "archive", "kill", "unpublish"] {
            let problem = editor.act(&seen, action, &json!({})).problem(409, "illegal_action");
            assert_eq!(problem["allowed_actions"], json!(["restore"]), "{action}");
        }
        let _ = change(&editor, &seen, &json!({ "headline": "x" })).problem(409, "illegal_action");
        let _ = editor.if_match(&seen["version"]).delete(&path(&made)).problem(409, "illegal_action");
        let future = json!({ "publish_at": "2099-01-01T00:00:00Z" });
        let back = editor.act(&seen, "restore", &json!({})).expect(200).data();
        let planned = editor.act(&back, "schedule", &future).expect(200).data();
        let _ = editor.if_match(&planned["version"]).delete(&path(&made)).problem(409, "article_is_live");
    }

    lists_are_for_those_who_may_see_them(app) {
        let (editor, author) = (app.editor(), app.signed_in("author"));
        let mine = author.draft(&json!({ "headline": "Mine", "kind": "opinion" }));
        let live = editor.published(&json!({ "headline": "Live" }));
        let draft = editor.draft(&json!({ "headline": "Draft", "featured": true }));
        let planned = editor.act(&editor.draft(&json!({ "headline": "Planned" })), "schedule", &json!({ "publish_at": "2099-01-01T00:00:00Z" })).expect(200).data();
        let killed = editor.act(&editor.published(&json!({ "headline": "Killed" })), "kill", &json!({})).expect(200).data();
        let archived = editor.act(&editor.draft(&json!({ "headline": "Archived" })), "archive", &json!({})).expect(200).data();
        let trashed = editor.draft(&json!({ "headline": "Trashed" }));
        let _ = editor.if_match(&trashed["version"]).delete(&path(&trashed)).expect(204);
        let list = |client: &Client, query: &str| {
            let mut found = ids(&client.get(&format!("/v1/admin/articles{query}")).expect(200).data());
            found.sort_by_key(ToString::to_string);
            found
        };
        let of = |articles: &[&Value]| {
            let mut all: Vec<Value> = articles.iter().map(|article| article["id"].clone()).collect();
            all.sort_by_key(ToString::to_string);
            all
        };
        assert_eq!(list(&editor, ""), of(&[&mine, &live, &draft, &planned, &killed, &archived]));
        assert_eq!(list(&editor, "?status=published"), of(&[&live]));
        assert_eq!(list(&editor, "?status=draft"), of(&[&mine, &draft]));
        assert_eq!(list(&editor, "?status=scheduled,killed"), of(&[&planned, &killed]));
        assert_eq!(list(&editor, "?status=archived,trashed"), of(&[&archived, &trashed]));
        assert_eq!(list(&editor, "?owner=me"), of(&[&live, &draft, &planned, &killed, &archived]));
        assert_eq!(list(&editor, &format!("?owner={}", author.user)), of(&[&mine]));
        assert_eq!(list(&editor, "?kind=opinion"), of(&[&mine]));
        assert_eq!(list(&editor, "?featured=true"), of(&[&draft]));
        assert_eq!(list(&author, ""), of(&[&mine]));
        assert_eq!(list(&author, "?status=published"), of(&[]));
        assert_eq!(list(&author, &format!("?owner={}", editor.user)), of(&[]));
        let numbered = author.get("/v1/admin/articles?page=1").expect(200).json();
        assert_eq!(numbered["meta"]["total"], 1, "counts are of what one may see");
        for wrong in ["?status=gone", "?owner=nobody", "?limit=0", "?limit=101", "?page=0", "?sort=slug", "?page=1&cursor=x", "?q", "?status=draft&status=draft", "?ids=x", "?featured=maybe"] {
            let problem = editor.get(&format!("/v1/admin/articles{wrong}")).expect(400).json();
            assert!(problem["code"] == "invalid_parameter" || problem["code"] == "invalid_cursor", "{wrong}: {problem}");
        }
        let first = editor.get("/v1/admin/articles?limit=4").expect(200);
        assert!(first.header("link").unwrap().contains("rel=\"next\""));
        assert!(first.data()[0].get("body").is_none());
        let first = first.json();
        let next = editor.get(first["links"]["next"].as_str().unwrap()).expect(200).json();
        let mut walked = [ids(&first["data"]), ids(&next["data"])].concat();
        walked.sort_by_key(ToString::to_string);
        assert_eq!(walked, list(&editor, ""));
        assert_eq!((&next["meta"]["next_cursor"], &first["meta"]["prev_cursor"]), (&json!(null), &json!(null)));
    }

    a_stale_write_learns_who_changed_what(app) {
        let (editor, colleague) = (app.editor(), app.editor());
        let made = editor.draft(&json!({ "headline": "Contested", "kicker": "k" }));
        let theirs = change(&colleague, &made, &json!({ "headline": "Theirs", "seo": { "title": "t" }, "body_markdown": "New." })).expect(200).data();
        let problem = change(&editor, &made, &json!({ "headline": "Ours" })).problem(412, "stale_version");
        assert_eq!(problem["current_version"], 2);
        let mut fields: Vec<&str> = problem["changed_fields"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        fields.sort_unstable();
        assert_eq!(fields, ["body", "headline", "seo"], "{problem}");
        assert_eq!((&problem["updated_by"], &problem["updated_at"]), (&json!("editor"), &theirs["updated_at"]), "{problem}");
        assert!(!problem.to_string().contains("Ours"));
        assert_eq!(editor.article(&made["id"])["headline"], "Theirs");
        let several = editor.with("If-Match", "\"1\", \"2\"").patch(&path(&made), &json!({ "kicker": "several" })).expect(200).data();
        assert_eq!(several["version"], 3);
        let any = editor.with("If-Match", "*").patch(&path(&made), &json!({ "headline": "Ours" })).expect(200).data();
        assert_eq!((&any["version"], &any["headline"], &any["kicker"]), (&json!(4), &json!("Ours"), &json!("several")));
        let read = editor.with("If-None-Match", "\"4\"").get(&path(&made)).expect(200);
        assert_eq!(read.header("etag"), Some("\"4\""), "editorial answers are never 304");
    }
}
