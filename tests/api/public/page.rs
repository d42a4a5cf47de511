//! The page of a news article, from one request.

use serde_json::{Value, json};

use super::{admin, members};
use crate::both;
use crate::support::pictures::jpeg;
use crate::support::{Session, TestApp};

const PARAGRAPHS: [&str; 3] = [
    "According to this statement, “demonstrations can take place quickly and without prior notification”.",
    "The White House already expressed its concern on Friday.",
    "The number of wounded police officers rose to 740.",
];

/// An article with everything that a page shows, and others beside it.
fn newsroom(app: &TestApp, editor: &Session) -> Value {
    let section = editor.tag("World", "section");
    let place = editor.tag("Kazakhstan", "place");
    let author = editor.author("Ana Pérez");
    let hero = editor.upload(
        "globalhappenings news.jpg",
        &jpeg(9),
        &[
            ("alt", "The consulate"),
            ("caption", "The consulate in Almaty"),
            ("credit", "Ana Pérez"),
            ("focal_point", "{\"x\":0.25,\"y\":0.5}"),
        ],
    );
    let film = editor.post(
        "/v1/admin/media",
        &json!({ "embed_url": "https://www.youtube.com/watch?v=dQw4w9WgXcQ", "title": "The week in Almaty" }),
    );
    let (hero, film) = (hero.expect(201).data(), film.expect(201).data());
    let beside: Vec<Value> = (1..=3)
        .map(|n| {
            editor.published(&json!({ "headline": format!("Beside {n}"), "section": section["id"] }))["id"].clone()
        })
        .collect();
    app.advance(60);
    editor.published(&json!({
        "headline": "The US authorizes the staff of its consulate in Almaty to leave Kazakhstan",
        "slug": "consulate", "kicker": "Kazakhstan",
        "standfirst": "Non-essential employees may leave because of the insecurity.",
        "body_markdown": PARAGRAPHS.join("\n\n"),
        "section": section["id"], "tags": [place["id"]], "authors": [{ "id": author["id"], "role": "reporter" }],
        "hero": hero["id"], "recommended_video": film["id"], "related": [beside[2], beside[0]],
        "dateline": { "text": "ALMATY", "city": "Almaty", "country": "Kazakhstan", "latitude": 43.25, "longitude": 76.9, "date": "2022-01-08" },
        "source": { "name": "State Department", "url": "https://www.state.gov/" },
        "seo": { "title": "US staff may leave Almaty" }, "rights": { "copyright_holder": "The Example" },
        "custom": { "layout": "wide" },
    }))
}

