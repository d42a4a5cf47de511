//! From a draft to the public and back, by the clock.

use serde_json::json;

use crate::both;

both! {
    a_story_goes_live_changes_and_goes_away(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let draft = editor.draft(&json!({ "headline": "Rain in Almaty", "body_markdown": "It rains." }));
        assert_eq!((&draft["status"], &draft["version"], &draft["slug"]), (&json!("draft"), &json!(1), &json!("rain-in-almaty")));
        let missing = reader.get("/v1/articles/rain-in-almaty").problem(404, "not_found");
        let unknown = reader.get("/v1/articles/no-such-thing").problem(404, "not_found");
        assert_eq!(missing["detail"], unknown["detail"]);

        let live = editor.act(&draft, "publish", &json!({})).expect(200).data();
        assert_eq!((&live["status"], &live["version"], &live["live_version"]), (&json!("published"), &json!(2), &json!(2)));
        let seen = reader.get("/v1/articles/rain-in-almaty").expect(200).data();
        assert_eq!(seen["body_html"], "<p>It rains.</p>\n");
        let first = seen["published_at"].clone();

        app.advance(60);
        let path = format!("/v1/admin/articles/{}", live["id"].as_str().unwrap());
        let edited = editor.if_match(&live["version"]).patch(&path, &json!({ "headline": "Snow in Almaty", "slug": "snow-in-almaty" }));
        let edited = edited.expect(200).data();
        assert_eq!(edited["has_unpublished_changes"], true);
        assert_eq!(reader.get("/v1/articles/rain-in-almaty").data()["headline"], "Rain in Almaty");
        let _ = reader.get("/v1/articles/snow-in-almaty").problem(404, "not_found");

        let again = editor.act(&edited, "publish", &json!({})).expect(200).data();
        assert_eq!(again["has_unpublished_changes"], false);
        let moved = reader.get("/v1/articles/rain-in-almaty").expect(301);
        assert!(moved.header("location").unwrap().ends_with("/v1/articles/snow-in-almaty"), "{moved:?}");
        let seen = reader.get("/v1/articles/snow-in-almaty").expect(200).data();
        assert_eq!(seen["published_at"], first);
        assert_ne!(seen["updated_at"], first);

        let away = editor.act(&again, "unpublish", &json!({ "reason": "wrong city" })).expect(200).data();
        assert_eq!(away["status"], "draft");
        for slug in ["rain-in-almaty", "snow-in-almaty"] {
            let _ = reader.get(&format!("/v1/articles/{slug}")).problem(404, "not_found");
        }
        let back = editor.act(&away, "publish", &json!({})).expect(200).data();
        let seen = reader.get("/v1/articles/snow-in-almaty").expect(200).data();
        assert_eq!(seen["first_published_at"], first);
        assert_ne!(seen["published_at"], first);
        assert_eq!(back["live"], true);
    }

    a_schedule_keeps_its_second_even_if_no_worker_runs(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let live = editor.published(&json!({ "headline": "Before", "slug": "story" }));
        let now = slugline::model::Time::system();
        let (start, end) = (now.plus_seconds(3_600).to_string(), now.plus_seconds(7_200).to_string());
        let path = format!("/v1/admin/articles/{}", live["id"].as_str().unwrap());
        let edited = editor.if_match(&live["version"]).patch(&path, &json!({ "headline": "After" })).expect(200).data();
        let planned = editor.act(&edited, "schedule", &json!({ "publish_at": start, "unpublish_at": end })).expect(200).data();
        assert_eq!((&planned["status"], &planned["publish_at"]), (&json!("published"), &json!(start)));
        assert_eq!(planned["scheduled_version"], planned["version"]);
        let answer = reader.get("/v1/articles/story").expect(200);
        assert_eq!(answer.data()["headline"], "Before");
        app.advance(3_590);
        assert_eq!(reader.get("/v1/articles/story").data()["headline"], "Before");
        app.advance(11);
        assert_eq!(reader.get("/v1/articles/story").data()["headline"], "After");
        app.advance(3_600);
        let _ = reader.get("/v1/articles/story").problem(404, "not_found");
        assert_eq!(app.editor().article(&live["id"])["status"], "draft");
    }

    unscheduling_gives_the_live_copy_its_end_back(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let live = editor.published(&json!({ "headline": "Stays", "slug": "stays" }));
        let later = slugline::model::Time::system().plus_seconds(100).to_string();
        let planned = editor.act(&live, "schedule", &json!({ "publish_at": later })).expect(200).data();
        let freed = editor.act(&planned, "unschedule", &json!({})).expect(200).data();
        assert_eq!((&freed["scheduled_version"], &freed["unpublish_at"]), (&json!(null), &json!(null)));
        app.advance(1_000);
        let _ = reader.get("/v1/articles/stays").expect(200);
    }

    a_killed_article_is_gone_with_its_notice(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let live = editor.published(&json!({ "headline": "Wrong", "slug": "wrong" }));
        let killed = editor.act(&live, "kill", &json!({ "notice": "Withdrawn on legal advice.", "reason": "see desk" })).expect(200).data();
        assert_eq!(killed["status"], "killed");
        for handle in ["wrong", live["id"].as_str().unwrap()] {
            let gone = reader.get(&format!("/v1/articles/{handle}")).problem(410, "gone");
            assert_eq!(gone["notice"], "Withdrawn on legal advice.");
            assert!(!gone.to_string().contains("see desk"));
        }
        let illegal = editor.act(&killed, "publish", &json!({})).problem(409, "illegal_action");
        assert!(illegal["allowed_actions"].as_array().unwrap().contains(&json!("restore")), "{illegal}");
        let restored = editor.act(&killed, "restore", &json!({})).expect(200).data();
        assert_eq!(restored["status"], "draft");
        let _ = reader.get("/v1/articles/wrong").problem(404, "not_found");
        let _ = editor.act(&restored, "publish", &json!({})).expect(200);
        let _ = reader.get("/v1/articles/wrong").expect(200);
    }

    what_is_withdrawn_shows_in_no_other_body(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let withdrawals = [("kill", json!({})), ("unpublish", json!({})), ("the clock", json!(null))];
        for (number, (how, input)) in withdrawals.iter().enumerate() {
            let target = editor.published(&json!({ "headline": format!("Libel{number} about somebody") }));
            let link = |text: &str| json!({
                "_type": "block", "children": [{ "_type": "span", "text": text, "marks": ["l"] }],
                "markDefs": [{ "_type": "link", "_key": "l", "article_id": target["id"] }],
            });
            let body = json!([
                link("A sentence with a link."),
                { "_type": "fact_box", "title": "Facts", "body": [link("A fact with a link.")] },
                { "_type": "related_articles", "articles": [target["id"]] },
            ]);
            let host = editor.published(&json!({ "headline": format!("Host {number}"), "body": body }));
            let path = format!("/v1/articles/{}?formats=blocks,html,text,markdown", host["slug"].as_str().unwrap());
            let list = format!("/v1/articles?ids={}&include=body&formats=blocks,html,text,markdown", host["id"].as_str().unwrap());
            let names = |text: &str| text.contains(&format!("ibel{number}"));
            assert!(names(&reader.get(&path).expect(200).text()) && names(&reader.get(&list).expect(200).text()));
            if input.is_null() {
                let end = slugline::model::Time::system().plus_seconds(90).to_string();
                let now = editor.article(&target["id"]);
                let _ = editor.act(&now, "publish", &json!({ "unpublish_at": end })).expect(200);
                let shown = reader.get(&path).expect(200);
                let cache = shown.header("cache-control").unwrap();
                assert!(cache.contains("s-maxage=60") && cache.contains("stale-while-revalidate=2"), "{cache}");
                app.advance(91);
            } else {
                let _ = editor.act(&target, how, input).expect(200);
            }
            for path in [&path, &list] {
                let text = reader.get(path).expect(200).text();
                assert!(!names(&text) && text.contains("A sentence with a link.") && text.contains("A fact with a link."), "{how}: {text}");
            }
        }
    }

    what_readers_saw_before_is_news_again_and_a_restored_article_is_not_gone(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let old = json!({ "published_at": "2020-01-01T00:00:00.000Z" });
        let imported = editor.act(&editor.draft(&json!({ "headline": "Old" })), "publish", &old).expect(200).data();
        let seen = reader.get("/v1/articles/old").expect(200).data();
        assert_eq!((&seen["published_at"], &seen["updated_at"]), (&old["published_at"], &old["published_at"]));
        let away = editor.act(&imported, "unpublish", &json!({})).expect(200).data();
        let back = editor.act(&away, "publish", &old).expect(200).data();
        let seen = reader.get("/v1/articles/old").expect(200).data();
        assert_eq!(seen["published_at"], old["published_at"]);
        assert!(seen["updated_at"].as_str().unwrap() > "2026", "{seen}");
        let killed = editor.act(&back, "kill", &json!({ "notice": "Withdrawn." })).expect(200).data();
        let _ = reader.get("/v1/articles/old").problem(410, "gone");
        let _ = editor.act(&killed, "restore", &json!({})).expect(200);
        let _ = reader.get("/v1/articles/old").problem(404, "not_found");
    }

    a_correction_reaches_readers_and_nothing_else_does(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let live = editor.published(&json!({ "headline": "Numbers", "slug": "numbers" }));
        let path = format!("/v1/admin/articles/{}", live["id"].as_str().unwrap());
        let edited = editor.if_match(&live["version"]).patch(&path, &json!({ "headline": "Not yet" })).expect(200).data();
        app.advance(5);
        let corrected = editor.act(&edited, "correct", &json!({ "kind": "correction", "text": "It was 26." })).expect(200).data();
        assert_eq!(corrected["has_unpublished_changes"], true);
        let seen = reader.get("/v1/articles/numbers").expect(200).data();
        assert_eq!((&seen["headline"], &seen["corrections"][0]["text"]), (&json!("Numbers"), &json!("It was 26.")));
        assert!(seen["updated_at"].as_str() > seen["published_at"].as_str());
        let again = editor.act(&corrected, "publish", &json!({ "minor_edit": true })).expect(200).data();
        let after = reader.get("/v1/articles/numbers").expect(200).data();
        assert_eq!((&after["headline"], &after["updated_at"]), (&json!("Not yet"), &seen["updated_at"]));
        assert_eq!(after["corrections"], seen["corrections"]);
        assert_eq!(again["corrections"].as_array().unwrap().len(), 1);
    }

    flags_reach_both_copies_at_once(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let live = editor.published(&json!({ "headline": "Flagged", "slug": "flagged" }));
        let flagged = editor.act(&live, "flag", &json!({ "breaking": true })).expect(200).data();
        assert_eq!((&flagged["breaking"], &flagged["has_unpublished_changes"]), (&json!(true), &json!(false)));
        assert_eq!(reader.get("/v1/articles/flagged").data()["breaking"], true);
        let _ = editor.act(&flagged, "flag", &json!({})).problem(422, "invalid_body");
    }

    archive_trash_and_restore(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let live = editor.published(&json!({ "headline": "Old", "slug": "old" }));
        let path = format!("/v1/admin/articles/{}", live["id"].as_str().unwrap());
        let _ = editor.if_match(&live["version"]).delete(&path).problem(409, "article_is_live");
        let archived = editor.act(&live, "archive", &json!({})).expect(200).data();
        assert_eq!(archived["status"], "archived");
        let _ = reader.get("/v1/articles/old").problem(404, "not_found");
        let _ = editor.if_match(&archived["version"]).delete(&path).expect(204);
        let listed = editor.get("/v1/admin/articles").data();
        assert!(listed.as_array().unwrap().is_empty());
        let trashed = editor.get("/v1/admin/articles?status=trashed").data()[0].clone();
        assert_eq!(trashed["id"], live["id"]);
        let taken = editor.draft(&json!({ "headline": "New", "slug": "old" }));
        let restored = editor.act(&trashed, "restore", &json!({})).expect(200).data();
        assert_eq!((&restored["status"], &restored["slug"], &taken["slug"]), (&json!("draft"), &json!("old-2"), &json!("old")));
    }

    a_paywall_cuts_every_public_form_of_the_body(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let text = |text: &str| json!({ "_type": "block", "style": "normal", "children": [{ "_type": "span", "text": text, "marks": [] }], "markDefs": [] });
        let body = json!([text("For all."), { "_type": "paywall" }, text("Behind-the-wall.")]);
        let _ = editor.published(&json!({ "headline": "Paid", "slug": "paid", "access": "subscriber", "body": body }));
        let answer = reader.get("/v1/articles/paid?formats=blocks,html,text,markdown").expect(200);
        assert!(answer.text().contains("For all.") && !answer.text().contains("Behind-the-wall"), "{}", answer.text());
        let _ = editor.published(&json!({ "headline": "Closed", "slug": "closed", "access": "registered", "body_markdown": "Behind-the-wall." }));
        let answer = reader.get("/v1/articles/closed?formats=blocks,html,text,markdown").expect(200);
        assert!(!answer.text().contains("Behind-the-wall"), "{}", answer.text());
    }
}
