//! Live blogs: updates that go public as they are written, and what must hold of them.

use serde_json::{Value, json};

use crate::both;
use crate::support::{Answer, Client, pictures};

fn updates(article: &Value) -> String {
    format!("/v1/admin/articles/{}/live-updates", article["id"].as_str().unwrap())
}

fn at(update: &Value) -> String {
    let text = |name: &str| update[name].as_str().unwrap();
    format!("/v1/admin/articles/{}/live-updates/{}", text("article_id"), text("id"))
}

#[track_caller]
fn write(editor: &Client, article: &Value, update: &Value) -> Value {
    editor.post(&updates(article), update).expect(201).data()
}

#[track_caller]
fn change(editor: &Client, update: &Value, body: &Value) -> Value {
    editor.if_match(&update["version"]).patch(&at(update), body).expect(200).data()
}

fn headlines(answer: &Answer) -> Vec<String> {
    let data = answer.data();
    data.as_array().unwrap().iter().map(|update| update["headline"].as_str().unwrap().to_owned()).collect()
}

#[track_caller]
fn fault(answer: Answer, pointer: &str, code: &str) {
    let problem = answer.problem(422, "invalid_body");
    let found =
        problem["errors"].as_array().unwrap().iter().any(|fault| fault["pointer"] == pointer && fault["code"] == code);
    assert!(found, "no {code} at {pointer}: {problem}");
}

