//! What the newsroom may use for a time only: it leaves every public answer at its instant.

use serde_json::{Value, json};
use slugline::model::Time;

use crate::both;
use crate::support::{Client, pictures};

fn record(media: &Value) -> String {
    format!("/v1/admin/media/{}", media["id"].as_str().unwrap())
}

fn public(media: &Value) -> String {
    format!("/v1/media/{}", media["id"].as_str().unwrap())
}

fn file(media: &Value) -> String {
    format!("/media/{}/{}", media["id"].as_str().unwrap(), media["file_name"].as_str().unwrap())
}

fn picture(client: &Client, shade: u8, end: Option<&str>) -> Value {
    let name = format!("shade-{shade}.jpg");
    let fields: Vec<(&str, &str)> = end.map(|end| ("expires_at", end)).into_iter().collect();
    client.upload(&name, &pictures::jpeg(shade), &fields).expect(201).data()
}

fn set(client: &Client, media: &Value, change: &Value) -> Value {
    client.with("If-Match", "*").patch(&record(media), change).expect(200).data()
}

fn after(seconds: i64) -> String {
    Time::system().plus_seconds(seconds).to_string()
}

/// `s-maxage` of an answer.
fn fresh(answer: &crate::support::Answer) -> u64 {
    let header = answer.header("cache-control").unwrap();
    let number = header.split("s-maxage=").nth(1).unwrap();
    number.split(',').next().unwrap().parse().unwrap()
}

