//! Who may do what: principals against operations, and what must not be told.

use serde_json::{Value, json};

use crate::both;
use crate::support::{Client, Session, TestApp, pictures};

/// Words that stand only in what is not for everybody.
const CANARY: &str = "canary-7f3a";

/// The newsroom that all of them look at.
struct Newsroom {
    admin: Session,
    editor: Session,
    author: Session,
    contributor: Session,
    /// A draft, a live and a killed article of the editor's.
    draft: Value,
    live: Value,
    killed: Value,
    /// A tag, an author and a picture that the live article carries, and others that nothing carries.
    tags: [Value; 2],
    authors: [Value; 2],
    media: [Value; 2],
}

impl Newsroom {
    fn new(app: &TestApp) -> Self {
        let [admin, editor, author, contributor] =
            ["admin", "editor", "author", "contributor"].map(|role| app.signed_in(role));
        let tags = ["Shown", CANARY].map(|name| editor.tag(name, "topic"));
        let authors = ["Shown", CANARY].map(|name| editor.author(name));
        let media = [1, 2]
            .map(|shade| editor.upload("a.jpg", &pictures::jpeg(shade), &[("caption", CANARY)]).expect(201).data());
        let live = editor.published(&json!({
            "headline": "Live", "slug": "live", "tags": [tags[0]["id"]], "authors": [authors[0]["id"]], "hero": media[0]["id"], "editor_note": CANARY, "slugline": CANARY,
        }));
        let draft = editor.draft(&json!({ "headline": CANARY, "slug": CANARY, "tags": [tags[1]["id"]], "authors": [authors[1]["id"]], "hero": media[1]["id"] }));
        let killed = editor.published(&json!({ "headline": CANARY, "slug": "killed" }));
        let killed = editor.act(&killed, "kill", &json!({ "reason": CANARY })).expect(200).data();
        Self { admin, editor, author, contributor, draft, live, killed, tags, authors, media }
    }
}

fn at(resource: &str, thing: &Value) -> String {
    format!("/v1/admin/{resource}/{}", thing["id"].as_str().unwrap())
}

/// Changes nothing, but asks whether one may.
fn touch(client: &Client, resource: &str, thing: &Value) -> u16 {
    client.with("If-Match", "*").patch(&at(resource, thing), &json!({})).status
}

fn remove(client: &Client, resource: &str, thing: &Value) -> u16 {
    client.with("If-Match", "*").delete(&at(resource, thing)).status
}

/// A new token of a user's with these scopes.
fn token(app: &TestApp, room: &Newsroom, user: &Session, scopes: &[&str]) -> Client {
    let new = json!({ "name": "t", "scopes": scopes, "user": user.user });
    let made = room.admin.post("/v1/admin/tokens", &new).expect(201).data();
    app.anonymous().bearer(made["token"].as_str().unwrap())
}

/// Every GET of the editorial door, with the ids of things that are there.
fn editorial_gets(room: &Newsroom) -> Vec<String> {
    let document = slugline::http::openapi::document().unwrap();
    let mut paths = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let asks = item["get"]["security"].as_array().is_some_and(|security| !security.is_empty());
        if asks && item["get"]["x-public"] != true {
            let resource = path.trim_start_matches("/v1/admin/").split('/').next().unwrap();
            let thing = match resource {
                "articles" => &room.draft,
                "tags" => &room.tags[1],
                "authors" => &room.authors[1],
                _ => &room.media[1],
            };
            let id = thing["id"].as_str().unwrap();
            let steps = path.split('/').map(|step| match step {
                "{version}" => "1",
                step if step.starts_with('{') => id,
                step => step,
            });
            paths.push(steps.collect::<Vec<_>>().join("/"));
        }
    }
    assert!(paths.len() > 12, "{paths:?}");
    paths
}

