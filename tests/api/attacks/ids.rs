//! Confused ids: an id of one kind where another is meant names nothing, in paths and in bodies, and odd ids neither.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::wire::{Grounds, assert_discreet, raw_as};
use crate::both;
use crate::support::rows::rows;
use crate::support::writes::{World, at, pointer};
use crate::support::{Answer, Client};

/// What is no id, or the id of nothing.
const ODD: &[&str] = &[
    "0",
    "1",
    "-1",
    "null",
    "undefined",
    "NaN",
    "[object Object]",
    "true",
    "*",
    "%2a",
    "me",
    "00000000-0000-0000-0000-000000000000",
    "ffffffff-ffff-ffff-ffff-ffffffffffff",
    "01900000-0000-7000-8000-00000000000g",
    "{01900000-0000-7000-8000-000000000000}",
    "urn:uuid:01900000-0000-7000-8000-000000000000",
    "01900000000070008000000000000000",
    "01900000-0000-7000-8000-0000000000001",
    "01900000-0000-7000-8000-000000000000%20",
    "%2001900000-0000-7000-8000-000000000000",
    "01900000-0000-7000-8000-000000000000%00",
    "01900000%2D0000%2D7000%2D8000%2D000000000001",
    "1%20OR%201=1",
    "'%20OR%20'1'='1",
    "99999999999999999999999999999999",
    "1e3",
    "0x1",
    "%F0%9F%90%8B",
    "%E2%80%AE",
    "..",
    "%2e%2e",
    ".",
    "~",
    "a,b",
    "01900000-0000-7000-8000-000000000000,01900000-0000-7000-8000-000000000001",
];

/// A body that a writing route could take, so that its path is looked at.
fn bodies(world: &World) -> BTreeMap<String, (String, Vec<u8>)> {
    let body = |route: &crate::support::writes::WriteRoute| {
        let sound = if route.method == "PATCH" { json!({}) } else { world.sample(&route.schema) };
        (route.id.clone(), (route.media.clone(), sound.to_string().into_bytes()))
    };
    world.routes.iter().map(body).collect()
}

fn send(client: &Client, method: &str, path: &str, body: Option<&(String, Vec<u8>)>) -> Answer {
    let client = client.with("If-Match", "*");
    match body {
        Some((media, body)) => client.with("Content-Type", media).send(method, path, Some(body)),
        None => client.send(method, path, (method != "GET").then_some(b"")),
    }
}

/// The pattern with these values in its places.
fn filled(pattern: &str, values: &[&str]) -> String {
    let mut values = values.iter();
    let steps = pattern.split('/').map(|step| match (step.find('{'), step.find('}')) {
        (Some(from), Some(to)) if step.matches('{').count() == 1 => {
            format!("{}{}{}", &step[..from], values.next().unwrap_or(&"1"), &step[to + 1..])
        }
        (Some(_), Some(_)) => "w320.jpg".to_owned(),
        _ => step.to_owned(),
    });
    steps.collect::<Vec<_>>().join("/")
}

/// Refused as something that is not there, or for its body, or (a slug) for its form.
fn assert_nothing(answer: &Answer, what: &str) {
    assert_discreet(answer, what);
    assert!(
        matches!(answer.status, 400 | 401 | 404 | 405 | 409 | 415 | 422),
        "{what}: {} {}",
        answer.status,
        answer.text()
    );
}

