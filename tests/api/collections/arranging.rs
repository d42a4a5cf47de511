//! What stands where, at this instant.

use serde_json::{Value, json};

use super::{COLLECTIONS, act, change, make, news, path, published, shown};
use crate::both;
use crate::support::Client;

fn ids(articles: &[Value]) -> Vec<Value> {
    articles.iter().map(|article| article["id"].clone()).collect()
}

fn by_hand(articles: &[Value]) -> Value {
    ids(articles).into_iter().map(|id| json!({ "article": id })).collect()
}

both! {
    what_goes_away_leaves_no_gap(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let all = news(app, &editor, &["A", "B", "C", "D", "E", "F"], &json!({}));
        let items = json!([{ "article": all[0]["id"], "slot": 1 }, { "article": all[1]["id"], "slot": 3 }, { "article": all[2]["id"] }]);
        let _ = published(&editor, &json!({ "name": "Front", "size": 5, "items": items, "fill": {} }));
        assert_eq!(shown(&reader, "front"), ["A", "C", "B", "F", "E"]);
        // What is withdrawn is gone at once, and the fill takes its place; what is pinned stays where it is.
        let gone = editor.act(&all[2], "kill", &json!({ "reason": "x" })).expect(200).data();
        assert_eq!(shown(&reader, "front"), ["A", "F", "B", "E", "D"]);
        let _ = editor.act(&all[0], "unpublish", &json!({})).expect(200);
        assert_eq!(shown(&reader, "front"), ["F", "E", "B", "D"]);
        for article in &all[3..6] {
            let _ = editor.act(article, "unpublish", &json!({})).expect(200);
        }
        assert_eq!(shown(&reader, "front"), ["B"], "pinned ones close up where nothing flows");
        // It comes back by itself.
        let back = editor.act(&gone, "restore", &json!({})).expect(200).data();
        assert_eq!(shown(&reader, "front"), ["B"]);
        let _ = editor.act(&back, "publish", &json!({})).expect(200);
        assert_eq!(shown(&reader, "front"), ["C", "B"]);
    }

    an_article_is_put_there_before_its_time(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let all = news(app, &editor, &["Old", "Older"], &json!({}));
        let waiting = editor.draft(&json!({ "headline": "The verdict", "slug": "the-verdict" }));
        let [start, end] = [60, 120].map(|seconds| app.clock.now().plus_seconds(seconds).to_string());
        let plan = json!({ "publish_at": start, "unpublish_at": end });
        let _ = editor.act(&waiting, "schedule", &plan).expect(200);
        let mut items = vec![json!({ "article": waiting["id"], "slot": 1, "headline": "Verdict!" })];
        items.extend(by_hand(&all).as_array().unwrap().clone());
        let front = published(&editor, &json!({ "name": "Front", "size": 2, "items": items }));
        assert_eq!(front["items"][0]["article"]["live"], false);
        assert_eq!(shown(&reader, "front"), ["Old", "Older"]);
        let before = reader.get("/v1/collections/front").expect(200);
        assert!(!before.text().contains("erdict"), "{}", before.text());
        assert!(before.header("cache-control").unwrap().contains("stale-if-error=300"), "an appearance is not told");
        app.advance(59);
        assert_eq!(shown(&reader, "front"), ["Old", "Older"]);
        app.advance(2);
        assert_eq!(shown(&reader, "front"), ["Verdict!", "Old"]);
        // Its end is known, and no cache keeps it longer.
        let answer = reader.get("/v1/collections/front").expect(200);
        let kept = answer.header("cache-control").unwrap();
        let seconds: u64 = kept.split("s-maxage=").nth(1).unwrap().split(',').next().unwrap().parse().unwrap();
        assert!((1..60).contains(&seconds), "{kept}");
        app.advance(60);
        assert_eq!(shown(&reader, "front"), ["Old", "Older"]);
    }

    a_fill_takes_what_the_lists_filters_find(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let (world, sport) = (editor.tag("World", "section"), editor.tag("Sport", "section"));
        let (bay, rain) = (editor.tag("Bay", "topic"), editor.tag("Rain", "topic"));
        let ana = editor.author("Ana");
        let _ = news(app, &editor, &["Zebra"], &json!({ "section": world["id"], "tags": [bay["id"], rain["id"]], "access": "subscriber" }));
        let at = app.clock.now().to_string();
        let _ = news(app, &editor, &["Yak"], &json!({ "section": sport["id"], "tags": [bay["id"]], "authors": [ana["id"]], "kind": "opinion" }));
        let _ = news(app, &editor, &["Ant"], &json!({ "section": world["id"], "featured": true, "breaking": true }));
        let front = published(&editor, &json!({ "name": "Front" }));
        let fills = [
            (json!({}), vec!["Ant", "Yak", "Zebra"]),
            (json!({ "section": [world["id"]] }), vec!["Ant", "Zebra"]),
            (json!({ "section": [world["id"], sport["id"]], "sort": "headline" }), vec!["Ant", "Yak", "Zebra"]),
            (json!({ "tag": [bay["id"]] }), vec!["Yak", "Zebra"]),
            (json!({ "tag_all": [bay["id"], rain["id"]] }), vec!["Zebra"]),
            (json!({ "tag": [bay["id"]], "tag_not": [rain["id"]] }), vec!["Yak"]),
            (json!({ "author": [ana["id"]] }), vec!["Yak"]),
            (json!({ "kind": ["news", "feature"] }), vec!["Ant", "Zebra"]),
            (json!({ "access": ["subscriber"] }), vec!["Zebra"]),
            (json!({ "featured": true, "breaking": true }), vec!["Ant"]),
            (json!({ "featured": false, "sort": "published_at" }), vec!["Zebra", "Yak"]),
            (json!({ "published_after": at }), vec!["Ant", "Yak"]),
        ];
        for (fill, expected) in fills {
            let _ = change(&editor, &front, &json!({ "fill": null }));
            let _ = change(&editor, &front, &json!({ "fill": fill }));
            let _ = act(&editor, &front, "publish").expect(200);
            assert_eq!(shown(&reader, "front"), expected, "{fill}");
        }
        let _ = change(&editor, &front, &json!({ "fill": null }));
        let _ = act(&editor, &front, "publish").expect(200);
        assert_eq!(shown(&reader, "front"), [""; 0]);

        // A merged tag is followed; one that is removed lets nothing through.
        let _ = change(&editor, &front, &json!({ "fill": { "tag": [rain["id"]] } }));
        let _ = act(&editor, &front, "publish").expect(200);
        let merge = format!("/v1/admin/tags/{}/merge", rain["id"].as_str().unwrap());
        let _ = editor.with("If-Match", "*").post(&merge, &json!({ "into": bay["id"] })).expect(200);
        assert_eq!(shown(&reader, "front"), ["Yak", "Zebra"]);
        let unused = editor.tag("Unused", "topic");
        let _ = change(&editor, &front, &json!({ "fill": { "tag": [unused["id"]] } }));
        let _ = act(&editor, &front, "publish").expect(200);
        let _ = editor.with("If-Match", "*").delete(&format!("/v1/admin/tags/{}", unused["id"].as_str().unwrap())).expect(204);
        assert_eq!(shown(&reader, "front"), [""; 0]);
        // What went away since keeps nobody from working on.
        let renamed = change(&editor, &front, &json!({ "name": "Renamed" }));
        assert_eq!(renamed["fill"]["tag"], json!([unused["id"]]));
    }

    a_collection_of_one_language_shows_no_other(app) {
        let (admin, reader) = (app.signed_in("admin"), app.anonymous());
        let _ = admin.with("If-Match", "*").patch("/v1/admin/site", &json!({ "locales": ["en", "es"] })).expect(200);
        let english = news(app, &admin, &["Rain"], &json!({ "locale": "en" }));
        let twin = json!({ "locale": "es", "translation_of": english[0]["id"] });
        let spanish = news(app, &admin, &["Lluvia"], &twin);
        let _ = news(app, &admin, &["Nieve"], &json!({ "locale": "es" }));
        let items = by_hand(&[english[0].clone(), spanish[0].clone()]);
        let front = published(&admin, &json!({ "name": "Front", "locale": "es", "items": items, "fill": {} }));
        assert_eq!(shown(&reader, "front"), ["Lluvia", "Nieve"]);
        assert_eq!(reader.get("/v1/collections/front").data()["locale"], "es");
        let _ = change(&admin, &front, &json!({ "locale": null }));
        let _ = act(&admin, &front, "publish").expect(200);
        assert_eq!(shown(&reader, "front"), ["Rain", "Lluvia", "Nieve"]);
        let refused = admin.post(COLLECTIONS, &json!({ "name": "x", "locale": "de" })).problem(422, "invalid_body");
        assert_eq!((&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]), (&json!("/locale"), &json!("not_one_of")));
    }

    a_hundred_places_are_filled(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let names: Vec<String> = (0..103).map(|n| format!("N{n:03}")).collect();
        let all = news(app, &editor, &names.iter().map(String::as_str).collect::<Vec<_>>(), &json!({}));
        // The newest are there by hand already: what fills the rest must reach behind them.
        let hand: Vec<Value> = all[60..100].to_vec();
        let front = published(&editor, &json!({ "name": "Front", "size": 100, "items": by_hand(&hand), "fill": {} }));
        let seen = shown(&reader, "front");
        assert_eq!((seen.len(), &seen[0], &seen[39], &seen[40], &seen[99]), (100, &names[60], &names[99], &names[102], &names[3]));
        let mut once = seen.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), 100);
        // More by hand than there are places: the others wait.
        let _ = change(&editor, &front, &json!({ "size": 2 }));
        let _ = act(&editor, &front, "publish").expect(200);
        assert_eq!(shown(&reader, "front"), ["N060", "N061"]);
        let _ = editor.act(&all[60], "unpublish", &json!({})).expect(200);
        assert_eq!(shown(&reader, "front"), ["N061", "N062"]);
        let whole = change(&editor, &front, &json!({ "items": by_hand(&all[..100]) }));
        assert_eq!(whole["items"].as_array().unwrap().len(), 100);
    }

    an_answer_carries_what_was_asked_for(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let body = json!({ "body_markdown": "For all." });
        let free = news(app, &editor, &["Free"], &body).remove(0);
        let body = json!({ "body_markdown": "For a few.", "access": "subscriber" });
        let _ = news(app, &editor, &["Paid"], &body);
        let items = json!([{ "article": free["id"], "headline": "Told otherwise" }]);
        let _ = published(&editor, &json!({ "name": "Front", "items": items, "fill": {} }));
        let first = |query: &str| reader.get(&format!("/v1/collections/front{query}")).expect(200).data()["articles"][0].clone();
        let names = |value: &Value| -> Vec<String> { value.as_object().unwrap().keys().cloned().collect() };
        let whole = first("");
        for absent in ["body", "body_html", "body_text"] {
            assert!(whole.get(absent).is_none(), "{whole}");
        }
        assert_eq!(names(&first("?fields=headline")), ["id", "headline", "slot", "pinned"]);
        assert_eq!(first("?fields=headline")["headline"], "Told otherwise");
        assert_eq!(names(&first("?fields=slug&formats=text")), ["id", "slug", "body_text", "slot", "pinned"]);
        let with_body = first("?include=body");
        assert!(with_body["body"].is_array() && with_body["body_html"].as_str().unwrap().contains("For all."), "{with_body}");
        let paid = reader.get("/v1/collections/front?include=body").expect(200);
        assert_eq!(paid.data()["articles"][1]["body_html"], "", "bodies end at their paywall");
        for wrong in ["?fields=slot", "?fields=rank", "?limit=2", "?locale=en", "?include=related"] {
            let _ = reader.get(&format!("/v1/collections/front{wrong}")).problem(400, "invalid_parameter");
        }
    }

    articles_come_and_go_without_asking(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let draft = editor.draft(&json!({ "headline": "Draft" }));
        let live = news(app, &editor, &["Live"], &json!({})).remove(0);
        let front = make(&editor, &json!({ "name": "Front", "items": by_hand(&[draft.clone(), live.clone()]) }));
        let _ = act(&editor, &front, "publish").expect(200);
        let article = |article: &Value| format!("/v1/admin/articles/{}", article["id"].as_str().unwrap());
        let _ = editor.with("If-Match", "*").delete(&article(&draft)).expect(204);
        let live = editor.act(&live, "unpublish", &json!({})).expect(200).data();
        let _ = editor.if_match(&live["version"]).delete(&article(&live)).expect(204);
        assert_eq!(shown(&reader, "front"), [""; 0]);
        // They stay where they were put, and new ones can't come from the trash.
        let renamed = change(&editor, &front, &json!({ "name": "Still here", "items": by_hand(&[live.clone(), draft]) }));
        assert_eq!(renamed["items"][0]["article"]["id"], live["id"]);
        let refused = editor.post(COLLECTIONS, &json!({ "name": "x", "items": by_hand(&[live]) })).problem(422, "invalid_body");
        assert_eq!((&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]), (&json!("/items/0/article"), &json!("unknown_id")));
    }

    colleagues_see_no_more_of_an_article_than_they_may(app) {
        let [editor, contributor] = ["editor", "contributor"].map(|role| app.signed_in(role));
        let secret = editor.draft(&json!({ "headline": "canary-5b1f draft" }));
        let live = news(app, &editor, &["In public"], &json!({})).remove(0);
        let edited = json!({ "headline": "canary-5b1f edits" });
        let article = format!("/v1/admin/articles/{}", live["id"].as_str().unwrap());
        let _ = editor.if_match(&live["version"]).patch(&article, &edited).expect(200);
        let front = make(&editor, &json!({ "name": "Front", "items": by_hand(&[secret, live]) }));
        let headlines = |client: &Client| {
            let items = client.get(&path(&front)).expect(200).data()["items"].clone();
            (items[0]["article"]["headline"].clone(), items[1]["article"]["headline"].clone())
        };
        assert_eq!(headlines(&editor), (json!("canary-5b1f draft"), json!("canary-5b1f edits")));
        assert_eq!(headlines(&contributor), (Value::Null, json!("In public")));
        assert!(!contributor.get(COLLECTIONS).expect(200).text().contains("canary-5b1f"));
    }
}
