//! What colleagues say about an article.

use serde_json::{Value, json};

use crate::both;
use crate::review::{audit_of, events_of};
use crate::support::Client;

fn comments(article: &Value) -> String {
    format!("/v1/admin/articles/{}/comments", article["id"].as_str().unwrap())
}

fn at(article: &Value, comment: &Value) -> String {
    format!("{}/{}", comments(article), comment["id"].as_str().unwrap())
}

fn say(client: &Client, article: &Value, comment: &Value) -> Value {
    client.post(&comments(article), comment).expect(201).data()
}

fn change(client: &Client, article: &Value, comment: &Value, change: &Value) -> crate::support::Answer {
    client.if_match(&comment["version"]).patch(&at(article, comment), change)
}

both! {
    colleagues_talk_about_a_text_until_it_is_settled(app) {
        let (contributor, editor) = (app.signed_in("contributor"), app.editor());
        let body = json!([{ "_type": "block", "_key": "intro", "children": [{ "_type": "span", "text": "It rains." }] }]);
        let article = contributor.draft(&json!({ "headline": "Rain", "body": body }));
        let answer = editor.post(&comments(&article), &json!({ "text": "Where?", "block": "intro", "quote": "It rains" })).expect(201);
        let asked = answer.data();
        assert_eq!(answer.header("location"), Some(at(&article, &asked).as_str()));
        assert_eq!((answer.header("etag"), &asked["author"]["id"]), (Some("\"1\""), &json!(editor.user)));
        assert_eq!((&asked["block"], &asked["field"], &asked["resolved"]), (&json!("intro"), &json!(null), &json!(false)));
        let replied = say(&contributor, &article, &json!({ "text": "In Almaty.", "reply_to": asked["id"] }));
        assert_eq!((&replied["reply_to"], &replied["block"]), (&asked["id"], &json!("intro")));
        let about = say(&contributor, &article, &json!({ "text": "Too short?", "field": "headline" }));
        assert_eq!(contributor.article(&article["id"])["open_comments"], 2);
        assert_eq!(editor.get("/v1/admin/articles").data()[0]["open_comments"], 2);

        // Anybody who may read the article settles it; the answers go with it.
        let settled = change(&contributor, &article, &asked, &json!({ "resolved": true })).expect(200);
        assert_eq!(settled.header("etag"), Some("\"2\""));
        let settled = settled.data();
        assert_eq!((&settled["resolved"], &settled["resolved_by"]["id"]), (&json!(true), &json!(contributor.user)));
        assert_eq!(contributor.get(&at(&article, &replied)).data()["resolved"], true);
        let ids = |query: &str| -> Vec<Value> {
            let list = editor.get(&format!("{}?{query}", comments(&article))).expect(200).data();
            list.as_array().unwrap().iter().map(|one| one["id"].clone()).collect()
        };
        let all = [&asked["id"], &replied["id"], &about["id"]].map(Clone::clone);
        assert_eq!(ids(""), all);
        assert_eq!(ids("resolved=true"), all[..2]);
        assert_eq!((ids("resolved=false"), ids("field=headline"), ids("block=intro")), (all[2..].to_vec(), all[2..].to_vec(), all[..2].to_vec()));
        assert_eq!(ids("block=gone"), Vec::<Value>::new());
        let part = editor.get(&format!("{}?limit=2", comments(&article))).expect(200).json();
        let rest = editor.get(part["links"]["next"].as_str().unwrap()).expect(200).data();
        assert_eq!((part["data"].as_array().unwrap().len(), &rest[0]["id"]), (2, &about["id"]));
        let _ = editor.get(&format!("{}?field=headlin", comments(&article))).problem(400, "invalid_parameter");

        let open = change(&editor, &article, &settled, &json!({ "resolved": false })).expect(200).data();
        assert_eq!((&open["resolved_by"], &open["resolved_at"], &open["version"]), (&json!(null), &json!(null), &json!(3)));
        let same = change(&editor, &article, &open, &json!({ "resolved": false })).expect(200).data();
        assert_eq!(same["version"], 3);
        let stale = change(&editor, &article, &asked, &json!({ "resolved": true })).problem(412, "stale_version");
        assert_eq!((&stale["current_version"], &stale["changed_fields"]), (&json!(3), &json!(["resolved"])));
        assert_eq!(events_of(app, &asked["id"]), ["comment.created", "comment.resolved", "comment.updated"]);
        assert_eq!(audit_of(app, &asked["id"]).len(), 3);
        assert_eq!(editor.article(&article["id"])["version"], article["version"]);
    }

    each_changes_their_own_words_and_nobody_elses(app) {
        let (contributor, editor, stranger) = (app.signed_in("contributor"), app.editor(), app.signed_in("author"));
        let article = contributor.draft(&json!({ "headline": "Rain" }));
        let own = say(&contributor, &article, &json!({ "text": "Mine." }));
        let other = say(&editor, &article, &json!({ "text": "Not yours." }));
        for path in [comments(&article), at(&article, &own)] {
            let _ = stranger.get(&path).problem(404, "not_found");
            let _ = app.anonymous().get(&path).problem(401, "unauthenticated");
        }
        let _ = stranger.post(&comments(&article), &json!({ "text": "x" })).problem(404, "not_found");
        let _ = change(&contributor, &article, &other, &json!({ "text": "Yours." })).problem(403, "forbidden");
        let _ = change(&editor, &article, &own, &json!({ "text": "Yours." })).problem(403, "forbidden");
        let own = change(&contributor, &article, &own, &json!({ "text": "Still mine." })).expect(200).data();
        assert_eq!((&own["text"], &own["version"]), (&json!("Still mine."), &json!(2)));
        let _ = contributor.if_match(&other["version"]).delete(&at(&article, &other)).problem(403, "forbidden");
        let late = contributor.if_match(&json!(1)).patch(&at(&article, &own), &json!({ "text": "Late." }));
        let _ = late.problem(412, "stale_version");
        let plain = contributor.patch(&at(&article, &own), &json!({ "text": "Without If-Match." })).expect(200).data();
        assert_eq!(plain["version"], json!(3));
        let own = contributor.patch(&at(&article, &own), &json!({ "text": "Still mine." })).expect(200).data();
        // What others have answered is theirs too.
        let _ = say(&editor, &article, &json!({ "text": "Indeed.", "reply_to": own["id"] }));
        let _ = contributor.if_match(&own["version"]).delete(&at(&article, &own)).problem(403, "forbidden");
        let lonely = say(&contributor, &article, &json!({ "text": "Oops." }));
        let _ = contributor.if_match(&lonely["version"]).delete(&at(&article, &lonely)).expect(204);
        let _ = editor.if_match(&own["version"]).delete(&at(&article, &own)).expect(204);
        assert_eq!(editor.get(&comments(&article)).data().as_array().unwrap().len(), 1);
        // A comment is found at its own article alone.
        let elsewhere = editor.draft(&json!({ "headline": "Snow" }));
        let _ = editor.get(&at(&elsewhere, &other)).problem(404, "not_found");
        assert_eq!(events_of(app, &own["id"]).last().unwrap(), "comment.deleted");
    }

    a_comment_stands_somewhere_that_is_there(app) {
        let editor = app.editor();
        let article = editor.draft(&json!({ "headline": "Rain", "body_markdown": "It rains." }));
        let path = comments(&article);
        let thread = say(&editor, &article, &json!({ "text": "One." }));
        let answer = say(&editor, &article, &json!({ "text": "Two.", "reply_to": thread["id"] }));
        let refused = [
            (json!({}), "/text", "required"),
            (json!({ "text": "x".repeat(5_001) }), "/text", "too_long"),
            (json!({ "text": "x", "block": "nowhere" }), "/block", "unknown_id"),
            (json!({ "text": "x", "field": "owner" }), "/field", "not_one_of"),
            (json!({ "text": "x", "field": "body", "block": "nowhere" }), "/field", "exclusive"),
            (json!({ "text": "x", "field": "body", "reply_to": thread["id"] }), "/reply_to", "exclusive"),
            (json!({ "text": "x", "reply_to": article["id"] }), "/reply_to", "unknown_id"),
            (json!({ "text": "x", "reply_to": answer["id"] }), "/reply_to", "wrong_kind"),
            (json!({ "text": "x", "resolved": true }), "/resolved", "read_only"),
        ];
        for (body, pointer, code) in refused {
            let problem = editor.post(&path, &body).problem(422, "invalid_body");
            assert_eq!((&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]), (&json!(pointer), &json!(code)), "{problem}");
        }
        let problem = change(&editor, &article, &answer, &json!({ "resolved": true })).problem(422, "invalid_body");
        assert_eq!(problem["errors"][0]["pointer"], "/resolved");
        let _ = say(&editor, &article, &json!({ "text": "x".repeat(5_000), "block": editor.article(&article["id"])["body"][0]["_key"] }));
    }
}