both! {
    an_update_is_public_as_soon_as_it_is_written(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let author = editor.author("Ana Live");
        let draft = editor.draft(&json!({ "headline": "Election night", "kind": "live" }));
        let early = write(&editor, &draft, &json!({ "headline": "Polls close", "body_markdown": "All of **them**." }));
        let _ = reader.get("/v1/articles/election-night/live-updates").problem(404, "not_found");
        let live = editor.act(&draft, "publish", &json!({})).expect(200).data();
        app.advance(60);
        let made = editor.post(&updates(&live), &json!({
            "headline": "First result", "body_html": "<p>It is <em>close</em>.</p>", "key_event": true, "author": author["id"],
        })).expect(201);
        let update = made.data();
        assert!(made.header("location").unwrap().ends_with(&at(&update)));
        assert_eq!((made.header("etag"), &update["version"], &update["draft"]), (Some("\"1\""), &json!(1), &json!(false)));
        let shown = reader.get("/v1/articles/election-night/live-updates?formats=blocks,html,text,markdown").expect(200);
        assert_eq!(headlines(&shown), ["First result", "Polls close"]);
        let first = &shown.data()[0];
        assert_eq!((&first["body_html"], &first["body_text"]), (&json!("<p>It is <em>close</em>.</p>\n"), &json!("It is close.")));
        assert_eq!((&first["author"]["name"], &first["key_event"], &first["pinned"]), (&json!("Ana Live"), &json!(true), &json!(false)));
        assert!(shown.header("cache-control").unwrap().starts_with("public") && shown.header("etag").is_some());
        // Who signs an update has a page.
        let _ = reader.get("/v1/authors/ana-live").expect(200);
        assert_eq!(reader.get("/v1/authors").data()[0]["slug"], "ana-live");
        let refused = editor.with("If-Match", "*").delete(&format!("/v1/admin/authors/{}", author["id"].as_str().unwrap()));
        assert!(refused.problem(409, "in_use")["used_by"].to_string().contains(live["id"].as_str().unwrap()));

        let seen = first["updated_at"].clone();
        let since = |time: &Value| reader.get(&format!("/v1/articles/election-night/live-updates?since={}", time.as_str().unwrap()));
        assert_eq!(headlines(&since(&seen)), ["First result"]);
        app.advance(60);
        let changed = change(&editor, &early, &json!({ "headline": "Polls are closed", "pinned": true }));
        assert_eq!(headlines(&since(&seen)), ["First result", "Polls are closed"], "in the order of `at`");
        let pinned = reader.get("/v1/articles/election-night/live-updates?pinned=true").expect(200);
        assert_eq!(headlines(&pinned), ["Polls are closed"]);
        assert_eq!(headlines(&reader.get("/v1/articles/election-night/live-updates?key_event=true")), ["First result"]);
        let same = change(&editor, &changed, &json!({ "pinned": true }));
        assert_eq!(same, changed);
        let late = editor.if_match(&early["version"]).patch(&at(&early), &json!({ "pinned": false })).problem(412, "stale_version");
        assert_eq!((&late["current_version"], &late["changed_fields"]), (&json!(2), &json!(["headline", "pinned"])));

        let held = change(&editor, &changed, &json!({ "draft": true }));
        assert_eq!(headlines(&reader.get("/v1/articles/election-night/live-updates")), ["First result"]);
        assert_eq!(headlines(&editor.get(&updates(&live))), ["First result", "Polls are closed"]);
        assert_eq!(headlines(&editor.get(&format!("{}?draft=true", updates(&live)))), ["Polls are closed"]);
        let _ = change(&editor, &held, &json!({ "draft": false }));
        assert_eq!(headlines(&reader.get("/v1/articles/election-night/live-updates")).len(), 2);

        let _ = editor.if_match(&update["version"]).delete(&at(&update)).expect(204);
        let _ = editor.get(&at(&update)).problem(404, "not_found");
        let _ = editor.with("If-Match", "*").delete(&at(&update)).problem(404, "not_found");
        assert_eq!(headlines(&reader.get("/v1/articles/election-night/live-updates")), ["Polls are closed"]);
        let _ = reader.get("/v1/authors/ana-live").problem(404, "not_found");
        // The article itself was not touched by any of this.
        assert_eq!(editor.article(&live["id"])["version"], live["version"]);
    }

    a_blog_has_the_address_of_its_article(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let live = editor.published(&json!({ "headline": "Storm", "slug": "storm", "kind": "live" }));
        let _ = write(&editor, &live, &json!({ "headline": "Wind" }));
        let path = format!("/v1/admin/articles/{}", live["id"].as_str().unwrap());
        let edited = editor.if_match(&live["version"]).patch(&path, &json!({ "slug": "the-storm" })).expect(200).data();
        let live = editor.act(&edited, "publish", &json!({})).expect(200).data();
        let moved = reader.get("/v1/articles/storm/live-updates?limit=5").expect(301);
        assert_eq!(moved.header("location"), Some("/v1/articles/the-storm/live-updates?limit=5"));
        let by_id = format!("/v1/articles/{}/live-updates", live["id"].as_str().unwrap());
        assert_eq!(headlines(&reader.get(&by_id)), ["Wind"]);
        let _ = reader.get("/v1/articles/the-storm/live-updates?page=1&cursor=x").problem(400, "invalid_parameter");
        // It goes and comes with the article.
        let away = editor.act(&live, "unpublish", &json!({})).expect(200).data();
        let _ = reader.get(&by_id).problem(404, "not_found");
        let live = editor.act(&away, "publish", &json!({})).expect(200).data();
        assert_eq!(headlines(&reader.get(&by_id)), ["Wind"]);
        let killed = editor.act(&live, "kill", &json!({ "notice": "Withdrawn." })).expect(200).data();
        assert_eq!(reader.get(&by_id).problem(410, "gone")["notice"], "Withdrawn.");
        let refused = editor.post(&updates(&killed), &json!({ "headline": "x" })).problem(409, "illegal_action");
        assert!(refused["allowed_actions"].to_string().contains("restore"), "{refused}");
    }

    a_blog_is_walked_stably_while_updates_arrive(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let live = editor.published(&json!({ "headline": "Match", "slug": "match", "kind": "live" }));
        let minute = |n: i64| slugline::model::Time::system().plus_seconds(-600 + n * 60).to_string();
        for n in 0..5 {
            let _ = write(&editor, &live, &json!({ "headline": format!("Minute {n}"), "at": minute(n) }));
        }
        let first = reader.get("/v1/articles/match/live-updates?limit=2").expect(200);
        assert_eq!(headlines(&first), ["Minute 4", "Minute 3"]);
        let _ = write(&editor, &live, &json!({ "headline": "Goal" }));
        let second = reader.get(first.json()["links"]["next"].as_str().unwrap()).expect(200);
        assert_eq!(headlines(&second), ["Minute 2", "Minute 1"]);
        let third = reader.get(second.json()["links"]["next"].as_str().unwrap()).expect(200);
        assert_eq!((headlines(&third), &third.json()["links"]["next"]), (vec!["Minute 0".to_owned()], &Value::Null));
        let counted = reader.get("/v1/articles/match/live-updates?page=1&limit=1").expect(200).json();
        assert_eq!(counted["meta"]["total"], 6);
    }

    an_update_has_rules(app) {
        let editor = app.editor();
        let live = editor.published(&json!({ "headline": "Rules", "kind": "live" }));
        let nobody = json!("0197a000-0000-7000-8000-000000000000");
        let create = |body: Value| editor.post(&updates(&live), &body);
        fault(create(json!({})), "", "required");
        fault(create(json!({ "headline": null, "body": [] })), "", "required");
        fault(create(json!({ "headline": "x", "pinned": null })), "/pinned", "not_null");
        fault(create(json!({ "body_html": "<p>x</p>", "body_markdown": "x" })), "/body_html", "exclusive");
        fault(create(json!({ "headline": "x", "author": nobody })), "/author", "unknown_id");
        fault(create(json!({ "headline": "x", "at": "2199-01-01T00:00:00Z" })), "/at", "out_of_range");
        fault(create(json!({ "body": [{ "_type": "image", "media": nobody }] })), "/body/0/media", "unknown_id");
        fault(create(json!({ "body": [{ "_type": "related_articles", "articles": [nobody] }] })), "/body/0/articles/0", "unknown_id");
        fault(create(json!({ "body_markdown": "x".repeat(20_001) })), "/body_markdown", "too_long");
        fault(create(json!({ "body_markdown": "x\n\n".repeat(101) })), "/body_markdown", "too_long");
        let update = write(&editor, &live, &json!({ "body_markdown": "x".repeat(20_000) }));
        fault(editor.with("If-Match", "*").patch(&at(&update), &json!({ "body": null })), "", "required");
        let elsewhere = editor.published(&json!({ "headline": "Elsewhere" }));
        let wrong = format!("{}/{}", updates(&elsewhere), update["id"].as_str().unwrap());
        let _ = editor.get(&wrong).problem(404, "not_found");
        let _ = editor.with("If-Match", "*").patch(&wrong, &json!({ "pinned": true })).problem(404, "not_found");
        let _ = editor.patch(&at(&update), &json!({ "pinned": true })).problem(428, "if_match_required");
    }

    a_file_is_public_while_an_update_shows_it(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let picture = |shade| editor.upload("a.jpg", &pictures::jpeg(shade), &[]).expect(201).data();
        let [shown, held] = [picture(31), picture(32)];
        let open = |media: &Value| reader.get(&format!("/v1/media/{}", media["id"].as_str().unwrap())).status;
        let image = |media: &Value| json!([{ "_type": "image", "media": media["id"] }]);
        let draft = editor.draft(&json!({ "headline": "Pictures", "slug": "pictures", "kind": "live" }));
        let update = write(&editor, &draft, &json!({ "body": image(&shown) }));
        let secret = write(&editor, &draft, &json!({ "body": image(&held), "draft": true }));
        assert_eq!((open(&shown), open(&held)), (404, 404));
        let live = editor.act(&draft, "publish", &json!({})).expect(200).data();
        assert_eq!((open(&shown), open(&held)), (200, 404));
        let text = reader.get("/v1/articles/pictures/live-updates").expect(200);
        let address = text.data()[0]["body"][0]["asset"]["url"].as_str().unwrap().to_owned();
        let _ = reader.get(&address).expect(200);
        let usage = editor.get(&format!("/v1/admin/media/{}/usage", held["id"].as_str().unwrap())).data();
        assert_eq!((&usage[0]["id"], &usage[0]["where"]), (&live["id"], &json!(["live_update"])));
        for media in [&shown, &held] {
            let path = format!("/v1/admin/media/{}", media["id"].as_str().unwrap());
            let _ = editor.with("If-Match", "*").delete(&path).problem(409, "in_use");
        }
        let _ = change(&editor, &secret, &json!({ "draft": false }));
        assert_eq!(open(&held), 200);
        let _ = editor.with("If-Match", "*").delete(&at(&update)).expect(204);
        assert_eq!((open(&shown), reader.get(&address).status), (404, 404));
        let _ = editor.with("If-Match", "*").delete(&format!("/v1/admin/media/{}", shown["id"].as_str().unwrap())).expect(204);
        let _ = editor.act(&live, "unpublish", &json!({})).expect(200);
        assert_eq!(open(&held), 404);
    }

    a_blog_that_is_not_free_shows_its_headlines_alone(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let picture = editor.upload("a.jpg", &pictures::jpeg(33), &[]).expect(201).data();
        let live = editor.published(&json!({ "headline": "Paid", "slug": "paid", "kind": "live", "access": "subscriber" }));
        let body = json!([{ "_type": "image", "media": picture["id"], "caption": "Behind-the-wall" },
            { "_type": "block", "children": [{ "_type": "span", "text": "Behind-the-wall." }] }]);
        let _ = write(&editor, &live, &json!({ "headline": "In the open", "body": body }));
        let path = "/v1/articles/paid/live-updates?formats=blocks,html,text,markdown";
        let answer = reader.get(path).expect(200);
        assert!(!answer.text().contains("Behind-the-wall") && !answer.text().contains(picture["id"].as_str().unwrap()), "{}", answer.text());
        assert_eq!((&answer.data()[0]["headline"], &answer.data()[0]["body"], &answer.data()[0]["body_html"]), (&json!("In the open"), &json!([]), &json!("")));
        let media = format!("/v1/media/{}", picture["id"].as_str().unwrap());
        let _ = reader.get(&media).problem(404, "not_found");
        let path_of = format!("/v1/admin/articles/{}", live["id"].as_str().unwrap());
        let freed = editor.if_match(&live["version"]).patch(&path_of, &json!({ "access": "free" })).expect(200).data();
        let _ = editor.act(&freed, "publish", &json!({})).expect(200);
        assert!(reader.get(path).expect(200).text().contains("Behind-the-wall."));
        let _ = reader.get(&media).expect(200);
    }

    what_is_withdrawn_shows_in_no_update(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let target = editor.published(&json!({ "headline": "Libel about somebody" }));
        let live = editor.published(&json!({ "headline": "Blog", "slug": "blog", "kind": "live" }));
        let body = json!([
            { "_type": "block", "children": [{ "_type": "span", "text": "A link.", "marks": ["l"] }],
              "markDefs": [{ "_type": "link", "_key": "l", "article_id": target["id"] }] },
            { "_type": "related_articles", "articles": [target["id"]] },
        ]);
        let _ = write(&editor, &live, &json!({ "body": body }));
        let path = "/v1/articles/blog/live-updates?formats=blocks,html,text,markdown";
        assert!(reader.get(path).expect(200).text().contains("ibel"));
        let _ = editor.act(&target, "kill", &json!({})).expect(200);
        let after = reader.get(path).expect(200).text();
        assert!(!after.contains("ibel") && after.contains("A link."), "{after}");
    }

    updates_go_with_their_article_and_with_no_copy_of_it(app) {
        let editor = app.editor();
        let draft = editor.draft(&json!({ "headline": "Gone", "kind": "live" }));
        let _ = write(&editor, &draft, &json!({ "headline": "Soon" }));
        let copy = editor.post(&format!("/v1/admin/articles/{}/duplicate", draft["id"].as_str().unwrap()), &json!({})).expect(201).data();
        assert_eq!(editor.get(&updates(&copy)).data(), json!([]));
        let _ = editor.if_match(&draft["version"]).delete(&format!("/v1/admin/articles/{}", draft["id"].as_str().unwrap())).expect(204);
        let trashed = editor.article(&draft["id"]);
        let _ = editor.post(&updates(&trashed), &json!({ "headline": "x" })).problem(409, "illegal_action");
        let limit = slugline::model::Time::system().plus_seconds(3600);
        let purged = app.app.write_here(|cx, _| slugline::store::articles::purge_trash(cx.conn, limit, 10)).unwrap();
        assert_eq!(purged.len(), 1);
        let rows = crate::support::rows::rows(app);
        assert_eq!((rows["live_updates"], rows["published_live_updates"]), (0, 0));
    }

    writing_an_update_is_publishing(app) {
        let [editor, author, contributor] = ["editor", "author", "contributor"].map(|role| app.signed_in(role));
        let admin = app.signed_in("admin");
        let own = author.published(&json!({ "headline": "Own", "kind": "live" }));
        let theirs = editor.published(&json!({ "headline": "Theirs", "kind": "live" }));
        let entry = json!({ "headline": "x" });
        let update = write(&author, &own, &entry);
        let _ = author.post(&updates(&theirs), &entry).problem(404, "not_found");
        let _ = author.get(&updates(&theirs)).problem(404, "not_found");
        let draft = contributor.draft(&json!({ "headline": "Mine", "kind": "live" }));
        let _ = contributor.get(&updates(&draft)).expect(200);
        let _ = contributor.post(&updates(&draft), &entry).problem(403, "forbidden");
        let foreign = write(&editor, &draft, &entry);
        let _ = contributor.get(&at(&foreign)).expect(200);
        let _ = contributor.with("If-Match", "*").patch(&at(&foreign), &entry).problem(403, "forbidden");
        let _ = contributor.with("If-Match", "*").delete(&at(&foreign)).problem(403, "forbidden");
        let _ = editor.with("If-Match", "*").patch(&at(&update), &json!({ "pinned": true })).expect(200);
        let token = |scopes: &[&str]| {
            let made = admin.post("/v1/admin/tokens", &json!({ "name": "t", "scopes": scopes, "user": editor.user })).expect(201).data();
            app.anonymous().bearer(made["token"].as_str().unwrap())
        };
        let _ = token(&["articles:read", "articles:write"]).post(&updates(&theirs), &entry).problem(403, "insufficient_scope");
        let publisher = token(&["articles:read", "articles:publish"]);
        let _ = publisher.post(&updates(&theirs), &entry).expect(201);
        let _ = token(&["articles:publish"]).get(&updates(&theirs)).problem(403, "insufficient_scope");
    }

    whoever_listens_hears_of_updates(app) {
        let editor = app.editor();
        let live = editor.published(&json!({ "headline": "Heard", "kind": "live" }));
        let update = write(&editor, &live, &json!({ "headline": "x" }));
        let update = change(&editor, &update, &json!({ "headline": "y" }));
        let held = change(&editor, &update, &json!({ "draft": true }));
        let update = change(&editor, &held, &json!({ "draft": false }));
        let _ = editor.if_match(&update["version"]).delete(&at(&update)).expect(204);
        let told = crate::support::rows::events(app, update["id"].as_str().unwrap());
        let kinds: Vec<&str> = told.iter().map(|(kind, _)| kind.as_str()).collect();
        assert_eq!(kinds, ["live_update.created", "live_update.updated", "live_update.updated", "live_update.updated", "live_update.deleted"]);
        let public: Vec<&Value> = told.iter().map(|(_, data)| &data["public"]).collect();
        assert_eq!(json!(public), json!([null, null, "gone", "live", null]));
        assert!(told.iter().all(|(_, data)| data["article_id"] == live["id"]), "{told:?}");
    }
}