both! {
    a_picture_leaves_an_article_at_its_instant(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let end = after(100);
        let [hero, inline, shared, one] = [1, 2, 3, 4].map(|shade| picture(&editor, shade, Some(&end)));
        let kept = picture(&editor, 5, None);
        let film = json!({ "embed_url": "https://vimeo.com/76979871", "expires_at": end });
        let film = editor.post("/v1/admin/media", &film).expect(201).data();
        let body = json!([
            { "_type": "block", "children": [{ "_type": "span", "text": "Words stay." }] },
            { "_type": "image", "media": inline["id"], "caption": "Only for a while" },
            { "_type": "gallery", "images": [{ "media": one["id"] }, { "media": kept["id"] }] },
            { "_type": "video", "media": film["id"] },
        ]);
        let _ = editor.published(&json!({ "headline": "Rights", "slug": "rights", "hero": hero["id"], "body": body,
            "seo": { "image": shared["id"] }, "recommended_video": film["id"] }));
        let path = "/v1/articles/rights?formats=blocks,html,text,markdown";
        let before = reader.get(path).expect(200);
        let seen = before.data();
        assert_eq!((&seen["hero"]["id"], &seen["seo"]["image"]["id"], &seen["recommended_video"]["id"]), (&hero["id"], &shared["id"], &film["id"]));
        assert_eq!(seen["body"].as_array().unwrap().len(), 4);
        assert_eq!(fresh(&before), 60);
        assert!(!before.text().contains("expires_at"));

        app.advance(70);
        for path in [path, "/v1/articles", "/v1/articles?include=body", &public(&hero), &file(&inline)] {
            let answer = reader.get(path).expect(200);
            assert!(fresh(&answer) <= 30, "{path}: {:?}", answer.header("cache-control"));
        }

        app.advance(31);
        let editor = app.editor();
        let over = reader.get(path).expect(200);
        let seen = over.data();
        for member in [&seen["hero"], &seen["seo"]["image"], &seen["recommended_video"]] {
            assert!(member.is_null(), "{member}");
        }
        let blocks = seen["body"].as_array().unwrap();
        assert_eq!((blocks.len(), &blocks[1]["images"][0]["media"], blocks[1]["images"].as_array().unwrap().len()), (2, &kept["id"], 1));
        let all = [path, "/v1/articles?include=body", "/v1/articles/rights/related", "/v1/popular"];
        for answer in all.map(|path| reader.get(path).expect(200)) {
            let text = answer.text();
            assert!(!text.contains("Only for a while") && !text.contains("76979871"));
            for media in [&hero, &inline, &shared, &one] {
                assert!(!text.contains(media["id"].as_str().unwrap()), "{text}");
            }
        }
        assert_eq!(fresh(&over), 60);
        for media in [&hero, &inline, &shared, &one] {
            let _ = reader.get(&public(media)).problem(404, "not_found");
            let _ = reader.get(&file(media)).problem(404, "not_found");
        }
        let _ = reader.get(&file(&kept)).expect(200);
        let known = editor.get(&record(&hero)).expect(200).data();
        assert_eq!((&known["expired"], &known["expires_at"]), (&json!(true), &json!(end)));
        let _ = reader.get(known["url"].as_str().unwrap()).expect(200);

        // Prolonged, it is back, in the frozen body too.
        let _ = set(&editor, &inline, &json!({ "expires_at": null }));
        let known = set(&editor, &hero, &json!({ "expires_at": after(10_000) }));
        assert_eq!(known["expired"], false);
        let seen = reader.get(path).expect(200).data();
        assert_eq!((&seen["hero"]["id"], &seen["body"][1]["media"], &seen["body"][1]["caption"]), (&hero["id"], &inline["id"], &json!("Only for a while")));
        // And ended by hand, it goes at once.
        let _ = set(&editor, &inline, &json!({ "expires_at": after(-10_000) }));
        assert!(!reader.get(path).expect(200).text().contains("Only for a while"));
    }

    a_picture_leaves_tags_authors_films_and_the_site(app) {
        let (admin, editor, reader) = (app.signed_in("admin"), app.editor(), app.anonymous());
        let end = after(100);
        let [image, avatar, logo, poster] = [11, 12, 13, 14].map(|shade| picture(&editor, shade, Some(&end)));
        let tag = editor.post("/v1/admin/tags", &json!({ "name": "Sea", "kind": "topic", "image": image["id"] })).expect(201).data();
        let author = editor.post("/v1/admin/authors", &json!({ "name": "Ana", "avatar": avatar["id"] })).expect(201).data();
        let _ = admin.with("If-Match", "*").patch("/v1/admin/site", &json!({ "logo": logo["id"] })).expect(200);
        let film = json!({ "embed_url": "https://vimeo.com/76979871", "poster": poster["id"] });
        let film = editor.post("/v1/admin/media", &film).expect(201).data();
        let _ = editor.published(&json!({ "headline": "Film", "slug": "film", "tags": [tag["id"]], "authors": [author["id"]],
            "recommended_video": film["id"], "body": [{ "_type": "video", "media": film["id"] }] }));
        let shown = || {
            let film = reader.get("/v1/articles/film").expect(200).data();
            [
                reader.get("/v1/tags/sea").expect(200).data()["image"]["id"].clone(),
                reader.get("/v1/tags").expect(200).data()[0]["image"]["id"].clone(),
                reader.get("/v1/authors/ana").expect(200).data()["avatar"]["id"].clone(),
                reader.get("/v1/authors").expect(200).data()[0]["avatar"]["id"].clone(),
                reader.get("/v1/site").expect(200).data()["logo"]["id"].clone(),
                reader.get(&public(&film["recommended_video"])).expect(200).data()["poster"]["id"].clone(),
                film["recommended_video"]["poster"]["id"].clone(),
            ]
        };
        let [image_id, avatar_id, logo_id, poster_id] = [&image, &avatar, &logo, &poster].map(|media| media["id"].clone());
        assert_eq!(shown(), [&image_id, &image_id, &avatar_id, &avatar_id, &logo_id, &poster_id, &poster_id].map(Clone::clone));
        assert!(reader.get("/v1/articles/film").expect(200).data()["body"][0]["asset"]["poster"].is_string());

        app.advance(70);
        for path in ["/v1/tags", "/v1/tags/sea", "/v1/authors", "/v1/authors/ana", "/v1/site", "/v1/articles/film", &public(&film)] {
            assert!(fresh(&reader.get(path).expect(200)) <= 30, "{path}");
        }
        app.advance(31);
        assert!(shown().iter().all(Value::is_null), "{:?}", shown());
        assert!(reader.get("/v1/articles/film").expect(200).data()["body"][0]["asset"]["poster"].is_null());
        for media in [&image, &avatar, &logo, &poster] {
            assert_eq!((reader.get(&public(media)).status, reader.get(&file(media)).status), (404, 404));
        }
        let editor = app.editor();
        let seen = editor.get(&format!("/v1/admin/tags/{}", tag["id"].as_str().unwrap())).expect(200).data();
        assert_eq!(seen["image"]["id"], image["id"], "editors see it still");
    }

    a_picture_leaves_the_updates_of_a_live_blog(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let media = picture(&editor, 21, None);
        let live = editor.published(&json!({ "headline": "Match", "slug": "match", "kind": "live" }));
        let updates = format!("/v1/admin/articles/{}/live-updates", live["id"].as_str().unwrap());
        let body = json!([{ "_type": "image", "media": media["id"] }]);
        let _ = editor.post(&updates, &json!({ "headline": "Goal", "body": body })).expect(201);
        let path = "/v1/articles/match/live-updates";
        assert_eq!(reader.get(path).expect(200).data()[0]["body"][0]["media"], media["id"]);
        let _ = set(&editor, &media, &json!({ "expires_at": after(50) }));
        let answer = reader.get(path).expect(200);
        assert!(fresh(&answer) <= 50 && answer.text().contains(media["id"].as_str().unwrap()));
        app.advance(51);
        let seen = reader.get(path).expect(200).data();
        assert_eq!((&seen[0]["headline"], &seen[0]["body"]), (&json!("Goal"), &json!([])));
        assert_eq!(reader.get(&file(&media)).status, 404);
    }

    whoever_may_not_change_what_is_public_may_not_prolong_it(app) {
        let (editor, contributor) = (app.editor(), app.signed_in("contributor"));
        let media = picture(&contributor, 31, Some(&after(50)));
        let _ = editor.published(&json!({ "headline": "Lent", "hero": media["id"] }));
        app.advance(51);
        assert_eq!(app.anonymous().get(&public(&media)).status, 404);
        let prolong = json!({ "expires_at": null });
        let _ = contributor.with("If-Match", "*").patch(&record(&media), &prolong).problem(403, "forbidden");
        let _ = set(&editor, &media, &prolong);
        assert_eq!(app.anonymous().get(&public(&media)).status, 200);
    }

    what_may_be_done_with_a_picture_is_told(app) {
        let editor = app.editor();
        let fields = [("usage_terms", "Once, in print."), ("digital_source_type", "trainedAlgorithmicMedia")];
        let media = editor.upload("made.jpg", &pictures::jpeg(41), &fields).expect(201).data();
        assert_eq!((&media["usage_terms"], &media["digital_source_type"], &media["expired"]), (&json!("Once, in print."), &json!("trainedAlgorithmicMedia"), &json!(false)));
        let _ = editor.published(&json!({ "headline": "Made", "slug": "made", "hero": media["id"] }));
        let hero = app.anonymous().get("/v1/articles/made").expect(200).data()["hero"].clone();
        assert_eq!((&hero["usage_terms"], &hero["digital_source_type"]), (&json!("Once, in print."), &json!("trainedAlgorithmicMedia")));
        for (member, value, code) in [("digital_source_type", json!("ai"), "not_one_of"), ("usage_terms", json!("x".repeat(2_001)), "too_long")] {
            let problem = editor.with("If-Match", "*").patch(&record(&media), &json!({ member: value })).problem(422, "invalid_body");
            assert_eq!((&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]), (&json!(format!("/{member}")), &json!(code)));
        }
        let longest = set(&editor, &media, &json!({ "usage_terms": "x".repeat(2_000), "digital_source_type": null }));
        assert_eq!((&longest["digital_source_type"], &longest["version"]), (&json!(null), &json!(2)));
    }
}