/// Everybody who is nobody.
fn nobodies(app: &TestApp, room: &Newsroom) -> Vec<(&'static str, Client)> {
    let anonymous = app.anonymous();
    let out = app.signed_in("admin");
    let again = json!({ "email": out.email, "password": out.password });
    let tokens = anonymous.post("/v1/auth/login", &again).expect(200).json();
    let (access, refresh) = (tokens["access_token"].as_str().unwrap(), &tokens["refresh_token"]);
    let _ = anonymous.post("/v1/auth/logout", &json!({ "refresh_token": refresh })).expect(204);
    let suspended = app.signed_in("admin");
    let path = format!("/v1/admin/users/{}/suspend", suspended.user);
    let _ = room.admin.with("If-Match", "*").post(&path, &json!({})).expect(200);
    let good = room.admin.bearer_token();
    let parts: Vec<&str> = good.split('.').collect();
    let [head, claims, signature] = parts.as_slice() else { panic!("not a JWT") };
    // {"alg":"none","typ":"JWT"} and its likes.
    let none = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{claims}.");
    let unsigned = format!("{head}.{claims}.");
    let other = room.contributor.bearer_token().split('.').nth(1).unwrap().to_owned();
    let swapped = format!("{head}.{other}.{signature}");
    vec![
        ("anonymous", anonymous.clone()),
        ("signed out", anonymous.bearer(access)),
        ("suspended", suspended.client.clone()),
        ("a refresh token", anonymous.bearer(refresh.as_str().unwrap())),
        ("garbage", anonymous.bearer("garbage")),
        ("nothing", anonymous.with("Authorization", "Bearer ")),
        ("unsigned", anonymous.bearer(&unsigned)),
        ("algorithm none", anonymous.bearer(&none)),
        ("another's claims", anonymous.bearer(&swapped)),
        ("an unknown token", anonymous.bearer("sl_0000000000000000000000000000000000000")),
        ("another scheme", anonymous.with("Authorization", &format!("Basic {good}"))),
        ("no scheme", anonymous.with("Authorization", good)),
    ]
}