both! {
    an_id_of_another_kind_names_nothing(app) {
        let grounds = Grounds::new(app);
        let world_bodies = bodies(&World::over(&grounds.admin, grounds.ids.clone()));
        let before = rows(app);
        let mut tried = 0;
        for one in grounds.operations.iter().filter(|one| one.pattern.contains('{') && !one.pattern.ends_with("/views")) {
            let of = one.pattern.trim_start_matches("/v1/").trim_start_matches("admin/").split('/').next().unwrap();
            let body = world_bodies.get(&one.id);
            for (kind, id) in &grounds.ids {
                // An article in the place of an article is no confusion, below it everything else is.
                let is_right = *kind == of && !one.is_public;
                let places = one.pattern.matches('{').count();
                for values in [vec![id.as_str()], vec![grounds.ids.get(of).map_or(id.as_str(), String::as_str), id]] {
                    let is_second = values.len() == 2;
                    let fits = is_second && one.pattern.contains(kind.trim_matches(['{', '}'])) && kind.starts_with('{');
                    if (is_second && places < 2) || (!is_second && (is_right || places > 1)) || fits {
                        continue;
                    }
                    let path = filled(&one.pattern, &values);
                    let what = format!("{} {path} with the id of {kind}", one.method);
                    assert_nothing(&send(&grounds.admin, &one.method, &path, body), &what);
                    tried += 1;
                }
            }
        }
        assert!(tried > 800, "{tried} tries");
        assert_eq!(rows(app), before);
    }

    what_is_no_id_names_nothing(app) {
        let grounds = Grounds::new(app);
        let world_bodies = bodies(&World::over(&grounds.admin, grounds.ids.clone()));
        let before = rows(app);
        for one in grounds.operations.iter().filter(|one| one.pattern.contains('{') && !one.pattern.ends_with("/views")) {
            for odd in ODD {
                // A number names a version of a revision and a part of a sitemap.
                let is_number = odd.parse::<u32>().is_ok_and(|number| number < 2);
                if is_number && (one.pattern.contains("{version}") || one.pattern.contains("{number}")) {
                    continue;
                }
                let path = filled(&one.pattern, &[odd, odd]);
                let answer = raw_as(app, &grounds.admin, &one.method, &path, world_bodies.get(&one.id));
                assert_nothing(&answer, &format!("{} {path}", one.method));
            }
        }
        assert_eq!(rows(app), before);
    }

    what_belongs_to_another_record_is_not_found_below_this_one(app) {
        let grounds = Grounds::new(app);
        let admin = &grounds.admin;
        let other = admin.draft(&json!({ "headline": "Other" }));
        let other = other["id"].as_str().unwrap();
        let article = &grounds.ids["articles"];
        let any = admin.with("If-Match", "*");
        for (below, id) in [("comments", &grounds.ids["{comment_id}"]), ("live-updates", &grounds.ids["{update_id}"])] {
            let at = |parent: &str| format!("/v1/admin/articles/{parent}/{below}/{id}");
            let _ = admin.get(&at(article)).expect(200);
            let _ = admin.get(&at(other)).problem(404, "not_found");
            let _ = any.patch(&at(other), &json!({})).problem(404, "not_found");
            let _ = any.delete(&at(other)).problem(404, "not_found");
        }
        let preview = admin.post(&format!("/v1/admin/articles/{article}/preview-tokens"), &json!({})).expect(201).data();
        let at = |parent: &str| format!("/v1/admin/articles/{parent}/preview-tokens/{}", preview["id"].as_str().unwrap());
        let _ = admin.delete(&at(other)).problem(404, "not_found");
        let _ = admin.delete(&at(article)).expect(204);
        let _ = admin.get(&format!("/v1/admin/articles/{other}/revisions/9")).problem(404, "not_found");
    }

    an_id_of_another_kind_in_a_body_is_refused_at_its_place(app) {
        let world = World::new(app);
        let ids = &world.ids;
        let before = rows(app);
        let mut tried = 0;
        for route in &world.routes {
            for (path, schema) in world.members(&route.schema) {
                let schema = world.resolved(schema);
                let name = path.iter().rev().find_map(Option::as_deref).unwrap();
                if schema["format"] != "uuid" || path.iter().flatten().any(|step| step == "custom") {
                    continue;
                }
                for (kind, id) in ids.iter().filter(|(kind, _)| !fits(name, kind)) {
                    let mut body = if route.method == "PATCH" { json!({}) } else { world.sample(&route.schema) };
                    merge(&mut body, at(&path, json!(id)));
                    let answer = route.send(&world.admin, body.to_string().as_bytes());
                    let what = format!("{} {} with the id of {kind}", route.id, pointer(&path));
                    assert_discreet(&answer, &what);
                    assert!(matches!(answer.status, 404 | 409 | 422), "{what}: {} {}", answer.status, answer.text());
                    tried += 1;
                }
            }
        }
        assert!(tried > 150, "{tried} tries");
        assert_eq!(rows(app), before);
    }
}

/// Whether a member may name a record of this kind.
fn fits(member: &str, kind: &str) -> bool {
    let kinds: &[&str] = match member {
        "hero" | "recommended_video" | "image" | "avatar" | "poster" | "logo" | "media" => &["media"],
        "section" | "tags" | "tag" | "tag_all" | "tag_not" | "into" => &["tags"],
        "authors" | "author" => &["authors"],
        "related" | "articles" | "article" | "supersedes" | "translation_of" | "article_id" => &["articles"],
        "folder" => &["media-folders"],
        "parent" => &["tags", "media-folders"],
        "user" | "mentions" | "assignee" => &["users"],
        "reply_to" => &["{comment_id}"],
        "id" => &["authors", "articles", "media"],
        "media_ids" | "ids" => &["media", "articles"],
        _ => &[],
    };
    kinds.contains(&kind)
}

/// Puts one body into another.
fn merge(into: &mut Value, other: Value) {
    match (into, other) {
        (Value::Object(into), Value::Object(other)) => {
            for (name, value) in other {
                merge(into.entry(name).or_insert(Value::Null), value);
            }
        }
        (into, other) => *into = other,
    }
}
