//! The parameters of lists.

use serde_json::{Value, json};

use super::{admin, members};
use crate::both;
use crate::support::TestApp;

/// Five articles, ten seconds apart: a1 to a3 in English, a4 the Spanish one of a1, a5 only in Spanish.
fn newsroom(app: &TestApp) -> Vec<Value> {
    let (admin_user, editor) = (app.signed_in("admin"), app.editor());
    let site = admin_user.get("/v1/admin/site").data();
    let _ =
        admin_user.if_match(&site["version"]).patch("/v1/admin/site", &json!({ "locales": ["en", "es"] })).expect(200);
    let [politics, economy] = ["Politics", "Economy"].map(|name| editor.tag(name, "section")["id"].clone());
    let [kz, us] = ["Kazakhstan", "United States"].map(|name| editor.tag(name, "place")["id"].clone());
    let [ana, ben] = ["Ana", "Ben"].map(|name| editor.author(name)["id"].clone());
    let mut made: Vec<Value> = Vec::new();
    let articles = [
        json!({ "headline": "Éclair", "slug": "a1", "section": politics, "tags": [kz, us], "authors": [ana], "featured": true }),
        json!({ "headline": "dune", "slug": "a2", "section": politics, "tags": [kz], "authors": [ben], "kind": "analysis", "access": "subscriber", "breaking": true }),
        json!({ "headline": "Fox", "slug": "a3", "section": economy, "tags": [us], "authors": [ana, ben], "kind": "opinion", "access": "registered" }),
        json!({ "headline": "Alba", "slug": "a4", "locale": "es" }),
        json!({ "headline": "Baile", "slug": "a5", "locale": "es" }),
    ];
    for (at, mut article) in articles.into_iter().enumerate() {
        if at == 3 {
            article["translation_of"] = made[0]["id"].clone();
        }
        made.push(editor.published(&article));
        app.advance(10);
    }
    made
}

