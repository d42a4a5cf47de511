//! Nothing that is not live shows anywhere in public. Words are planted in everything that must not show, and looked
//! for on every public route that the OpenAPI document names, so that a new route is covered by itself.

mod plant;
mod walk;

use serde_json::{Value, json};
use slugline::model::Time;

use crate::both;
use crate::support::{Client, TestApp};
use plant::{Planted, live_front, text};
use walk::{Walker, public_routes};

fn walk(app: &TestApp, planted: &Planted) {
    app.run_jobs();
    let routes = public_routes(&slugline::http::openapi::document().unwrap());
    assert!(routes.len() >= 15);
    let requests = Walker::new(&app.anonymous(), planted).walk(&routes);
    assert!(requests > 1_000, "only {requests} requests");
}

fn path(article: &Value) -> String {
    format!("/v1/admin/articles/{}", text(article, "id"))
}

/// Public once, and not any more.
fn taken_back(editor: &Client, planted: &mut Planted) -> Value {
    let draft = planted.draft(editor);
    let live = editor.act(&draft, "publish", &json!({})).expect(200).data();
    editor.act(&live, "unpublish", &json!({ "reason": planted.word() })).expect(200).data()
}

both! {
    nothing_hidden_shows_on_any_public_route(app) {
        let editor = app.editor();
        let mut planted = Planted::new();
        planted.secrets.extend([editor.email.clone(), editor.user.clone()]);
        let later = |seconds: i64| Time::system().plus_seconds(seconds).to_string();

        let draft = planted.draft(&editor);
        let waiting = planted.draft(&editor);
        let (start, end) = (later(4_000), later(8_000));
        planted.time(&start);
        planted.time(&end);
        let waiting = editor.act(&waiting, "schedule", &json!({ "publish_at": start, "unpublish_at": end })).expect(200).data();
        let unpublished = taken_back(&editor, &mut planted);
        let archived = planted.draft(&editor);
        planted.update(&editor, &archived, false);
        let archived = editor.act(&archived, "publish", &json!({})).expect(200).data();
        let archived = editor.act(&archived, "archive", &json!({})).expect(200).data();
        let trashed = taken_back(&editor, &mut planted);
        let unseen = planted.draft(&editor);
        let unseen = editor.act(&unseen, "kill", &json!({ "notice": planted.word(), "reason": planted.word() })).expect(200).data();
        let killed = planted.draft(&editor);
        planted.update(&editor, &killed, false);
        let killed = editor.act(&killed, "publish", &json!({})).expect(200).data();
        let killed = editor.act(&killed, "kill", &json!({ "notice": "Withdrawn.", "reason": planted.word() })).expect(200).data();
        planted.withdrawn(&[&text(&killed, "id"), &text(&killed, "slug")]);
        // Killed under a slug that no reader ever saw.
        let renamed = taken_back(&editor, &mut planted);
        let slug = planted.word();
        planted.hidden.push(slug.clone());
        let renamed = editor.if_match(&renamed["version"]).patch(&path(&renamed), &json!({ "slug": slug })).expect(200).data();
        let old = planted.hidden.iter().position(|handle| *handle == text(&renamed, "id")).map(|at| planted.hidden[at + 1].clone()).unwrap();
        let renamed = editor.act(&renamed, "kill", &json!({ "notice": "Withdrawn." })).expect(200).data();
        planted.withdrawn(&[&text(&renamed, "id"), &old]);

        // Updates of what is hidden, and one that is held back where all others show.
        for hidden in [&draft, &waiting, &unpublished] {
            planted.update(&editor, hidden, false);
        }

        planted.merged(&editor);
        planted.collections(&editor, &[draft.clone(), waiting.clone(), unpublished.clone(), unseen.clone()]);

        let targets = [draft.clone(), waiting.clone(), unpublished, archived, trashed.clone(), unseen, killed, renamed];
        let live = live_front(app, &editor, &mut planted, &targets[..targets.len() - 3]);
        let _ = editor.if_match(&trashed["version"]).delete(&path(&trashed)).expect(204);
        planted.update(&editor, &live, true);
        let edits = planted.content(&editor);
        planted.hidden.push(text(&edits, "slug"));
        let edited = editor.if_match(&live["version"]).patch(&path(&live), &edits).expect(200).data();
        // Another one whose edits wait for their hour.
        let other = editor.published(&json!({ "headline": "Also in the open", "slug": "also-in-the-open" }));
        planted.open.push("also-in-the-open".to_owned());
        let edits = planted.content(&editor);
        planted.hidden.push(text(&edits, "slug"));
        let other = editor.if_match(&other["version"]).patch(&path(&other), &edits).expect(200).data();
        let _ = editor.act(&other, "schedule", &json!({ "publish_at": start, "unpublish_at": end })).expect(200);
        walk(app, &planted);

        // Out and back again, and out and killed.
        let out = editor.act(&draft, "publish", &json!({})).expect(200).data();
        let back = editor.act(&out, "unpublish", &json!({})).expect(200).data();
        let corrected = editor.act(&edited, "correct", &json!({ "kind": "update", "text": "More." })).expect(200).data();
        assert_eq!(corrected["has_unpublished_changes"], true);
        walk(app, &planted);
        let out = editor.act(&back, "publish", &json!({})).expect(200).data();
        let _ = editor.act(&out, "kill", &json!({ "notice": "Withdrawn." })).expect(200);
        planted.withdrawn(&[&text(&draft, "id"), &text(&draft, "slug")]);

        // The hour comes, and passes.
        app.advance(4_100);
        // Now it may show: so the words would have been found.
        let (id, slug) = (text(&waiting, "id"), text(&waiting, "slug"));
        for open in [format!("/v1/articles/{slug}"), "/v1/articles".to_owned(), "/v1/tags".to_owned(), "/v1/authors".to_owned()] {
            assert!(app.anonymous().get(&open).expect(200).text().contains(&planted.run), "{open}");
        }
        app.advance(4_000);
        let other = text(&other, "id");
        planted.open.retain(|handle| handle != "also-in-the-open");
        planted.hidden.extend([other, "also-in-the-open".to_owned()]);
        let editor = app.editor();
        let ended = editor.article(&waiting["id"]);
        assert_eq!(ended["status"], "draft");
        walk(app, &planted);
        let _ = editor.act(&ended, "kill", &json!({ "notice": "Withdrawn." })).expect(200);
        planted.withdrawn(&[&id, &slug]);
        for handle in &planted.gone {
            let gone = app.anonymous().get(&format!("/v1/articles/{handle}")).problem(410, "gone");
            assert_eq!(gone["notice"], "Withdrawn.");
            assert!(!gone.to_string().contains(&planted.run), "{gone}");
        }
    }

    what_may_be_used_no_longer_shows_on_no_public_route(app) {
        let (admin, editor) = (app.signed_in("admin"), app.editor());
        let mut planted = Planted::new();
        let end = Time::system().plus_seconds(600).to_string();
        planted.time(&end);
        let [hero, inline, share, avatar, image, poster, logo, update] = [(); 8].map(|()| planted.picture_until(&editor, &end));
        let film = json!({ "embed_url": "https://vimeo.com/76979871", "poster": poster["id"] });
        let film = editor.post("/v1/admin/media", &film).expect(201).data();
        let tag = editor.post("/v1/admin/tags", &json!({ "name": "Open", "kind": "topic", "image": image["id"] })).expect(201).data();
        let author = editor.post("/v1/admin/authors", &json!({ "name": "Ana Open", "avatar": avatar["id"] })).expect(201).data();
        let _ = admin.with("If-Match", "*").patch("/v1/admin/site", &json!({ "logo": logo["id"] })).expect(200);
        let body = json!([{ "_type": "image", "media": inline["id"], "caption": planted.word() }, { "_type": "video", "media": film["id"] }]);
        let live = editor.published(&json!({ "headline": "In the open", "slug": "in-the-open", "kind": "live", "hero": hero["id"],
            "seo": { "image": share["id"] }, "recommended_video": film["id"], "tags": [tag["id"]], "authors": [author["id"]], "body": body }));
        let updates = format!("{}/live-updates", path(&live));
        let body = json!([{ "_type": "image", "media": update["id"], "caption": planted.word() }]);
        let _ = editor.post(&updates, &json!({ "headline": "Goal", "body": body })).expect(201);
        for made in [&film, &tag, &author, &live] {
            planted.open.push(text(made, "id"));
            planted.open.extend(made["slug"].as_str().map(str::to_owned));
        }
        app.advance(601);
        app.run_jobs();
        let _ = Walker::new(&app.anonymous(), &planted).walk(&public_routes(&slugline::http::openapi::document().unwrap()));
    }

    what_stands_behind_the_paywall_shows_on_no_public_route(app) {
        let editor = app.editor();
        let mut planted = Planted::new();
        let (picture, film) = (planted.picture(&editor), planted.film(&editor));
        let open = json!({ "_type": "block", "children": [{ "_type": "span", "text": "Open words." }] });
        let closed = json!([
            { "_type": "block", "children": [{ "_type": "span", "text": planted.word() }] },
            { "_type": "image", "media": picture["id"], "alt": planted.word(), "caption": planted.word() },
            { "_type": "video", "media": film["id"] },
            { "_type": "pull_quote", "text": planted.word(), "attribution": planted.word() },
            { "_type": "table", "rows": [{ "cells": [planted.word()] }] },
            { "_type": "code", "code": planted.word() },
        ]);
        for (access, slug) in [("subscriber", "in-the-open"), ("registered", "also-in-the-open")] {
            let mut body = vec![open.clone(), json!({ "_type": "paywall" })];
            body.extend(closed.as_array().unwrap().iter().cloned());
            let tag = editor.tag(slug, "topic");
            let live = editor.published(&json!({ "headline": "Paid", "slug": slug, "access": access, "body": body, "tags": [tag["id"]] }));
            // Without any paywall all of it is closed.
            let headline = format!("Closed {slug}");
            let whole = editor.published(&json!({ "headline": headline, "access": access, "body": closed, "tags": [tag["id"]], "related": [live["id"]] }));
            for made in [&live, &whole, &tag] {
                planted.open.extend([text(made, "id"), text(made, "slug")]);
            }
            let _ = app.anonymous().post(&format!("/v1/articles/{}/views", text(&live, "id")), &json!("seen")).expect(204);
        }
        app.flush_views();
        app.run_jobs();
        let routes = public_routes(&slugline::http::openapi::document().unwrap());
        let requests = Walker::new(&app.anonymous(), &planted).walk(&routes);
        assert!(requests > 300, "only {requests} requests");
    }
}
