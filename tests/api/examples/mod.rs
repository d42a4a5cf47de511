//! The examples of `openapi/examples`, replayed: each request is sent to the real application, in an order that makes
//! a story, and each answer (the one that stands in the file, and the one that just came) is held against its schema.
//!
//! `SLUGLINE_WRITE_EXAMPLES=1 cargo test --test api examples::` writes the answers anew; the requests are ours.

mod replay;

use std::collections::BTreeSet;

use serde_json::json;
use slugline::crypto::totp::{STEP_SECONDS, TotpSecret};

use crate::both;
use crate::support::issuer::Issuer;
use crate::support::letters::MailServer;
use crate::support::{TestApp, films, pictures};
use replay::{PREVIEW_TOKEN, Replay, id};

/// Ids as the examples have them.
const SECTION: u32 = 1;
const TAG: u32 = 2;
const AUTHOR: u32 = 3;
const PICTURE: u32 = 4;
const VIDEO: u32 = 5;
const RELATED: u32 = 6;
const ARTICLE: u32 = 7;
const USER: u32 = 8;
const TOKEN: u32 = 9;
const COMMENT: u32 = 20;
const WEBHOOK: u32 = 10;
const DELIVERY: u32 = 11;
const PREVIEW: u32 = 14;
const UPDATE: u32 = 12;
const MERGED: u32 = 13;
const FOLDER: u32 = 15;
const INVITED: u32 = 30;
const FORGETFUL: u32 = 31;
const FILM: u32 = 16;
const TRACK: u32 = 17;
const COLLECTION: u32 = 18;

both! {
    every_example_holds(app) {
        let mut story = Replay::new(app);
        people(app, &mut story);
        accounts(app, &mut story);
        second_factor(app, &mut story);
        site(&mut story);
        taxonomy(&mut story);
        media(&mut story);
        article(&mut story);
        live_blog(&mut story);
        collections(&mut story);
        public(app, &mut story);
        review(&mut story);
        history(&mut story);
        actions(&mut story);
        webhooks(&mut story);
        health(&mut story);
        let untold: BTreeSet<String> = story.with_examples().difference(&story.told).cloned().collect();
        assert!(untold.is_empty(), "no part of the story: {untold:?}");
    }
}

fn webhooks(story: &mut Replay) {
    story.make("create_webhook", WEBHOOK);
    let webhook = [("id", id(WEBHOOK))];
    story.tell("list_webhooks", &[]);
    story.tell("get_webhook", &webhook);
    story.tell("update_webhook", &webhook);
    story.tell("rotate_webhook_secret", &webhook);
    let test = story.tell("test_webhook", &webhook);
    story.name(DELIVERY, &test);
    story.tell("redeliver_webhook", &webhook);
    story.tell("list_webhook_deliveries", &webhook);
    story.tell("get_webhook_delivery", &[("id", id(WEBHOOK)), ("delivery_id", id(DELIVERY))]);
}

fn health(story: &mut Replay) {
    for operation in ["get_livez", "get_readyz", "get_jwks"] {
        story.tell(operation, &[]);
    }
}

fn people(app: &TestApp, story: &mut Replay) {
    story.make("create_user", USER);
    app.run_jobs();
    story.tell("list_audit_entries", &[]);
    story.tell("get_policy", &[("operation", "publish_article".to_owned())]);
    let user = [("id", id(USER))];
    story.tell("list_users", &[]);
    story.tell("get_user", &user);
    story.tell("update_user", &user);

    let admin = story.client.clone();
    let tokens = story.tell("login", &[]);
    story.client = admin.bearer(tokens["access_token"].as_str().unwrap());
    story.tell("get_me", &[]);
    story.tell("list_sessions", &[]);
    let tokens = story.tell("change_password", &[]);
    story.refresh_token(&tokens);
    story.tell("refresh_token", &[]);
    story.tell("logout", &[]);
    story.client = admin;

    story.tell("suspend_user", &user);
    story.tell("reactivate_user", &user);
    story.make("create_token", TOKEN);
    let token = [("id", id(TOKEN))];
    story.tell("list_tokens", &[]);
    story.tell("get_token", &token);
    story.tell("update_token", &token);
    story.tell("rotate_token", &token);
}