both! {
    filters_narrow_alone_and_together(app) {
        let made = newsroom(app);
        let reader = app.anonymous();
        let at = |n: usize, name: &str| made[n - 1][name].as_str().unwrap().to_owned();
        let cases = [
            (String::new(), "a5 a4 a3 a2 a1"),
            ("section=politics".into(), "a2 a1"),
            ("section=politics,economy".into(), "a3 a2 a1"),
            ("section=kazakhstan".into(), ""),
            ("section=nothing".into(), ""),
            ("tag=kazakhstan".into(), "a2 a1"),
            ("tag=kazakhstan,united-states".into(), "a3 a2 a1"),
            ("tag=kazakhstan,nothing".into(), "a2 a1"),
            ("tag=nothing".into(), ""),
            ("tag_all=kazakhstan,united-states".into(), "a1"),
            ("tag_all=kazakhstan,kazakhstan".into(), "a2 a1"),
            ("tag_all=kazakhstan,nothing".into(), ""),
            ("tag_not=kazakhstan".into(), "a5 a4 a3"),
            ("tag_not=nothing".into(), "a5 a4 a3 a2 a1"),
            ("tag=united-states&tag_not=kazakhstan".into(), "a3"),
            ("author=ana".into(), "a3 a1"),
            ("author=ana,ben".into(), "a3 a2 a1"),
            ("author=ana&section=economy".into(), "a3"),
            ("author=nobody".into(), ""),
            ("kind=news".into(), "a5 a4 a1"),
            ("kind=analysis,opinion".into(), "a3 a2"),
            ("access=free".into(), "a5 a4 a1"),
            ("access=subscriber,registered".into(), "a3 a2"),
            ("featured=true".into(), "a1"),
            ("featured=false&locale=en".into(), "a3 a2"),
            ("breaking=true".into(), "a2"),
            ("locale=es".into(), "a5 a4"),
            ("locale=es&fallback_locale=en".into(), "a5 a4 a3 a2"),
            ("locale=en&fallback_locale=es".into(), "a5 a3 a2 a1"),
            ("locale=fr".into(), ""),
            (format!("published_after={}", at(3, "published_at")), "a5 a4"),
            (format!("published_before={}", at(3, "published_at")), "a2 a1"),
            (format!("published_after={}&published_before={}", at(1, "published_at"), at(3, "published_at")), "a2"),
            (format!("ids={},{}", at(2, "id"), at(5, "id")), "a5 a2"),
            ("ids=01890000-0000-7000-8000-00000000abcd".into(), ""),
            ("sort=published_at".into(), "a1 a2 a3 a4 a5"),
            ("sort=headline".into(), "a4 a5 a2 a1 a3"),
            ("sort=headline&tag=kazakhstan".into(), "a2 a1"),
            ("section=politics&tag=kazakhstan&author=ben&kind=analysis&access=subscriber&breaking=true&locale=en".into(), "a2"),
        ];
        for (query, expected) in cases {
            for paging in ["", "page=1"] {
                let found = reader.get(&format!("/v1/articles?{query}&{paging}")).expect(200);
                assert_eq!(members(&found, "slug").join(" "), expected, "{query} {paging}");
                if paging == "page=1" {
                    let count = expected.split_whitespace().count();
                    let meta = &found.json()["meta"];
                    assert_eq!((&meta["total"], &meta["total_capped"]), (&json!(count), &json!(false)), "{query}");
                    assert_eq!(meta["total_pages"], usize::from(count > 0), "{query}");
                }
            }
        }
        let editor = app.editor();
        let again = editor.act(&editor.article(&made[0]["id"]), "publish", &json!({})).expect(200).data();
        assert_eq!(again["published_at"], made[0]["published_at"]);
        assert_eq!(members(&reader.get("/v1/articles?sort=-updated_at&limit=2"), "slug"), ["a1", "a5"]);
        assert_eq!(members(&reader.get("/v1/articles?sort=updated_at&limit=2"), "slug"), ["a2", "a3"]);
        assert_eq!(members(&reader.get(&format!("/v1/articles?updated_after={}", at(5, "updated_at"))), "slug"), ["a1"]);
    }

    former_slugs_of_tags_and_authors_are_followed(app) {
        let made = newsroom(app);
        let (editor, reader) = (app.editor(), app.anonymous());
        for (kind, names, filter) in [("tags", ["kazakhstan", "kz", "qazaqstan"], "tag"), ("authors", ["ana", "anna", "ana-perez"], "author")] {
            let id = reader.get(&format!("/v1/{kind}/{}", names[0])).data()["id"].clone();
            let path = format!("/v1/admin/{kind}/{}", id.as_str().unwrap());
            for name in &names[1..] {
                let version = editor.get(&path).data()["version"].clone();
                let _ = editor.if_match(&version).patch(&path, &json!({ "slug": name })).expect(200);
            }
            let expected = members(&reader.get(&format!("/v1/articles?{filter}={}", id.as_str().unwrap())), "slug");
            assert_eq!(expected.len(), 2);
            for name in names {
                assert_eq!(members(&reader.get(&format!("/v1/articles?{filter}={name}")), "slug"), expected, "{name}");
            }
            for name in &names[..2] {
                let moved = reader.get(&format!("/v1/{kind}/{name}?fields=name")).expect(301);
                let location = moved.header("location").unwrap();
                assert!(location.ends_with(&format!("/v1/{kind}/{}?fields=name", names[2])), "{location}");
            }
            let count = reader.get(&format!("/v1/{kind}/{}", names[2])).data()["article_count"].clone();
            assert_eq!(count, 2);
            assert!(members(&reader.get(&format!("/v1/{kind}?limit=100")), "slug").contains(&names[2].to_owned()));
        }
        for article in &made[..3] {
            let _ = editor.act(&editor.article(&article["id"]), "unpublish", &json!({})).expect(200);
        }
        for path in ["/v1/tags/qazaqstan", "/v1/tags/kz", "/v1/authors/ana-perez", "/v1/authors/anna"] {
            let _ = reader.get(path).problem(404, "not_found");
        }
        assert!(members(&reader.get("/v1/tags"), "slug").is_empty());
    }

    parameters_are_read_strictly(app) {
        let made = newsroom(app);
        let reader = app.anonymous();
        for (query, parameter) in [
            ("limit=0", "limit"), ("limit=101", "limit"), ("limit=x", "limit"), ("page=0", "page"), ("limit=2&limit=3", "limit"),
            ("page=101&limit=100", "page"), ("kind=newz", "kind"), ("featured=yes", "featured"), ("sort=-headline", "sort"),
            ("published_after=yesterday", "published_after"), ("ids=a1", "ids"), ("tag=", "tag"), ("tag=a,,b", "tag"),
            ("fallback_locale=en", "fallback_locale"), ("tag=a%00b", "tag"), ("tag=%ff", "tag"), ("locale=e_n", "locale"),
        ] {
            let problem = reader.get(&format!("/v1/articles?{query}")).problem(400, "invalid_parameter");
            assert_eq!(problem["errors"][0]["parameter"], parameter, "{query}: {problem}");
        }
        for (query, meant) in [("sectoin=a", "section"), ("limt=1", "limit"), ("zzzz=en", "")] {
            let problem = reader.get(&format!("/v1/articles?{query}")).problem(400, "invalid_parameter");
            assert_eq!(problem["did_you_mean"].as_str().unwrap_or_default(), meant, "{problem}");
        }
        for query in ["limit=1", "limit=100", "page=100&limit=100", "page=10000&limit=1"] {
            let _ = reader.get(&format!("/v1/articles?{query}")).expect(200);
        }
        let page = reader.get("/v1/articles?page=2&limit=2").expect(200);
        assert_eq!(members(&page, "slug"), ["a3", "a2"]);
        assert_eq!(page.json()["meta"], json!({ "limit": 2, "page": 2, "total": 5, "total_capped": false, "total_pages": 3 }));
        let link = page.header("link").unwrap();
        assert!(["next", "prev", "first"].iter().all(|rel| link.contains(&format!("rel=\"{rel}\""))), "{link}");

        let cursor = reader.get("/v1/articles?limit=2").json()["meta"]["next_cursor"].as_str().unwrap().to_owned();
        let _ = reader.get(&format!("/v1/articles?limit=1&cursor={cursor}")).expect(200);
        for query in ["sort=headline&", "tag=kazakhstan&", "locale=en&"] {
            let _ = reader.get(&format!("/v1/articles?{query}cursor={cursor}")).problem(400, "invalid_cursor");
        }
        let _ = reader.get(&format!("/v1/tags?cursor={cursor}")).problem(400, "invalid_cursor");
        let _ = reader.get("/v1/articles?cursor=nonsense").problem(400, "invalid_cursor");
        let both = reader.get(&format!("/v1/articles?page=1&cursor={cursor}")).problem(400, "invalid_parameter");
        assert_eq!(both["errors"][0]["parameter"], "page");
        for path in ["/v1/tags/a%00b", "/v1/authors/a%00b", "/v1/articles/a%00b", "/v1/tags?parent=a'b", "/v1/tags/a%ffb", "/v1/media/x", "/media/x/y"] {
            let answer = reader.get(path);
            assert!(answer.status < 500, "{path}: {}", answer.text());
        }
        let _ = made;
    }

    tags_above_public_ones_are_public(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let above = editor.tag("Asia", "place");
        let below = editor.post("/v1/admin/tags", &json!({ "name": "Almaty", "kind": "place", "parent": above["id"], "names": { "kk": "Алматы" } })).expect(201).data();
        let _ = reader.get("/v1/tags/asia").problem(404, "not_found");
        let live = editor.published(&json!({ "headline": "City", "slug": "city", "tags": [below["id"]] }));
        assert_eq!(reader.get("/v1/tags/asia").data()["article_count"], 0);
        let tag = reader.get("/v1/tags/almaty?locale=kk").data();
        assert_eq!((&tag["name"], &tag["parent"]["slug"], &tag["article_count"]), (&json!("Алматы"), &json!("asia"), &json!(1)));
        assert_eq!(members(&reader.get("/v1/tags?parent=asia"), "slug"), ["almaty"]);
        assert!(members(&reader.get("/v1/articles?tag=asia"), "slug").is_empty());
        let refused = editor.if_match(&below["version"]).delete(&admin("tags", &below)).problem(409, "in_use");
        assert!(refused["used_by"].is_array());
        let _ = editor.act(&live, "unpublish", &json!({})).expect(200);
        let _ = reader.get("/v1/tags/asia").problem(404, "not_found");
    }
}
