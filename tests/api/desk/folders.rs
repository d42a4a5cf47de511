//! Folders of media.

use serde_json::{Value, json};

use super::{record, titles, uploaded};
use crate::both;
use crate::support::{Client, pictures};

const FOLDERS: &str = "/v1/admin/media-folders";

fn path(folder: &Value) -> String {
    format!("{FOLDERS}/{}", folder["id"].as_str().unwrap())
}

#[track_caller]
fn folder(client: &Client, name: &str, parent: &Value) -> Value {
    client.post(FOLDERS, &json!({ "name": name, "parent": parent })).expect(201).data()
}

#[track_caller]
fn refused(answer: crate::support::Answer, pointer: &str, code: &str) {
    let problem = answer.problem(422, "invalid_body");
    assert_eq!(
        (&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]),
        (&json!(pointer), &json!(code)),
        "{problem}"
    );
}

both! {
    folders_hold_media_and_folders(app) {
        let editor = app.editor();
        let sport = folder(&editor, "Sport", &Value::Null);
        let cup = folder(&editor, "Cup desk-secret", &sport["id"]);
        let _ = folder(&editor, "Arts", &Value::Null);
        let inside = uploaded(&editor, 1, &[("title", "inside"), ("folder", cup["id"].as_str().unwrap())]);
        assert_eq!((&inside["folder"]["id"], &inside["folder"]["name"]), (&cup["id"], &cup["name"]));
        let above = uploaded(&editor, 2, &[("title", "above")]);
        let _ = uploaded(&editor, 3, &[("title", "outside")]);
        let moved = editor.if_match(&json!(1)).patch(&record(&above), &json!({ "folder": sport["id"] })).expect(200).data();
        assert_eq!((&moved["version"], &moved["folder"]["name"]), (&json!(2), &json!("Sport")));

        let in_sport = format!("folder={}", sport["id"].as_str().unwrap());
        assert_eq!(titles(&editor, &in_sport), ["above"]);
        assert_eq!(titles(&editor, &format!("{in_sport}&include_subfolders=true")), ["inside", "above"]);
        assert_eq!(titles(&editor, "folder=none"), ["outside"]);
        assert_eq!(titles(&editor, "folder=0197a000-0000-7000-8000-000000000000"), [""; 0]);
        for wrong in ["folder=all", "include_subfolders=yes", "keyword="] {
            let _ = editor.get(&format!("/v1/admin/media?{wrong}")).problem(400, "invalid_parameter");
        }
        let names = |query: &str| -> Vec<Value> {
            let list = editor.get(&format!("{FOLDERS}?limit=2{query}")).expect(200);
            list.data().as_array().unwrap().iter().map(|folder| folder["name"].clone()).collect()
        };
        assert_eq!(names(""), ["Arts", "Cup desk-secret"]);
        assert_eq!(names("&parent=none"), ["Arts", "Sport"]);
        assert_eq!(names(&format!("&parent={}", sport["id"].as_str().unwrap())), ["Cup desk-secret"]);
        let first = editor.get(&format!("{FOLDERS}?limit=2")).json();
        let second = editor.get(first["links"]["next"].as_str().unwrap()).expect(200).data();
        assert_eq!((&second[0]["name"], &second[0]["media_count"], &second[0]["folder_count"]), (&json!("Sport"), &json!(1), &json!(1)));

        // Nothing is deleted that something is in.
        let problem = editor.if_match(&json!(1)).delete(&path(&sport)).problem(409, "in_use");
        assert_eq!((&problem["used_by"][0]["kind"], &problem["used_by"][1]["kind"]), (&json!("media_folder"), &json!("media")));
        let _ = editor.if_match(&json!(1)).delete(&path(&cup)).problem(409, "in_use");
        let _ = editor.delete(&path(&cup)).problem(428, "if_match_required");
        let _ = editor.if_match(&json!(9)).delete(&path(&cup)).problem(412, "stale_version");
        let _ = editor.with("If-Match", "*").patch(&record(&inside), &json!({ "folder": null })).expect(200);
        let _ = editor.if_match(&json!(1)).delete(&path(&cup)).expect(204);
        let _ = editor.get(&path(&cup)).problem(404, "not_found");
        refused(editor.with("If-Match", "*").patch(&record(&inside), &json!({ "folder": cup["id"] })), "/folder", "unknown_id");
        refused(editor.upload("x.jpg", &pictures::jpeg(9), &[("folder", cup["id"].as_str().unwrap())]), "/folder", "unknown_id");

        // Readers hear of none.
        let _ = editor.published(&json!({ "headline": "H", "slug": "h", "hero": above["id"] }));
        for path in ["/v1/articles/h".to_owned(), format!("/v1/media/{}", above["id"].as_str().unwrap())] {
            assert!(!app.anonymous().get(&path).expect(200).text().contains("folder"), "{path}");
        }
    }

    the_tree_has_no_circles_and_no_twins(app) {
        let editor = app.editor();
        let mut all = vec![folder(&editor, "L1", &Value::Null)];
        for level in 2..=8 {
            all.push(folder(&editor, &format!("L{level}"), &all[level - 2]["id"]));
        }
        refused(editor.post(FOLDERS, &json!({ "name": "L9", "parent": all[7]["id"] })), "/parent", "inconsistent");
        let change = |folder: &Value, body: Value| editor.with("If-Match", "*").patch(&path(folder), &body);
        refused(change(&all[0], json!({ "parent": all[0]["id"] })), "/parent", "inconsistent");
        refused(change(&all[0], json!({ "parent": all[3]["id"] })), "/parent", "inconsistent");
        refused(change(&all[0], json!({ "parent": "0197a000-0000-7000-8000-000000000000" })), "/parent", "unknown_id");
        let other = folder(&editor, "Other", &Value::Null);
        // With all that is below it, a moved folder must fit.
        refused(change(&all[0], json!({ "parent": other["id"] })), "/parent", "inconsistent");
        let up = change(&all[1], json!({ "parent": null })).expect(200).data();
        assert_eq!((&up["version"], &up["parent"]), (&json!(2), &Value::Null));
        let _ = change(&all[0], json!({ "parent": other["id"] })).expect(200);
        refused(editor.post(FOLDERS, &json!({ "name": "ÖTHER" })), "/name", "taken");
        refused(change(&up, json!({ "name": "other" })), "/name", "taken");
        refused(change(&up, json!({ "name": null })), "/name", "not_null");
        refused(editor.post(FOLDERS, &json!({})), "/name", "required");
        let same = change(&up, json!({ "name": "L2" })).expect(200).data();
        assert_eq!(same["version"], 2);
        let stale = editor.if_match(&json!(1)).patch(&path(&up), &json!({ "name": "Z" })).problem(412, "stale_version");
        assert_eq!(stale["changed_fields"], json!(["parent"]));
        let renamed = change(&up, json!({ "name": "Z" })).expect(200).data();
        assert_eq!((&renamed["name"], &renamed["version"]), (&json!("Z"), &json!(3)));
    }

    each_role_does_to_folders_what_its_role_allows(app) {
        let [editor, author, contributor] = ["editor", "author", "contributor"].map(|role| app.signed_in(role));
        let _ = contributor.post(FOLDERS, &json!({ "name": "C" })).problem(403, "forbidden");
        let made = folder(&author, "A", &Value::Null);
        for who in [&contributor, &author] {
            let _ = who.get(&path(&made)).expect(200);
            let _ = who.get(FOLDERS).expect(200);
            let _ = who.with("If-Match", "*").patch(&path(&made), &json!({ "name": "B" })).problem(403, "forbidden");
            let _ = who.with("If-Match", "*").delete(&path(&made)).problem(403, "forbidden");
        }
        // What one may change, one may put into a folder.
        let own = uploaded(&contributor, 1, &[("folder", made["id"].as_str().unwrap())]);
        let foreign = uploaded(&editor, 2, &[]);
        let put = |media: &Value| contributor.with("If-Match", "*").patch(&record(media), &json!({ "folder": made["id"] })).status;
        assert_eq!((put(&own), put(&foreign)), (200, 403));
        let _ = app.anonymous().get(FOLDERS).problem(401, "unauthenticated");
    }
}
