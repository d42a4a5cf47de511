//! When messages are sent, how they are signed, and what follows from the answers.

use std::sync::mpsc;
use std::sync::{Arc, Mutex};

use diesel::connection::SimpleConnection;
use serde_json::{Value, json};
use slugline::domain::webhooks::lanes::{self, RETRIES, Sent};
use slugline::model::Id;
use slugline::on_db;
use slugline::store::Access;

use super::{deliveries, delivery, hook, now, path, redeliver};
use crate::both;
use crate::support::receiver::{Received, Receiver};
use crate::support::{Client, TestApp};

/// Something to tell everybody.
#[track_caller]
fn news(admin: &Client) -> Value {
    admin.published(&json!({ "headline": "Ferries return" }))
}

/// The same after somebody signed in anew: an access token lasts 15 minutes.
fn again(app: &TestApp) -> Client {
    app.signed_in("admin").client
}

fn id_of(hook: &Value) -> Id {
    Id::parse(hook["id"].as_str().unwrap()).unwrap()
}

both! {
    a_message_is_signed_and_its_delivery_is_logged(app) {
        let admin = app.signed_in("admin");
        let receiver = Receiver::with(|_| (202, "thank\u{0} you".to_owned()));
        let made = hook(&admin, &receiver, &json!({}));
        let article = news(&admin);
        app.run_jobs();
        let received = receiver.take();
        let [message] = received.as_slice() else { panic!("{received:?}") };
        assert_eq!(message.path, "/hooks?key=in-the-address");
        assert!(message.header("user-agent").starts_with("Slugline/"));
        assert_eq!(message.header("content-type"), "application/json");
        assert!(message.is_signed_by(made["secret"].as_str().unwrap()));
        assert!(!message.is_signed_by("whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc="));
        let body = message.json();
        assert_eq!((&body["type"], &body["data"]["id"]), (&json!("article.published"), &article["id"]));
        assert_eq!((&body["data"]["headline"], &body["data"]["live"]), (&json!("Ferries return"), &json!(true)));
        assert_eq!(body["data"]["url"], article["url"]);

        let list = deliveries(&admin, &made, "?status=delivered");
        assert_eq!(list.len(), 1, "{list:?}");
        assert_eq!((&list[0]["event_id"], &list[0]["attempt_count"]), (&json!(message.header("webhook-id")), &json!(1)));
        assert_eq!(list[0]["next_attempt_at"], Value::Null);
        let attempts = delivery(&admin, &made, &list[0])["attempts"].clone();
        assert_eq!((&attempts[0]["status_code"], &attempts[0]["error"], &attempts[0]["answer"]), (&json!(202), &Value::Null, &json!("thank you")));
        assert_eq!(now(&admin, &made)["last_delivery"]["status"], "delivered");
        assert_eq!(now(&admin, &made)["version"], 1);
        app.run_jobs();
        assert!(receiver.take().is_empty());
    }

    what_fails_is_tried_ten_times_and_then_given_up(app) {
        let receiver = Receiver::start();
        receiver.answers(500);
        let made = hook(&again(app), &receiver, &json!({ "events": ["article.published"] }));
        news(&again(app));
        let waiting = news(&again(app));
        app.run_jobs();
        let first: Vec<Received> = receiver.take();
        assert_eq!(first.len(), 2);
        for (number, wait) in RETRIES.into_iter().enumerate().skip(1) {
            app.advance(wait - wait / 10 - 2);
            app.run_jobs();
            assert!(receiver.take().is_empty(), "before attempt {}", number + 1);
            assert!(now(&again(app), &made)["active"].as_bool().unwrap());
            app.advance(wait / 5 + 5);
            app.run_jobs();
            let received = receiver.take();
            // The last attempt at the first takes the second with it.
            assert_eq!(received.len(), if number == 9 { 1 } else { 2 }, "attempt {}", number + 1);
            assert!(received.iter().all(|message| first.iter().any(|first| first.header("webhook-id") == message.header("webhook-id"))));
            assert!(received[0].is_signed_by(made["secret"].as_str().unwrap()));
        }
        let admin = again(app);
        let disabled = now(&admin, &made);
        assert_eq!((&disabled["active"], &disabled["version"], &disabled["last_delivery"]["status"]), (&json!(false), &json!(2), &json!("failed")));
        assert!(disabled["disabled_at"].is_string() && disabled["disabled_reason"].is_string(), "{disabled}");
        let failed = deliveries(&admin, &made, "?status=failed");
        let mut counts: Vec<i64> = failed.iter().map(|one| one["attempt_count"].as_i64().unwrap()).collect();
        counts.sort_unstable();
        assert_eq!(counts, [9, 10]);
        let attempts = delivery(&admin, &made, failed.iter().find(|one| one["attempt_count"] == 10).unwrap())["attempts"].clone();
        assert_eq!((attempts.as_array().unwrap().len(), &attempts[0]["status_code"]), (10, &json!(500)));
        let stale = admin.if_match(&json!(1)).patch(&path(&made), &json!({ "active": true })).problem(412, "stale_version");
        assert_eq!((&stale["updated_by"], &stale["changed_fields"]), (&json!("system"), &json!(["active"])));

        // Off, it hears nothing; on again, it hears of what is new, and of the rest when asked for it.
        receiver.answers(200);
        let missed = news(&admin);
        app.run_jobs();
        assert!(receiver.take().is_empty());
        for what in [json!({ "since": waiting["created_at"] }), json!({ "delivery_id": failed[0]["id"] })] {
            let _ = redeliver(&admin, &made, &what).problem(409, "conflict");
        }
        let on = admin.if_match(&json!(2)).patch(&path(&made), &json!({ "active": true })).expect(200).data();
        assert_eq!((&on["disabled_at"], &on["disabled_reason"]), (&Value::Null, &Value::Null));
        app.run_jobs();
        assert!(receiver.take().is_empty());
        let heard = news(&admin);
        app.run_jobs();
        assert_eq!(receiver.take()[0].json()["data"]["id"], heard["id"]);
        let to_come = json!({ "since": app.clock.now().plus_seconds(1).to_string() });
        let problem = redeliver(&admin, &made, &to_come).problem(422, "invalid_body");
        assert_eq!((&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]), (&json!("/since"), &json!("out_of_range")));
        let _ = redeliver(&admin, &made, &json!({ "since": waiting["created_at"] })).expect(202);
        app.run_jobs();
        let replayed = receiver.take();
        let ids: Vec<Value> = replayed.iter().map(|message| message.json()["data"]["id"].clone()).collect();
        assert_eq!(ids, [waiting["id"].clone(), missed["id"].clone(), heard["id"].clone()]);
        assert!(first.iter().any(|message| message.header("webhook-id") == replayed[0].header("webhook-id")));
        assert_eq!(deliveries(&admin, &made, "").len(), 4);
    }

    what_was_taken_is_not_sent_again_because_of_what_comes_next(app) {
        let admin = app.signed_in("admin");
        let receiver = Receiver::start();
        let made = hook(&admin, &receiver, &json!({}));
        let first = news(&admin);
        let second = news(&admin);
        app.run_jobs();
        assert_eq!(receiver.take().len(), 2);
        let list = deliveries(&admin, &made, "");
        let damage = format!("UPDATE webhook_deliveries SET data = '{{' WHERE subject_id = {}", second["id"].to_string().replace('"', "'"));
        app.app.store.run_here(Access::Write, |conn| on_db!(conn, |c| c.batch_execute(&damage))).unwrap();
        let _ = redeliver(&admin, &made, &json!({ "since": first["created_at"] })).expect(202);
        app.run_jobs();
        assert_eq!(receiver.take().len(), 1);
        for _ in 0..2 {
            app.advance(61);
            app.run_jobs();
            assert!(receiver.take().is_empty(), "taken, and sent again");
        }
        let damaged = delivery(&admin, &made, list.iter().find(|one| one["subject"] == second["id"]).unwrap());
        assert_eq!(damaged["status"], "pending");
        assert!(damaged["attempts"][0]["error"].as_str().unwrap().contains("could not make"), "{damaged}");
    }

    one_delivery_is_sent_again_under_its_id(app) {
        let admin = app.signed_in("admin");
        let receiver = Receiver::start();
        let made = hook(&admin, &receiver, &json!({}));
        news(&admin);
        app.run_jobs();
        let first = receiver.take();
        let list = deliveries(&admin, &made, "");
        let _ = redeliver(&admin, &made, &json!({ "delivery_id": list[0]["id"] })).expect(202);
        app.run_jobs();
        let second = receiver.take();
        assert_eq!((second.len(), second[0].header("webhook-id")), (1, first[0].header("webhook-id")));
        assert_eq!(second[0].body, first[0].body);
        let told = delivery(&admin, &made, &list[0]);
        assert_eq!((&told["status"], &told["attempt_count"], &told["attempts"][0]["number"]), (&json!("delivered"), &json!(2), &json!(2)));
    }

    a_receiver_that_is_gone_is_left_alone_at_once(app) {
        let admin = app.signed_in("admin");
        let receiver = Receiver::start();
        receiver.answers(410);
        let made = hook(&admin, &receiver, &json!({ "events": ["article.published"] }));
        let _ = [0, 1].map(|_| news(&admin));
        app.run_jobs();
        assert_eq!((receiver.take().len(), &now(&admin, &made)["active"]), (1, &json!(false)));
        let disabled = now(&admin, &made);
        assert!(disabled["disabled_reason"].as_str().unwrap().contains("410"), "{disabled}");
        assert_eq!(deliveries(&admin, &made, "?status=failed").len(), 2);
    }

    redirects_and_forbidden_addresses_fail(app) {
        let admin = app.signed_in("admin");
        let receiver = Receiver::start();
        receiver.answers(302);
        let redirecting = hook(&admin, &receiver, &json!({ "events": ["article.published"] }));
        let inside = ["http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://[::1]:8080/"]
            .map(|url| hook(&admin, &receiver, &json!({ "url": url })));
        news(&admin);
        app.run_jobs();
        let list = deliveries(&admin, &redirecting, "?status=pending");
        let attempt = delivery(&admin, &redirecting, &list[0])["attempts"][0].clone();
        assert_eq!(attempt["status_code"], 302);
        assert!(attempt["error"].as_str().unwrap().contains("redirect"), "{attempt}");
        for hook in &inside {
            let list = deliveries(&admin, hook, "?status=pending");
            let attempt = delivery(&admin, hook, &list[0])["attempts"][0].clone();
            assert_eq!((&attempt["status_code"], &attempt["answer"]), (&Value::Null, &Value::Null));
            assert!(attempt["error"].as_str().unwrap().contains("SLUGLINE_OUTBOUND_ALLOW"), "{attempt}");
        }
    }

    a_test_is_sent_once_whether_on_or_off(app) {
        let admin = app.signed_in("admin");
        let receiver = Receiver::start();
        let made = hook(&admin, &receiver, &json!({ "active": false, "events": ["tag.created"] }));
        news(&admin);
        let test = format!("{}/test", path(&made));
        let asked = admin.post(&test, &json!({})).expect(202).data();
        assert_eq!((&asked["type"], &asked["status"]), (&json!("webhook.test"), &json!("pending")));
        app.run_jobs();
        let received = receiver.take();
        assert_eq!((received.len(), &received[0].json()["data"]["webhook"]), (1, &made["id"]));
        assert!(received[0].is_signed_by(made["secret"].as_str().unwrap()));
        receiver.answers(503);
        let asked = admin.post(&test, &json!({})).expect(202).data();
        app.run_jobs();
        app.advance(86_400);
        app.run_jobs();
        assert_eq!(receiver.take().len(), 1);
        let admin = again(app);
        assert_eq!(delivery(&admin, &made, &asked)["status"], "failed");
        assert_eq!(now(&admin, &made)["disabled_at"], Value::Null);
    }

    two_secrets_sign_while_one_is_replaced(app) {
        let receiver = Receiver::start();
        let old = hook(&again(app), &receiver, &json!({}));
        let rotate = format!("{}/rotate-secret", path(&old));
        let stale = again(app).if_match(&json!(9)).post(&rotate, &json!({}));
        let _ = stale.problem(412, "stale_version");
        let new = again(app).if_match(&json!(1)).post(&rotate, &json!({ "overlap_seconds": 3_600 })).expect(200).data();
        assert_eq!(new["version"], 2);
        let [old, new] = [&old, &new].map(|made| made["secret"].as_str().unwrap().to_owned());
        assert_ne!(old, new);
        let told = |seconds: i64| {
            app.advance(seconds);
            news(&again(app));
            app.run_jobs();
            let message = receiver.take().remove(0);
            let count = message.header("webhook-signature").split(' ').count();
            (message.is_signed_by(&old), message.is_signed_by(&new), count)
        };
        assert_eq!(told(0), (true, true, 2));
        assert_eq!(told(3_500), (true, true, 2));
        assert_eq!(told(101), (false, true, 1));
        let newest = again(app).with("If-Match", "*").post(&rotate, &json!({ "overlap_seconds": 0 })).expect(200).data();
        assert_eq!(newest["previous_secret_until"], Value::Null);
        assert_eq!(told(0), (false, false, 1));
        let last = again(app).with("If-Match", "*").send("POST", &rotate, None).expect(200).data();
        assert!(last["previous_secret_until"].is_string());
    }

    a_silent_receiver_holds_up_no_other(app) {
        let admin = app.signed_in("admin");
        let (tell, told) = mpsc::channel::<()>();
        let told = Mutex::new(told);
        // The first answers only once the second has had its message.
        let silent = Receiver::with(move |_| {
            let heard = told.lock().unwrap().recv_timeout(std::time::Duration::from_secs(10));
            (if heard.is_ok() { 200 } else { 599 }, String::new())
        });
        let tell = Arc::new(Mutex::new(tell));
        let quick = Receiver::with(move |_| {
            let _ = tell.lock().unwrap().send(());
            (200, String::new())
        });
        let first = hook(&admin, &silent, &json!({}));
        let second = hook(&admin, &quick, &json!({}));
        news(&admin);
        app.run_jobs();
        assert_eq!((silent.take().len(), quick.take().len()), (1, 1));
        for hook in [&first, &second] {
            assert_eq!(now(&admin, hook)["last_delivery"]["status"], "delivered");
        }
    }

    who_lost_a_lane_writes_nothing(app) {
        let admin = app.signed_in("admin");
        let receiver = Receiver::start();
        let made = hook(&admin, &receiver, &json!({ "active": false }));
        let _ = admin.post(&format!("{}/test", path(&made)), &json!({})).expect(202);
        let secret = app.app.keys.secret.clone();
        let write = |claim, sent| app.app.write_here(|cx, _| lanes::step(cx, claim, sent, false, &secret)).unwrap();
        let claim = |app: &TestApp| app.app.write_here(|cx, _| lanes::claim(cx, id_of(&made))).unwrap();
        let frozen = claim(app).unwrap();
        let outgoing = write(frozen, None).unwrap();
        assert!(claim(app).is_none());
        app.advance(lanes::LEASE + 1);
        // While the first is frozen, another node takes the lane and sends.
        app.run_jobs();
        assert_eq!(receiver.take().len(), 1);
        let before = deliveries(&admin, &made, "");
        assert_eq!((&before[0]["status"], &before[0]["attempt_count"]), (&json!("delivered"), &json!(1)));
        let sent = Sent { at: app.clock.now(), duration_ms: 1, answer: Ok((410, String::new())) };
        assert!(write(frozen, Some((outgoing, sent))).is_none());
        assert_eq!(deliveries(&admin, &made, ""), before);
        assert_eq!(now(&admin, &made)["last_delivery"]["status"], "delivered");
    }

    two_nodes_send_each_message_once(app) {
        let admin = app.signed_in("admin");
        let receiver = Receiver::start();
        let _ = hook(&admin, &receiver, &json!({ "events": ["article.published"] }));
        for _ in 0..5 {
            news(&admin);
        }
        let other = app.second_node();
        let thread = std::thread::spawn(move || crate::support::run_jobs(&other));
        app.run_jobs();
        thread.join().unwrap();
        app.run_jobs();
        let mut ids: Vec<String> = receiver.take().iter().map(|message| message.header("webhook-id").to_owned()).collect();
        assert_eq!(ids.len(), 5);
        ids.sort_unstable();
        assert!(ids.windows(2).all(|pair| pair[0] != pair[1]), "{ids:?}");
    }

    the_log_is_forgotten_after_a_month(app) {
        let admin = app.signed_in("admin");
        let receiver = Receiver::start();
        let made = hook(&admin, &receiver, &json!({}));
        news(&admin);
        app.run_jobs();
        let prune = |days: i64| {
            let limit = app.clock.now().plus_seconds(-days * 86_400);
            app.app.write_here(|cx, _| slugline::store::webhook_deliveries::prune(cx.conn, limit, 500)).unwrap()
        };
        assert_eq!(prune(1), 0);
        app.advance(2 * 86_400);
        assert_eq!(prune(1), 1);
        assert!(deliveries(&again(app), &made, "").is_empty());
    }
}
