//! The editorial list: what its entries carry, and how languages fall back.

use serde_json::{Value, json};

use crate::both;

fn members(entry: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = entry.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

both! {
    entries_carry_what_was_asked_for(app) {
        let editor = app.editor();
        let _ = editor.draft(&json!({ "headline": "Rain", "body_markdown": "It **rains**." }));
        let first = |query: &str| editor.get(&format!("/v1/admin/articles?{query}")).expect(200).data()[0].clone();

        let plain = first("");
        assert!(plain["headline"] == "Rain" && plain.get("body").is_none() && plain.get("body_html").is_none());
        let with_body = first("include=body");
        assert_eq!(with_body["body_html"], "<p>It <strong>rains</strong>.</p>\n");
        assert!(with_body["body"].is_array() && with_body.get("body_text").is_none());
        let as_text = first("formats=text,markdown");
        assert_eq!((&as_text["body_text"], &as_text["body_markdown"]), (&json!("It rains."), &json!("It **rains**.\n")));
        assert!(as_text.get("body").is_none());

        assert_eq!(members(&first("fields=headline,status")), ["headline", "id", "status"]);
        assert_eq!(members(&first("fields=body_html")), ["body_html", "id"]);
        assert_eq!(members(&first("fields=version&include=body")), ["body", "body_html", "id", "version"]);
        assert_eq!(members(&first("fields=version&formats=text")), ["body_text", "id", "version"]);
        let page = editor.get("/v1/admin/articles?fields=slug&page=1").expect(200).json();
        assert_eq!((members(&page["data"][0]), &page["meta"]["total"]), (vec!["id", "slug"], &json!(1)));

        let wrong = editor.get("/v1/admin/articles?fields=headlin").problem(400, "invalid_parameter");
        assert_eq!(wrong["errors"][0]["parameter"], "fields");
        assert!(wrong["errors"][0]["detail"].as_str().unwrap().contains("headline"), "{wrong}");
        let _ = editor.get("/v1/admin/articles?formats=pdf").problem(400, "invalid_parameter");
        let _ = editor.get("/v1/admin/articles?include=related").problem(400, "invalid_parameter");
    }

    a_language_falls_back_by_translation_group(app) {
        let (admin, editor) = (app.signed_in("admin"), app.editor());
        let site = admin.get("/v1/admin/site").data();
        let _ = admin.if_match(&site["version"]).patch("/v1/admin/site", &json!({ "locales": ["en", "es"] })).expect(200);
        let both = editor.draft(&json!({ "headline": "Both" }));
        let _ = editor.draft(&json!({ "headline": "Ambos", "locale": "es", "translation_of": both["id"] }));
        let _ = editor.draft(&json!({ "headline": "English only" }));
        let _ = editor.draft(&json!({ "headline": "Solo en español", "locale": "es" }));
        let listed = |query: &str| -> Vec<String> {
            let path = format!("/v1/admin/articles?sort=headline&fields=headline&{query}");
            let data = editor.get(&path).expect(200).data();
            data.as_array().unwrap().iter().map(|entry| entry["headline"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(listed("locale=es"), ["Ambos", "Solo en español"]);
        assert_eq!(listed("locale=es&fallback_locale=en"), ["Ambos", "English only", "Solo en español"]);
        assert_eq!(listed("locale=en&fallback_locale=es"), ["Both", "English only", "Solo en español"]);
        let lonely = editor.get("/v1/admin/articles?fallback_locale=en").problem(400, "invalid_parameter");
        assert_eq!(lonely["errors"][0]["parameter"], "fallback_locale");
    }
}