fn accounts(app: &TestApp, story: &mut Replay) {
    let new = json!({ "email": "ines.falk@news.example", "name": "Ines", "role": "author", "invite": true });
    let made = story.client.post("/v1/admin/users", &new).expect(201);
    story.name(INVITED, &made.json());
    let (user, admin) = ([("id", id(INVITED))], story.client.clone());
    story.tell("invite_user", &user);
    let tokens = story.tell("accept_invitation", &[]);
    story.tell("reset_user_password", &user);
    story.tell("confirm_password_reset", &[]);
    story.tell("request_password_reset", &[]);
    let own = json!({ "email": "ines.falk@news.example", "password": "eight red kites above the mill" });
    assert!(tokens["access_token"].is_string());
    let tokens = app.anonymous().post("/v1/auth/login", &own).expect(200).json();
    story.client = admin.bearer(tokens["access_token"].as_str().unwrap());
    story.tell("update_me", &[]);
    // A new address needs a mail server.
    let server = MailServer::start();
    if let Some(with_mail) = server.app(app.database) {
        story.client = with_mail.editor().client;
        story.tell("request_email_change", &[]);
        with_mail.run_jobs();
        story.link_token(&server.one().token());
        story.tell("confirm_email_change", &[]);
    }
    story.client = admin;
}

fn second_factor(app: &TestApp, story: &mut Replay) {
    let (admin, editor) = (story.client.clone(), app.editor());
    let code = |secret: &TotpSecret| {
        app.advance(STEP_SECONDS);
        secret.code(app.clock.now().unix() / STEP_SECONDS)
    };
    story.client = editor.client.clone();
    let started = story.tell("start_totp", &[]);
    let secret = TotpSecret::from_shown(started["data"]["secret"].as_str().unwrap()).unwrap();
    for operation in ["confirm_totp", "renew_recovery_codes", "disable_totp"] {
        story.totp_code(&code(&secret));
        story.tell(operation, &[]);
    }
    let started = editor.post("/v1/auth/totp", &json!({})).expect(200).data();
    let secret = TotpSecret::from_shown(started["secret"].as_str().unwrap()).unwrap();
    let _ = editor.post("/v1/auth/totp/confirm", &json!({ "code": code(&secret) })).expect(200);
    story.client = admin;
    story.name(FORGETFUL, &json!({ "data": { "id": editor.user } }));
    story.tell("reset_user_totp", &[("id", id(FORGETFUL))]);
}

fn site(story: &mut Replay) {
    story.tell("get_admin_site", &[]);
    story.tell("update_site", &[]);
    story.tell("get_site", &[]);
}

fn taxonomy(story: &mut Replay) {
    let section = story.client.tag("World", "section");
    story.name(SECTION, &json!({ "data": section }));
    story.make("create_tag", TAG);
    story.make("create_author", AUTHOR);
    for (list, read) in [("list_admin_tags", "get_admin_tag"), ("list_admin_authors", "get_admin_author")] {
        story.tell(list, &[]);
        story.tell(read, &[("id", id(if read.ends_with("tag") { TAG } else { AUTHOR }))]);
    }
    story.tell("update_tag", &[("id", id(TAG))]);
    let merged = story.client.tag("Ferryboats", "topic");
    story.name(MERGED, &json!({ "data": merged }));
    story.tell("merge_tag", &[("id", id(MERGED))]);
}

fn media(story: &mut Replay) {
    let picture = story.client.upload("ferry.jpg", &pictures::jpeg(120), &[("title", "Ferry at dawn")]).expect(201);
    story.name(PICTURE, &picture.json());
    story.make("create_media", VIDEO);
    let again = story.tell("create_media", &[]);
    assert_eq!(again["meta"]["duplicate"], true);
    let picture = [("id", id(PICTURE))];
    story.tell("list_admin_media", &[]);
    story.tell("get_admin_media", &picture);
    story.tell("update_media", &picture);
    story.make("create_media_folder", FOLDER);
    let folder = [("id", id(FOLDER))];
    story.tell("batch_media", &[]);
    story.tell("list_media_folders", &[]);
    story.tell("get_media_folder", &folder);
    story.tell("update_media_folder", &folder);
    let record = json!({ "id": story.live(PICTURE) });
    let replaced = story.client.with("If-Match", "*").replace_file(&record, &pictures::jpeg(121));
    story.told_by("replace_media_file", &replaced);
    tracks(story);
    story.tell("update_author", &[("id", id(AUTHOR))]);
}

fn tracks(story: &mut Replay) {
    let film = story.client.upload("harbour.mp4", &films::mp4(), &[("title", "The harbour wakes up")]).expect(201);
    story.name(FILM, &film.json());
    let fields = [("kind", "captions"), ("language", "es"), ("label", "Español"), ("default", "true")];
    let text = b"WEBVTT\n\n00:00.000 --> 00:02.000\n(Sirena)\n";
    let path = format!("/v1/admin/media/{}/tracks", story.live(FILM));
    let track = story.client.form(&path, "es.vtt", text, &fields).expect(201);
    story.name(TRACK, &track.json());
    story.told_by("create_media_track", &track);
    let at = [("id", id(FILM)), ("track_id", id(TRACK))];
    story.tell("list_media_tracks", &at[..1]);
    story.tell("get_media_track", &at);
    story.tell("update_media_track", &at);
}

