//! What one article says of others, and who takes a withdrawal back.

use serde_json::json;

use crate::both;

both! {
    an_article_names_only_what_its_writer_may_read(app) {
        let (editor, contributor) = (app.editor(), app.signed_in("contributor"));
        let secret = editor.draft(&json!({ "headline": "Not for everybody" }));
        let public = editor.published(&json!({ "headline": "For everybody" }));
        let own = contributor.draft(&json!({ "headline": "Mine" }));
        let path = format!("/v1/admin/articles/{}", own["id"].as_str().unwrap());
        let any = contributor.with("If-Match", "*");
        let span = json!([{ "_type": "span", "text": "there", "marks": ["l"] }]);
        let link = json!([{ "_type": "block", "children": span, "markDefs": [{ "_type": "link", "_key": "l", "article_id": secret["id"] }] }]);
        for naming in [json!({ "related": [secret["id"]] }), json!({ "supersedes": secret["id"] }), json!({ "body": link })] {
            let refused = any.patch(&path, &naming).problem(422, "invalid_body");
            assert_eq!(refused["errors"][0]["code"], "unknown_id", "{naming}");
            assert!(!refused.to_string().contains("everybody"), "{refused}");
        }
        let related = any.patch(&path, &json!({ "related": [public["id"]] })).expect(200).data();
        assert_eq!(related["related"][0]["headline"], "For everybody");
        // Readers of somebody else's article are led away by editors alone.
        let refused = any.patch(&path, &json!({ "supersedes": public["id"] })).problem(422, "invalid_body");
        assert_eq!(refused["errors"][0]["pointer"], "/supersedes");
        let _ = editor.with("If-Match", "*").patch(&path, &json!({ "supersedes": public["id"], "related": [secret["id"]] })).expect(200);
        // What an editor has put there stays when its writer goes on.
        let _ = any.patch(&path, &json!({ "kicker": "On" })).expect(200);
    }

    an_article_neither_takes_its_own_place_nor_a_later_ones(app) {
        let editor = app.editor();
        let first = editor.draft(&json!({ "headline": "First" }));
        let second = editor.draft(&json!({ "headline": "Second", "supersedes": first["id"], "related": [first["id"]] }));
        let any = editor.with("If-Match", "*");
        let path = |article: &serde_json::Value| format!("/v1/admin/articles/{}", article["id"].as_str().unwrap());
        let _ = any.patch(&path(&first), &json!({ "related": [second["id"]] })).expect(200);
        for earlier in [&first, &second] {
            let refused = any.patch(&path(&first), &json!({ "supersedes": earlier["id"] })).problem(422, "invalid_body");
            assert_eq!(refused["errors"][0]["pointer"], "/supersedes");
        }
    }

    a_withdrawal_is_taken_back_by_whoever_may_withdraw(app) {
        let (editor, author) = (app.editor(), app.signed_in("author"));
        let live = author.published(&json!({ "headline": "Untrue" }));
        let killed = editor.act(&live, "kill", &json!({ "notice": "It was not true." })).expect(200).data();
        let refused = author.act(&killed, "restore", &json!({})).problem(403, "forbidden");
        assert!(!refused["allowed_actions"].to_string().contains("restore"), "{refused}");
        assert!(!author.article(&live["id"])["allowed_actions"].to_string().contains("restore"));
        let _ = app.anonymous().get("/v1/articles/untrue").problem(410, "gone");
        let _ = editor.act(&killed, "restore", &json!({})).expect(200);
    }
}
