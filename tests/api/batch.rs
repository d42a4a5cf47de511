//! Many changes of articles in one request.

use serde_json::{Value, json};

use crate::both;
use crate::support::rows::rows;
use crate::support::{Answer, Client};

fn send(client: &Client, mode: &str, operations: &Value) -> Answer {
    client.post("/v1/admin/articles/batch", &json!({ "mode": mode, "operations": operations }))
}

fn results(answer: Answer) -> Vec<Value> {
    answer.expect(200).data()["results"].as_array().unwrap().clone()
}

both! {
    a_batch_does_what_the_single_routes_do(app) {
        let editor = app.editor();
        let (one, two) = (editor.draft(&json!({ "headline": "One" })), editor.draft(&json!({ "headline": "Two" })));
        let [first, second] = ["First", "Second"].map(|name| editor.tag(name, "topic"));
        let operations = json!([
            { "op": "create", "body": { "headline": "Three", "slug": "three" } },
            { "op": "update", "id": one["id"], "if_match": "1", "body": { "kicker": "K", "tags": [first["id"]] } },
            { "op": "tag", "id": one["id"], "if_match": "\"2\"", "body": { "add": [second["id"]], "remove": [first["id"]] } },
            { "op": "publish", "id": one["id"], "if_match": "*" },
            { "op": "duplicate", "id": one["id"] },
            { "op": "submit", "id": two["id"], "if_match": "1" },
            { "op": "approve", "id": two["id"], "if_match": "2" },
            { "op": "archive", "id": two["id"], "if_match": "3" },
            { "op": "delete", "id": two["id"], "if_match": "4" },
        ]);
        let done = results(editor.post("/v1/admin/articles/batch", &json!({ "operations": operations })));
        let statuses: Vec<i64> = done.iter().map(|one| one["status"].as_i64().unwrap()).collect();
        assert_eq!(statuses, [201, 200, 200, 200, 201, 200, 200, 200, 204]);
        assert!(done.iter().enumerate().all(|(at, one)| one["index"] == at && one["error"].is_null()), "{done:?}");
        assert_eq!((&done[3]["version"], &done[3]["id"], &done[8]["version"]), (&json!(4), &one["id"], &json!(null)));
        let seen = app.anonymous().get("/v1/articles/one").expect(200).data();
        assert_eq!((&seen["tags"][0]["id"], seen["tags"].as_array().unwrap().len()), (&second["id"], 1));
        assert_eq!(editor.article(&done[0]["id"])["slug"], "three");
        assert_eq!(editor.article(&two["id"])["status"], "trashed");
    }

    all_or_nothing_writes_nothing_when_one_is_refused(app) {
        let editor = app.editor();
        let one = editor.draft(&json!({ "headline": "One" }));
        let before = rows(app);
        let good = json!({ "op": "update", "id": one["id"], "if_match": "1", "body": { "kicker": "K" } });
        let with = |bad: Value| json!([good, bad]);
        let nobody = "0197a000-0000-7000-8000-000000000000";

        let stale = send(&editor, "all_or_nothing", &with(json!({ "op": "publish", "id": one["id"], "if_match": "1" })));
        let problem = stale.problem(409, "batch_failed");
        assert_eq!((&problem["index"], &problem["cause"]["code"], &problem["cause"]["current_version"]), (&json!(1), &json!("stale_version"), &json!(2)));
        let illegal = send(&editor, "all_or_nothing", &with(json!({ "op": "unpublish", "id": one["id"], "if_match": "*" })));
        let problem = illegal.problem(409, "batch_failed");
        assert!(problem["cause"]["allowed_actions"].as_array().unwrap().contains(&json!("publish")), "{problem}");
        let unknown = send(&editor, "all_or_nothing", &with(json!({ "op": "publish", "id": nobody, "if_match": "*" })));
        assert_eq!(unknown.problem(409, "batch_failed")["cause"]["code"], "not_found");
        let rules = send(&editor, "all_or_nothing", &with(json!({ "op": "update", "id": one["id"], "if_match": "*", "body": { "tags": [nobody] } })));
        let problem = rules.problem(422, "invalid_body");
        assert_eq!((&problem["index"], &problem["errors"][0]["pointer"]), (&json!(1), &json!("/operations/1/body/tags/0")));
        let tags = send(&editor, "all_or_nothing", &with(json!({ "op": "tag", "id": one["id"], "if_match": "*", "body": { "add": [nobody] } })));
        assert_eq!(tags.problem(422, "invalid_body")["errors"][0]["pointer"], "/operations/1/body/add/0");
        // Shapes are looked at first, all of them.
        let shapes = json!([good, { "op": "create", "body": { "headlin": "x" } }, { "op": "flag", "id": one["id"], "if_match": "*", "body": { "featured": 1 } }]);
        let problem = send(&editor, "all_or_nothing", &shapes).problem(422, "invalid_body");
        let places: Vec<&Value> = problem["errors"].as_array().unwrap().iter().map(|fault| &fault["pointer"]).collect();
        assert_eq!((&problem["index"], places), (&json!(1), vec![&json!("/operations/1/body/headlin"), &json!("/operations/2/body/featured")]));
        assert_eq!(rows(app), before);
    }

    per_item_lets_each_stand_for_itself(app) {
        let (author, editor) = (app.signed_in("author"), app.editor());
        let own = author.draft(&json!({ "headline": "Own" }));
        let other = editor.draft(&json!({ "headline": "Other", "slug": "other" }));
        let operations = json!([
            { "op": "update", "id": other["id"], "if_match": "*", "body": { "kicker": "K" } },
            { "op": "create", "body": { "headline": "x", "slug": "other" } },
            { "op": "create", "body": { "headline": 7 } },
            { "op": "flag", "id": own["id"], "if_match": "1", "body": { "featured": true } },
            { "op": "update", "id": own["id"], "if_match": "9", "body": { "kicker": "K" } },
            { "op": "publish", "id": own["id"], "if_match": "1" },
            { "op": "request-changes", "id": own["id"], "if_match": "*" },
        ]);
        let done = results(send(&author, "per_item", &operations));
        let codes: Vec<(i64, Option<&str>)> = done.iter().map(|one| (one["status"].as_i64().unwrap(), one["error"]["code"].as_str())).collect();
        assert_eq!(codes, [
            (404, Some("not_found")), (422, Some("invalid_body")), (422, Some("invalid_body")), (403, Some("forbidden")),
            (412, Some("stale_version")), (200, None), (422, Some("invalid_body")),
        ]);
        assert_eq!(done[1]["error"]["errors"][0]["pointer"], "/operations/1/body/slug");
        assert_eq!(done[2]["error"]["errors"][0]["pointer"], "/operations/2/body/headline");
        assert_eq!((&done[5]["version"], &done[4]["version"]), (&json!(2), &json!(null)));
        let _ = app.anonymous().get("/v1/articles/own").expect(200);
        assert_eq!(author.article(&own["id"])["kicker"], json!(null));
    }

    a_batch_has_its_own_shape_and_bounds(app) {
        // The path is no article's, whatever the method.
        for method in ["GET", "PATCH", "DELETE", "PUT"] {
            let answer = app.anonymous().send(method, "/v1/admin/articles/batch", None);
            assert_eq!((answer.status, answer.header("allow")), (405, Some("OPTIONS, POST")), "{method}");
        }
        let editor = app.editor();
        let id = editor.draft(&json!({ "headline": "One" }))["id"].clone();
        let refused = [
            (json!({}), "/operations", "required"),
            (json!({ "operations": [] }), "/operations", "too_short"),
            (json!({ "operations": [{}] }), "/operations/0/op", "required"),
            (json!({ "operations": [{ "op": "explode" }] }), "/operations/0/op", "not_one_of"),
            (json!({ "operations": [{ "op": "publish", "if_match": "1" }] }), "/operations/0/id", "required"),
            (json!({ "operations": [{ "op": "publish", "id": id }] }), "/operations/0/if_match", "required"),
            (json!({ "operations": [{ "op": "publish", "id": id, "if_match": "W/\"1\"" }] }), "/operations/0/if_match", "invalid_format"),
            (json!({ "operations": [{ "op": "create", "id": id, "body": {} }] }), "/operations/0/id", "exclusive"),
            (json!({ "operations": [{ "op": "create", "if_match": "1", "body": {} }] }), "/operations/0/if_match", "exclusive"),
            (json!({ "operations": vec![json!({ "op": "create" }); 101] }), "/operations", "too_long"),
            (json!({ "operations": [{ "op": "create", "body": { "headline": "x" } }], "mode": "some" }), "/mode", "not_one_of"),
        ];
        for (body, pointer, code) in refused {
            let problem = editor.post("/v1/admin/articles/batch", &body).problem(422, "invalid_body");
            assert_eq!((&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]), (&json!(pointer), &json!(code)), "{problem}");
        }
        let hundred: Vec<Value> = (0..100).map(|n| json!({ "op": "create", "body": { "headline": format!("N{n}") } })).collect();
        let client = editor.with("Idempotency-Key", "hundred");
        let first = send(&client, "all_or_nothing", &json!(hundred)).expect(200);
        let again = send(&client, "all_or_nothing", &json!(hundred)).expect(200);
        assert_eq!((first.text(), again.header("idempotency-replayed")), (again.text(), Some("true")));
        let listed = editor.get("/v1/admin/articles?limit=100&page=1").json();
        assert_eq!(listed["meta"]["total"], 101);
        let reader = app.signed_in("admin").post("/v1/admin/tokens", &json!({ "name": "t", "scopes": ["tags:read"] })).expect(201).data();
        let reader = app.anonymous().bearer(reader["token"].as_str().unwrap());
        let _ = send(&reader, "per_item", &json!(hundred)).problem(403, "insufficient_scope");
    }
}
