//! Who hears what.

use serde_json::{Value, json};

use super::{deliveries, hook, path, redeliver};
use crate::both;
use crate::support::pictures;
use crate::support::receiver::{Received, Receiver};

/// A word that only the newsroom may know.
const CANARY: &str = "canary-4c1d";

fn texts(receiver: &Receiver) -> String {
    receiver.take().iter().map(|message| String::from_utf8_lossy(&message.body).into_owned()).collect()
}

both! {
    drafts_are_told_to_trusted_endpoints_only(app) {
        let admin = app.signed_in("admin");
        let (open, trusted) = (Receiver::start(), Receiver::start());
        let _ = hook(&admin, &open, &json!({}));
        let _ = hook(&admin, &trusted, &json!({ "trusted": true }));
        let tag = admin.tag(CANARY, "topic");
        let author = admin.author(CANARY);
        let picture = admin.upload("canary-4c1d.jpg", &pictures::jpeg(3), &[]).expect(201).data();
        let draft = admin.draft(&json!({ "headline": CANARY, "slug": CANARY, "tags": [tag["id"]], "authors": [author["id"]], "hero": picture["id"] }));
        let changed = admin.if_match(&draft["version"]).patch(&format!("/v1/admin/articles/{}", draft["id"].as_str().unwrap()), &json!({ "kicker": "k" })).expect(200).data();
        let later = app.clock.now().plus_seconds(600).to_string();
        let scheduled = admin.act(&changed, "schedule", &json!({ "publish_at": later })).expect(200).data();
        let unscheduled = admin.act(&scheduled, "unschedule", &json!({})).expect(200).data();
        let _ = admin.act(&unscheduled, "kill", &json!({})).expect(200);
        app.run_jobs();
        let heard = trusted.take();
        let kinds: Vec<String> = heard.iter().map(|message| message.kind()).collect();
        for kind in ["tag.created", "author.created", "media.created", "article.created", "article.updated", "article.scheduled", "article.killed"] {
            assert!(kinds.iter().any(|known| known == kind), "{kind}: {kinds:?}");
        }
        assert!(heard.iter().any(|message| message.json()["data"]["headline"] == CANARY));
        let told = open.take();
        let kinds: Vec<String> = told.iter().map(|message| message.kind()).collect();
        assert_eq!(kinds, ["tag.created", "author.created", "media.created"]);
        for message in &told {
            assert!(!String::from_utf8_lossy(&message.body).contains(CANARY), "{:?}", message.json());
            assert_eq!(message.json()["data"]["public"], false);
        }
    }

    what_is_public_is_told_to_all_and_no_more_of_it(app) {
        let admin = app.signed_in("admin");
        let open = Receiver::start();
        let _ = hook(&admin, &open, &json!({}));
        let live = admin.published(&json!({ "headline": "Seen by readers", "slug": "seen" }));
        let article = format!("/v1/admin/articles/{}", live["id"].as_str().unwrap());
        let edited = admin.if_match(&live["version"]).patch(&article, &json!({ "headline": CANARY, "slug": CANARY })).expect(200).data();
        let corrected = admin.act(&edited, "correct", &json!({ "kind": "correction", "text": "Five, not four." })).expect(200).data();
        app.run_jobs();
        let told = open.take();
        let kinds: Vec<String> = told.iter().map(|message| message.kind()).collect();
        assert_eq!(kinds, ["article.published", "article.corrected"]);
        for message in &told {
            let data = &message.json()["data"];
            assert_eq!((&data["headline"], &data["slug"], &data["status"]), (&json!("Seen by readers"), &json!("seen"), &Value::Null));
        }
        let gone = admin.act(&corrected, "unpublish", &json!({ "reason": CANARY })).expect(200).data();
        let _ = admin.act(&gone, "kill", &json!({ "reason": CANARY })).expect(200);
        app.run_jobs();
        let told = open.take();
        assert_eq!(told.len(), 2);
        for message in &told {
            let data = &message.json()["data"];
            assert_eq!((&data["id"], &data["live"]), (&live["id"], &json!(false)));
            assert_eq!((&data["headline"], &data["url"], &data["slug"]), (&Value::Null, &Value::Null, &Value::Null));
        }
    }

    a_schedule_is_told_when_its_time_has_come(app) {
        let admin = app.signed_in("admin");
        let open = Receiver::start();
        let _ = hook(&admin, &open, &json!({}));
        let draft = admin.draft(&json!({ "headline": "Later" }));
        let [start, end] = [600, 1_200].map(|seconds| app.clock.now().plus_seconds(seconds).to_string());
        let _ = admin.act(&draft, "schedule", &json!({ "publish_at": start, "unpublish_at": end })).expect(200);
        app.run_jobs();
        assert!(open.take().is_empty());
        app.advance(601);
        app.run_jobs();
        let told = open.take();
        assert_eq!((told.len(), &told[0].json()["type"], &told[0].json()["timestamp"]), (1, &json!("article.published"), &json!(start)));
        assert_eq!(told[0].json()["data"]["headline"], "Later");
        app.advance(600);
        app.run_jobs();
        assert_eq!(open.take_kinds(), ["article.unpublished"]);
    }

    an_embargo_keeps_silent_of_what_readers_do_not_see(app) {
        let admin = app.signed_in("admin");
        let (open, trusted) = (Receiver::start(), Receiver::start());
        let made = hook(&admin, &open, &json!({}));
        let _ = hook(&admin, &trusted, &json!({ "trusted": true }));
        let live = admin.published(&json!({ "headline": "Out too early" }));
        app.run_jobs();
        assert_eq!(open.take_kinds(), ["article.published"]);
        // Under embargo now: readers lose what they had, and that is told; what comes after it is not.
        let article = format!("/v1/admin/articles/{}", live["id"].as_str().unwrap());
        let until = app.clock.now().plus_seconds(800).to_string();
        let held = admin.if_match(&live["version"]).patch(&article, &json!({ "embargoed_until": until })).expect(200).data();
        let corrected = admin.act(&held, "correct", &json!({ "kind": "correction", "text": "Not so." })).expect(200).data();
        let gone = admin.act(&corrected, "unpublish", &json!({})).expect(200).data();
        app.run_jobs();
        let told = open.take();
        let kinds: Vec<String> = told.iter().map(Received::kind).collect();
        assert_eq!(kinds, ["article.corrected", "article.unpublished"]);
        assert_eq!(told[1].json()["data"]["live"], false);
        let _ = admin.act(&gone, "kill", &json!({})).expect(200);
        app.run_jobs();
        assert_eq!(open.take().len(), 0);
        let withheld = deliveries(&admin, &made, "?status=withheld");
        assert_eq!(withheld.len(), 1, "{withheld:?}");
        let heard = trusted.take_kinds();
        assert!(heard.contains(&"article.unpublished".to_owned()) && heard.contains(&"article.updated".to_owned()), "{heard:?}");
        // When it has passed, what was withheld can be asked for.
        app.advance(800);
        let _ = redeliver(&admin, &made, &json!({ "delivery_id": withheld[0]["id"] })).expect(202);
        app.run_jobs();
        assert_eq!(open.take_kinds(), ["article.killed"]);
    }

    who_is_not_trusted_any_more_hears_no_more(app) {
        let admin = app.signed_in("admin");
        let receiver = Receiver::start();
        receiver.answers(500);
        let made = hook(&admin, &receiver, &json!({ "trusted": true }));
        let _ = admin.draft(&json!({ "headline": CANARY }));
        let _ = admin.tag(CANARY, "topic");
        app.run_jobs();
        assert!(texts(&receiver).contains(CANARY));
        let _ = admin.if_match(&json!(1)).patch(&path(&made), &json!({ "trusted": false })).expect(200);
        receiver.answers(200);
        app.advance(10);
        app.run_jobs();
        let all = deliveries(&admin, &made, "");
        let _ = redeliver(&admin, &made, &json!({ "delivery_id": all[1]["id"] })).expect(202);
        let _ = redeliver(&admin, &made, &json!({ "since": all[1]["happened_at"] })).expect(202);
        app.run_jobs();
        let told = texts(&receiver);
        assert!(told.contains("tag.created") && !told.contains(CANARY) && !told.contains("article"), "{told}");
        assert_eq!(deliveries(&admin, &made, "?status=withheld").len(), 1);
    }

    only_the_kinds_that_were_asked_for_are_told(app) {
        let admin = app.signed_in("admin");
        let receiver = Receiver::start();
        let made = hook(&admin, &receiver, &json!({ "events": ["tag.updated", "author.deleted"] }));
        let tag = admin.tag("Ferries", "topic");
        let _ = admin.if_match(&tag["version"]).patch(&format!("/v1/admin/tags/{}", tag["id"].as_str().unwrap()), &json!({ "name": "Ships" })).expect(200);
        let author = admin.author("Gone");
        let _ = admin.with("If-Match", "*").delete(&format!("/v1/admin/authors/{}", author["id"].as_str().unwrap())).expect(204);
        let _ = admin.published(&json!({ "headline": "Not asked for" }));
        app.run_jobs();
        assert_eq!(receiver.take_kinds(), ["tag.updated", "author.deleted"]);
        assert_eq!(deliveries(&admin, &made, "").len(), 2);
    }
}