both! {
    one_request_brings_every_part_of_the_page(app) {
        let editor = app.editor();
        let live = newsroom(app, &editor);
        let reader = app.anonymous();
        let _ = reader.send("POST", &format!("/v1/articles/{}/views", live["id"].as_str().unwrap()), Some(b"beacon")).expect(204);
        app.flush_views();
        let answer = reader.get("/v1/articles/consulate?include=related,popular&formats=blocks,html,text,markdown").expect(200);
        let labels = &answer.json()["meta"]["labels"];
        assert_eq!(*labels, json!({ "skip_to_content": "Skip to content", "recommended_video": "RECOMMENDED VIDEO",
            "related": "IT MAY INTEREST YOU", "share": "Share this article:", "popular": "most popular" }));
        let page = answer.data();
        assert_eq!(page["url"], "https://news.example/consulate");
        for paragraph in PARAGRAPHS {
            for form in ["body_html", "body_text", "body_markdown"] {
                assert!(page[form].as_str().unwrap().contains(paragraph), "{form}: {}", page[form]);
            }
        }
        assert_eq!(page["body"].as_array().unwrap().len(), PARAGRAPHS.len());
        let hero = &page["hero"];
        assert_eq!((&hero["file_name"], &hero["alt"]), (&json!("globalhappenings-news.jpg"), &json!("The consulate")));
        assert_eq!((&hero["caption"], &hero["credit"]), (&json!("The consulate in Almaty"), &json!("Ana Pérez")));
        assert_eq!((&hero["kind"], &hero["focal_point"]), (&json!("image"), &json!({ "x": 0.25, "y": 0.5 })));
        assert_eq!(reader.get(hero["url"].as_str().unwrap()).expect(200).header("content-type"), Some("image/jpeg"));
        let film = &page["recommended_video"];
        assert_eq!((&film["kind"], &film["title"], &film["embed"]["provider"]), (&json!("video"), &json!("The week in Almaty"), &json!("youtube")));
        let reasons: Vec<(&Value, &Value)> =
            page["related"].as_array().unwrap().iter().map(|card| (&card["headline"], &card["reason"])).collect();
        assert_eq!(reasons[..2], [(&json!("Beside 3"), &json!("curated")), (&json!("Beside 1"), &json!("curated"))]);
        assert_eq!(reasons[2], (&json!("Beside 2"), &json!("section")));
        assert_eq!((&page["popular"][0]["slug"], &page["popular"][0]["rank"]), (&json!("consulate"), &json!(1)));
        let share = &page["share"];
        assert_eq!((&share["url"], &share["title"], &share["image"]), (&page["url"], &page["headline"], &hero["url"]));
        for network in ["email", "whatsapp", "x", "facebook", "linkedin", "telegram", "reddit", "bluesky"] {
            let intent = share["intents"][network].as_str().unwrap();
            assert!(intent.contains("https%3A%2F%2Fnews.example%2Fconsulate"), "{network}: {intent}");
        }
        assert_eq!((&page["section"]["name"], &page["tags"][0]["kind"]), (&json!("World"), &json!("place")));
        assert_eq!((&page["authors"][0]["role"], &page["byline"]), (&json!("reporter"), &json!("Ana Pérez")));
        assert_eq!((&page["dateline"]["text"], &page["dateline"]["date"]), (&json!("ALMATY"), &json!("2022-01-08")));
        assert_eq!((&page["source"]["name"], &page["custom"]["layout"]), (&json!("State Department"), &json!("wide")));
        assert_eq!((&page["corrections"], &page["translations"], &page["seo"]["no_index"]), (&json!([]), &json!([]), &json!(false)));
        assert_eq!((&page["access"], &page["kind"], &page["reading_minutes"]), (&json!("free"), &json!("news"), &json!(1)));
        assert_eq!(page["first_published_at"], page["published_at"]);
        let time = page["published_at"].as_str().unwrap();
        assert!(time.len() == 24 && time.ends_with('Z'), "{time}");
        let related = reader.get("/v1/articles/consulate/related?limit=3").data();
        let pages: Vec<Value> = page["related"].as_array().unwrap()[..3].to_vec();
        assert_eq!(related, Value::Array(pages));
    }

    the_labels_are_those_of_the_articles_language_and_of_the_newsroom(app) {
        let (admin_user, editor, reader) = (app.signed_in("admin"), app.editor(), app.anonymous());
        let site = admin_user.get("/v1/admin/site").expect(200).data();
        let change = json!({ "locales": ["en", "es"], "labels": { "es": { "popular": "Lo más visto" } } });
        let _ = admin_user.if_match(&site["version"]).patch("/v1/admin/site", &change).expect(200);
        let _ = editor.published(&json!({ "headline": "Hola", "slug": "hola", "locale": "es" }));
        let labels = reader.get("/v1/articles/hola").expect(200).json()["meta"]["labels"].clone();
        assert_eq!((&labels["popular"], &labels["skip_to_content"]), (&json!("Lo más visto"), &json!("Saltar al contenido")));
        let site = reader.get("/v1/site?locale=es").expect(200).data();
        assert_eq!(site["labels"], labels);
    }

    what_is_absent_is_null_and_what_was_not_asked_for_is_left_out(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let _ = editor.published(&json!({ "headline": "Bare", "slug": "bare", "body_markdown": "Words." }));
        let bare = reader.get("/v1/articles/bare").expect(200).data();
        for member in ["kicker", "standfirst", "hero", "section", "byline", "dateline", "source", "recommended_video"] {
            assert_eq!(bare.get(member), Some(&Value::Null), "{member}");
        }
        for member in ["tags", "authors", "corrections", "translations"] {
            assert_eq!(bare[member], json!([]), "{member}");
        }
        let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(",");
        let get = |query: &str| names(&reader.get(&format!("/v1/articles/bare?{query}")).expect(200).data());
        let has = |names: &str, name: &str| names.split(',').any(|known| known == name);
        let whole = get("");
        for name in ["body_text", "body_markdown", "related", "popular"] {
            assert!(!has(&whole, name), "{name}");
        }
        assert!(has(&whole, "body") && has(&whole, "body_html"));
        assert!(get("formats=text") != whole && has(&get("formats=text"), "body_text") && !has(&get("formats=text"), "body_html"));
        assert!(has(&get("include=related"), "related") && !has(&get("include=related"), "popular"));
        let sorted = |names: String| { let mut names: Vec<String> = names.split(',').map(str::to_owned).collect(); names.sort(); names.join(",") };
        assert_eq!(sorted(get("fields=headline,slug")), "headline,id,slug");
        assert_eq!(sorted(get("fields=body_html")), "body_html,id");
        assert_eq!(sorted(get("fields=id")), "id");
        let card = |query: &str| names(&reader.get(&format!("/v1/articles?{query}")).expect(200).data()[0]);
        assert!(!has(&card(""), "body") && !has(&card(""), "body_html"));
        assert!(has(&card("include=body"), "body") && has(&card("include=body"), "body_html"));
        let text = card("include=body&formats=text");
        assert!(has(&text, "body_text") && !has(&text, "body"), "{text}");
        assert_eq!(sorted(card("fields=headline")), "headline,id");
        for query in ["fields=headlin", "formats=htm", "include=relatd"] {
            let problem = reader.get(&format!("/v1/articles/bare?{query}")).problem(400, "invalid_parameter");
            assert_eq!(problem["errors"][0]["parameter"], query.split('=').next().unwrap());
            assert!(["headline", "html", "related"].contains(&problem["did_you_mean"].as_str().unwrap_or_default()), "{problem}");
        }
    }

    corrections_stand_newest_first_and_translations_name_each_other(app) {
        let (admin_user, editor, reader) = (app.signed_in("admin"), app.editor(), app.anonymous());
        let site = admin_user.get("/v1/admin/site").data();
        let _ = admin_user.if_match(&site["version"]).patch("/v1/admin/site", &json!({ "locales": ["en", "es"] })).expect(200);
        let live = editor.published(&json!({ "headline": "Numbers", "slug": "numbers" }));
        let live = editor.act(&live, "correct", &json!({ "kind": "correction", "text": "It was 26." })).expect(200).data();
        app.advance(5);
        let live = editor.act(&live, "correct", &json!({ "kind": "update", "text": "It is 27." })).expect(200).data();
        let seen = reader.get("/v1/articles/numbers").data();
        let texts: Vec<&Value> = seen["corrections"].as_array().unwrap().iter().map(|entry| &entry["text"]).collect();
        assert_eq!(texts, ["It is 27.", "It was 26."]);
        assert_eq!(seen["updated_at"], seen["corrections"][0]["at"]);

        let other = editor.published(&json!({ "headline": "Números", "slug": "numeros", "locale": "es", "translation_of": live["id"] }));
        let seen = reader.get("/v1/articles/numbers").data();
        assert_eq!(seen["translations"], json!([{ "locale": "es", "slug": "numeros", "url": "https://news.example/es/numeros" }]));
        let seen = reader.get("/v1/articles/numeros").data();
        assert_eq!(seen["translations"], json!([{ "locale": "en", "slug": "numbers", "url": "https://news.example/numbers" }]));
        let _ = reader.get("/v1/articles/numeros?locale=en").problem(404, "not_found");
        // The same slug in both languages: the default one wins, and `locale` is exact.
        let edited = editor.if_match(&other["version"]).patch(&admin("articles", &other), &json!({ "slug": "numbers" })).expect(200).data();
        let other = editor.act(&edited, "publish", &json!({})).expect(200).data();
        assert_eq!(reader.get("/v1/articles/numbers").data()["locale"], "en");
        assert_eq!(reader.get("/v1/articles/numbers?locale=es").data()["locale"], "es");
        let moved = reader.get("/v1/articles/numeros").expect(301);
        assert!(moved.header("location").unwrap().ends_with("/v1/articles/numbers?locale=es"), "{moved:?}");
        let _ = editor.act(&other, "unpublish", &json!({})).expect(200);
        assert_eq!(reader.get("/v1/articles/numbers").data()["translations"], json!([]));
    }

    the_most_viewed_articles_of_a_window(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let mut readers = 0;
        let mut view = |article: &Value| {
            readers += 1;
            let one = reader.with("User-Agent", &format!("Browser {readers}"));
            one.send("POST", &format!("/v1/articles/{}/views", article["id"].as_str().unwrap()), Some(b"{\"any\":1}")).expect(204)
        };
        let draft = editor.draft(&json!({ "headline": "Draft", "slug": "draft" }));
        let [first, second] = ["first", "second"].map(|slug| editor.published(&json!({ "headline": slug, "slug": slug })));
        for article in [&draft, &draft, &draft, &second, &second, &first] {
            let _ = view(article);
        }
        let _ = reader.send("POST", "/v1/articles/01890000-0000-7000-8000-00000000abcd/views", None).expect(204);
        let _ = reader.send("POST", "/v1/articles/first/views", None).problem(404, "not_found");
        app.flush_views();
        let _ = editor.act(&draft, "publish", &json!({})).expect(200);
        let popular = |query: &str| members(&reader.get(&format!("/v1/popular?{query}")).expect(200), "slug");
        assert_eq!(popular(""), ["second", "first"]);
        assert_eq!(popular("limit=1"), ["second"]);
        assert_eq!(reader.get("/v1/popular").data()[1]["rank"], 2);
        app.advance(3 * 3_600);
        for _ in 0..3 {
            let _ = view(&first);
        }
        app.flush_views();
        assert_eq!(popular("window=1h"), ["first"]);
        assert_eq!(popular("window=24h"), ["first", "second"]);
        app.advance(26 * 3_600);
        assert!(popular("").is_empty());
        assert_eq!(popular("window=7d"), popular("window=30d"));
        let editor = app.editor();
        let _ = editor.act(&editor.article(&first["id"]), "unpublish", &json!({})).expect(200);
        assert_eq!(popular("window=7d"), ["second"]);
        let problem = reader.get("/v1/popular?window=2h").problem(400, "invalid_parameter");
        assert_eq!(problem["errors"][0]["parameter"], "window");
    }
}
