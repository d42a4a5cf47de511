//! What will happen in public, and several people at it at once.

use serde_json::{Value, json};
use slugline::model::Time;

use crate::both;
use crate::support::Client;

/// Change, headline and owner of each entry.
fn told(client: &Client, query: &str) -> Vec<(String, String)> {
    let list = client.get(&format!("/v1/admin/upcoming{query}")).expect(200).data();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    list.as_array().unwrap().iter().map(|one| (text(&one["change"]), text(&one["article"]["headline"]))).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(change, headline)| ((*change).to_owned(), (*headline).to_owned())).collect()
}

both! {
    what_is_upcoming_stands_in_the_order_of_time(app) {
        let (editor, author) = (app.editor(), app.signed_in("author"));
        let now = Time::system();
        let at = |seconds: i64| now.plus_seconds(seconds).to_string();
        assert_eq!(told(&editor, ""), pairs(&[]));
        let ending = author.published(&json!({ "headline": "Ending" }));
        let _ = author.act(&ending, "publish", &json!({ "unpublish_at": at(500) })).expect(200);
        let waiting = editor.draft(&json!({ "headline": "Waiting", "embargoed_until": at(600) }));
        let waiting = editor.act(&waiting, "schedule", &json!({ "publish_at": at(1_000), "unpublish_at": at(2_000) })).expect(200).data();
        // A live version that makes way for another one does not end.
        let live = editor.published(&json!({ "headline": "Live" }));
        let live = editor.act(&live, "publish", &json!({ "unpublish_at": at(9_000) })).expect(200).data();
        let _ = editor.act(&live, "schedule", &json!({ "publish_at": at(700) })).expect(200);
        let _ = author.draft(&json!({ "headline": "Own", "embargoed_until": at(100) }));
        let gone = editor.draft(&json!({ "headline": "Archived", "embargoed_until": at(100) }));
        let _ = editor.act(&gone, "archive", &json!({})).expect(200);

        let all = pairs(&[("embargo_ends", "Own"), ("ends", "Ending"), ("embargo_ends", "Waiting"), ("goes_live", "Live"), ("goes_live", "Waiting"), ("ends", "Waiting")]);
        assert_eq!(told(&editor, ""), all);
        assert_eq!(told(&author, ""), all[..2]);
        assert_eq!(told(&app.signed_in("contributor"), ""), pairs(&[]));
        assert_eq!(told(&editor, &format!("?after={}&before={}", at(500), at(1_001))), all[2..5]);
        let _ = editor.get("/v1/admin/upcoming?page=1").problem(400, "invalid_parameter");
        let _ = app.anonymous().get("/v1/admin/upcoming").problem(401, "unauthenticated");

        let entry = editor.get("/v1/admin/upcoming").data()[4].clone();
        assert_eq!((&entry["at"], &entry["article"]["id"], &entry["article"]["version"]), (&json!(at(1_000)), &waiting["id"], &waiting["version"]));
        assert_eq!((&entry["article"]["slug"], &entry["article"]["locale"], &entry["article"]["owner"]["id"]), (&json!("waiting"), &json!("en"), &json!(editor.user)));

        // Walked there and back.
        let mut seen = Vec::new();
        let mut next = Some("/v1/admin/upcoming?limit=2".to_owned());
        let mut last = Value::Null;
        while let Some(path) = next {
            last = editor.get(&path).expect(200).json();
            seen.extend(last["data"].as_array().unwrap().iter().map(|one| one["article"]["headline"].clone()));
            next = last["links"]["next"].as_str().map(str::to_owned);
        }
        assert_eq!(seen, all.iter().map(|(_, headline)| json!(headline)).collect::<Vec<_>>());
        let before = editor.get(last["links"]["prev"].as_str().unwrap()).expect(200).data();
        assert_eq!((&before[0]["article"]["headline"], &before[1]["article"]["headline"]), (&json!("Waiting"), &json!("Live")));

        app.advance(650);
        assert_eq!(told(&app.editor(), ""), all[3..]);
    }

    scheduling_cancelling_and_publishing_at_once_end_well(app) {
        let editor = app.editor();
        for round in 0..4 {
            let article = editor.published(&json!({ "headline": format!("Race {round}"), "slug": format!("race-{round}") }));
            let later = Time::system().plus_seconds(3_600).to_string();
            let article = editor.act(&article, "schedule", &json!({ "publish_at": later })).expect(200).data();
            let moves = [("schedule", json!({ "publish_at": Time::system().plus_seconds(7_200).to_string() })), ("unschedule", json!({})), ("publish", json!({})), ("unpublish", json!({}))];
            let answers: Vec<_> = std::thread::scope(|scope| {
                let running: Vec<_> = moves
                    .iter()
                    .map(|(action, body)| {
                        let (client, article) = (editor.client.clone(), article.clone());
                        scope.spawn(move || client.act(&article, action, body))
                    })
                    .collect();
                running.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            let won: Vec<usize> = (0..moves.len()).filter(|at| answers[*at].status == 200).collect();
            assert_eq!(won.len(), 1, "{answers:?}");
            assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 409 | 412 | 503)), "{answers:?}");
            let now = editor.article(&article["id"]);
            assert_eq!(now["version"], json!(article["version"].as_i64().unwrap() + 1));
            let (live, waiting) = (now["live"] == true, !now["scheduled_version"].is_null());
            let expected = match won[0] {
                0 => (true, true),
                3 => (false, false),
                _ => (true, false),
            };
            assert_eq!((live, waiting), expected, "{now}");
            let reader = app.anonymous().get(&format!("/v1/articles/race-{round}")).status;
            assert_eq!(reader == 200, live);
            let entries = told(&editor, "").into_iter().filter(|(_, headline)| *headline == format!("Race {round}")).count();
            assert_eq!(entries, usize::from(waiting));
        }
    }
}