fn article(story: &mut Replay) {
    let related = json!({
        "headline": "Ferries will sail until the summer", "section": story.live(SECTION), "tags": [story.live(TAG)],
        "body_markdown": "The ferries sail until the summer.",
    });
    let related = story.client.published(&related);
    story.name(RELATED, &json!({ "data": related }));
    story.make("create_article", ARTICLE);
    let article = [("id", id(ARTICLE))];
    story.tell("update_article", &article);
    story.tell("get_admin_article", &article);
    story.tell("list_admin_articles", &[]);
    story.tell("publish_article", &article);
    story.tell("get_media_usage", &[("id", id(PICTURE))]);
}

fn live_blog(story: &mut Replay) {
    let article = [("id", id(ARTICLE))];
    story.make_at("create_live_update", &article, UPDATE);
    let update = [("id", id(ARTICLE)), ("update_id", id(UPDATE))];
    story.tell("list_admin_live_updates", &article);
    story.tell("get_admin_live_update", &update);
    story.tell("update_live_update", &update);
    story.tell("list_live_updates", &[("slug_or_id", id(ARTICLE))]);
}

fn collections(story: &mut Replay) {
    story.make("create_collection", COLLECTION);
    let collection = [("id", id(COLLECTION))];
    story.tell("list_admin_collections", &[]);
    story.tell("get_admin_collection", &collection);
    story.tell("preview_collection", &collection);
    story.tell("update_collection", &collection);
    story.tell("publish_collection", &collection);
    story.tell("get_collection", &[("slug", "front-page".to_owned())]);
    story.tell("unpublish_collection", &collection);
}

fn public(app: &TestApp, story: &mut Replay) {
    let article = [("slug_or_id", id(ARTICLE))];
    story.tell("count_view", &[("id", id(ARTICLE))]);
    app.flush_views();
    story.tell("list_articles", &[]);
    story.tell("get_article", &article);
    full(app, story);
    story.tell("list_related_articles", &article);
    story.tell("get_json_feed", &[]);
    story.tell("get_article_jsonld", &article);
    story.tell("get_article_ninjs", &article);
    story.tell("list_popular_articles", &[]);
    story.tell("search_articles", &[("q", "ferries".to_owned())]);
    story.tell("list_suggestions", &[("q", "har".to_owned())]);
    story.tell("list_tags", &[]);
    story.tell("get_tag", &[("slug_or_id", id(TAG))]);
    story.tell("list_authors", &[]);
    story.tell("get_author", &[("slug_or_id", id(AUTHOR))]);
    story.tell("get_media", &[("id", id(PICTURE))]);
}

/// The whole article, for a reader whose token is signed by the key of the example of the site.
fn full(app: &TestApp, story: &mut Replay) {
    let admin = story.client.clone();
    story.client = Issuer::new("2026-01", 7).reader(app, "subscriber");
    story.tell("get_full_article", &[("slug_or_id", id(ARTICLE))]);
    story.tell("list_full_live_updates", &[("slug_or_id", id(ARTICLE))]);
    story.client = admin;
}

fn review(story: &mut Replay) {
    let article = [("id", id(ARTICLE))];
    story.make_at("create_comment", &article, COMMENT);
    story.tell("list_comments", &article);
    let comment = [("id", id(ARTICLE)), ("comment_id", id(COMMENT))];
    story.tell("get_comment", &comment);
    story.tell("update_comment", &comment);
    for operation in ["submit_article", "approve_article", "request_article_changes"] {
        story.tell(operation, &article);
    }
    story.tell("batch_articles", &[]);
}

fn history(story: &mut Replay) {
    let article = ("id", id(ARTICLE));
    let version = |number: u32| [article.clone(), ("version", number.to_string())];
    story.tell("list_revisions", std::slice::from_ref(&article));
    story.tell("get_revision", &version(3));
    // Against nothing: every member and every block is told.
    story.tell("diff_revision", &version(1));
    story.tell("diff_revision", &version(3));
    story.tell("restore_revision", &version(3));
    story.make_at("create_preview_token", std::slice::from_ref(&article), PREVIEW);
    story.tell("list_preview_tokens", &[article]);
    story.tell("get_preview", &[("token", PREVIEW_TOKEN.to_owned())]);
}

fn actions(story: &mut Replay) {
    let actions = [
        "correct",
        "flag",
        "duplicate",
        "unpublish",
        "schedule",
        "unschedule",
        "archive",
        "restore",
        "publish",
        "lock",
        "unlock",
        "kill",
    ];
    for action in actions {
        story.tell(&format!("{action}_article"), &[("id", id(ARTICLE))]);
        if action == "schedule" {
            story.tell("list_upcoming", &[]);
        }
    }
}