both! {
    nobody_passes_the_editorial_door(app) {
        let room = Newsroom::new(app);
        let paths = editorial_gets(&room);
        for (who, client) in nobodies(app, &room) {
            for path in &paths {
                let answer = client.get(path);
                assert_eq!(answer.status, 401, "{who} {path}: {}", answer.text());
                assert!(answer.header("www-authenticate").unwrap().starts_with("Bearer"), "{who}");
                assert!(answer.header("cache-control").unwrap().contains("no-store"), "{who}");
                assert!(!answer.text().contains(CANARY), "{who} {path}");
                let _ = answer.problem(401, "unauthenticated");
            }
            let _ = client.post("/v1/admin/articles", &json!({ "headline": "x" })).problem(401, "unauthenticated");
            let _ = client.with("If-Match", "*").delete(&at("articles", &room.draft)).problem(401, "unauthenticated");
            let _ = client.upload("a.jpg", &pictures::jpeg(9), &[]).problem(401, "unauthenticated");
        }
        let expired = room.editor.client.clone();
        app.advance(906);
        let _ = expired.get(&paths[0]).problem(401, "unauthenticated");
    }

    everything_is_read_without_any_parameter(app) {
        let room = Newsroom::new(app);
        for path in editorial_gets(&room) {
            let answer = room.admin.get(&path);
            assert!(matches!(answer.status, 200 | 404), "{path}: {}", answer.text());
            let is_list = !path.contains(|c: char| c.is_ascii_digit() && c != '1');
            assert!(!is_list || answer.status == 200, "{path}: {}", answer.text());
        }
    }

    what_one_may_not_read_is_not_there(app) {
        let room = Newsroom::new(app);
        let unknown = json!({ "id": "0197a000-0000-7000-8000-000000000000" });
        for who in [&room.contributor, &room.author] {
            let nothing = who.get(&at("articles", &unknown)).problem(404, "not_found");
            for article in [&room.draft, &room.live, &room.killed] {
                let hidden = who.get(&at("articles", article)).problem(404, "not_found");
                assert_eq!((&hidden["detail"], &hidden["title"]), (&nothing["detail"], &nothing["title"]));
                assert_eq!(touch(who, "articles", article), 404);
                assert_eq!(remove(who, "articles", article), 404);
                for action in ["publish", "unpublish", "kill", "archive", "restore", "unschedule"] {
                    let _ = who.with("If-Match", "*").post(&format!("{}/{action}", at("articles", article)), &json!({})).problem(404, "not_found");
                }
                let _ = who.post(&format!("{}/duplicate", at("articles", article)), &json!({})).problem(404, "not_found");
                let translating = json!({ "headline": "x", "translation_of": article["id"] });
                let refused = who.post("/v1/admin/articles", &translating).problem(422, "invalid_body");
                assert!(refused["errors"].to_string().contains("unknown_id"), "{refused}");
            }
            let list = who.get("/v1/admin/articles?status=draft,published,killed&limit=100").expect(200);
            assert_eq!(list.data(), json!([]));
            let usage = who.get(&format!("{}/usage", at("media", &room.media[1]))).expect(200);
            assert!(!usage.text().contains(CANARY) && !usage.text().contains(room.draft["id"].as_str().unwrap()), "{}", usage.text());
        }
        for who in [&room.editor, &room.admin] {
            for article in [&room.draft, &room.live, &room.killed] {
                let _ = who.get(&at("articles", article)).expect(200);
            }
        }
    }

    each_role_does_to_articles_what_its_role_allows(app) {
        let room = Newsroom::new(app);
        let own = |who: &Session| who.draft(&json!({ "headline": "Own" }));
        // A contributor writes, and stops at publishing.
        let draft = own(&room.contributor);
        assert_eq!(touch(&room.contributor, "articles", &draft), 200);
        let actions = room.contributor.article(&draft["id"])["allowed_actions"].clone();
        assert!(!actions.to_string().contains("publish") && actions.to_string().contains("edit"), "{actions}");
        for action in ["publish", "archive", "kill"] {
            let _ = room.contributor.act(&draft, action, &json!({})).problem(403, "forbidden");
        }
        let _ = room.contributor.act(&draft, "schedule", &json!({ "publish_at": "2099-01-01T00:00:00Z" })).problem(403, "forbidden");
        let _ = room.contributor.act(&draft, "flag", &json!({ "featured": true })).problem(403, "forbidden");
        let live = room.editor.act(&draft, "publish", &json!({})).expect(200).data();
        assert_eq!((touch(&room.contributor, "articles", &live), remove(&room.contributor, "articles", &live)), (403, 403));
        assert_eq!(remove(&room.contributor, "articles", &own(&room.contributor)), 204);

        // An author publishes what is the author's own.
        let live = room.author.act(&own(&room.author), "publish", &json!({})).expect(200).data();
        assert_eq!(touch(&room.author, "articles", &live), 200);
        let corrected = room.author.act(&live, "correct", &json!({ "kind": "update", "text": "x" })).expect(200).data();
        for (action, body) in [("kill", json!({})), ("flag", json!({ "breaking": true }))] {
            let _ = room.author.act(&corrected, action, &body).problem(403, "forbidden");
        }
        let _ = room.author.act(&corrected, "unpublish", &json!({})).expect(200);

        // Nor does anybody feature what is their own on the way through a draft.
        for member in ["featured", "breaking"] {
            let _ = room.author.post("/v1/admin/articles", &json!({ "headline": "Mine", member: true })).problem(403, "forbidden");
            let draft = own(&room.author);
            let any = room.author.with("If-Match", "*");
            let _ = any.patch(&at("articles", &draft), &json!({ member: true })).problem(403, "forbidden");
            let flagged = room.editor.with("If-Match", "*").patch(&at("articles", &draft), &json!({ member: true })).expect(200).data();
            let _ = any.patch(&at("articles", &draft), &json!({ member: false })).problem(403, "forbidden");
            let said_again = any.patch(&at("articles", &draft), &json!({ "headline": "New", member: true })).expect(200).data();
            assert_eq!((&flagged[member], &said_again[member]), (&json!(true), &json!(true)));
            let first = format!("{}/revisions/1/restore", at("articles", &draft));
            assert_eq!(any.post(&first, &json!({})).expect(200).data()[member], true);
            let copy = room.author.post(&format!("{}/duplicate", at("articles", &draft)), &json!({})).expect(201).data();
            assert_eq!(copy[member], false);
        }

        // Editors and administrators do all of it to everything.
        for who in [&room.editor, &room.admin] {
            let draft = own(&room.contributor);
            let live = who.act(&draft, "publish", &json!({})).expect(200).data();
            let flagged = who.act(&live, "flag", &json!({ "breaking": true })).expect(200).data();
            let killed = who.act(&flagged, "kill", &json!({})).expect(200).data();
            assert_eq!((touch(&room.contributor, "articles", &killed), touch(who, "articles", &killed)), (403, 409));
            let _ = who.act(&killed, "restore", &json!({})).expect(200);
            assert_eq!(remove(who, "articles", &killed), 204);
        }
    }

    a_review_takes_its_text_out_of_its_authors_hands(app) {
        let room = Newsroom::new(app);
        // What comes of: edit, submit, approve, request-changes, publish.
        let table: [(&Session, &str, [u16; 5]); 9] = [
            (&room.contributor, "draft", [200, 200, 403, 403, 403]),
            (&room.contributor, "in_review", [403, 409, 403, 403, 403]),
            (&room.contributor, "approved", [403, 409, 403, 403, 403]),
            (&room.author, "draft", [200, 200, 403, 403, 200]),
            (&room.author, "in_review", [403, 409, 403, 403, 200]),
            (&room.author, "approved", [403, 409, 403, 403, 200]),
            (&room.editor, "draft", [200, 200, 409, 409, 200]),
            (&room.editor, "in_review", [200, 409, 200, 200, 200]),
            (&room.editor, "approved", [200, 409, 409, 200, 200]),
        ];
        let words = ["edit", "submit", "approve", "request-changes", "publish"];
        for (who, state, expected) in table {
            for (word, status) in words.into_iter().zip(expected) {
                let mut article = who.draft(&json!({ "headline": "Own" }));
                if state != "draft" {
                    article = who.act(&article, "submit", &json!({})).expect(200).data();
                }
                if state == "approved" {
                    article = room.editor.act(&article, "approve", &json!({})).expect(200).data();
                }
                let seen = who.article(&article["id"]);
                assert_eq!(seen["status"], state);
                let offered = seen["allowed_actions"].as_array().unwrap().contains(&json!(word));
                assert_eq!(offered, status == 200, "{} {state} {word}", who.email);
                let answer = match word {
                    "edit" => who.if_match(&article["version"]).patch(&at("articles", &article), &json!({ "kicker": "x" })),
                    "request-changes" => who.act(&article, word, &json!({ "reason": "x" })),
                    _ => who.act(&article, word, &json!({})),
                };
                assert_eq!(answer.status, status, "{} {state} {word}: {}", who.email, answer.text());
            }
        }
        // A token that may not publish may not touch what is approved either, whoever's it is.
        let writer = token(app, &room, &room.editor, &["articles:read", "articles:write"]);
        let draft = room.author.draft(&json!({ "headline": "Own" }));
        let handed_in = room.author.act(&draft, "submit", &json!({})).expect(200).data();
        let _ = writer.act(&handed_in, "approve", &json!({})).problem(403, "insufficient_scope");
        assert_eq!(touch(&writer, "articles", &handed_in), 403);
        // Strangers see neither the article nor what is said of it.
        for (who, status) in [(&room.contributor, 404), (&room.author, 404), (&room.editor, 200), (&room.admin, 200)] {
            assert_eq!(who.get(&format!("{}/comments", at("articles", &room.draft))).status, status);
        }
    }

    what_is_public_needs_an_editor(app) {
        let room = Newsroom::new(app);
        for (resource, [public, private]) in [("tags", &room.tags), ("authors", &room.authors)] {
            assert_eq!((touch(&room.contributor, resource, public), touch(&room.contributor, resource, private)), (403, 403), "{resource}");
            assert_eq!((touch(&room.author, resource, public), touch(&room.author, resource, private)), (403, 200), "{resource}");
            assert_eq!((touch(&room.editor, resource, public), touch(&room.editor, resource, private)), (200, 200), "{resource}");
            let name = json!({ "name": "Made by" });
            let _ = room.contributor.post(&format!("/v1/admin/{resource}"), &name).problem(403, "forbidden");
            let made = room.author.post(&format!("/v1/admin/{resource}"), &name).expect(201).data();
            assert_eq!((remove(&room.contributor, resource, &made), remove(&room.author, resource, &made)), (403, 204), "{resource}");
            assert_eq!((remove(&room.author, resource, public), remove(&room.editor, resource, public)), (403, 409), "{resource}");
        }
        let merge = |who: &Session, tag: &Value, into: &Value| {
            who.with("If-Match", "*").post(&format!("{}/merge", at("tags", tag)), &json!({ "into": into["id"] })).status
        };
        let [go, stay] = ["Go", "Stay"].map(|name| room.author.post("/v1/admin/tags", &json!({ "name": name })).expect(201).data());
        assert_eq!((merge(&room.contributor, &go, &stay), merge(&room.author, &go, &stay), merge(&room.editor, &go, &stay)), (403, 403, 200));
        let picture = room.contributor.upload("own.jpg", &pictures::jpeg(50), &[]).expect(201).data();
        assert_eq!(touch(&room.contributor, "media", &picture), 200);
        assert_eq!((touch(&room.author, "media", &picture), remove(&room.author, "media", &picture)), (403, 403));
        let _ = room.editor.published(&json!({ "headline": "With a picture", "hero": picture["id"] }));
        assert_eq!((touch(&room.contributor, "media", &picture), touch(&room.editor, "media", &picture)), (403, 200));
        let own = room.contributor.upload("own2.jpg", &pictures::jpeg(51), &[]).expect(201).data();
        assert_eq!(remove(&room.contributor, "media", &own), 204);
    }

    people_and_the_site_are_for_administrators(app) {
        let room = Newsroom::new(app);
        let user = json!({ "id": room.author.user });
        let made = room.admin.post("/v1/admin/tokens", &json!({ "name": "t", "scopes": [] })).expect(201).data();
        let hook = room.admin.post("/v1/admin/webhooks", &json!({ "name": CANARY, "url": "https://hooks.example/" })).expect(201).data();
        for who in [&room.contributor, &room.author, &room.editor] {
            for path in ["/v1/admin/users", "/v1/admin/tokens", "/v1/admin/webhooks", &at("users", &user), &at("tokens", &made), &at("webhooks", &hook)] {
                let answer = who.get(path);
                assert!(!answer.text().contains(&room.admin.email), "{path}");
                let _ = answer.problem(403, "forbidden");
            }
            let _ = who.post("/v1/admin/users", &json!({ "email": "x@news.example", "name": "x", "role": "admin" })).problem(403, "forbidden");
            let _ = who.post("/v1/admin/tokens", &json!({ "name": "x", "scopes": [] })).problem(403, "forbidden");
            let _ = who.with("If-Match", "*").patch(&format!("/v1/admin/users/{}", who.user), &json!({ "role": "admin" })).problem(403, "forbidden");
            let _ = who.with("If-Match", "*").post(&format!("{}/suspend", at("users", &user)), &json!({})).problem(403, "forbidden");
            assert_eq!(remove(who, "tokens", &made), 403);
            let _ = who.post("/v1/admin/webhooks", &json!({ "name": "x", "url": "https://hooks.example/" })).problem(403, "forbidden");
            assert_eq!((touch(who, "webhooks", &hook), remove(who, "webhooks", &hook)), (403, 403));
            let _ = who.get("/v1/admin/site").expect(200);
            let _ = who.with("If-Match", "*").patch("/v1/admin/site", &json!({ "name": "Mine" })).problem(403, "forbidden");
        }
        let _ = room.admin.get("/v1/admin/users").expect(200);
        let _ = room.admin.with("If-Match", "*").patch("/v1/admin/site", &json!({ "name": "Ours" })).expect(200);
    }

    a_token_does_what_its_scopes_say_and_no_more(app) {
        let room = Newsroom::new(app);
        let reader = token(app, &room, &room.editor, &["articles:read"]);
        let writer = token(app, &room, &room.editor, &["articles:read", "articles:write"]);
        let publisher = token(app, &room, &room.editor, &["articles:read", "articles:publish"]);
        let elsewhere = token(app, &room, &room.admin, &["tags:read", "tags:write", "media:read", "site:read", "users:read", "authors:read"]);
        let nothing = token(app, &room, &room.admin, &[]);
        let _ = reader.get(&at("articles", &room.draft)).expect(200);
        let _ = reader.post("/v1/admin/articles", &json!({ "headline": "x" })).problem(403, "insufficient_scope");
        assert_eq!((touch(&reader, "articles", &room.draft), touch(&writer, "articles", &room.draft), touch(&publisher, "articles", &room.draft)), (403, 200, 403));
        let draft = writer.draft(&json!({ "headline": "x" }));
        let _ = writer.act(&draft, "publish", &json!({})).problem(403, "insufficient_scope");
        let live = publisher.act(&draft, "publish", &json!({})).expect(200).data();
        let _ = writer.act(&live, "unpublish", &json!({})).problem(403, "insufficient_scope");
        for client in [&elsewhere, &nothing] {
            let answer = client.get("/v1/admin/articles");
            assert!(!answer.text().contains(CANARY));
            let _ = answer.problem(403, "insufficient_scope");
            // Without the right to read, an article that is there looks like one that is not.
            let there = client.get(&at("articles", &room.draft)).problem(403, "insufficient_scope");
            let not_there = client.get("/v1/admin/articles/0197a000-0000-7000-8000-000000000000").problem(403, "insufficient_scope");
            assert_eq!(there["detail"], not_there["detail"]);
        }
        let _ = elsewhere.get("/v1/admin/users").expect(200);
        let _ = elsewhere.post("/v1/admin/users", &json!({ "email": "x@news.example", "name": "x", "role": "admin" })).problem(403, "forbidden");
        let _ = elsewhere.upload("a.jpg", &pictures::jpeg(9), &[]).problem(403, "insufficient_scope");
        assert_eq!((touch(&elsewhere, "tags", &room.tags[0]), touch(&elsewhere, "media", &room.media[0]), touch(&elsewhere, "authors", &room.authors[0])), (200, 403, 403));
        let everything = editorial_gets(&room);
        for path in everything.iter().filter(|path| path.starts_with("/v1/admin")) {
            let _ = nothing.get(path).problem(403, "insufficient_scope");
        }
    }

    the_public_sees_the_same_whoever_asks(app) {
        let room = Newsroom::new(app);
        let anonymous = app.anonymous();
        let slug = |thing: &Value| thing["slug"].as_str().unwrap().to_owned();
        let paths = [
            "/v1/articles".to_owned(), "/v1/articles/live".to_owned(), format!("/v1/articles/{CANARY}"), "/v1/articles/killed".to_owned(), "/v1/tags".to_owned(), "/v1/authors".to_owned(),
            format!("/v1/tags/{}", slug(&room.tags[1])), format!("/v1/authors/{}", slug(&room.authors[1])), format!("/v1/media/{}", room.media[1]["id"].as_str().unwrap()),
            format!("/v1/articles?tag={}", slug(&room.tags[1])), format!("/v1/articles/{}", room.draft["id"].as_str().unwrap()),
        ];
        for path in &paths {
            let plain = anonymous.get(path);
            let known = plain.status < 300;
            assert!(!plain.text().replace(&format!("\"caption\":\"{CANARY}\""), "").contains(&format!("\"{CANARY}\"")), "{path}: {}", plain.text());
            for who in [&room.contributor, &room.author, &room.editor, &room.admin] {
                let answer = who.get(path);
                assert_eq!(answer.status, plain.status, "{path}");
                assert!(!known || answer.bytes == plain.bytes, "{path}");
                assert_eq!(answer.header("etag"), plain.header("etag"), "{path}");
            }
        }
    }
}
