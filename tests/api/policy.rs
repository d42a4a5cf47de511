//! The permission table as clients read it, held against the table itself and against the document.

use serde_json::{Value, json};
use slugline::domain::Op;

use crate::both;
use crate::openapi::{document, id, operations};
use crate::support::{Client, TestApp};

fn table(client: &Client) -> Value {
    client.get("/v1/admin/policy").expect(200).data()
}

/// What the description of an operation must say of its line of the table.
fn expected(line: &Value) -> String {
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    let what = match line["own_means"].as_str() {
        None if line["own"] == "admin" => String::new(),
        None => " or a higher one".to_owned(),
        Some("owned") => format!(" for what is one's own, {} for the rest", word(&line["any"])),
        Some("private") => format!(" for what is not public, {} for the rest", word(&line["any"])),
        Some(_) => format!(" for what is one's own and not public, {} for the rest", word(&line["any"])),
    };
    let scopes: Vec<String> =
        line["scopes"].as_array().unwrap().iter().map(|scope| format!("`{}`", word(scope))).collect();
    let scopes = match scopes.len() {
        0 => "API tokens can't do this.".to_owned(),
        1 => format!("An API token needs the scope {}.", scopes[0]),
        _ => format!("An API token needs the scopes {}.", scopes.join(" and ")),
    };
    let demand = match line["demand"].as_str() {
        Some("fresh") => " Needs a sign-in within the last 15 minutes.",
        Some("set_up") => " Open to who has yet to set up the second factor that the site asks for.",
        _ => "",
    };
    let members: Vec<String> =
        line["fresh_members"].as_array().unwrap().iter().map(|member| format!("`{}`", word(member))).collect();
    let members = match members.split_last() {
        None => String::new(),
        Some((one, [])) => format!(" {one} takes a person who signed in within the last 15 minutes."),
        Some((last, rest)) => {
            format!(" {} and {last} take a person who signed in within the last 15 minutes.", rest.join(", "))
        }
    };
    let mut text = format!("**Permission.** Needs the role {}{what}. {scopes}{demand}{members}", word(&line["own"]));
    let Some(states) = line["states"].as_array() else { return text };
    let mut told = Vec::new();
    for state in states {
        let mut notes = Vec::new();
        if state["own"] != line["own"] || state["any"] != line["any"] {
            let (own, any) = (word(&state["own"]), word(&state["any"]));
            notes.push(if own == any {
                format!("role {any}")
            } else {
                format!("role {own} for one's own, {any} for the rest")
            });
        }
        if state["always"] == false {
            notes.push("not always: see its `allowed_actions`".to_owned());
        }
        let notes = if notes.is_empty() { String::new() } else { format!(" ({})", notes.join("; ")) };
        told.push(format!("`{}`{notes}", word(&state["status"])));
    }
    text.push_str(&format!("\n\n**States.** Legal while the article is {}.", told.join(", ")));
    text
}

both! {
    the_table_is_told_to_whoever_is_signed_in(app) {
        let admin = app.signed_in("admin");
        let told = table(&admin);
        assert_eq!(told["roles"], json!(["contributor", "author", "editor", "admin"]));
        let lines = told["operations"].as_array().unwrap();
        assert_eq!(lines.len(), Op::ALL.len());
        for (line, op) in lines.iter().zip(Op::ALL) {
            let rule = op.rule();
            assert_eq!(line["operation"], op.as_str());
            assert_eq!((&line["own"], &line["any"], &line["demand"]), (&json!(rule.own), &json!(rule.any), &json!(rule.demand)));
            let needed = line["scopes"].as_array().unwrap();
            assert_eq!(needed.last(), rule.scope.map(|scope| json!(scope)).as_ref(), "{line}");
            assert_eq!(line["own_means"].is_null(), rule.own == rule.any, "{line}");
            assert_eq!(line["fresh_members"], json!(op.fresh_members()), "{line}");
        }
        for role in ["contributor", "author", "editor"] {
            assert_eq!(table(&app.signed_in(role)), told, "{role}");
        }
        let _ = admin.with("If-Match", "*").patch("/v1/admin/site", &json!({ "require_totp": ["author"] })).expect(200);
        let author = app.signed_in("author");
        let _ = author.get("/v1/admin/articles").problem(403, "totp_setup_required");
        assert_eq!(table(&author), told);
        let _ = app.anonymous().get("/v1/admin/policy").problem(401, "unauthenticated");
        let bot = |scopes: Value| {
            let made = admin.post("/v1/admin/tokens", &json!({ "name": "t", "scopes": scopes })).expect(201).data();
            app.anonymous().bearer(made["token"].as_str().unwrap())
        };
        assert_eq!(table(&bot(json!(["site:read"]))), told);
        let _ = bot(json!(["articles:read"])).get("/v1/admin/policy").problem(403, "insufficient_scope");

        let one = admin.get("/v1/admin/policy?operation=unpublish_article").expect(200).data();
        assert_eq!(one["operations"], json!([{
            "operation": "unpublish_article", "method": "POST", "path": "/v1/admin/articles/{id}/unpublish",
            "scopes": ["articles:read", "articles:publish"], "own": "author", "any": "editor", "own_means": "owned", "demand": "usual",
            "fresh_members": [], "action": "unpublish", "states": [{ "status": "published", "own": "author", "any": "editor", "always": true }],
        }]));
        assert_eq!(admin.get("/v1/admin/policy?operation=nothing").expect(200).data()["operations"], json!([]));
        let _ = admin.get("/v1/admin/policy?operations=x").problem(400, "invalid_parameter");
        let long = "x".repeat(101);
        let _ = admin.get(&format!("/v1/admin/policy?operation={long}")).problem(400, "invalid_parameter");
    }
}

#[test]
fn the_document_says_what_the_table_says() {
    let Some(app) = TestApp::start(crate::support::Database::Sqlite) else { return };
    let told = table(&app.editor());
    let document = document();
    let mut seen = 0;
    for (method, path, operation) in operations(&document) {
        let description = operation["description"].as_str().unwrap();
        let lines = told["operations"].as_array().unwrap();
        let Some(line) = lines.iter().find(|line| line["operation"] == id(operation)) else {
            assert!(!description.contains("**Permission.**"), "{}", id(operation));
            continue;
        };
        assert_eq!((&line["method"], &line["path"]), (&json!(method.to_uppercase()), &json!(path)));
        assert!(description.ends_with(&expected(line)), "{}\n{description}\n\n{}", id(operation), expected(line));
        // Nobody wrote a second copy by hand.
        let by_hand = description.trim_end_matches(&expected(line));
        assert!(!by_hand.contains("Needs the scope") && !by_hand.contains("Needs the role"), "{by_hand}");
        seen += 1;
    }
    assert_eq!(seen, Op::ALL.len());
}
