//! Previews: an article before it is public, for whoever has a token, and nothing else.

use serde_json::{Value, json};

use crate::both;
use crate::support::{Answer, Client, TestApp, pictures};

fn tokens(article: &Value) -> String {
    format!("/v1/admin/articles/{}/preview-tokens", article["id"].as_str().unwrap())
}

#[track_caller]
fn token(client: &Client, article: &Value, body: &Value) -> Value {
    client.post(&tokens(article), body).expect(201).data()
}

fn shown(app: &TestApp, token: &Value, query: &str) -> Answer {
    app.anonymous().get(&format!("/v1/preview/{}{query}", token["token"].as_str().unwrap()))
}

/// What tells one 404 from another.
fn bare(answer: Answer) -> Value {
    let mut problem = answer.problem(404, "not_found");
    for member in ["request_id", "instance"] {
        problem[member] = json!(null);
    }
    problem
}

both! {
    a_preview_shows_a_draft_as_readers_would_see_it(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let picture = editor.upload("a.jpg", &pictures::jpeg(3), &[("alt", "A bridge")]).expect(201).data();
        let inline = editor.upload("b.jpg", &pictures::jpeg(4), &[("alt", "A ferry")]).expect(201).data();
        let (section, author) = (editor.tag("World", "section"), editor.author("Ana"));
        let draft = editor.draft(&json!({
            "headline": "Bridge", "hero": picture["id"], "section": section["id"], "authors": [author["id"]],
            "access": "subscriber", "editor_note": "secret-note", "slugline": "secret-line",
            "body": [
                { "_type": "image", "media": inline["id"] },
                { "_type": "paywall" },
                { "_type": "block", "children": [{ "_type": "span", "text": "Paid words." }] },
            ],
        }));
        let made = token(&editor, &draft, &json!({}));
        assert_eq!(made["url"], json!(format!("{}/v1/preview/{}", reader.base, made["token"].as_str().unwrap())));
        let answer = reader.get(made["url"].as_str().unwrap()).expect(200);
        assert_eq!(answer.header("cache-control"), Some("private, no-store"));
        assert_eq!(answer.header("x-robots-tag"), Some("noindex"));
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        let seen = answer.data();
        assert_eq!((&seen["headline"], &seen["section"]["name"], &seen["byline"]), (&json!("Bridge"), &json!("World"), &json!("Ana")));
        assert!(seen["body_html"].as_str().unwrap().contains("Paid words."));
        assert!(!answer.text().contains("secret-"), "{}", answer.text());
        assert_eq!(seen["published_at"], draft["updated_at"]);
        // Pictures that are not public yet can be seen, by these addresses only, and for an hour.
        let pictures = [&seen["hero"]["url"], &seen["body"][0]["asset"]["url"]].map(|url| url.as_str().unwrap().to_owned());
        for url in &pictures {
            let _ = reader.get(url).expect(200);
            let _ = reader.get(url.split('?').next().unwrap()).expect(404);
        }
        // The same members as in public.
        let live = editor.act(&draft, "publish", &json!({})).expect(200).data();
        let public = reader.get("/v1/articles/bridge?include=related").expect(200).data();
        let preview = shown(app, &made, "?include=related").expect(200).data();
        let names = |of: &Value| of.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&public), names(&preview));
        assert_eq!(preview["published_at"], public["published_at"]);
        let some = shown(app, &made, "?fields=headline&formats=text").expect(200).data();
        assert_eq!(names(&some), ["id", "headline", "body_text"]);
        let _ = shown(app, &made, "?locale=en").problem(400, "invalid_parameter");
        let _ = editor.revised(&live, &json!({ "headline": "Changed" }));
        assert_eq!(shown(app, &made, "").data()["headline"], "Changed");
        assert_eq!(reader.get("/v1/articles/bridge").expect(200).data()["headline"], "Bridge");
    }

    pictures_of_a_preview_are_seen_no_longer_than_its_token(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let picture = editor.upload("a.jpg", &pictures::jpeg(5), &[]).expect(201).data();
        let draft = editor.draft(&json!({ "headline": "Bridge", "hero": picture["id"] }));
        for (seconds, lasts) in [(60, 60), (80_000, 3_600)] {
            let made = token(&app.editor(), &draft, &json!({ "expires_in_seconds": seconds }));
            let url = shown(app, &made, "").data()["hero"]["url"].as_str().unwrap().to_owned();
            app.advance(lasts - 5);
            let _ = reader.get(&url).expect(200);
            app.advance(6);
            let _ = reader.get(&url).expect(404);
        }
    }

    a_preview_shows_what_is_or_what_was(app) {
        let editor = app.editor();
        let draft = editor.draft(&json!({ "headline": "First" }));
        let (following, pinned) = (token(&editor, &draft, &json!({})), token(&editor, &draft, &json!({ "version": 1 })));
        assert_eq!((&following["version"], &pinned["version"]), (&json!(null), &json!(1)));
        let edited = editor.revised(&draft, &json!({ "headline": "Second" }));
        assert_eq!(shown(app, &following, "").data()["headline"], "Second");
        assert_eq!(shown(app, &pinned, "").data()["headline"], "First");
        let refused = editor.post(&tokens(&draft), &json!({ "version": 7 })).problem(422, "invalid_body");
        assert_eq!((&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]), (&json!("/version"), &json!("unknown_id")));
        // What is withdrawn or thrown away is not shown, whatever token one has.
        let killed = editor.act(&edited, "kill", &json!({})).expect(200).data();
        let _ = shown(app, &following, "").problem(404, "not_found");
        let _ = shown(app, &pinned, "").problem(404, "not_found");
        let _ = editor.post(&tokens(&draft), &json!({})).problem(409, "conflict");
        let back = editor.act(&killed, "restore", &json!({})).expect(200).data();
        // What has ended stays so.
        let _ = shown(app, &following, "").problem(404, "not_found");
        let following = editor.post(&tokens(&draft), &json!({})).expect(201).data();
        assert_eq!(shown(app, &following, "").data()["headline"], "Second");
        let _ = editor.if_match(&back["version"]).delete(&tokens(&draft).replace("/preview-tokens", "")).expect(204);
        let _ = shown(app, &following, "").problem(404, "not_found");
    }

    a_preview_ends_and_is_revoked(app) {
        let (editor, admin) = (app.editor(), app.signed_in("admin"));
        let draft = editor.draft(&json!({ "headline": "Draft" }));
        let short = token(&editor, &draft, &json!({ "expires_in_seconds": 60 }));
        let [long, revoked] = [(); 2].map(|()| token(&editor, &draft, &json!({})));
        let mut altered = long.clone();
        let text = long["token"].as_str().unwrap();
        altered["token"] = json!(format!("{}{}", &text[..63], if text.ends_with('A') { 'B' } else { 'A' }));
        let never = bare(shown(app, &json!({ "token": "x" }), ""));
        assert_eq!(bare(shown(app, &altered, "")), never);
        let list = editor.get(&tokens(&draft)).expect(200);
        assert_eq!(list.data().as_array().unwrap().len(), 3);
        for made in [&short, &long, &revoked] {
            assert!(!list.text().contains(made["token"].as_str().unwrap()));
        }
        assert_eq!((&list.data()[0]["id"], &list.data()[0]["created_by"]["id"]), (&short["id"], &json!(editor.user)));
        let one = format!("{}/{}", tokens(&draft), revoked["id"].as_str().unwrap());
        let _ = shown(app, &revoked, "").expect(200);
        let _ = editor.delete(&one).expect(204);
        assert_eq!(bare(shown(app, &revoked, "")), never);
        let _ = editor.delete(&one).problem(404, "not_found");
        let _ = shown(app, &short, "").expect(200);
        app.advance(61);
        assert_eq!(bare(shown(app, &short, "")), never);
        let _ = shown(app, &long, "").expect(200);
        assert_eq!(editor.get(&tokens(&draft)).expect(200).data().as_array().unwrap().len(), 1);
        let suspend = format!("/v1/admin/users/{}/suspend", editor.user);
        let _ = admin.with("If-Match", "*").post(&suspend, &json!({})).expect(200);
        assert_eq!(bare(shown(app, &long, "")), never);
        let _ = admin.with("If-Match", "*").post(&suspend.replace("suspend", "reactivate"), &json!({})).expect(200);
        assert_eq!(bare(shown(app, &long, "")), never);
    }

    what_a_token_is_made_from_has_bounds(app) {
        let editor = app.editor();
        let draft = editor.draft(&json!({ "headline": "Draft" }));
        for (member, value) in [("expires_in_seconds", json!(0)), ("expires_in_seconds", json!(86_401)), ("version", json!(0)), ("expires_in_seconds", json!(null))] {
            let refused = editor.post(&tokens(&draft), &json!({ member: value })).problem(422, "invalid_body");
            assert_eq!(refused["errors"][0]["pointer"], json!(format!("/{member}")));
        }
        let day = token(&editor, &draft, &json!({ "expires_in_seconds": 86_400 }));
        app.advance(86_399);
        // Its pictures' addresses never outlive it.
        let _ = shown(app, &day, "").expect(200);
        app.advance(1);
        let _ = shown(app, &day, "").problem(404, "not_found");
        let editor = app.editor();
        for _ in 0..100 {
            let _ = token(&editor, &draft, &json!({}));
        }
        let _ = editor.post(&tokens(&draft), &json!({})).problem(409, "conflict");
    }

    a_preview_of_one_shows_nothing_of_another(app) {
        let editor = app.editor();
        let hidden = editor.draft(&json!({ "headline": "Hidden words", "slug": "hidden-slug" }));
        let later = slugline::model::Time::system().plus_seconds(5_000).to_string();
        let waiting = editor.draft(&json!({ "headline": "Hidden too", "slug": "hidden-too" }));
        let waiting = editor.act(&waiting, "schedule", &json!({ "publish_at": later })).expect(200).data();
        let open = editor.published(&json!({ "headline": "Open words", "slug": "open-slug" }));
        let ids = [&hidden["id"], &waiting["id"], &open["id"]];
        let link = |n: usize| json!({ "_type": "link", "_key": format!("l{n}"), "article_id": ids[n] });
        let draft = editor.draft(&json!({
            "headline": "Draft", "related": ids, "body": [
                { "_type": "block", "markDefs": [link(0), link(1), link(2)],
                  "children": [{ "_type": "span", "text": "See there.", "marks": ["l0", "l1", "l2"] }] },
                { "_type": "related_articles", "articles": ids },
            ],
        }));
        let translation = editor.post("/v1/admin/articles", &json!({ "headline": "Hidden words in German", "locale": "de", "translation_of": draft["id"] }));
        assert!(matches!(translation.status, 201 | 422));
        for made in [token(&editor, &draft, &json!({})), token(&editor, &draft, &json!({ "version": 1 }))] {
            let answer = shown(app, &made, "?include=related,popular&formats=blocks,html,text,markdown").expect(200);
            let text = answer.text();
            assert!(text.contains("Open words"), "{text}");
            for secret in ["Hidden", "hidden-slug", "hidden-too", hidden["id"].as_str().unwrap(), waiting["id"].as_str().unwrap()] {
                assert!(!text.contains(secret), "{secret}: {text}");
            }
            assert_eq!(answer.data()["related"].as_array().unwrap().len(), 1);
            for path in ["/v1/articles/draft", "/v1/articles/hidden-slug"] {
                let _ = app.anonymous().bearer(made["token"].as_str().unwrap()).get(path).problem(404, "not_found");
            }
        }
        // A preview publishes nothing, not even a medium's record.
        let _ = app.anonymous().get(&format!("/v1/articles/{}", draft["id"].as_str().unwrap())).problem(404, "not_found");
    }

    previews_and_history_are_for_who_may_read_the_article(app) {
        let (contributor, other, editor) = (app.signed_in("contributor"), app.signed_in("author"), app.editor());
        let admin = app.signed_in("admin");
        let draft = contributor.draft(&json!({ "headline": "Own" }));
        let base = format!("/v1/admin/articles/{}", draft["id"].as_str().unwrap());
        let made = token(&contributor, &draft, &json!({}));
        let gets = ["/revisions", "/revisions/1", "/revisions/1/diff", "/preview-tokens"].map(|rest| format!("{base}{rest}"));
        let one = format!("{base}/preview-tokens/{}", made["id"].as_str().unwrap());
        for get in &gets {
            let _ = app.anonymous().get(get).problem(401, "unauthenticated");
            let _ = other.get(get).problem(404, "not_found");
            for who in [&contributor, &editor] {
                let _ = who.get(get).expect(200);
            }
        }
        let _ = other.post(&tokens(&draft), &json!({})).problem(404, "not_found");
        let _ = other.delete(&one).problem(404, "not_found");
        let back = format!("{base}/revisions/1/restore");
        let _ = other.with("If-Match", "*").post(&back, &json!({})).problem(404, "not_found");
        let live = editor.act(&draft, "publish", &json!({})).expect(200).data();
        let _ = contributor.if_match(&live["version"]).post(&back, &json!({})).problem(403, "forbidden");
        let restored = editor.if_match(&live["version"]).post(&back, &json!({})).expect(200).data();
        assert_eq!(restored["version"], 3);

        let bearer = |scopes: Value| {
            let made = admin.post("/v1/admin/tokens", &json!({ "name": "t", "scopes": scopes, "user": editor.user })).expect(201).data();
            app.anonymous().bearer(made["token"].as_str().unwrap())
        };
        let (reads, writes) = (bearer(json!(["articles:read"])), bearer(json!(["articles:read", "articles:write"])));
        for get in &gets {
            let _ = reads.get(get).expect(200);
        }
        let _ = reads.post(&tokens(&draft), &json!({})).problem(403, "insufficient_scope");
        let _ = reads.with("If-Match", "*").post(&back, &json!({})).problem(403, "insufficient_scope");
        let _ = reads.delete(&one).problem(403, "insufficient_scope");
        let _ = writes.with("If-Match", "*").post(&back, &json!({})).expect(200);
        let _ = writes.delete(&one).expect(204);
    }
}
